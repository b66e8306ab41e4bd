"""Rows cut by a page break are joined where one is the rest of the other, and only there."""

from __future__ import annotations

import pytest

from juesuan_extract.knowledge.catalog import load_catalog
from juesuan_extract.map.table import MappedTable, map_table
from juesuan_extract.model.page import Grid
from tests.support.grids import Rows, grid, span
from tests.support.words import en

HEAD = ["科目编码", "科目名称", "合计", "基本支出", "项目支出"]
THREE = ["3.00", "2.00", "1.00"]
NONE = ["", "", ""]
PENSION = "机关事业单位基本养老保险缴费支出"


def over(first: Rows, second: Rows) -> MappedTable:
    """A table over two pages, the head printed on both."""
    return mapped(grid([HEAD, *first], page=1), grid([HEAD, *second], page=2))


def mapped(*grids: Grid) -> MappedTable:
    return map_table(span("gk05", *grids), load_catalog())


def rows(table: MappedTable) -> list[tuple[str, str, int]]:
    return [(row.row_id, row.name, len(row.raw.amounts)) for row in table.rows]


def joins(table: MappedTable) -> list[tuple[int, str, str]]:
    return [(r.page, r.before, en(r.evidence)) for r in table.layout.repairs if r.kind == "row_joined_over_pages"]


def test_a_name_that_ends_on_the_next_page() -> None:
    table = over([["2080505", PENSION[:8], *THREE]], [["", PENSION[8:], *NONE], ["210", "卫生健康支出", *THREE]])
    assert [row[:2] for row in rows(table)] == [("2080505", PENSION), ("210", "卫生健康支出")]
    ((page, before, _),) = joins(table)
    assert (page, before) == (2, f"2080505 {PENSION[:8]} 3.00 2.00 1.00 / {PENSION[8:]}")


def test_figures_that_stand_on_the_next_page() -> None:
    table = over([["2080505", PENSION, *NONE]], [["", "", *THREE], ["210", "卫生健康支出", *THREE]])
    assert [row[0] for row in rows(table)] == ["2080505", "210"]
    assert {f.page for f in table.facts if f.row_id == "2080505"} == {2}, "the page of its figures"
    assert len(joins(table)) == 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(["2080505", PENSION, *THREE], ["", "", *THREE], id="both have figures"),
        pytest.param(["2080505", PENSION, *THREE], ["210", "卫生健康支出", *THREE], id="both have codes"),
        pytest.param(["2080505", PENSION, *THREE], ["", "合计", *THREE], id="the total of the table"),
        pytest.param(["2080505", PENSION, *NONE], ["", "注：本表反映支出情况", *NONE], id="its name is whole already"),
    ],
)
def test_rows_that_are_no_halves_stay_apart(first: list[str], second: list[str]) -> None:
    assert joins(over([first], [second])) == []


def test_rows_of_one_page_stay_apart() -> None:
    table = mapped(grid([HEAD, ["2080505", PENSION[:8], *THREE], ["", PENSION[8:], *NONE]]))
    assert joins(table) == []


def test_a_row_above_the_foot_of_its_page_is_whole() -> None:
    """An empty line below it says that there was room for the rest."""
    table = over([["2080505", PENSION[:8], *THREE], ["", "", *NONE]], [["", PENSION[8:], *NONE]])
    assert joins(table) == []


def test_a_page_between_them_parts_rows() -> None:
    first = grid([HEAD, ["2080505", PENSION[:8], *THREE]], page=1)
    between = grid([HEAD, ["20806", "企业改革补助", *THREE]], page=2)
    last = grid([HEAD, ["", PENSION[8:], *NONE]], page=3)
    assert [row for row in joins(mapped(first, between, last)) if PENSION[:8] in row[1]] == []
