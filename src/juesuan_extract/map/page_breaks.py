"""A row cut by a page break: its label ends, or its figures stand, at the top of the next page."""

from __future__ import annotations

from dataclasses import replace

from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.knowledge.specs import TableSpec
from juesuan_extract.model.message import Message, Repair, message
from juesuan_extract.model.page import Cell
from juesuan_extract.model.table import Layout, RawRow, TableColumn
from juesuan_extract.values.codes import full_code
from juesuan_extract.values.labels import label, row_name

CLOSE = 12.0  # pt to the lower edge of the table; less than a line


def join_cut_rows(layout: Layout, spec: TableSpec, catalog: Catalog) -> Layout:
    """Join the first row of a page to the last row of the page before where one is the rest of the other."""
    rows: list[RawRow] = []
    repairs: list[Repair] = []
    for row in layout.rows:
        before = rows[-1] if rows else None
        if before is None or before.block != row.block or not _over_a_break(before, row, layout):
            rows.append(row)
            continue
        why = _rest_of(before, row, spec, catalog)
        if not why:
            rows.append(row)
            continue
        joined = before._replace(
            code=before.code or row.code,
            name=before.name + row.name,
            amounts=_amounts(before, row),
            page=row.page if row.has_figures and not before.has_figures else before.page,
        )
        rows[-1] = joined
        repairs.append(
            Repair(spec.id, row.page, "row_joined_over_pages", f"{_show(before)} / {_show(row)}", _show(joined), why)
        )
    return replace(layout, rows=tuple(rows), repairs=(*layout.repairs, *repairs)) if repairs else layout


def _over_a_break(before: RawRow, row: RawRow, layout: Layout) -> bool:
    """Whether `before` is the last line of its page, empty ones counted, and `row` stands on the next one."""
    if before.page == row.page:
        return False
    pages = layout.span.pages
    if pages.index(row.page) != pages.index(before.page) + 1:
        return False
    bottom = max(grid.box.bottom for grid in layout.span.grids if grid.page == before.page)
    boxes = [cell.box for _, cell in before.amounts] + ([before.label_box] if before.label_box else [])
    return max(box.bottom for box in boxes) > bottom - CLOSE


def _rest_of(before: RawRow, row: RawRow, spec: TableSpec, catalog: Catalog) -> Message | None:
    """Why `row` is the rest of `before`; None when it isn't."""
    if any(a.text and b.text for (_, a), (_, b) in zip(before.amounts, row.amounts, strict=False)):
        return None
    if not row.has_label:
        return message("repair.label_then_figures") if not before.has_figures else None
    rules = catalog.row_rules[spec.id]
    own, whole = label(row_name(row.name)), label(row_name(before.name + row.name))
    if spec.kind == "named":
        if own not in rules and whole in rules:
            return message("repair.makes_known", name=row_name(before.name + row.name))
        return None
    if row.code or own in rules or own in spec.total_labels or not before.code:
        return None
    known = catalog.code_names["economic" if spec.kind == "economic" else "function"].get(full_code(before.code, ""))
    if known and whole in known:
        return message("repair.makes_name_of_code")
    if known and label(row_name(before.name)) in known:
        return None
    return message("repair.name_without_code")


def _amounts(before: RawRow, row: RawRow) -> tuple[tuple[TableColumn, Cell], ...]:
    rest = {column.number: cell for column, cell in row.amounts}
    joined = []
    for column, cell in before.amounts:
        other = rest.pop(column.number, None)
        joined.append((column, other if other is not None and other.text else cell))
    return (*joined, *((column, cell) for column, cell in row.amounts if column.number in rest))


def _show(row: RawRow) -> str:
    figures = " ".join(cell.text for _, cell in row.amounts if cell.text)
    return " ".join(part for part in (row.code, row.name, figures) if part)
