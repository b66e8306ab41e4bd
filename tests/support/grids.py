"""Grids and pages written down as lists of rows, for tests of what comes after reading."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from juesuan_extract.model.page import Box, Cell, Grid, Line, PageContent, Source
from juesuan_extract.model.table import Span

LEFT, ABOVE = "<", "^"  # this place belongs to the cell on its left, to the cell above it

Rows = Sequence[Sequence[str]]


def grid(
    rows: Rows,
    page: int = 1,
    x: float = 60.0,
    top: float = 100.0,
    widths: Sequence[float] | None = None,
    height: float = 20.0,
    reader: str = "pdfium",
) -> Grid:
    """A grid of cells; "<" and "^" join a place to its neighbour, a line break in a text makes lines of a cell."""
    columns = len(rows[0])
    assert all(len(row) == columns for row in rows), "all rows must be equally long"
    xs = tuple(accumulate(widths or [90.0] * columns, initial=x))
    ys = tuple(top + height * i for i in range(len(rows) + 1))
    cells = []
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            if text in (LEFT, ABOVE):
                continue
            c1 = next((i for i in range(c + 1, columns) if row[i] != LEFT), columns)
            r1 = next((i for i in range(r + 1, len(rows)) if rows[i][c] != ABOVE), len(rows))
            box = Box(xs[c], ys[r], xs[c1], ys[r1])
            lines = tuple(text.split("\n")) if text else ()
            cells.append(Cell(r, c, r1 - r, c1 - c, "".join(lines), lines, box, box if text else None))
    return Grid(page, Box(xs[0], ys[0], xs[-1], ys[-1]), xs, ys, tuple(cells), Source(reader))


def sheet(number: int, *items: str | Rows | Grid, text: str = "") -> PageContent:
    """A page with lines and tables from top to bottom; text: more text of the page that stands in no line."""
    lines: list[Line] = []
    grids: list[Grid] = []
    printed = []
    y = 40.0
    for item in items:
        if isinstance(item, str):
            lines.append(Line("".join(item.split()), Box(60.0, y, 400.0, y + 10.0)))
            printed.append(item)
            y += 16.0
            continue
        placed = item if isinstance(item, Grid) else grid(item, number, top=y)
        grids.append(placed)
        by_row: dict[int, list[str]] = {}
        for cell in placed.cells:
            by_row.setdefault(cell.row, []).append(cell.text)
        printed += [" ".join(texts) for texts in by_row.values()]
        y = placed.box.bottom + 16.0
    return PageContent(number, "\n".join([*printed, text]), tuple(lines), tuple(grids), 595.0, 842.0)


def span(table_id: str, *grids: Grid, unit: str = "万元", title: str = "") -> Span:
    """A located table."""
    return Span(table_id, tuple(grids), title, "", unit, "")
