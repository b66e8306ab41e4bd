"""The accuracy benchmark: which documents it draws, and how it counts."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest

from bench.accuracy import bounds
from bench.generated import draws, version
from bench.scoring import Score, figures, score
from bench.truths import Cell, Output, Table, Truth
from fixtures.make.decoys import DECOYS
from fixtures.make.forms.catalog import FORMS
from fixtures.make.random_docs import PRODUCERS

KEY = (0, "gk03", "total", "basic")
ROW = {"status": "verified", "kind": "final_account", "unit_name": "甲局", "fiscal_year": "2023", "error": ""}


def cell(amount: str | None = "5.00", key: tuple[int, str, str, str] = KEY, **more: object) -> Cell:
    value = None if amount is None else Decimal(amount)
    return Cell(key, value, 7, blank=amount is None and not more.get("dash"), confidence=0.9, **more)  # type: ignore[arg-type]


def truth(*cells: Cell, accounts: int = 1, kind: str = "final_account") -> Truth:
    tables = tuple(Table(n, "gk03", frozenset({7 + n}), f"{'甲乙'[n]}局") for n in range(accounts if cells else 0))
    year = "2023" if kind == "final_account" else ""
    return Truth("x", "x.pdf", kind, "甲局", year, "fujian", "calc", (), tables, cells, {8: "项目支出决算表"})


def output(*cells: Cell, table: str = "unverified", accounts: int = 1, **document: str) -> Output:
    rows = {n: ROW | {"unit_name": f"{'甲乙'[n]}局"} | document for n in range(accounts)}
    tables = [Table(n, "gk03", frozenset({7 + n}), status=table) for n in range(accounts if cells else 0)]
    return Output(rows, tables, list(cells))


@pytest.mark.parametrize(
    ("printed", "read", "what"),
    [
        (cell(), cell(), "right"),
        (cell(), cell("5.01"), "wrong"),
        (cell(), None, "missing"),
        (cell(), cell(None), "missing"),
        (None, cell(), "spurious"),
        (None, cell(None), "blank_extra"),
        (cell(None), cell(None), "blank_right"),
        (cell(None), cell("0.00"), "spurious"),
        (cell(None), None, "blank_missing"),
        (cell(None, optional=True), None, "free"),
        (cell(None, dash=True), cell("0.00"), "free"),
        (cell(None, dash=True), cell("5.00"), "spurious"),
        (cell(optional=True), None, "free"),
        (cell(optional=True), cell("5.01"), "wrong"),
    ],
)
@pytest.mark.parametrize("status", ["verified", "unverified", "conflict"])
def test_what_becomes_of_a_cell(printed: Cell | None, read: Cell | None, what: str, status: str) -> None:
    other = cell("1.00", (0, "gk03", "201", "basic"))
    result = score(
        truth(*([printed] if printed else []), other), output(*([read] if read else []), other, table=status)
    )
    error = what in ("wrong", "missing", "spurious")
    assert result.count[what] == (2 if what == "right" else 1)
    assert result.right is not error
    assert result.errors == error
    assert result.count["silent_errors"] == (error and status == "verified")


def test_cells_of_one_key_are_paired_with_their_equals() -> None:
    result = score(truth(cell("1.00"), cell("2.00")), output(cell("2.00"), cell("1.00")))
    assert result.count["right"] == 2


def test_accounts_that_are_mixed_are_wrong() -> None:
    second = (1, *KEY[1:])
    printed = truth(cell("1.00"), cell("2.00", second), accounts=2)
    assert score(printed, output(cell("1.00"), cell("2.00", second), accounts=2)).right
    assert score(printed, output(cell("2.00"), cell("1.00", second), accounts=2)).count["wrong"] == 2
    mixed = score(printed, output(cell("1.00"), cell("2.00")))
    assert "account 2 (乙局) is not told apart" in mixed.differences
    assert (mixed.count["missing"], mixed.count["spurious"]) == (1, 1)
    invented = score(truth(cell()), output(cell(), accounts=2))
    assert "account 2 is invented: 乙局" in invented.differences


def test_a_table_that_is_taken_for_another() -> None:
    said = output(cell())
    said.tables.append(Table(0, "gk06", frozenset({8}), status="verified"))
    result = score(truth(cell()), said)
    assert result.count["tables_mistaken"] == 1
    assert result.differences == ["项目支出决算表 on pages 8 is taken for gk06"]
    moved = output(cell())
    moved.tables[:] = [replace(moved.tables[0], pages=frozenset({3}))]
    assert (score(truth(cell()), moved).count["tables_missed"], score(truth(cell()), moved).right) == (1, False)


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"unit_name": "丙局"}, "unit name 丙局, is 甲局"),
        ({"fiscal_year": "2022"}, "fiscal year 2022, is 2023"),
        ({"kind": "budget"}, "taken for budget, is final_account"),
        ({"status": "failed", "error": "broken"}, "failed: broken"),
    ],
)
def test_what_the_document_is(document: dict[str, str], words: str) -> None:
    assert score(truth(cell()), output(cell(), **document)).differences == [words]


def test_decoys_are_refused_or_not() -> None:
    refused = score(truth(kind="budget"), output(kind="budget", status="not_final_account"))
    taken = score(truth(kind="budget"), output(cell()))
    assert (refused.right, refused.count["refused"]) == (True, 1)
    assert (taken.right, taken.count["refused"], taken.count["tables_mistaken"]) == (False, 0, 1)
    assert score(truth(kind="budget"), None).differences == ["not in documents.csv"]


def met(*scores: Score) -> list[bool]:
    return [bound.met for bound in bounds(figures(scores))]


def test_bounds() -> None:
    right = score(truth(cell()), output(cell(), table="verified"))
    wrong = score(truth(cell()), output(cell("6.00"), table="verified"))
    decoy = score(truth(kind="other"), output(cell()))
    assert met(right) == [True] * 5
    assert met(right, wrong) == [False, False, True, False, True]
    assert met(right, decoy) == [False, False, False, True, False]
    total = figures([right, wrong])
    assert (total.cells_exact, total.cells_in_verified, total.documents_right) == (0.5, 0.5, 1)
    assert total.calibration_error == pytest.approx(0.4)


def test_draws_are_of_every_form_producer_and_decoy() -> None:
    some = draws(500, "1")
    assert len(some) == len({draw.name for draw in some}) == 500
    pairs = Counter((draw.form, draw.producer) for draw in some if draw.form in FORMS)
    assert len(pairs) == len(FORMS) * len(PRODUCERS)
    assert max(pairs.values()) - min(pairs.values()) <= 1
    decoys = Counter((draw.form, draw.producer) for draw in some if draw.form in DECOYS)
    assert sum(decoys.values()) == 41
    assert {form for form, _ in decoys} == set(DECOYS)
    assert {producer for _, producer in decoys} == set(PRODUCERS)


def test_fewer_draws_are_the_same_documents() -> None:
    every = set(draws(500, "1"))
    assert set(draws(60, "1")) < every
    assert set(draws(20, "1", ["yunnan"], ["writer", "calc"])) & every
    assert {draw.form for draw in draws(7, "1", ["budget"])} == {"budget"}
    assert len(version()) == 12


def test_a_draw_is_made_under_its_own_name() -> None:
    draw = draws(1, "1", ["shanghai"], ["reportlab"])[0]
    order = draw.order(0)
    assert (order.booklet.name, order.producer) == ("shanghai-reportlab-1-000", "reportlab")
