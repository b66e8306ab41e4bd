"""The nine tables as printed, with the page pictures beside them, as the report shows them. No markup."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from juesuan_extract.knowledge.confidence import Reason
from juesuan_extract.knowledge.messages import Both
from juesuan_extract.model.account import Account, Table
from juesuan_extract.model.fact import Fact, Key
from juesuan_extract.model.page import Picture
from juesuan_extract.say.account import column_title, row_title
from juesuan_extract.values.amounts import DEFAULT_UNIT, UNITS, format_in
from juesuan_extract.values.ids import is_code

if TYPE_CHECKING:
    from juesuan_extract.knowledge.catalog import Catalog


class Doubtful(NamedTuple):
    """A cell to look at, in words. number: from 1 within its account, 0 where nothing is doubtful about it."""

    number: int
    key: Key
    title: str
    row: str
    column: str
    page: int
    printed: str  # empty for a blank
    taken: str  # in the unit of its table, where it isn't what is printed
    status: str
    confidence: float
    reasons: tuple[Both, ...]
    lacks: tuple[Reason, ...]  # what keeps the evidence for it from being the best
    pictured: bool


class Row(NamedTuple):
    """A printed row. cells: as printed, empty where the row has no such cell."""

    code: str
    name: str
    level: int  # 0 for 类, 1 for 款, 2 for 项
    cells: tuple[str | Doubtful, ...]


class BlockPart(NamedTuple):
    """Rows that stand on one page. quiet: nothing in them is doubtful."""

    page: int
    rows: tuple[Row, ...]
    quiet: bool


class ReportBlock(NamedTuple):
    """Rows with the same columns: a whole table, or the income or expenditure side of one."""

    coded: bool
    columns: tuple[str, ...]
    parts: tuple[BlockPart, ...]


class Mark(NamedTuple):
    """A box on a picture, in percent of its width and height."""

    number: int
    status: str
    label: str
    left: float
    top: float
    width: float
    height: float


class PageView(NamedTuple):
    """A page picture and the boxes on it."""

    page: int
    ratio: float  # width / height
    image: str  # data URI
    marks: tuple[Mark, ...]


class ReportTable(NamedTuple):
    """One found table. least: its least certain cell."""

    table: Table
    blocks: tuple[ReportBlock, ...]
    doubts: tuple[Doubtful, ...]
    least: Doubtful | None
    pages: tuple[PageView, ...]


def sheets(account: Account, pictures: Sequence[Picture], catalog: Catalog) -> tuple[ReportTable, ...]:
    """The found tables of an account; a picture stands beside the first table that has a doubtful cell on it."""
    by_table: dict[str, list[Fact]] = {}
    for fact in account.facts:
        by_table.setdefault(fact.table_id, []).append(fact)
    left = {picture.page: picture for picture in pictures}
    doubts: dict[int, Doubtful] = {}  # by the identity of the fact, of which two may be equal
    found = [table for table in account.tables if table.status != "missing"]
    for table in found:
        for fact in by_table.get(table.table_id, ()):
            if fact.doubtful:
                doubts[id(fact)] = _doubt(len(doubts) + 1, fact, table, catalog, fact.page in left)
    marked = [(fact, doubts[id(fact)]) for fact in account.facts if id(fact) in doubts] if left else []
    made = []
    for table in found:
        facts = by_table.get(table.table_id, [])
        own = tuple(doubts[id(fact)] for fact in facts if id(fact) in doubts) if doubts else ()
        pages = [left.pop(page) for page in sorted({doubt.page for doubt in own}) if page in left]
        blocks = tuple(_blocks(table.table_id, facts, doubts, catalog))
        least = _least(facts, table, doubts, catalog)
        made.append(ReportTable(table, blocks, own, least, tuple(_page(picture, marked) for picture in pages)))
    return tuple(made)


def _doubt(number: int, fact: Fact, table: Table, catalog: Catalog, pictured: bool) -> Doubtful:
    unit = table.unit if table.unit in UNITS else DEFAULT_UNIT
    return Doubtful(
        number,
        fact.key,
        catalog.tables[fact.table_id].title,
        row_title(fact.row_id, fact.row_name),
        column_title(catalog, fact.table_id, fact.column_id),
        fact.page,
        "" if fact.is_blank else fact.text,
        format_in(fact.amount, unit) if fact.status == "repaired" and fact.amount is not None else "",
        fact.status,
        fact.confidence,
        tuple(map(catalog.messages.both, fact.reasons)),
        catalog.confidence.reasons(fact.evidence),
        pictured,
    )


def _least(facts: Sequence[Fact], table: Table, doubts: Mapping[int, Doubtful], catalog: Catalog) -> Doubtful | None:
    fact = min(facts, key=lambda fact: (fact.confidence, not fact.doubtful), default=None)
    if fact is None:
        return None
    return doubts.get(id(fact)) or _doubt(0, fact, table, catalog, False)


# -- rows and columns -------------------------------------------------------------------------------------------------


_SIDES = {"income": "income", "expenditure": "expenditure", "function": "expenditure"}


def _blocks(
    table_id: str, facts: Sequence[Fact], doubts: Mapping[int, Doubtful], catalog: Catalog
) -> Iterator[ReportBlock]:
    """A table in one block, or its income rows and then its expenditure rows."""
    by_number: dict[int, list[Fact]] = {}
    for fact in facts:
        by_number.setdefault(fact.row_no, []).append(fact)
    sides: dict[str, list[list[Fact]]] = {}
    side = ""
    for row in by_number.values():
        side = _SIDES.get(row[0].row_id.partition(".")[0], side)
        sides.setdefault(side, []).append(row)
    order = catalog.tables[table_id].columns
    for rows in sides.values():
        present = {fact.column_id: None for row in rows for fact in row}
        columns = (*(name for name in order if name in present), *(name for name in present if name not in order))
        parts = [_part(page, list(own), columns, doubts) for page, own in groupby(rows, key=lambda row: row[0].page)]
        titles = tuple(column_title(catalog, table_id, name) for name in columns)
        yield ReportBlock(any(is_code(row[0].row_id) for row in rows), titles, tuple(parts))


def _part(page: int, rows: list[list[Fact]], columns: tuple[str, ...], doubts: Mapping[int, Doubtful]) -> BlockPart:
    quiet = not doubts or not any(id(fact) in doubts for row in rows for fact in row)
    return BlockPart(page, tuple([_row(row, columns, {} if quiet else doubts) for row in rows]), quiet)


def _row(facts: list[Fact], columns: tuple[str, ...], doubts: Mapping[int, Doubtful]) -> Row:
    first = facts[0]
    code = first.row_id if is_code(first.row_id) else ""
    own: dict[str, str | Doubtful] = {fact.column_id: fact.text for fact in facts}
    if doubts:
        own |= {fact.column_id: doubts[id(fact)] for fact in facts if id(fact) in doubts}
    cells = tuple([own.get(column, "") for column in columns])
    return Row(code, first.row_name, max(0, len(code) - 3) // 2, cells)


# -- pictures ---------------------------------------------------------------------------------------------------------


def _page(picture: Picture, marked: Sequence[tuple[Fact, Doubtful]]) -> PageView:
    marks = tuple(_mark(picture, fact, doubt) for fact, doubt in marked if fact.page == picture.page)
    image = "data:image/png;base64," + base64.b64encode(picture.png).decode()
    return PageView(picture.page, round(picture.width / picture.height, 4), image, marks)


def _mark(picture: Picture, fact: Fact, doubt: Doubtful) -> Mark:
    x0, x1 = (_percent(x, picture.width) for x in (fact.box.x0, fact.box.x1))
    top, bottom = (_percent(y, picture.height) for y in (fact.box.top, fact.box.bottom))
    label = f"{doubt.number}. {doubt.row} · {doubt.column}: {doubt.printed}"
    return Mark(doubt.number, doubt.status, label, x0, top, round(x1 - x0, 3), round(bottom - top, 3))


def _percent(length: float, whole: float) -> float:
    """A place on the page in percent of its width or height, never outside it."""
    return round(min(max(100 * length / whole, 0.0), 100.0), 3)
