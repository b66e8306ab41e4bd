"""From a proof to the account that is emitted: status, confidence and reasons of cells, tables and the document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.locate.span import Located
from juesuan_extract.map.facts import counted
from juesuan_extract.map.rows import unknown_rows
from juesuan_extract.map.table import MappedTable
from juesuan_extract.model.account import Account, Lacking, Table
from juesuan_extract.model.fact import Fact, Key
from juesuan_extract.model.message import Finding, Message, message
from juesuan_extract.model.page import PageContent
from juesuan_extract.model.table import Span
from juesuan_extract.verify.blame import suspects
from juesuan_extract.verify.identities import zero_elsewhere
from juesuan_extract.verify.mentions import passages, with_mentions
from juesuan_extract.verify.proof import Proof
from juesuan_extract.verify.status import judge_cells, judge_document, judge_table


def settle(
    proof: Proof, sheets: Sequence[PageContent], located: Located, number: int, empty: Account, catalog: Catalog
) -> Account:
    """The account with this number (from 0) of a document. empty: what is known of the document."""
    proof = _heard(proof, _text_of(sheets, located, number))
    tables, checks = proof.tables, proof.checks
    facts = [_with_reason(fact, proof.differing) for fact in proof.facts]
    suspected = suspects(proof.conflicts, checks, facts)
    judged = judge_cells(facts, checks, suspected, proof.seconds, catalog.confidence)
    unprinted = {str(span.table_id): span for span in located.accounts[number] if not span.grids}
    emitted = tuple(
        _table(tables[table_id], judged, proof, catalog)
        if table_id in tables
        else _missing(table_id, unprinted.get(table_id), [p for name, p in located.unread if name == table_id])
        for table_id in catalog.tables
    )
    unknown = [
        f for t in tables.values() for f in (*t.layout.findings, *unknown_rows(t.layout, t.rows, t.spec, catalog))
    ]
    filer = located.filers[number]
    lacking = tuple(_lacking(emitted, located, filer.fiscal_year, catalog))
    return replace(
        empty,
        status=judge_document((t.status for t in emitted), any(lack.pages for lack in lacking)),
        unit_name=filer.unit_name,
        fiscal_year=filer.fiscal_year,
        confidence=min((t.confidence for t in emitted if t.confidence is not None), default=None),
        tables=emitted,
        lacking=lacking,
        facts=judged,
        checks=tuple(checks),
        conflicts=proof.conflicts,
        repairs=(*(r for t in tables.values() for r in t.layout.repairs), *proof.repairs),
        proposals=proof.proposals,
        findings=(*located.findings, *map(_not_found, lacking), *proof.findings, *unknown),
        others=located.others if number == 0 else (),
    )


def _lacking(tables: Sequence[Table], located: Located, year: int | None, catalog: Catalog) -> Iterator[Lacking]:
    """Tables that ought to be there: those that a list of contents names, else those of the year."""
    pictures = tuple(page for finding in located.findings if finding.code == "no_text_layer" for page in finding.pages)
    required = located.contents or catalog.required_tables(year)
    for table in tables:
        if table.status == "missing" and not table.published_title and table.table_id in required:
            named = tuple(page for name, page in located.unread if name == table.table_id)
            yield Lacking(table.table_id, named or pictures)


def _not_found(lacking: Lacking) -> Finding:
    said = "finding.may_stand" if lacking.pages else "finding.nowhere"
    return Finding("table_missing", lacking.table_id, lacking.pages, message(said))


def _heard(proof: Proof, text: Iterator[PageContent]) -> Proof:
    """The proof with what the text says of its suspects; the text is read only where there are any."""
    if not proof.conflicts:
        return proof
    said = list(passages(text))
    names = {fact.key[:2]: fact.row_name for fact in proof.facts}
    return replace(proof, conflicts=tuple(with_mentions(conflict, said, names) for conflict in proof.conflicts))


def _text_of(sheets: Sequence[PageContent], located: Located, number: int) -> Iterator[PageContent]:
    """The pages of one account: up to the first table of the next one."""
    first = [min((page for span in spans for page in span.pages), default=1) for spans in located.accounts]
    begin = first[number] if number else 1
    end = min((page for page in first[number + 1 :]), default=len(sheets) + 1)
    return (sheet for sheet in sheets if begin <= sheet.number < end)


def _with_reason(fact: Fact, differing: Mapping[Key, Message]) -> Fact:
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


def _table(mapped: MappedTable, facts: Sequence[Fact], proof: Proof, catalog: Catalog) -> Table:
    table_id, span = mapped.spec.id, mapped.layout.span
    own = [f for f in facts if f.table_id == table_id]
    zero = zero_elsewhere(proof.book, table_id, catalog)
    status, remarks = judge_table(table_id, own, proof.checks, mapped.doubts(catalog), zero)
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
        notes=(*span.notes, *counted(mapped.layout, mapped.rows, catalog)),
        remarks=remarks,
        reader=span.grids[0].source.reader,
        method="ocr" if any(f.method == "ocr" for f in own) else "text",
    )
