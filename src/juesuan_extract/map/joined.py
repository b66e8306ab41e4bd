"""What was put together or told apart to read a cell: recorded, for whoever follows a figure back to the page."""

from __future__ import annotations

from itertools import groupby
from statistics import median

from juesuan_extract.map.facts import figure_of
from juesuan_extract.model.message import Repair, message
from juesuan_extract.model.page import Cell, Grid
from juesuan_extract.model.table import MappedRow, RawRow
from juesuan_extract.values.amounts import parse
from juesuan_extract.values.ids import is_code


def joined_cells(table_id: str, grid: Grid, body: int) -> list[Repair]:
    """Cells from row `body` on with text on several lines: figures, names, words that overflow from elsewhere."""
    repairs = []
    for cell in grid.cells:
        if cell.row < body or len(cell.lines) < 2:
            continue
        figure = figure_of(cell)
        if figure != cell.text:
            kind, evidence = "overflow_dropped", message("repair.one_is_figure")
        elif parse(figure).kind == "amount":
            kind, evidence = "figure_joined", message("repair.one_figure")
        else:
            kind, evidence = "name_joined", message("repair.one_cell")
        repairs.append(Repair(table_id, grid.page, kind, "|".join(cell.lines), figure, evidence))
    return repairs


def joined_codes(table_id: str, rows: tuple[MappedRow, ...]) -> list[Repair]:
    """Codes printed in parts, or only with their last part: one repair for each page, with the first as example."""
    repairs = []
    put_together = (row for row in rows if is_code(row.row_id) and row.raw.code not in ("", row.row_id))
    for page, found in groupby(put_together, key=lambda row: row.raw.page):
        first, *others = found
        evidence = message("repair.codes_in_parts", count=1 + len(others))
        repairs.append(Repair(table_id, page, "codes_joined", first.raw.code, first.row_id, evidence))
    return repairs


def off_baseline(table_id: str, rows: tuple[RawRow, ...]) -> list[Repair]:
    """Figures more than their own height above or below their label; the cells that they stand in place them."""
    repairs = []
    for row in rows:
        figures = [cell for _, cell in row.amounts if cell.ink is not None]
        if row.label_box is None or not figures:
            continue
        middle = (row.label_box.top + row.label_box.bottom) / 2
        offset = median(_middle(cell) for cell in figures) - middle
        tall = (row.label_box.bottom - row.label_box.top) / 2 + _height(figures[0])
        if abs(offset) > tall:
            shown = " ".join(cell.text for cell in figures)
            label = f"{row.code} {row.name}".strip()
            where = "repair.below_label" if offset > 0 else "repair.above_label"
            evidence = message(where, points=f"{abs(offset):.0f}")
            repairs.append(Repair(table_id, row.page, "figures_off_baseline", shown, label, evidence))
    return repairs


def _middle(cell: Cell) -> float:
    assert cell.ink is not None
    return (cell.ink.top + cell.ink.bottom) / 2


def _height(cell: Cell) -> float:
    assert cell.ink is not None
    return (cell.ink.bottom - cell.ink.top) / max(1, len(cell.lines))
