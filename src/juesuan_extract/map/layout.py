"""A located table to rows: grids of all its pages aligned, heads taken off, blocks side by side told apart."""

from __future__ import annotations

import re

from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.knowledge.specs import TableSpec
from juesuan_extract.map.joined import joined_cells
from juesuan_extract.model.message import Finding, Message, Repair, message
from juesuan_extract.model.page import Box, Cell, Grid
from juesuan_extract.model.table import Layout, RawRow, Span, TableColumn
from juesuan_extract.recognise.head import cover, head_of
from juesuan_extract.recognise.headings import lay_columns
from juesuan_extract.values.geometry import union
from juesuan_extract.values.ids import is_extra
from juesuan_extract.values.labels import label, normal

_DIGITS = re.compile(r"^\d+$")
_CODE_AND_NAME = re.compile(r"^(\d{3}(?:\d\d){0,2})(?=[\u4e00-\u9fff])(.+)$")
_FIGURE = re.compile(r"\d\.\d\d?(?!\d)")
_LEVELS = ("类", "款", "项", "类款项")

LEFT_OUT = message("repair.left_out")

LabelBlock = tuple[tuple[TableColumn, ...], tuple[TableColumn, ...]]  # label columns, amount columns


def lay_out(span: Span, spec: TableSpec, catalog: Catalog) -> Layout:
    """Columns and body rows of one table over all its pages."""
    first, columns = _head_grid(span, spec, catalog)
    blocks = _blocks(columns)
    repairs: list[Repair] = []
    findings = [
        Finding("unknown_heading", spec.id, (first.page,), "/".join(c.path)) for c in columns if is_extra(c.column_id)
    ]
    sides = [_side(block, spec) for block in blocks]
    by_block: list[list[RawRow]] = [[] for _ in blocks]
    doubts: list[Message] = [d for grid in span.grids for d in grid.doubts]
    for grid in span.grids:
        body, mixed = _body(grid, first, catalog)
        repairs += _head_repairs(spec, grid, catalog, mixed)
        if not any(cell.text for cell in grid.cells):
            rows_left = message("repair.rows_without_text", count=len(grid.ys) - 1)
            repairs.append(
                Repair(spec.id, grid.page, "empty_strip", rows_left, LEFT_OUT, message("repair.nothing_printed"))
            )
        elif grid is not span.grids[0]:
            before = message("repair.page_headed_again" if body else "repair.page_untitled", page=grid.page)
            after = message("repair.joined_to_page", page=span.grids[0].page)
            repairs.append(Repair(spec.id, grid.page, "continuation", before, after, message("repair.in_line")))
        if grid.beside:
            before = message("repair.columns_on", pages=grid.beside)
            after = message("repair.joined_to_page", page=grid.page)
            repairs.append(Repair(spec.id, grid.page, "columns_joined", before, after, message("repair.same_heights")))
        repairs += joined_cells(spec.id, grid, body)
        table = cover(grid)
        placed = _align(grid, first, columns)
        skip = set(head_of(grid, catalog).ordinal_rows)
        for number, block in enumerate(blocks):
            by_block[number] += _block_rows(grid, table, body, skip, block, placed, number, sides[number])
    rows = [row for block_rows in by_block for row in block_rows]
    lost = _unread_figures(span, rows)
    if lost:
        doubts.append(message("table.figures_outside", count=len(lost), figures=tuple(lost[:5])))
    return Layout(span, columns, tuple(rows), tuple(repairs), tuple(findings), tuple(doubts))


def _unread_figures(span: Span, rows: list[RawRow]) -> list[str]:
    """Cells with figures that are no amount of any row: nothing that is printed may be lost unnoticed."""
    read = {id(cell) for row in rows for _, cell in row.amounts}
    return [
        cell.text
        for grid in span.grids
        for cell in grid.cells
        if id(cell) not in read and cell.text and _FIGURE.search(normal(cell.text))
    ]


