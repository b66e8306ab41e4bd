"""Figures beside the wrong labels: one way to set them right is found, several are told apart from one."""

from __future__ import annotations

import numpy as np
import pytest

from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.model.fact import Fact
from juesuan_extract.model.proof import Check
from juesuan_extract.model.table import Plane
from juesuan_extract.repair.shifts import Reading, other_readings
from juesuan_extract.verify.identities import evaluate
from tests.support.books import book, facts
from tests.support.words import en

HEAD = "total basic project\n"
RIGHT = """total 100.00 60.00 40.00
    205 70.00 45.00 25.00
    20502 70.00 45.00 25.00
    2050201 30.00 25.00 5.00
    2050202 40.00 20.00 20.00
    221 30.00 15.00 15.00
    22102 30.00 15.00 15.00
    2210201 18.00 11.00 7.00
    2210202 12.00 4.00 8.00"""


def plane_of(table: list[Fact]) -> Plane:
    rows, columns = (list(dict.fromkeys(f[n] for f in table)) for n in (1, 4))
    plane = np.full((len(rows), len(columns)), -1, dtype=np.intp)
    for number, fact in enumerate(table):
        plane[rows.index(fact.row_no), columns.index(fact.column_id)] = number
    return plane


def readings(catalog: Catalog, table: list[Fact], *others: list[Fact]) -> list[Reading]:
    """Other readings of a table, given others that are printed right."""
    name = table[0].table_id

    def trial(own: tuple[Fact, ...]) -> list[Check]:
        return evaluate(book(list(own), *others), catalog, frozenset({name}))

    amounts = {fact.key: fact.amount or 0 for other in others for fact in other}
    return other_readings(tuple(table), [plane_of(table)], trial(tuple(table)), amounts, trial)


def amounts(table: tuple[Fact, ...] | list[Fact]) -> dict[tuple[str, str], int]:
    return {(f.row_id, f.column_id): f.amount for f in table if f.amount}


def lines(text: str = RIGHT) -> list[list[str]]:
    return [line.split() for line in text.splitlines()]


def printed(rows: list[list[str]], figures: list[list[str]]) -> list[Fact]:
    return facts("gk03", HEAD + "\n".join(" ".join([a[0], *b[1:]]) for a, b in zip(rows, figures, strict=True)))


OTHERS = (
    facts("gk01", "amount\n function.205 70.00\n function.221 30.00\n expenditure.subtotal 100.00"),
    facts("gk04", "total general_budget\n expenditure.subtotal 100.00 100.00"),
    facts("gk05", HEAD + RIGHT),
)
BLANK = ["", "_", "_", "_"]
CASES = {
    "a total printed first and figured last": ("total_moved", lines(), [*lines()[1:], lines()[0]]),
    "two neighbours": ("rows_exchanged", lines(), [*lines()[:3], lines()[4], lines()[3], *lines()[5:]]),
    "two columns": ("columns_exchanged", lines(), [[r, t, p, b] for r, t, b, p in lines()]),
    "two columns of one line": (
        "columns_exchanged", lines(), [*lines()[:7], [*lines()[7][:2], *lines()[7][:1:-1]], lines()[8]],
    ),
    "codes without figures put in": (
        "figures_shifted",
        [*lines()[:5], ["20599"], ["2059901"], *lines()[5:]],
        [*lines(), *lines()[:2]],
    ),
    "a blank line of figures put in": (
        "figures_shifted", [*lines(), ["22199"]], [*lines()[:5], BLANK, *lines()[5:]],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_one_way_is_found(name: str, catalog: Catalog) -> None:
    kind, rows, figures = CASES[name]
    table = printed(rows, figures)
    (reading,) = readings(catalog, table, *OTHERS)
    assert amounts(reading.facts) == amounts(facts("gk03", HEAD + RIGHT))
    assert reading.whole
    assert len(reading.mends) > 1
    assert reading.repair.kind == kind
    assert "fail as printed" in en(reading.repair.evidence)


def test_a_figure_moves_with_its_place_on_the_page(catalog: Catalog) -> None:
    table = printed(*CASES["two columns"][1:])
    (reading,) = readings(catalog, table, *OTHERS)
    basic = next(f for f in reading.facts if f.key == ("gk03", "2050201", "basic"))
    source = next(f for f in table if f.key == ("gk03", "2050201", "project"))
    assert (basic.text, basic.page, basic.box) == (source.text, source.page, source.box)


def test_nothing_is_tried_when_nothing_fails(catalog: Catalog) -> None:
    assert readings(catalog, facts("gk03", HEAD + RIGHT), *OTHERS) == []


def test_a_wrong_digit_is_no_shift(catalog: Catalog) -> None:
    assert readings(catalog, facts("gk03", HEAD + RIGHT.replace("2210201 18.00", "2210201 13.00")), *OTHERS) == []


def test_a_figure_is_never_lost(catalog: Catalog) -> None:
    """A figure that stands nowhere else keeps the shift from being undone over it."""
    more = printed([*lines(), ["22199"]], [*lines()[:5], BLANK, *lines()[5:]])
    stray = [f._replace(amount=5_550_000, text="5.55") if f.key[1:] == ("221", "basic") else f for f in more]
    assert readings(catalog, stray) == []


def test_a_lost_line_is_named_and_not_invented(catalog: Catalog) -> None:
    """The figures of 2050202 are not printed, those below stand one row too high: nothing fills the gap."""
    figures = [*lines()[:4], *lines()[5:], BLANK]
    found = readings(catalog, printed(lines(), figures))
    assert found
    assert not any(reading.whole for reading in found)
    wanted = {key: v for key, v in amounts(facts("gk03", HEAD + RIGHT)).items() if key[0] != "2050202"}
    assert wanted in [amounts(reading.facts) for reading in found]
    assert all("for want of a figure" in en(reading.repair.evidence) for reading in found)


def test_where_a_shift_inside_a_class_begins_can_not_be_said(catalog: Catalog) -> None:
    """Figures of 302 one row too high: every beginning above the codes with a bound satisfies all identities."""
    rows = [[r] for r in ("302", "30201", "30202", "30203", "30204", "30205", "30217", "30299", "public_total")]
    figures = ["20.00", "1.00", "2.00", "3.00", "4.00", "5.00", "5.00", "20.00", "20.00"]
    table = facts("gk06", "amount\n" + "\n".join(f"{r[0]} {f}" for r, f in zip(rows, figures, strict=True)))
    others = facts("gk07", "final\n reception 5.00"), facts("gk05", "basic\n total 20.00")
    found = readings(catalog, table, *others)
    assert len(found) > 1
    assert all(reading.whole for reading in found)


def test_figures_stay_under_a_heading_that_nothing_knows(catalog: Catalog) -> None:
    """A damaged heading takes its figures out of the sums; exchanged with a blank column they would make up for it."""
    unknown = "total basic project extra.对附单位补助支出 operating\n"
    named = unknown.replace("extra.对附单位补助支出", "affiliated_subsidy")
    cells = "total 100.00 60.00 30.00 10.00 _\n 205 100.00 60.00 30.00 10.00 _"
    assert readings(catalog, facts("gk03", unknown + cells)) == []
    assert readings(catalog, facts("gk03", named + cells)) == [], "nothing is wrong with it"
