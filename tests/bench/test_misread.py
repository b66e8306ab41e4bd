"""Faults of reading that are put into grids for the calibration."""

from __future__ import annotations

import random

import pytest

from bench.misread import KINDS, Misreading, draw
from juesuan_extract.model.page import Cell, Grid
from tests.support.grids import grid, sheet

ROWS = [
    ["科目编码", "科目名称", "合计", "基本支出"],
    ["201", "一般公共服务支出", "1.00", "2.00"],
    ["205", "教育支出", "3.00", ""],
    ["208", "社会保障和就业支出", "5.00", "6.00"],
]


def texts(drawn: Grid) -> list[list[str]]:
    rows: list[list[str]] = [["-"] * 4 for _ in range(4)]
    for cell in drawn.cells:
        rows[cell.row][cell.column] = cell.text
    return rows


def at(text: str) -> Cell:
    return next(cell for cell in grid(ROWS).cells if cell.text == text)


def misread(kind: str, text: str, carried: bool = False, seed: str = "1") -> Grid:
    """The grid with a fault at the cell that holds the text."""
    box = at(text).box
    fault = Misreading(kind, 1, (box.x0 + box.x1) / 2, (box.top + box.bottom) / 2, seed, carried)
    return fault.of_grids([grid(ROWS)])[0]


def test_a_digit_changes_in_one_cell() -> None:
    found = texts(misread("wrong_digit", "3.00"))
    assert found[2][2] not in ("3.00", "")
    found[2][2] = "3.00"
    assert found == ROWS


@pytest.mark.parametrize(
    ("kind", "place", "text"),
    [("lost_figure", "3.00", ""), ("lost_point", "3.00", "300"), ("lost_digit", "3.00", ".00")],
)
def test_what_is_left_of_a_figure(kind: str, place: str, text: str) -> None:
    assert texts(misread(kind, place))[2][2] == text


def test_figures_change_places() -> None:
    assert texts(misread("exchanged_across", "1.00"))[1][2:] == ["2.00", "1.00"]
    down = texts(misread("exchanged_down", "2.00"))
    assert [row[3] for row in down[1:]] == ["", "2.00", "6.00"]


@pytest.mark.parametrize("carried", [True, False])
def test_moved_ink_stays_or_moves_with_the_text(carried: bool) -> None:
    cell = next(c for c in misread("exchanged_down", "1.00", carried).cells if c.text == "1.00")
    assert cell.row == 2
    assert cell.ink is not None
    assert (cell.box.top <= cell.ink.top < cell.box.bottom) == carried


def test_a_run_of_figures_slips_by_one_row() -> None:
    found = {tuple(row[2] for row in texts(misread("run_down", "1.00", seed=str(n)))[1:]) for n in range(9)}
    assert found == {("5.00", "1.00", "3.00")}


def test_a_row_or_its_label_is_lost() -> None:
    assert texts(misread("lost_row", "3.00"))[2] == ["", "", "", ""]
    assert texts(misread("lost_label", "3.00"))[2] == ["205", "", "3.00", ""]


def test_a_ruling_that_is_not_seen_joins_cells() -> None:
    down = misread("lost_ruling_below", "1.00")
    assert texts(down)[1:3] == [["201205", "一般公共服务支出教育支出", "1.003.00", "2.00"], ["-"] * 4]
    assert {cell.row_span for cell in down.cells if cell.row == 1} == {2}
    across = texts(misread("lost_ruling_beside", "1.00"))
    assert [row[2] for row in across] == ["合计基本支出", "1.002.00", "3.00", "5.006.00"]


def test_a_page_is_lost_and_others_stay() -> None:
    pages = [sheet(1, ROWS), sheet(2, ROWS)]
    lost, kept = Misreading("page_lost", 1, 0.0, 0.0, "1", False).of_sheets(pages)
    assert (lost.grids, lost.text, kept) == ((), "", pages[1])


def test_draws_are_the_same_for_the_same_seed_and_reach_every_kind() -> None:
    pages = [sheet(1, ROWS)]
    drawn = [draw(pages, frozenset({1}), random.Random(n)) for n in range(300)]
    assert drawn == [draw(pages, frozenset({1}), random.Random(n)) for n in range(300)]
    assert {fault.kind for fault in drawn if fault} == set(KINDS)
    assert draw(pages, frozenset({2}), random.Random(1)) is None
