"""Amount cells to facts."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import Literal, NamedTuple

from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.knowledge.specs import TableKind, TableSpec
from juesuan_extract.model.fact import Evidence, Fact
from juesuan_extract.model.message import Message, message
from juesuan_extract.model.page import Box, Cell
from juesuan_extract.model.table import Layout, MappedRow, TableColumn
from juesuan_extract.values.amounts import MOST, parse
from juesuan_extract.values.geometry import union
from juesuan_extract.values.ids import extra, is_code, is_extra, is_unmapped, unmapped
from juesuan_extract.values.labels import label, normal, row_name, strip_ordinal

AKIN = 3  # characters; shorter names are too much alike by chance
ALIKE = 0.7  # share of two names that is the same
OVERHANG = 0.3  # of its height by which the box of a figure, as tall as its font, may stand out of its cell


class _Setting(NamedTuple):
    """What the cells of one row have in common, for the evidence."""

    open: bool  # no rulings tell its rows
    label: Box | None  # ink of its code and name; None where the row needs none or none is printed
    labelled: bool
    name: Literal["clean", "none", "differs"]
    paired: bool  # its label was printed in another row


_TRANSPOSED = _Setting(False, None, True, "clean", False)


def facts_of(layout: Layout, rows: tuple[MappedRow, ...], spec: TableSpec, catalog: Catalog) -> tuple[Fact, ...]:
    """One fact for each amount cell of the mapped rows."""
    if any(c.row_id for c in layout.columns):
        return _transposed(layout, spec, catalog)
    unruled = {grid.page for grid in layout.span.grids if grid.source.reader == "stream"}
    facts = []
    for number, row in enumerate(rows, 1):
        raw = row.raw
        if _counts(row, catalog):
            continue
        name = _name_evidence(row, spec, catalog)
        setting = _Setting(raw.page in unruled, raw.label_box, raw.label_box is not None, name, raw.paired)
        for column, cell in raw.amounts:
            column_id = _column_id(column, row, spec)
            if column_id:
                facts.append(_fact(layout, spec, number, row.row_id, row.name, column_id, raw.page, cell, setting))
    return tuple(facts)


def _name_evidence(row: MappedRow, spec: TableSpec, catalog: Catalog) -> Literal["clean", "none", "differs"]:
    """Whether the printed name is one of its code's, or one of other codes only; rows without a code have their id
    from their name.

    A name that was borrowed from another table is not printed here and says nothing, nor does one that no list has.
    """
    if not is_code(row.row_id):
        return "none" if is_unmapped(row.row_id) else "clean"
    kind: TableKind = "economic" if spec.kind == "economic" else "function"
    own = label(row_name(row.raw.name))
    names = catalog.code_names[kind].get(row.row_id, frozenset())
    if own in names or any(_akin(own, name) for name in names):
        return "clean"
    return "differs" if names and catalog.codes_named(kind, own) == 1 else "none"


def _akin(one: str, other: str) -> bool:
    """Whether two names differ by a qualifier or a renaming: 行政单位离退休, 归口管理的行政单位离退休."""
    short, long = sorted((one, other), key=len)
    return len(short) >= AKIN and (short in long or SequenceMatcher(None, one, other, False).ratio() >= ALIKE)


def _column_id(column: TableColumn, row: MappedRow, spec: TableSpec) -> str:
    """The id of a column on the side of the table where the row stands."""
    found = column.column_id
    if spec.kind != "named" or is_extra(found) or not row.raw.side:
        return found
    side = spec.columns_[found].side
    return found if side is None or side == row.raw.side else extra(column.path)


def _counts(row: MappedRow, catalog: Catalog) -> bool:
    """Whether a row holds numbers that are no amounts."""
    return is_unmapped(row.row_id) and catalog.counts(row.raw.name)


def counted(layout: Layout, rows: tuple[MappedRow, ...], catalog: Catalog) -> tuple[str, ...]:
    """What a table prints that is no amount, with its name: 国内公务接待批次（个）：12, 12."""
    if any(c.row_id for c in layout.columns):
        cells = [(c.path[-1], cell.text) for raw in layout.rows for c, cell in raw.amounts if c.path and cell.text]
        return tuple(f"{name}：{text}" for name, text in cells if catalog.counts(name))
    found = (
        (row.name, [cell.text for _, cell in row.raw.amounts if cell.text]) for row in rows if _counts(row, catalog)
    )
    return tuple(f"{name}：{', '.join(texts)}" for name, texts in found if texts)


def _transposed(layout: Layout, spec: TableSpec, catalog: Catalog) -> tuple[Fact, ...]:
    """A table whose headings name the rows and whose one line holds the figures."""
    facts: list[Fact] = []
    order = {row_id: number for number, row_id in enumerate(spec.rows, 1)}
    seen: set[tuple[str, str]] = set()
    for raw in sorted(layout.rows, key=lambda r: r.page):
        override = spec.headings.get(label(raw.name), ("",))[0] if raw.name else ""
        for column, cell in raw.amounts:
            if not column.row_id and column.path and catalog.counts(column.path[-1]):
                continue
            if not column.row_id:
                number = len(order) + column.number + 1
                name = row_name("".join(column.path))
                found = column.column_id
                facts.append(_fact(layout, spec, number, unmapped(number), name, found, raw.page, cell, _TRANSPOSED))
                continue
            column_id = override or column.column_id
            if (column.row_id, column_id) in seen:
                continue
            seen.add((column.row_id, column_id))
            name = row_name(_heading_of(column, spec))
            facts.append(
                _fact(layout, spec, order[column.row_id], column.row_id, name, column_id, raw.page, cell, _TRANSPOSED)
            )
    ids = list(spec.columns)
    place = {name: number for number, name in enumerate(ids)}
    return tuple(sorted(facts, key=lambda f: (f.row_no, place.get(f.column_id, len(ids)))))


def _heading_of(column: TableColumn, spec: TableSpec) -> str:
    """The printed heading that names the row of a transposed column."""
    names = {label(n) for n in spec.rows[column.row_id].names}
    for text in reversed(column.path):
        if label(strip_ordinal(text)) in names:
            return text
    return column.path[0]


def _fact(
    layout: Layout,
    spec: TableSpec,
    number: int,
    row_id: str,
    name: str,
    column_id: str,
    page: int,
    cell: Cell,
    setting: _Setting,
) -> Fact:
    text = figure_of(cell)
    amount = parse(text)
    reasons: tuple[Message, ...] = ()
    value: int | None = None
    heading = False
    if amount.kind == "amount":
        value = amount.fen(layout.span.unit)
        if abs(value) >= MOST:
            value, reasons = None, (message("cell.no_amount", text=text[:30]),)
        if amount.odd:
            reasons = (*reasons, message("cell.separators"))
        if len(cell.lines) > 1 and sum(parse(t).kind == "amount" for t in cell.lines) > 1 and amount.decimals == 0:
            reasons = (*reasons, message("cell.two_lines"))
    elif amount.kind == "text":
        if normal(text) in layout_headings(layout):
            heading = True  # printed in the 合计 row, where a figure would stand
        else:
            reasons = (message("cell.no_amount", text=text[:30]),)
    blank = heading or not text
    evidence = _evidence(cell, setting, bool(reasons))
    return Fact(
        spec.id, number, row_id, name, column_id, value, text, blank, cell.page or page, _box(cell),
        cell.source.method, reasons=reasons, evidence=evidence,
    )  # fmt: skip


def _evidence(cell: Cell, setting: _Setting, odd: bool) -> Evidence:
    """What the page shows of a cell."""
    return Evidence(
        reader="ocr" if cell.source.method == "ocr" else "open" if setting.open else "ruled",
        place="clean" if setting.labelled and _in_place(cell, setting) else "off",
        name=setting.name,
        form="odd" if odd else "paired" if setting.paired else "joined" if len(cell.lines) > 1 else "plain",
    )


def _in_place(cell: Cell, setting: _Setting) -> bool:
    """Whether a figure stands in its own cell, and its label in the same row.

    Rulings tell rows: the middle of the label must stand between those of the figure's cell. Without rulings figure
    and label must share a line.
    """
    box, ink, own = cell.box, cell.ink, setting.label
    if ink is not None:
        slack = OVERHANG * (ink.bottom - ink.top)
        if ink.x0 < box.x0 - slack or ink.x1 > box.x1 + slack:
            return False
        if ink.top < box.top - slack or ink.bottom > box.bottom + slack:
            return False
    if own is None:
        return True
    if setting.open:
        return ink is None or own.top <= (ink.top + ink.bottom) / 2 <= own.bottom
    return box.top <= (own.top + own.bottom) / 2 <= box.bottom


def figure_of(cell: Cell) -> str:
    """The text of an amount cell; of a cell into which words of another overflow, its one line that is a figure."""
    if len(cell.lines) > 1 and parse(cell.text).kind == "text":
        figures = [line for line in cell.lines if parse(line).kind == "amount"]
        if len(figures) == 1 and not any(c.isdigit() for line in cell.lines if line != figures[0] for c in line):
            return figures[0]
    return cell.text


def _box(cell: Cell) -> Box:
    """The cell with all of its text, which may stand out of it."""
    box, ink = cell.box, cell.ink
    if ink is None or (ink.x0 >= box.x0 and ink.x1 <= box.x1 and ink.top >= box.top and ink.bottom <= box.bottom):
        return box
    return union([box, ink])


def layout_headings(layout: Layout) -> frozenset[str]:
    """All headings of a table, normalised."""
    return frozenset(normal(text) for column in layout.columns for text in column.path)
