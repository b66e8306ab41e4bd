"""Who is to blame when identities fail."""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any

import pytest

from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.model.fact import Fact, Key
from juesuan_extract.verify.blame import suspects
from juesuan_extract.verify.identities import evaluate
from juesuan_extract.verify.search import MOST_NODES, Search
from tests.support.books import blamed, book, facts, seed_facts
from tests.support.words import en

TREE = """      total basic project
    total     30.00 20.00 10.00
    205       25.00 17.00 8.00
    20502     25.00 17.00 8.00
    2050201   10.00  7.00 3.00
    2050202   15.00 10.00 5.00
    221        5.00  3.00 2.00
    22102      5.00  3.00 2.00
    2210201    5.00  3.00 2.00"""


def accused(catalog: Catalog, account: list[Fact]) -> dict[Key, str]:
    checks = evaluate(book(account), catalog)
    return {key: en(why) for key, why in suspects(blamed(account, catalog), checks, account).items()}


def changed(account: Iterable[Fact], **figures: int) -> list[Fact]:
    """Facts with other amounts in 万元; a place is written r2050202_basic."""
    places = {tuple(name.removeprefix("r").rsplit("_", 1)): value for name, value in figures.items()}
    return [f._replace(amount=places.get((f.row_id, f.column_id), f.amount)) for f in account]


def rows(found: dict[Key, str]) -> set[tuple[str, str]]:
    return {key[1:] for key in found}


def test_nobody_when_everything_holds(catalog: Catalog) -> None:
    assert accused(catalog, facts("gk03", TREE)) == {}


def test_one_cell_in_a_row_and_a_column_is_found(catalog: Catalog) -> None:
    found = accused(catalog, changed(facts("gk03", TREE), r2050202_basic=16_000_000))
    assert found == {
        ("gk03", "2050202", "basic"): (
            "alone explains I03.row[2050202], I03.hierarchy[20502,basic]; would have to be 100,000.00 元"
        ),
    }


def test_two_wrong_cells_far_apart_are_found_apart(catalog: Catalog) -> None:
    wrong = changed(facts("gk03", TREE), r2050201_project=9_000_000, r2210201_basic=1_000_000)
    assert rows(accused(catalog, wrong)) == {("2050201", "project"), ("2210201", "basic")}


def test_cells_without_another_witness_are_suspects_together(catalog: Catalog) -> None:
    """Every 款 of 06 stands in one identity only: which of them is wrong can't be said."""
    blocks = "amount\n 302 9.00\n 30201 1.00\n 30202 5.00\n 30203 0.00\n public_total 9.00"
    found = accused(catalog, facts("gk06", blocks))
    assert rows(found) == {("30201", "amount"), ("30202", "amount"), ("30203", "amount")}
    assert found["gk06", "30201", "amount"] == (
        "one of 3 cells that alone explain I06.class[302]; would have to be 40,000.00 元"
    )


def test_a_cell_that_another_identity_confirms_is_no_suspect(catalog: Catalog) -> None:
    blocks = "amount\n 302 9.00\n 30201 1.00\n 30202 5.00\n public_total 9.00"
    assert ("302", "amount") not in rows(accused(catalog, facts("gk06", blocks)))
    alone = "amount\n 302 9.00\n 30201 1.00\n 30202 5.00"
    assert ("302", "amount") in rows(accused(catalog, facts("gk06", alone))), "nothing confirms it here"


def test_two_wrong_figures_of_one_sum_are_found_together(catalog: Catalog) -> None:
    wrong = changed(facts("gk03", TREE), r2050202_basic=16_000_000, r2050201_basic=2_000_000)
    (conflict,) = blamed(wrong, catalog)
    (both,) = conflict.explanations
    assert {(s.key[1:], s.wanted) for s in both} == {
        (("2050201", "basic"), 7_000_000), (("2050202", "basic"), 10_000_000),
    }  # fmt: skip
    assert conflict.complete


def test_when_too_many_are_wrong_all_that_nothing_speaks_for_are_accused(catalog: Catalog) -> None:
    shuffled = "total basic project\n total 30 20 10\n 205 3 5 7\n 20502 9 2 4\n 2050201 8 6 5\n 2050202 1 4 9"
    account = facts("gk03", shuffled)
    (conflict,) = blamed(account, catalog)
    assert conflict.explanations == ()
    assert not conflict.complete
    assert set(accused(catalog, account).values()) == {f"stands in {', '.join(conflict.checks[:3])} and 9 more"}


