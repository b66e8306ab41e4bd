"""Wide tables that were cut by columns: their right part stands on pages of its own, without codes and names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.model.page import Box, Cell, Grid, Line, PageContent
from juesuan_extract.recognise.captions import is_caption
from juesuan_extract.recognise.head import head_of
from juesuan_extract.recognise.titles import match_title

ROWS = 3  # at least so many rows of the body must stand at the same heights
NEAR = 1.5  # pt
PARTS = 4  # pages side by side


def with_columns_joined(sheets: list[PageContent], catalog: Catalog) -> list[PageContent]:
    """Pages on which the columns of such tables stand beside the rows to which they belong.

    A spreadsheet prints one strip of columns after the other (pages 5, 6 and then their right parts 7, 8), or the
    parts of one page after the other.
    """
    result = list(sheets)
    for first, last in _without_labels(sheets, catalog):
        count = last - first
        for strip in (n for n in range(count, 0, -1) if count % n == 0 and count // n < PARTS and n <= first):
            left = result[first - strip : first]
            right = [result[first + part : last : strip] for part in range(strip)]
            if all(_belong(own, parts, catalog) for own, parts in zip(left, right, strict=True)):
                for place, (own, parts) in enumerate(zip(left, right, strict=True), first - strip):
                    result[place] = _joined(own, parts, catalog)
                result[first:last] = [replace(sheet, grids=()) for sheet in result[first:last]]
                break
    return result


def _without_labels(sheets: list[PageContent], catalog: Catalog) -> Iterator[tuple[int, int]]:
    """Runs of pages whose one grid has neither codes nor names, as indices; a page with them goes before."""
    start = None
    for place, sheet in enumerate([*sheets, None]):
        bare = sheet is not None and len(sheet.grids) == 1 and not _has_labels(sheet.grids[0], catalog)
        if bare and start is None:
            start = place
        if not bare and start is not None:
            if start and len(sheets[start - 1].grids) == 1:
                yield start, place
            start = None


def _has_labels(grid: Grid, catalog: Catalog) -> bool:
    places = head_of(grid, catalog).places
    headed = any(catalog.label_kind(text) in ("code", "name") for place in places for text in place.path)
    return headed or any(place.content in ("code", "name") for place in places)


def _belong(own: PageContent, parts: list[PageContent], catalog: Catalog) -> bool:
    """Whether these pages name no other table and their rows stand where those of a page with labels do."""
    if len(own.grids) != 1 or not _has_labels(own.grids[0], catalog):
        return False
    if any(_titles(part, catalog) - _titles(own, catalog) for part in parts):
        return False
    wanted = _heights(own.grids[0], head_of(own.grids[0], catalog).body)
    found = [_heights(part.grids[0], 0)[: len(wanted)] for part in parts]
    return len(wanted) > ROWS and all(
        len(ys) == len(wanted) and all(abs(a - b) < NEAR for a, b in zip(ys, wanted, strict=True)) for ys in found
    )


def _titles(sheet: PageContent, catalog: Catalog) -> set[str | None]:
    """The tables that a page names."""
    return {match.table_id for line in sheet.lines if (match := match_title(line.text, catalog))}


def _heights(grid: Grid, first: int) -> list[float]:
    """Heights of the rows from a first one on, counted from the grid's lower edge, the last row first."""
    return [grid.ys[-1] - edge for edge in reversed(grid.ys[first:])]


def _joined(own: PageContent, parts: list[PageContent], catalog: Catalog) -> PageContent:
    grid = own.grids[0]
    xs, cells, lines = list(grid.xs), list(grid.cells), list(own.lines)
    for sheet in parts:
        part = sheet.grids[0]
        columns, rows = len(xs) - 1, len(grid.ys) - len(part.ys)
        xs += [xs[-1] + x - part.xs[0] for x in part.xs[1:]]
        cells += [_moved(cell, rows, columns, sheet.number) for cell in part.cells if cell.row + rows >= 0]
        captions = (line for line in sheet.lines if line.box.top < part.box.top and is_caption(line.text, catalog))
        lines += [Line(line.text, line.box._replace(top=0.0, bottom=0.0)) for line in captions]
    box = Box(grid.box.x0, grid.box.top, xs[-1], grid.box.bottom)
    beside = tuple(sheet.number for sheet in parts)
    wide = replace(grid, box=box, xs=tuple(xs), cells=tuple(cells), beside=beside)
    return replace(own, grids=(wide,), lines=tuple(lines))


def _moved(cell: Cell, rows: int, columns: int, page: int) -> Cell:
    return cell._replace(row=cell.row + rows, column=cell.column + columns, page=page)
