"""One located table on its way from cells to facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.knowledge.specs import TableKind, TableSpec
from juesuan_extract.map.facts import facts_of
from juesuan_extract.map.joined import joined_codes, off_baseline
from juesuan_extract.map.layout import lay_out
from juesuan_extract.map.page_breaks import join_cut_rows
from juesuan_extract.map.rows import map_rows
from juesuan_extract.model.fact import Fact
from juesuan_extract.model.message import Message, message
from juesuan_extract.model.table import Layout, MappedRow, Plane, Span
from juesuan_extract.values.ids import is_code, is_unmapped


@dataclass(frozen=True, slots=True)
class MappedTable:
    """A table with ids, before its figures are proven."""

    spec: TableSpec
    layout: Layout
    rows: tuple[MappedRow, ...]
    facts: tuple[Fact, ...]

    def doubts(self, catalog: Catalog) -> tuple[Message, ...]:
        """What about its form keeps it from being called verified."""
        unknown = [what for fact in self.facts if fact.text and not fact.is_blank and (what := _unknown(fact, catalog))]
        found = {fact.row_id for fact in self.facts}
        columns = {fact.column_id for fact in self.facts}
        lacking = [message("table.no_row", row_id=row_id) for row_id in self.spec.key_rows if row_id not in found]
        lacking += [message("table.no_column", column_id=c) for c in self.spec.required_columns if c not in columns]
        lacking += _kinless(found, self.spec.kind)
        if self.spec.kind != "named" and not any(is_code(row.row_id) for row in self.rows):
            lacking.append(message("table.only_total"))
        if not any(fact.amount for fact in self.facts):
            lacking = []  # an empty form
        return (*self.layout.span.doubts, *self.layout.doubts, *dict.fromkeys(unknown), *lacking)

    @property
    def planes(self) -> tuple[Plane, ...]:
        """Numbers of the facts by printed line and column, for each block of labels and figures."""
        if any(c.row_id for c in self.layout.columns):  # the headings name the rows: one line
            order = sorted(range(len(self.facts)), key=lambda n: (self.facts[n].page, self.facts[n].box.x0))
            return (np.array([order], dtype=np.intp),)
        blocks: dict[int, list[tuple[int, int, int]]] = {}
        columns = {column.column_id: column.number for column in self.layout.columns}
        for number, fact in enumerate(self.facts):
            block = self.rows[fact.row_no - 1].raw.block
            blocks.setdefault(block, []).append((fact.row_no, columns.get(fact.column_id, -1), number))
        return tuple(_plane(places) for places in blocks.values())

    def with_rows(self, rows: tuple[MappedRow, ...], catalog: Catalog) -> MappedTable:
        """The same table with other rows."""
        return replace(self, rows=rows, facts=facts_of(self.layout, rows, self.spec, catalog))


Tables = Mapping[str, MappedTable]


def _plane(places: list[tuple[int, int, int]]) -> Plane:
    """places: line, column and number of each fact."""
    lines = {line: n for n, line in enumerate(sorted({line for line, _, _ in places}))}
    columns = {column: n for n, column in enumerate(sorted({column for _, column, _ in places}))}
    plane = np.full((len(lines), len(columns)), -1, dtype=np.intp)
    for line, column, number in places:
        plane[lines[line], columns[column]] = number
    return plane


def _kinless(rows: Iterable[str], kind: TableKind) -> Iterator[Message]:
    """Codes whose 类 or 款 is not printed, or below which no 款 or 项 is, in a table that prints that level.

    A line that is lost takes its part out of all sums at once: what stood below it counts in its place. Some 类 of the
    economic codes have no 款.
    """
    codes = {row for row in rows if row.isdigit()}
    levels = sorted({len(code) for code in codes})
    for above, below in pairwise(levels):
        parents = {code[:above] for code in codes if len(code) == below}
        for lost in sorted(parents - codes):
            first = min(c for c in codes if c.startswith(lost) and c != lost)
            yield message("table.code_alone", code=first, above=lost)
        barren = {code for code in codes if len(code) == above} - parents
        if kind != "economic":
            yield from (message("table.code_barren", code=code, digits=below) for code in sorted(barren))


def _unknown(fact: Fact, catalog: Catalog) -> Message | None:
    """That nothing is known of the row or column of a fact."""
    if is_unmapped(fact.row_id) and not catalog.is_other_row(fact.row_name):
        return message("table.unknown_row", row=fact.row_name) if fact.row_name else message("table.unlabelled_row")
    heading = fact.column_id.removeprefix("extra.")
    if heading != fact.column_id and not catalog.is_other_column(heading.rpartition("/")[2]):
        return message("table.unknown_column", column=heading)
    return None


def map_table(span: Span, catalog: Catalog) -> MappedTable:
    """Lay a located table out, join what a page break cut, and give rows and columns their ids."""
    assert span.table_id is not None
    spec = catalog.tables[span.table_id]
    layout = join_cut_rows(lay_out(span, spec, catalog), spec, catalog)
    rows = map_rows(layout.rows, spec, catalog)
    noted = (*off_baseline(spec.id, layout.rows), *joined_codes(spec.id, rows))
    layout = replace(layout, repairs=(*layout.repairs, *noted))
    return MappedTable(spec, layout, rows, facts_of(layout, rows, spec, catalog))


def map_tables(spans: Iterable[Span], catalog: Catalog) -> Tables:
    """The tables of one account that have a grid, by id."""
    mapped = [map_table(span, catalog) for span in spans if span.grids]
    return {table.spec.id: table for table in mapped}
