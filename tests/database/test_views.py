"""Views answer the usual questions, the same in every database."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from juesuan_extract.database.views import VIEWS
from juesuan_extract.model.account import Account
from juesuan_extract.model.fact import Fact
from tests.database.places import Place, write
from tests.support.accounts import account, doubtful, fact, failed


def figures(table: str, **rows: int) -> tuple[Fact, ...]:
    """Facts in yuan; keys are row and column with __ between, _ for a point."""
    return tuple(
        fact(number, row.replace("_of_", "."), column, yuan * 100, table, row_name=f"名{number}")
        for number, (key, yuan) in enumerate(rows.items(), 1)
        for row, column in [key.split("__")]
    )


def full(source: str, year: int, unit: str, base: int, **more: object) -> Account:
    facts = (
        *figures(
            "gk01", income_of_subtotal__amount=base, income_of_total__amount=base + 1, function_of_205__amount=base
        ),
        *figures("gk01", expenditure_of_subtotal__amount=base + 2)[:1],
        *figures("gk03", total__basic=base + 3, total__project=base + 4),
        *figures("gk04", function_of_205__total=base - 1),
        *figures("gk07", total__final=base + 5, abroad__final=base + 6, total__budget=base + 7),
    )
    return account(source, facts, fiscal_year=year, unit_name=unit, **more)


@pytest.fixture
def loaded(tmp_path: Path, place: Place) -> Place:
    worse = replace(full("d.pdf", 2023, "甲局", 900), status="conflict")
    out = write(
        tmp_path / "out",
        full("a.pdf", 2022, "甲局", 100),
        full("b.pdf", 2023, "甲局", 200),
        full("c.pdf", 2021, "乙局", 300),
        worse,
        doubtful("e.pdf", unit_name="丙局"),
        failed("f.pdf"),
        account("g.pdf", unit_name=""),
        account("h.pdf", (), kind="budget", status="not_final_account", fiscal_year=None),
    )
    place.load(out)
    return place


def test_every_view_answers(loaded: Place) -> None:
    for view in VIEWS:
        rows = loaded.run(f"SELECT * FROM {view.name}")
        assert rows, view.name
        assert len(rows[0]) == len(view.columns)


def test_one_row_per_unit_and_year_of_what_is_proven_best(loaded: Place) -> None:
    rows = loaded.run("SELECT unit_name, fiscal_year, source, documents, latest_year FROM unit_years ORDER BY source")
    assert rows == [
        ("甲局", 2022, "a.pdf", 1, 2023),
        ("甲局", 2023, "b.pdf", 2, 2023),
        ("乙局", 2021, "c.pdf", 1, 2021),
        ("丙局", 2023, "e.pdf", 1, 2023),
    ]


def test_headline_figures(loaded: Place) -> None:
    rows = loaded.run(
        "SELECT income$, income_total$, expenditure$, basic_expenditure$, project_expenditure$, three_public$,"
        " state_capital_expenditure$ FROM unit_year_figures WHERE unit_name = '甲局' ORDER BY fiscal_year"
    )
    found = [[loaded.money(value) for value in row] for row in rows]
    assert found == [
        [Decimal(b), Decimal(b + 1), Decimal(b + 2), Decimal(b + 3), Decimal(b + 4), Decimal(b + 5), None]
        for b in (100, 200)
    ]


def test_the_latest_year_of_every_unit(loaded: Place) -> None:
    rows = loaded.run("SELECT unit_name, fiscal_year FROM latest_years ORDER BY doc_id, unit_name")
    assert sorted(rows) == sorted([("甲局", 2023), ("乙局", 2021), ("丙局", 2023)])


def test_expenditure_by_function_over_years(loaded: Place) -> None:
    rows = loaded.run(
        "SELECT unit_name, fiscal_year, function_code, amount$, fiscal_appropriation$ FROM expenditure_by_function"
        " ORDER BY amount$"
    )
    assert [(*row[:3], *map(loaded.money, row[3:])) for row in rows] == [
        ("甲局", 2022, "205", Decimal(100), Decimal(99)),
        ("甲局", 2023, "205", Decimal(200), Decimal(199)),
        ("乙局", 2021, "205", Decimal(300), Decimal(299)),
    ]


def test_three_public_expenses_over_years(loaded: Place) -> None:
    rows = loaded.run("SELECT total$, abroad$, total_budget$, reception$ FROM three_public ORDER BY total$")
    assert [[loaded.money(value) for value in row] for row in rows] == [
        [Decimal(b + 5), Decimal(b + 6), Decimal(b + 7), None] for b in (100, 200, 300)
    ]


def test_documents_to_look_at(loaded: Place) -> None:
    rows = loaded.run(
        "SELECT source, status, failed_checks, suspect_cells, unproven_cells, error FROM documents_to_look_at"
        " ORDER BY source"
    )
    assert rows == [
        ("d.pdf", "conflict", 0, 0, 0, ""),
        ("e.pdf", "conflict", 1, 1, 1, ""),
        ("f.pdf", "failed", 0, 0, 0, "not a PDF; download it again"),
        ("g.pdf", "verified", 0, 0, 0, ""),
    ]


def test_a_row_printed_twice_with_different_amounts_gives_no_figure(tmp_path: Path, place: Place) -> None:
    twice = (fact(1, "income.subtotal", "amount", 100, "gk01"), fact(9, "income.subtotal", "amount", 200, "gk01"))
    same = (fact(1, "total", "final", 300, "gk07"), fact(9, "total", "final", 300, "gk07"))
    place.load(write(tmp_path / "out", account("a.pdf", (*twice, *same))))
    income, public = place.run("SELECT income$, three_public$ FROM unit_year_figures")[0]
    assert (income, place.money(public)) == (None, Decimal(3))
