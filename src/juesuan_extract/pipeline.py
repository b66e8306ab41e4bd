"""From the bytes of a PDF to proven accounts: the one function that composes the stages."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from time import perf_counter

from juesuan_extract.canonical import MappedRow, facts_of, map_rows, unknown_rows
from juesuan_extract.catalog import Catalog
from juesuan_extract.grid import find_grids
from juesuan_extract.identity import Identity
from juesuan_extract.layout import lay_out
from juesuan_extract.locate import Located, locate
from juesuan_extract.model import Account, Box, Fact, Finding, Line, Repair, Sheet, Span, Table
from juesuan_extract.options import Options
from juesuan_extract.readers.pdfium import PdfiumDocument
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


def read_sheets(data: bytes, catalog: Catalog) -> list[Sheet]:
    """Every page once: its text, and where lines are drawn its grids."""
    sheets = []
    with PdfiumDocument(data) as document:
        for number in range(1, document.page_count + 1):
            with document.page(number) as page:
                text = page.text()
                content = page.read()
            grids, lines = find_grids(content)
            sheets.append(Sheet(number, text, tuple(lines), tuple(grids), content.width, content.height))
    return sheets


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
    facts: list[Fact] = []
    repairs: list[Repair] = []
    findings: list[Finding] = []
    doubts: dict[str, tuple[str, ...]] = {}
    rows: dict[str, tuple[MappedRow, ...]] = {}
    for span in spans:
        assert span.table_id is not None
        spec = catalog.tables[span.table_id]
        layout = lay_out(span, spec, catalog)
        mapped = map_rows(layout, spec, catalog)
        rows[spec.id] = mapped
        facts += facts_of(layout, mapped, spec, catalog)
        repairs += layout.repairs
        findings += [*layout.findings, *unknown_rows(mapped, spec)]
        doubts[spec.id] = layout.doubts
    book = Book(facts, {s.table_id: s.unit for s in spans if s.table_id}, [s.table_id for s in spans if s.table_id])
    checks = evaluate(book, catalog)
    suspected = suspects(checks, facts)
    judged = judge_cells(facts, checks, suspected)
    by_id = {s.table_id: s for s in spans}
    tables = []
    for table_id in catalog.tables:
        span_ = by_id.get(table_id)
        if span_ is None:
            tables.append(Table(table_id, "", "", (), "", 0, 0, "missing", None))
            continue
        own = [f for f in judged if f.table_id == table_id]
        tables.append(
            Table(
                table_id, span_.number, span_.title, span_.pages, span_.unit, len({f.row_no for f in own}),
                len({f.column_id for f in own}), judge_table(table_id, own, checks, doubts[table_id]),
                min((f.confidence for f in own), default=1.0), "text", span_.notes, span_.grids[0].reader,
            )
        )  # fmt: skip
    confidence = min((t.confidence for t in tables if t.confidence is not None), default=None)
    return Account(
        doc_id, source, digest, pages, "final_account", judge_document([t.status for t in tables]),
        identity.unit_name, identity.fiscal_year, confidence, "", tuple(tables), judged, tuple(checks), tuple(repairs),
        (*located.findings, *findings), located.others,
    )  # fmt: skip