def _head_grid(span: Span, spec: TableSpec, catalog: Catalog) -> tuple[Grid, tuple[TableColumn, ...]]:
    """The grid with the headings, and its columns: the first, or where that holds none (a strip left on a page) the
    next."""
    for grid in span.grids:
        columns = lay_columns(grid, spec, catalog)
        if any(c.kind == "amount" and not is_extra(c.column_id) for c in columns):
            return grid, columns
    return span.grids[0], lay_columns(span.grids[0], spec, catalog)


def _body(grid: Grid, first: Grid, catalog: Catalog) -> tuple[int, int | None]:
    """First body row and mixed row of a grid; a continuation page may have no head at all."""
    head = head_of(grid, catalog)
    if grid is first:
        return head.body, head.mixed
    words = {normal(c.text) for c in first.cells if c.text and c.row < head_of(first, catalog).body}
    body = 0
    for row in range(head.body):
        texts = [normal(c.text) for c in grid.cells if c.row == row and c.text]
        if texts and all(t in words or _DIGITS.match(t) for t in texts):
            body = row + 1
    mixed = head.mixed if body and head.mixed is not None and head.mixed >= body else None
    return body, mixed


def _head_repairs(spec: TableSpec, grid: Grid, catalog: Catalog, mixed: int | None) -> list[Repair]:
    head = head_of(grid, catalog)
    repairs = []
    if mixed is not None:
        texts = "|".join(c.text for c in grid.cells if c.row == mixed)
        repairs.append(
            Repair(
                spec.id,
                grid.page,
                "heading_in_total_row",
                texts,
                message("repair.headings_taken_out"),
                message("repair.levels"),
            )
        )
    for row in head.ordinal_rows:
        texts = "|".join(c.text for c in grid.cells if c.row == row and c.text)
        repairs.append(Repair(spec.id, grid.page, "ordinal_row", texts, LEFT_OUT, message("repair.numbers_columns")))
    for place in head.places:
        if place.path and catalog.label_kind(place.path[-1]) == "ordinal":
            repairs.append(
                Repair(spec.id, grid.page, "ordinal_column", place.path[-1], LEFT_OUT, message("repair.numbers_rows"))
            )
    return repairs


def _blocks(columns: tuple[TableColumn, ...]) -> list[LabelBlock]:
    """Label columns followed by amount columns, from left to right."""
    blocks: list[tuple[list[TableColumn], list[TableColumn]]] = []
    for column in columns:
        if column.kind in ("code", "name"):
            if not blocks or blocks[-1][1]:
                blocks.append(([], []))
            blocks[-1][0].append(column)
        elif column.kind == "amount":
            if not blocks:
                blocks.append(([], []))
            blocks[-1][1].append(column)
    return [(tuple(labels), tuple(amounts)) for labels, amounts in blocks if amounts]


def _side(block: LabelBlock, spec: TableSpec) -> str:
    for column in (*block[0], *block[1]):
        for text in column.path:
            side = spec.side_labels.get(label(text))
            if side:
                return side
    return ""


def _align(grid: Grid, first: Grid, columns: tuple[TableColumn, ...]) -> list[tuple[int, ...]]:
    """For each elementary column of `grid` the index of the laid out column that it overlaps most.

    Where it reaches over further blocks, also those of their label columns: on a page with nothing but the line of the
    totals, 公用经费合计 fills one column over two blocks.
    """
    shift = 0.0
    if (
        grid is not first
        and abs(grid.box.x0 - first.box.x0) > 6.0
        and abs((grid.box.x1 - grid.box.x0) - (first.box.x1 - first.box.x0)) < 0.04 * (first.box.x1 - first.box.x0)
    ):
        shift = first.box.x0 - grid.box.x0
    placed: list[tuple[int, ...]] = []
    for left, right in zip(grid.xs, grid.xs[1:], strict=False):
        left, right = left + shift, right + shift
        within = (i for i, c in enumerate(columns) if c.x0 <= left and right <= c.x1)
        best = next(within, None)
        if best is None:
            best = max(range(len(columns)), key=lambda i: min(right, columns[i].x1) - max(left, columns[i].x0))
        placed.append((best, *_labels_beyond(best, left, right, columns)))
    return placed


