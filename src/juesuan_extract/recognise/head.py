"""The head of a table: where the body begins, its rows of headings, and what each column of cells holds."""

from __future__ import annotations

import itertools
import re
from functools import lru_cache

from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.model.page import Cell, Grid
from juesuan_extract.model.table import ColumnKind, Head, HeadColumn
from juesuan_extract.values.amounts import parse
from juesuan_extract.values.codes import CODE
from juesuan_extract.values.labels import label, normal, strip_ordinal

SMALL = re.compile(r"^[1-9]\d?$")
CJK = re.compile(r"[\u4e00-\u9fff]")


def cover(grid: Grid) -> list[list[Cell | None]]:
    """The cell at each elementary row and column."""
    table: list[list[Cell | None]] = [[None] * (len(grid.xs) - 1) for _ in range(len(grid.ys) - 1)]
    for cell in grid.cells:
        for row in range(cell.row, cell.row + cell.row_span):
            table[row][cell.column : cell.column + cell.column_span] = [cell] * cell.column_span
    return table


def head_of(grid: Grid, catalog: Catalog) -> Head:
    """The head of a grid, taken apart once and kept with it."""
    head = grid.derived.get(catalog)
    if not isinstance(head, Head):
        head = grid.derived[catalog] = _take_apart(grid, catalog)
    return head


def _take_apart(grid: Grid, catalog: Catalog) -> Head:
    rows = len(grid.ys) - 1
    starts: list[list[Cell]] = [[] for _ in range(rows)]
    for cell in grid.cells:
        starts[cell.row].append(cell)
    table = cover(grid)
    ordinal_rows: list[int] = []
    heading_rows: list[int] = []
    body, mixed = rows, None
    counted = _row_that_counts(starts, catalog)
    for row in range(rows):
        cells = [c for c in starts[row] if c.text]
        if not cells:
            continue
        if row < counted or (len(cells) == 1 and cells[0].column_span == len(grid.xs) - 1 and not heading_rows):
            what = "heading"  # no row of the body stands there, nor is one a single cell from edge to edge
        else:
            what = _row_kind(cells, table, heading_rows, catalog)
        if what == "ordinal":
            ordinal_rows.append(row)
        elif what == "heading":
            heading_rows.append(row)
        else:
            body = row
            if any(_is_level(c.text) for c in cells) and what == "mixed":
                mixed = row
            break
    else:
        body = min(rows, max([*heading_rows, *ordinal_rows], default=-1) + 1)
    # rows below that only count columns, e.g. 栏次 under a mixed row
    for row in range(body, min(rows, body + 3)):
        cells = [c for c in starts[row] if c.text]
        if cells and _counts_columns(cells, catalog):
            ordinal_rows.append(row)
    if mixed is None and body < rows and _holds_headings(starts[body], catalog):
        mixed = body
    places = _places(grid, table, body, mixed, heading_rows)
    return Head(body, mixed, tuple(ordinal_rows), places, tuple(heading_rows))


def _row_that_counts(starts: list[list[Cell]], catalog: Catalog) -> int:
    """The row 栏次 1 2 3 … before any figure or code: what stands above it is the head. 0 when there is none."""
    for row, cells in enumerate(starts):
        texts = [normal(c.text) for c in cells if c.text]
        if any(_is_figure(t) or CODE.match(t) for t in texts):
            return 0
        if "1" in texts and "2" in texts and _counts_columns([c for c in cells if c.text], catalog):
            return row
    return 0


def _row_kind(cells: list[Cell], table: list[list[Cell | None]], above: list[int], catalog: Catalog) -> str:
    """heading, ordinal, body or mixed (類款項 or headings beside figures)."""
    texts = [normal(c.text) for c in cells]
    if _counts_columns(cells, catalog):
        return "ordinal"
    figures = sum(_is_figure(t) for t in texts)
    levels = sum(_is_level(t) for t in texts)
    if figures:
        return "mixed" if levels else "body"
    if any(CODE.match(t) for t in texts):
        return "body"
    first = cells[0]
    words = sum(catalog.is_heading_word(c.text) for c in cells)
    if levels and label(cells[-1].text) in ("合计", "总计") and levels + 1 == len(cells):
        return "mixed"  # 类 款 项 合计 without figures
    own = label(strip_ordinal(first.text))
    under_label = not above or any(
        catalog.label_kind(above_cell.text) is not None
        for row in above
        if (above_cell := table[row][first.column]) is not None and above_cell.text
    )
    if own in ("合计", "总计") and under_label and above:
        return "body"
    if words or sum(label(strip_ordinal(c.text)) in catalog.transposable_rows for c in cells) >= 3:
        return "heading"
    if own in catalog.row_labels and (len(cells) == 1 or not all(label(t) in catalog.any_heading for t in texts[1:])):
        return "body"
    if above and first.text != own and CJK.search(own) and len(cells) <= 2 and strip_ordinal(first.text) != first.text:
        return "body"  # 一、… in a named table
    return "heading"


