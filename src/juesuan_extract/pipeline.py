"""From the bytes of a PDF to proven accounts: the one function that composes the stages."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from time import perf_counter

from juesuan_extract.errors import NoTextLayer, UnreadableDocument
from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.locate.accounts import locate
from juesuan_extract.locate.span import Located
from juesuan_extract.map.rows import map_rows, unknown_rows
from juesuan_extract.map.table import MappedTable, Tables, map_table
from juesuan_extract.model.account import Account, Table
from juesuan_extract.model.fact import Fact, Key, Second
from juesuan_extract.model.message import Finding, Message, Repair, message
from juesuan_extract.model.page import Sheet
from juesuan_extract.model.proof import Check, Conflict
from juesuan_extract.model.table import MappedRow, RawRow, Span
from juesuan_extract.options import Options
from juesuan_extract.read.other_grids import with_other_grids
from juesuan_extract.read.pages import read_sheets
from juesuan_extract.read.pdf_file import damage
from juesuan_extract.read.pictures import with_pictures
from juesuan_extract.recognise.head import head_of
from juesuan_extract.repair.misplaced import set_right
from juesuan_extract.repair.pairing import borrow_names, pair_rows
from juesuan_extract.repair.second_reader import second_opinion
from juesuan_extract.values.labels import is_blank, page_ranges
from juesuan_extract.verify.blame import conflicts, suspects
from juesuan_extract.verify.book import Book, book_of
from juesuan_extract.verify.identities import evaluate, zero_elsewhere
from juesuan_extract.verify.mentions import passages, with_mentions
from juesuan_extract.verify.status import judge_cells, judge_document, judge_table

PICTURES = 3  # pages without text; a document with as many and no table may be an account, and nobody has read it


def extract(data: bytes, source: str, options: Options, catalog: Catalog) -> tuple[Account, ...]:
    """All final accounts in one PDF; one Account that says what it is when it holds none.

    data: the file's bytes; source: the name under which it is reported. Raises UnreadableDocument for a file that is
    no readable PDF, NoTextLayer for one whose tables may all be on scanned pages.
    """
    with _uncollected():
        try:
            return _extract(data, source, options, catalog)
        finally:
            head_of.cache_clear()  # it would keep the grids of documents that are done


@contextmanager
def _uncollected() -> Iterator[None]:
    """No cyclic garbage collection meanwhile: a document makes ten thousands of tuples and no cycles, and collections
    that find nothing take a twentieth of its time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def find_tables(
    data: bytes, options: Options, catalog: Catalog, clock: Clock | None = None
) -> tuple[list[Sheet], Located]:
    """The pages of a PDF and which tables stand on them; raises UnreadableDocument."""
    clock = clock or Clock()
    sheets = read_sheets(data, catalog, options.reader)
    clock.stop("read")
    located = locate(sheets, catalog)
    if located.gridless and options.reader == "auto":
        sheets = with_other_grids(data, sheets, located.gridless, catalog)
        located = locate(sheets, catalog)
    clock.stop("locate")
    return sheets, located


def _extract(data: bytes, source: str, options: Options, catalog: Catalog) -> tuple[Account, ...]:
    clock = Clock()
    sheets, located = find_tables(data, options, catalog, clock)
    digest = hashlib.sha256(data).hexdigest()
    empty = Account(digest[:16], source, digest, len(sheets), located.kind, "not_final_account")
    pictures = [sheet.number for sheet in sheets if sheet.picture]
    if pictures:
        unread = Finding("no_text_layer", "", tuple(pictures), message("finding.pictures"))
        located = replace(located, findings=(*located.findings, unread))
    if not located.accounts and located.kind == "other" and len(pictures) >= min(PICTURES, len(sheets)):
        raise NoTextLayer(f"no table was found, and pages {page_ranges(pictures)} are pictures without a text layer")
    if all(is_blank(sheet.text) for sheet in sheets):
        raise NoTextLayer("no page has any text: it is lost, or drawn as lines")
    if not located.accounts and (what := damage(data)):
        raise UnreadableDocument(f"no table was found, and the file is damaged: {what}", "download it again")
    if not located.accounts:
        return (replace(empty, others=located.others, findings=located.findings, timings=clock.times),)
    accounts = []
    for number in range(len(located.accounts)):
        doc_id = empty.doc_id + (f"-{number + 1}" if number else "")
        account = _account(data, replace(empty, doc_id=doc_id), sheets, located, number, options, catalog, clock)
        accounts.append(with_pictures(account, data) if options.pictures else account)
    return tuple(accounts)