def test_blanks_are_no_suspects_where_figures_are(catalog: Catalog) -> None:
    wrong = facts("gk03", "total basic project\n total 30.00 20.00 _\n 205 31.00 20.00 _\n 20502 30.00 20.00 _")
    found = rows(accused(catalog, wrong))
    assert ("205", "total") in found


def test_upper_bounds_accuse_in_their_direction_only(catalog: Catalog) -> None:
    tables = [*facts("gk06", "amount\n 30217 0.90"), *facts("gk07", "final\n reception 0.50")]
    assert {key[:2] for key in accused(catalog, tables)} == {("gk06", "30217"), ("gk07", "reception")}
    fine = [*facts("gk06", "amount\n 30217 0.10"), *facts("gk07", "final\n reception 0.50")]
    assert accused(catalog, fine) == {}


@pytest.mark.parametrize("by", [7_000_000, -1_000_000])
def test_any_one_wrong_figure_of_the_published_account_is_located(by: int, catalog: Catalog) -> None:
    """In 06 every 款 has one witness, in 07 nearly so; everywhere else the cell alone is accused."""
    account = seed_facts()
    for index, fact in enumerate(account):
        if fact.amount:
            found = accused(catalog, [*account[:index], fact._replace(amount=fact.amount + by), *account[index + 1 :]])
            assert fact.key in found
            assert fact.table_id in ("gk06", "gk07") or list(found) == [fact.key]


def test_a_slip_that_is_copied_into_other_tables_is_one_figure(catalog: Catalog) -> None:
    """One digit of 10,661.51 is missing in four cells that agree with each other; sums of both tables contradict."""
    rows_ = ["total 10,700.00 10,661.51 38.49", "212 10,700.00 1,066.51 38.49", "21201 10,700.00 1,066.51 38.49",
             "2120101 10,700.00 10,661.51 38.49"]  # fmt: skip
    text = "total basic project\n" + "\n".join(rows_)
    gk01 = facts("gk01", "amount\n expenditure.subtotal 10,700.00")
    gk04 = facts("gk04", "total general_budget\n expenditure.subtotal 10,700.00 10,700.00")
    (conflict,) = blamed([*gk01, *facts("gk03", text), *gk04, *facts("gk05", text)], catalog)
    (explanation,) = conflict.explanations
    assert {s.key for s in explanation} == {
        (table, row, "basic") for table in ("gk03", "gk05") for row in ("212", "21201")
    }
    assert {(s.printed, s.wanted, s.slip) for s in explanation} == {(1_066_510_000, 10_661_510_000, "lost")}
    assert all(s.copies and not s.sums for s in explanation), "only copies speak for the printed figure"


def test_a_condition_may_be_what_is_wrong(catalog: Catalog) -> None:
    """Income and expenditure by code agree only where nothing is carried over: a blank balance is accused as well."""
    gk01 = facts("gk01", """amount
        income.subtotal 9.00
        income.opening_balance _
        income.total 10.00
        expenditure.subtotal 10.00
        expenditure.closing_balance _
        expenditure.total 10.00""")  # fmt: skip
    gk02 = facts("gk02", "total\n total 9.00\n 205 9.00\n 20502 9.00")
    gk03 = facts("gk03", "total basic\n total 10.00 10.00\n 205 10.00 10.00\n 20502 10.00 10.00")
    (conflict,) = blamed([*gk01, *gk02, *gk03], catalog)
    assert [s.key[1] for s in conflict.explanations[0]] == ["income.opening_balance"]
    assert conflict.explanations[0][0].wanted == 1_000_000
    assert len(conflict.explanations) == 1


def test_an_account_in_which_everything_fails_costs_a_bounded_search(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = seed_facts()
    figures = [f.amount for f in account if f.amount]
    random.Random(1).shuffle(figures)
    rest = iter(figures)
    account = [f._replace(amount=next(rest)) if f.amount else f for f in account]
    assert sum(c.verdict == "fails" for c in evaluate(book(account), catalog)) > 100
    solve, nodes = Search.solve, []

    def counted(self: Search, *args: Any) -> Any:
        nodes.append(1)
        return solve(self, *args)

    monkeypatch.setattr(Search, "solve", counted)
    found = blamed(account, catalog)
    assert not all(conflict.complete for conflict in found)
    assert len(nodes) < 2 * MOST_NODES