def _holds_headings(cells: list[Cell], catalog: Catalog) -> bool:
    """Whether a body row has heading words among its figures (合计 基本支出 项目支出 in the 合计 row)."""
    found = [label(c.text) for c in cells if c.text and CJK.search(c.text)]
    return sum(f in ("基本支出", "项目支出") for f in found) >= 2


def _is_figure(text: str) -> bool:
    amount = parse(text)
    return amount.kind == "amount" and (amount.decimals > 0 or "," in text or amount.value == 0)


def _is_level(text: str) -> bool:
    return normal(text) in ("类", "款", "项", "类款项", "类款")


def _counts_columns(cells: list[Cell], catalog: Catalog) -> bool:
    """Whether a row only numbers its columns: 栏次 1 2 3, with or without the word."""
    texts = [normal(c.text) for c in cells]
    numbers = [int(t) for t in texts if SMALL.match(t)]
    others = [t for t in texts if not SMALL.match(t)]
    named = any(label(t) in catalog.ordinal_labels for t in others)
    rest = [t for t in others if not _is_level(t) and label(t) not in catalog.ordinal_labels]
    if rest:
        return False
    rising = all(a < b for a, b in itertools.pairwise(numbers))
    return bool(numbers) and rising and (named or len(numbers) >= 2)


def _places(
    grid: Grid, table: list[list[Cell | None]], body: int, mixed: int | None, heading_rows: list[int]
) -> tuple[HeadColumn, ...]:
    rows, columns = len(grid.ys) - 1, len(grid.xs) - 1
    body_rows = range(body, rows) if body < rows else range(max(0, body - 1), rows)
    support = [0] * (columns + 1)
    for row in body_rows:
        line = table[row]
        for edge in range(1, columns):
            if line[edge - 1] is not line[edge]:
                support[edge] += 1
    needed = 1 if len(body_rows) < 4 else max(2, len(body_rows) // 10)
    edges = [0, *(e for e in range(1, columns) if support[e] >= needed), columns]
    places = []
    for first, end in itertools.pairwise(edges):
        path = _path(table, first, end - 1, heading_rows, mixed)
        content = _content(table, body_rows, first, end - 1, mixed)
        places.append(HeadColumn(first, end - 1, grid.xs[first], grid.xs[end], path, content))
    return tuple(places)


def _path(
    table: list[list[Cell | None]], first: int, last: int, heading_rows: list[int], mixed: int | None
) -> tuple[str, ...]:
    path: list[Cell] = []
    for row in [*heading_rows, *([mixed] if mixed is not None else [])]:
        cell = table[row][first]
        for column in range(first, last + 1):  # a heading may stand in any of the merged columns
            other = table[row][column]
            if cell is None or not cell.text:
                cell = other
        if cell is None or not cell.text or (path and path[-1] is cell):
            continue
        if row == mixed and (not CJK.search(cell.text) or (label(cell.text) in ("合计", "总计") and cell.column <= 3)):
            continue
        path.append(cell)
    return tuple(c.text for c in path)


def _content(table: list[list[Cell | None]], body_rows: range, first: int, last: int, mixed: int | None) -> ColumnKind:
    """What the body cells of a column mostly hold."""
    counts = {"code": 0, "amount": 0, "name": 0, "small": 0, "other": 0}
    seen: set[int] = set()
    for row in body_rows:
        if row == mixed:
            continue
        for cell in table[row][first : last + 1]:
            if cell is None or not cell.text or id(cell) in seen:
                continue
            seen.add(id(cell))
            if cell.column >= first and cell.column + cell.column_span - 1 <= last:
                counts[_what_is(cell.text)] += 1
    total = sum(counts.values()) - counts["other"]
    if not total:
        return "other"
    if counts["amount"] * 2 >= total:
        return "amount"
    if counts["name"] * 2 > total:
        return "name"
    if counts["code"] * 2 >= total:
        return "code"
    return "ordinal"


@lru_cache(maxsize=65536)
def _what_is(text: str) -> str:
    """What the text of a body cell looks like."""
    plain = normal(text)
    if CODE.match(plain):
        return "code"
    if SMALL.match(plain):
        return "small"
    if parse(plain).kind in ("amount", "dash"):
        return "amount"
    return "name" if CJK.search(plain) else "other"