class Clock:
    """Seconds per stage."""

    def __init__(self) -> None:
        self.times: dict[str, float] = {}
        self._last = perf_counter()

    def stop(self, stage: str) -> None:
        now = perf_counter()
        self.times[stage] = self.times.get(stage, 0.0) + now - self._last
        self._last = now


def _account(
    data: bytes,
    empty: Account,
    sheets: list[Sheet],
    located: Located,
    number: int,
    options: Options,
    catalog: Catalog,
    clock: Clock,
) -> Account:
    """Map, mend and prove the tables of one account."""
    spans = located.accounts[number]
    empty_spans = {str(span.table_id): span for span in spans if not span.grids}
    mapped = [map_table(span, catalog) for span in spans if span.grids]
    tables: Tables = {table.spec.id: table for table in mapped}
    clock.stop("map")
    tables, repairs = _mend(tables, catalog)
    clock.stop("repair")
    book = book_of(tables)
    checks = evaluate(book, catalog)
    clock.stop("verify")
    findings: list[Finding] = []
    differing: dict[Key, Message] = {}
    seconds: dict[Key, Second] = {}
    failing = [t for t in tables if _failures(checks, t)]
    if failing and options.reader == "auto":
        tables, more, findings, differing, seconds = _ask_again(data, tables, failing, catalog)
        repairs += more
        book = book_of(tables)
        checks = evaluate(book, catalog)
        clock.stop("opinion")
    blamed = _blame(tables, book, checks, catalog)
    clock.stop("blame")
    tables, moved, proposals = set_right(tables, checks, blamed, catalog)
    if moved:
        repairs += moved
        book = book_of(tables)
        checks = evaluate(book, catalog)
        blamed = _blame(tables, book, checks, catalog)
    if blamed:
        text = list(passages(_text_of(sheets, located, number)))
        names = {fact.key[:2]: fact.row_name for table in tables.values() for fact in table.facts}
        blamed = tuple(with_mentions(conflict, text, names) for conflict in blamed)
    clock.stop("repair")
    facts = [_with_reason(fact, differing) for table in tables.values() for fact in table.facts]
    judged = judge_cells(facts, checks, suspects(blamed, checks, facts), seconds, catalog.confidence)
    emitted = tuple(
        _table(table_id, tables[table_id], judged, checks, zero_elsewhere(book, table_id, catalog), catalog)
        if table_id in tables
        else _missing(table_id, empty_spans.get(table_id), [p for name, p in located.unread if name == table_id])
        for table_id in catalog.tables
    )
    findings += [f for t in tables.values() for f in (*t.layout.findings, *unknown_rows(t.layout, t.rows, t.spec))]
    identity = located.identities[number]
    clock.stop("verify")
    return replace(
        empty,
        status=judge_document(t.status for t in emitted),
        unit_name=identity.unit_name,
        fiscal_year=identity.fiscal_year,
        confidence=min((t.confidence for t in emitted if t.confidence is not None), default=None),
        tables=emitted,
        facts=judged,
        checks=tuple(checks),
        conflicts=blamed,
        repairs=(*(r for t in tables.values() for r in t.layout.repairs), *repairs),
        proposals=proposals,
        findings=(*located.findings, *findings),
        others=located.others if number == 0 else (),
        timings=dict(clock.times),
    )


