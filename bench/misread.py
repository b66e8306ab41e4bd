"""Faults of reading, put into the grids of a page: what happens when a reader slips, while the PDF is right.

A fault is a place on a page and what happens there, so that the same can happen to the grids of several readers.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from juesuan_extract.model.page import Box, Cell, Grid, PageContent
from juesuan_extract.values.geometry import union

_FIGURE = re.compile(r"^-?[\d,]*\d\.\d\d$")
_CODE = re.compile(r"^\d{3}(?:\d\d){0,2}$")
_HAN = re.compile(r"[\u4e00-\u9fff]")
NEAR = 1.0  # pt; edges that are no further apart are one
LONGEST_RUN = 6  # rows whose figures slip by one


@dataclass(frozen=True, slots=True)
class Misreading:
    """A fault at a point (pt) of a page. seed: decides its details; carried: the ink of moved text moves with it."""

    kind: str
    page: int
    x: float
    y: float
    seed: str
    carried: bool

    def of_sheets(self, sheets: Sequence[PageContent]) -> list[PageContent]:
        """The pages as they are read with it."""
        return [self._of_sheet(sheet) if sheet.number == self.page else sheet for sheet in sheets]

    def _of_sheet(self, sheet: PageContent) -> PageContent:
        if self.kind == "page_lost":
            return replace(sheet, text="", lines=(), grids=())
        return replace(sheet, grids=tuple(self.of_grids(sheet.grids)))

    def of_grids(self, grids: Sequence[Grid]) -> list[Grid]:
        """The grids of the page as they are read with it; those elsewhere stay as they are."""
        return [self._of_grid(grid) for grid in grids]

    def _of_grid(self, grid: Grid) -> Grid:
        cell = _at(grid, self.x, self.y)
        if cell is None or self.kind not in _FAULTS:
            return grid
        changed = _FAULTS[self.kind](grid, cell, random.Random(self.seed), self.carried)
        cells = (changed.get((c.row, c.column), c) for c in grid.cells)
        return replace(grid, cells=tuple(c for c in cells if c is not None))


Change = dict[tuple[int, int], Cell | None]  # new cells by row and column; None: gone
Fault = Callable[[Grid, Cell, random.Random, bool], Change]


def draw(sheets: Sequence[PageContent], pages: frozenset[int], rng: random.Random) -> Misreading | None:
    """A fault somewhere in the tables of these pages; None where there is no figure."""
    kind = rng.choice(KINDS)
    wanted = _CODE if kind == "code_digit" else _FIGURE
    places = [
        (sheet.number, cell)
        for sheet in sheets
        if sheet.number in pages
        for grid in sheet.grids
        for cell in grid.cells
        if wanted.match(cell.text)
    ]
    if not places:
        return None
    page, cell = rng.choice(places)
    x, y = (cell.box.x0 + cell.box.x1) / 2, (cell.box.top + cell.box.bottom) / 2
    return Misreading(kind, page, x, y, str(rng.random()), rng.random() < 0.5)


def _at(grid: Grid, x: float, y: float) -> Cell | None:
    for cell in grid.cells:
        box = cell.box
        if box.x0 <= x < box.x1 and box.top <= y < box.bottom:
            return cell
    return None


def _below(grid: Grid, cell: Cell) -> Cell | None:
    return _at(grid, (cell.box.x0 + cell.box.x1) / 2, cell.box.bottom + NEAR)


def _beside(grid: Grid, cell: Cell) -> Cell | None:
    return _at(grid, cell.box.x1 + NEAR, (cell.box.top + cell.box.bottom) / 2)


def _place(cell: Cell) -> tuple[int, int]:
    return cell.row, cell.column


def _with(cell: Cell, text: str) -> Cell:
    return cell._replace(text=text, lines=(text,) if text else (), ink=cell.ink if text else None)


def _holding(cell: Cell, source: Cell, carried: bool) -> Cell:
    """A cell with the text of another."""
    ink = source.ink
    if ink is not None and carried:
        across, down = cell.box.x1 - source.box.x1, cell.box.top - source.box.top
        ink = Box(ink.x0 + across, ink.top + down, ink.x1 + across, ink.bottom + down)
    return cell._replace(text=source.text, lines=source.lines, ink=ink)


def _digit(text: str, rng: random.Random) -> str:
    """One digit read as another; another reader may see none here."""
    places = [i for i, c in enumerate(text) if c.isdigit()]
    if not places:
        return text
    place = rng.choice(places)
    return text[:place] + rng.choice([d for d in "0123456789" if d != text[place]]) + text[place + 1 :]


def _wrong_digit(grid: Grid, cell: Cell, rng: random.Random, carried: bool) -> Change:
    return {_place(cell): _with(cell, _digit(cell.text, rng))}


def _lost_digit(grid: Grid, cell: Cell, rng: random.Random, carried: bool) -> Change:
    place = rng.randrange(len(cell.text) - 3) if len(cell.text) > 4 else 0  # not behind the point
    return {_place(cell): _with(cell, cell.text[:place] + cell.text[place + 1 :])}


def _lost_point(grid: Grid, cell: Cell, rng: random.Random, carried: bool) -> Change:
    return {_place(cell): _with(cell, cell.text.replace(".", ""))}


def _lost_figure(grid: Grid, cell: Cell, rng: random.Random, carried: bool) -> Change:
    return {_place(cell): _with(cell, "")}


def _exchanged_down(grid: Grid, cell: Cell, rng: random.Random, carried: bool) -> Change:
    other = _below(grid, cell)
    return _exchanged(cell, other, carried)


def _exchanged_across(grid: Grid, cell: Cell, rng: random.Random, carried: bool) -> Change:
    return _exchanged(cell, _beside(grid, cell), carried)


def _exchanged(cell: Cell, other: Cell | None, carried: bool) -> Change:
    """Two cells with each other's text: where one was blank, the figure has moved."""
    if other is None or _HAN.search(other.text):
        return {}
    return {_place(cell): _holding(cell, other, carried), _place(other): _holding(other, cell, carried)}