def _labels_beyond(own: int, left: float, right: float, columns: tuple[TableColumn, ...]) -> list[int]:
    """Label columns between two edges that belong to another block than the column `own`."""
    inside = [i for i, c in enumerate(columns) if c.kind in ("code", "name") and left - 6 <= c.x0 and c.x1 <= right + 6]
    return [i for i in inside if any(c.kind == "amount" for c in columns[min(i, own) : max(i, own) + 1])]


def _block_rows(
    grid: Grid,
    table: list[list[Cell | None]],
    body: int,
    skip: set[int],
    block: LabelBlock,
    placed: list[tuple[int, ...]],
    number: int,
    side: str,
) -> list[RawRow]:
    labels, amounts = block
    wanted = {c.number: c for c in (*labels, *amounts)}
    elementary = [(e, index) for e, indices in enumerate(placed) for index in indices if index in wanted]
    starts = sorted(
        {c.row for line in table[body:] for e, _ in elementary if (c := line[e]) is not None and c.row >= body} - skip
    )
    found: list[RawRow] = []
    last_label: Cell | None = None
    for start in starts:
        line = table[start]
        cells: dict[int, list[Cell]] = {}
        for e, index in elementary:
            cell = line[e]
            if cell is not None and cell not in cells.setdefault(index, []):
                cells[index].append(cell)
        row, label_cell = _row(grid, start, cells, labels, amounts, number, side)
        if label_cell is not None and label_cell is last_label and found:
            _merge_into(found, row)
            continue
        last_label = label_cell
        if row.has_label or row.has_figures or any(c.row_id for c in amounts):
            found.append(row)
    return found


def _row(
    grid: Grid,
    start: int,
    cells: dict[int, list[Cell]],
    labels: tuple[TableColumn, ...],
    amounts: tuple[TableColumn, ...],
    number: int,
    side: str,
) -> tuple[RawRow, Cell | None]:
    parts: list[str] = []
    names: list[str] = []
    strays: list[str] = []  # text in a code column: a merged 合计, an ellipsis
    boxes: list[Box] = []
    label_cell: Cell | None = None
    seen: list[Cell] = []
    for column in labels:
        before = len(parts)
        for cell in cells.get(column.number, []):
            if not cell.text or cell in seen:
                continue
            seen.append(cell)
            boxes.append(cell.ink or cell.box)
            label_cell = cell
            text = normal(cell.text)
            if text in _LEVELS:
                continue
            if _DIGITS.match(text):
                parts.append(text)
            elif (both := _CODE_AND_NAME.match(text)) and not any(parts):
                parts.append(both[1])
                names.append(cell.text[len(both[1]) :])
            else:
                (names if column.kind == "name" else strays).append(cell.text)
        if column.kind == "code" and len(parts) == before:
            parts.append("")  # its place tells the level of the parts behind it
    pairs = []
    for column in amounts:
        own = [cell for cell in cells.get(column.number, ()) if cell not in seen]
        if own:
            pairs.append((column, _only(own, column)))
    box = union(boxes) if boxes else None
    code = "|".join(parts).rstrip("|")
    row = RawRow(grid.page, code, "".join(names or strays), tuple(pairs), box, number, side)
    return row, label_cell


def _only(cells: list[Cell], column: TableColumn) -> Cell:
    """The cell of an amount column; of several elementary ones the one with text."""
    with_text = [c for c in cells if c.text]
    return with_text[0] if with_text else cells[0]


def _merge_into(found: list[RawRow], row: RawRow) -> None:
    """A row whose label cell spans it and the row before: their figures belong together unless both are printed."""
    before = found[-1]
    if not row.has_figures:
        return
    if not before.has_figures:
        found[-1] = before._replace(amounts=row.amounts)
    else:
        found.append(row._replace(code="", name="", label_box=None))