def _failures(checks: list[Check], table: str) -> int:
    """How many identities fail that involve a table."""
    return sum(c.accuses and any(k[0] == table for k in c.cells) for c in checks)


def _mend(tables: Tables, catalog: Catalog) -> tuple[Tables, list[Repair]]:
    """Repairs that need the identities: labels paired with figures, names borrowed from other tables."""
    repairs: list[Repair] = []
    for name, table in list(tables.items()):
        if table.spec.kind == "named":
            continue

        def trial(rows: tuple[MappedRow, ...], table: MappedTable = table, tables: Tables = tables) -> list[Check]:
            with_rows = {**tables, table.spec.id: table.with_rows(rows, catalog)}
            return evaluate(book_of(with_rows), catalog, frozenset({table.spec.id}))

        def remap(rows: tuple[RawRow, ...], table: MappedTable = table) -> tuple[MappedRow, ...]:
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


def _ask_again(
    data: bytes, tables: Tables, failing: list[str], catalog: Catalog
) -> tuple[Tables, list[Repair], list[Finding], dict[Key, Message], dict[Key, Second]]:
    """The other readers' opinions on the tables whose identities fail."""
    repairs: list[Repair] = []
    findings: list[Finding] = []
    differing: dict[Key, Message] = {}
    seconds: dict[Key, Second] = {}
    for name in failing:

        def trial(table: MappedTable, tables: Tables = tables, name: str = name) -> list[Check]:
            return evaluate(book_of({**tables, name: table}), catalog, frozenset({name}))

        opinion = second_opinion(data, tables[name], catalog, trial)
        tables = {**tables, name: opinion.table}
        repairs += opinion.repairs
        findings += opinion.findings
        differing.update(opinion.differing)
        seconds.update(opinion.seconds)
    return tables, repairs, findings, differing, seconds


def _blame(tables: Tables, book: Book, checks: list[Check], catalog: Catalog) -> tuple[Conflict, ...]:
    """Who may be to blame for the checks that fail."""
    facts = [fact for table in tables.values() for fact in table.facts]
    return conflicts(checks, facts, book.steps, lambda changed: evaluate(book_of(tables, changed), catalog))


def _text_of(sheets: list[Sheet], located: Located, number: int) -> Iterator[Sheet]:
    """The pages of one account: up to the first table of the next one."""
    first = [min((page for span in spans for page in span.pages), default=1) for spans in located.accounts]
    begin = first[number] if number else 1
    end = min((page for page in first[number + 1 :]), default=len(sheets) + 1)
    return (sheet for sheet in sheets if begin <= sheet.number < end)


def _with_reason(fact: Fact, differing: dict[Key, Message]) -> Fact:
    return fact._replace(reasons=(*fact.reasons, differing[fact.key])) if fact.key in differing else fact


def _missing(table_id: str, span: Span | None, named_on: list[int]) -> Table:
    """A table that was not found.

    span: its title and sentence where only these are printed; named_on: pages with its title and no table.
    """
    if span is None:
        remarks = tuple(message("table.title_only", page=page) for page in named_on)
        remarks = remarks or (message("table.not_found"),)
        return Table(table_id, "", "", (), "", 0, 0, "missing", None, remarks=remarks)
    return Table(table_id, span.number, span.title, (), "", 0, 0, "missing", None, notes=span.notes)


def _table(
    table_id: str,
    mapped: MappedTable,
    facts: tuple[Fact, ...],
    checks: list[Check],
    zero: bool,
    catalog: Catalog,
) -> Table:
    span = mapped.layout.span
    own = [f for f in facts if f.table_id == table_id]
    status, remarks = judge_table(table_id, own, checks, mapped.doubts(catalog), zero)
    return Table(
        table_id,
        span.number,
        span.title,
        span.pages,
        span.unit,
        rows=len({f.row_no for f in own}),
        columns=len({f.column_id for f in own}),
        status=status,
        confidence=min((f.confidence for f in own), default=1.0),
        notes=span.notes,
        remarks=remarks,
        reader=span.grids[0].reader,
    )