def _run_down(grid: Grid, cell: Cell, rng: random.Random, carried: bool) -> Change:
    """The figures of several rows one row too low; the last one takes the place of the first."""
    run = [cell]
    for _ in range(rng.randrange(2, LONGEST_RUN + 1)):
        following = _below(grid, run[-1])
        if following is None or _HAN.search(following.text):
            break
        run.append(following)
    return {_place(to): _holding(to, source, carried) for to, source in zip(run, run[-1:] + run[:-1], strict=True)}


def _joined_texts(grid: Grid, cell: Cell, rng: random.Random, carried: bool) -> Change:
    """The text of a cell in the one beside it, with what stands there."""
    other = _beside(grid, cell) if rng.random() < 0.5 else _below(grid, cell)
    if other is None:
        return {}
    both = other._replace(
        text=cell.text + other.text, lines=(*cell.lines, *other.lines), ink=_around(cell.ink, other.ink)
    )
    return {_place(cell): _with(cell, ""), _place(other): both}


def _around(*boxes: Box | None) -> Box | None:
    drawn = [box for box in boxes if box is not None]
    return union(drawn) if drawn else None


def _row_of(grid: Grid, cell: Cell) -> Iterator[Cell]:
    middle = (cell.box.top + cell.box.bottom) / 2
    return (c for c in grid.cells if c.box.top <= middle < c.box.bottom and c.row_span == cell.row_span)


def _lost_row(grid: Grid, cell: Cell, rng: random.Random, carried: bool) -> Change:
    return {_place(c): _with(c, "") for c in _row_of(grid, cell)}


def _lost_label(grid: Grid, cell: Cell, rng: random.Random, carried: bool) -> Change:
    labels = [c for c in _row_of(grid, cell) if _HAN.search(c.text) and c.box.x1 <= cell.box.x0 + NEAR]
    return {_place(c): _with(c, "") for c in labels[-1:]}


def _code_digit(grid: Grid, cell: Cell, rng: random.Random, carried: bool) -> Change:
    return {_place(cell): _with(cell, _digit(cell.text, rng))}


def _lost_ruling_below(grid: Grid, cell: Cell, rng: random.Random, carried: bool) -> Change:
    """The ruling under a row is not seen: each of its cells and the one below become one."""
    changed: Change = {}
    for upper in _row_of(grid, cell):
        lower = _below(grid, upper)
        if lower is not None and abs(lower.box.x0 - upper.box.x0) < NEAR and abs(lower.box.x1 - upper.box.x1) < NEAR:
            changed |= _joined_cells(upper, lower, upper.row_span + lower.row_span, upper.column_span)
    return changed


def _lost_ruling_beside(grid: Grid, cell: Cell, rng: random.Random, carried: bool) -> Change:
    """The ruling at the right of a column is not seen in any row."""
    changed: Change = {}
    for left in grid.cells:
        if abs(left.box.x1 - cell.box.x1) < NEAR:
            right = _beside(grid, left)
            if right is not None and right.row == left.row and right.row_span == left.row_span:
                changed |= _joined_cells(left, right, left.row_span, left.column_span + right.column_span)
    return changed


def _joined_cells(one: Cell, other: Cell, rows: int, columns: int) -> Change:
    ink = _around(one.ink, other.ink)
    lines = (*one.lines, *other.lines)
    both = Cell(one.row, one.column, rows, columns, "".join(lines), lines, union([one.box, other.box]), ink)
    return {_place(one): both, _place(other): None}


_FAULTS: dict[str, Fault] = {
    "wrong_digit": _wrong_digit,
    "lost_digit": _lost_digit,
    "lost_point": _lost_point,
    "lost_figure": _lost_figure,
    "exchanged_down": _exchanged_down,
    "exchanged_across": _exchanged_across,
    "run_down": _run_down,
    "joined_texts": _joined_texts,
    "lost_row": _lost_row,
    "lost_label": _lost_label,
    "code_digit": _code_digit,
    "lost_ruling_below": _lost_ruling_below,
    "lost_ruling_beside": _lost_ruling_beside,
}
KINDS = (*_FAULTS, "page_lost")
