"""What was put together to read a cell is recorded, and nothing else is."""

from __future__ import annotations

import pytest

from juesuan_extract.map.joined import joined_cells, joined_codes, off_baseline
from juesuan_extract.model.message import Repair
from juesuan_extract.model.page import Box, Cell
from juesuan_extract.model.table import MappedRow, RawRow, TableColumn
from tests.support.grids import grid
from tests.support.words import en

HEAD = ["科目编码", "科目名称", "合计\n（元）"]
COLUMN = TableColumn(0, 240.0, 330.0, "amount", ("合计",), "total")


def kinds(repairs: list[Repair]) -> list[tuple[str, str, str]]:
    return [(repair.kind, repair.before, repair.after) for repair in repairs]


@pytest.mark.parametrize(
    ("printed", "kind", "after"),
    [
        ("1,234,\n567.89", "figure_joined", "1,234,567.89"),
        ("机关事业单位\n养老保险", "name_joined", "机关事业单位养老保险"),
    ],
)
def test_lines_of_a_cell(printed: str, kind: str, after: str) -> None:
    table = grid([HEAD, ["208", "社会保障", printed]], page=3)
    assert kinds(joined_cells("gk03", table, body=1)) == [(kind, printed.replace("\n", "|"), after)]
    assert {repair.page for repair in joined_cells("gk03", table, body=1)} == {3}


def test_words_that_overflow_beside_a_figure_are_dropped() -> None:
    table = grid([HEAD, ["208", "社会保障", "保险缴费支出\n12.34"]])
    assert kinds(joined_cells("gk03", table, body=1)) == [("overflow_dropped", "保险缴费支出|12.34", "12.34")]


def test_headings_and_cells_of_one_line_are_nothing_to_record() -> None:
    assert joined_cells("gk03", grid([HEAD, ["208", "社会保障", "1.00"]]), body=1) == []


def row(code: str, row_id: str, page: int = 1, figure: Box | None = None, name: Box | None = None) -> MappedRow:
    cell = Cell(1, 2, 1, 1, "1.00", ("1.00",), Box(240, 0, 330, 200), figure)
    return MappedRow(row_id, "x", RawRow(page, code, "x", ((COLUMN, cell),), name, 0, ""))


def test_codes_in_parts_are_counted_by_page() -> None:
    rows = (
        row("208", "208"),
        row("208|05", "20805"),
        row("|05|05", "2080505"),
        row("06", "2080506", page=2),
        row("", "total", page=2),
    )
    found = joined_codes("gk03", rows)
    assert [(r.page, *kind) for r, kind in zip(found, kinds(found), strict=True)] == [
        (1, "codes_joined", "208|05", "20805"),
        (2, "codes_joined", "06", "2080506"),
    ]
    assert "2" in en(found[0].evidence)


LABEL = Box(60, 100, 150, 110)


@pytest.mark.parametrize(
    ("top", "words"),
    [(100, None), (112, None), (130, "30"), (70, "30")],
)
def test_figures_off_their_baseline(top: float, words: str | None) -> None:
    """More than their own height, and half that of the label, between the middles."""
    found = off_baseline("gk03", (row("208", "208", figure=Box(240, top, 330, top + 10), name=LABEL).raw,))
    assert [repair.kind for repair in found] == (["figures_off_baseline"] if words else [])
    if words:
        assert words in en(found[0].evidence)
        assert ("below" in en(found[0].evidence)) == (top > 100)


def test_rows_without_a_label_or_a_figure_have_no_baseline() -> None:
    assert off_baseline("gk03", (row("", "total", figure=LABEL).raw, row("208", "208", name=LABEL).raw)) == []
