"""From the bytes of a PDF to proven accounts: the one function that composes the stages."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from time import perf_counter

from juesuan_extract.canonical import MappedRow, facts_of, map_rows, unknown_rows
from juesuan_extract.catalog import Catalog, TableSpec
from juesuan_extract.identity import Identity
from juesuan_extract.layout import lay_out
from juesuan_extract.locate import Located, locate
from juesuan_extract.model import Account, Check, Fact, Layout, RawRow, Repair, Span, Table
from juesuan_extract.options import Options
from juesuan_extract.read import read_sheets
from juesuan_extract.repair.page_breaks import join_cut_rows
from juesuan_extract.repair.pairing import borrow_names, pair_rows
from juesuan_extract.verify.blame import suspects
from juesuan_extract.verify.identities import Book, evaluate
from juesuan_extract.verify.status import judge_cells, judge_document, judge_table

def extract(data: bytes, source: str, options: Options, catalog: Catalog) -> tuple[Account, ...]:
    """All final accounts in one PDF; one Account that says what it is when it holds none.

    data: the file's bytes; source: the name under which it is reported. Raises UnreadableDocument for a file that is
    no readable PDF.
    """
    started = perf_counter()
    sheets = read_sheets(data, catalog)
    read = perf_counter()
    located = locate(sheets, catalog)
    found = perf_counter()
    digest = hashlib.sha256(data).hexdigest()
    if not located.accounts:
        return (
            Account(digest[:16], source, digest, len(sheets), located.kind, "not_final_account",
                    timings={"read": read - started, "locate": found - read}),
        )  # fmt: skip
    accounts = []
    for number, (spans, identity) in enumerate(zip(located.accounts, located.identities, strict=True), 1):
        doc_id = digest[:16] + (f"-{number}" if number > 1 else "")
        accounts.append(_account(doc_id, source, digest, len(sheets), spans, identity, located, catalog))
    return tuple(accounts)


@dataclass(frozen=True, slots=True)
class _Mapped:
    """A table with ids, before its figures are proven."""

    spec: TableSpec
    layout: Layout
    rows: tuple[MappedRow, ...]
    facts: tuple[Fact, ...]

    def with_rows(self, rows: tuple[MappedRow, ...], catalog: Catalog) -> _Mapped:
        return replace(self, rows=rows, facts=facts_of(self.layout, rows, self.spec, catalog))


def _map(span: Span, catalog: Catalog) -> _Mapped:
    assert span.table_id is not None
    spec = catalog.tables[span.table_id]
    layout = join_cut_rows(lay_out(span, spec, catalog), spec, catalog)
    rows = map_rows(layout.rows, spec, catalog)
    return _Mapped(spec, layout, rows, facts_of(layout, rows, spec, catalog))


def _book(tables: dict[str, _Mapped]) -> Book:
    facts = [fact for table in tables.values() for fact in table.facts]
    return Book(facts, {name: table.layout.span.unit for name, table in tables.items()}, tables)


def _mend(tables: dict[str, _Mapped], catalog: Catalog) -> tuple[dict[str, _Mapped], list[Repair]]:
    """Repairs that need the identities: labels paired with figures, names borrowed from other tables."""
    repairs: list[Repair] = []
    for name, table in list(tables.items()):
        if table.spec.kind == "named":
            continue

        def trial(rows: tuple[MappedRow, ...], table: _Mapped = table) -> list[Check]:
            trial_tables = {**tables, table.spec.id: table.with_rows(rows, catalog)}
            return evaluate(_book(trial_tables), catalog, frozenset({table.spec.id}))

        def remap(rows: tuple[RawRow, ...], table: _Mapped = table) -> tuple[MappedRow, ...]:
            return map_rows(rows, table.spec, catalog)

        rows, made = pair_rows(table.rows, table.spec, trial, remap)
        others = {
            row.row_id: row.name
            for other, mapped in tables.items()
            if other != name and mapped.spec.kind == table.spec.kind
            for row in mapped.rows
            if row.name and row.row_id.isdigit()
        }
        rows, borrowed = borrow_names(rows, others, table.spec)
        if made or borrowed:
            tables = {**tables, name: table.with_rows(rows, catalog)}
            repairs += [*made, *borrowed]
    return tables, repairs


def _account(
    doc_id: str,
    source: str,
    digest: str,
    pages: int,
    spans: tuple[Span, ...],
    identity: Identity,
    located: Located,
    catalog: Catalog,
) -> Account:
    tables, repairs = _mend({m.spec.id: m for m in (_map(span, catalog) for span in spans)}, catalog)
    facts = [fact for table in tables.values() for fact in table.facts]
    checks = evaluate(_book(tables), catalog)
    judged = judge_cells(facts, checks, suspects(checks, facts))
    emitted = tuple(_table(table_id, tables.get(table_id), judged, checks) for table_id in catalog.tables)
    findings = [f for m in tables.values() for f in (*m.layout.findings, *unknown_rows(m.rows, m.spec))]
    return Account(
        doc_id,
        source,
        digest,
        pages,
        "final_account",
        judge_document(t.status for t in emitted),
        identity.unit_name,
        identity.fiscal_year,
        min((t.confidence for t in emitted if t.confidence is not None), default=None),
        tables=emitted,
        facts=judged,
        checks=tuple(checks),
        repairs=(*(r for m in tables.values() for r in m.layout.repairs), *repairs),
        findings=(*located.findings, *findings),
        others=located.others,
    )


def _table(table_id: str, mapped: _Mapped | None, facts: tuple[Fact, ...], checks: list[Check]) -> Table:
    if mapped is None:
        return Table(table_id, "", "", (), "", 0, 0, "missing", None)
    span = mapped.layout.span
    own = [f for f in facts if f.table_id == table_id]
    return Table(
        table_id,
        span.number,
        span.title,
        span.pages,
        span.unit,
        rows=len({f.row_no for f in own}),
        columns=len({f.column_id for f in own}),
        status=judge_table(table_id, own, checks, mapped.layout.doubts),
        confidence=min((f.confidence for f in own), default=1.0),
        notes=span.notes,
        reader=span.grids[0].reader,
    )
