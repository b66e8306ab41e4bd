"""Second and third readers, asked for a table whose grid is missing or whose identities fail, and for no other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from juesuan_extract.errors import UnreadableDocument
from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.locate.walk import without_captions
from juesuan_extract.map.table import MappedTable, map_table
from juesuan_extract.model.fact import Fact, Key, Second
from juesuan_extract.model.message import Finding, Message, Repair, message
from juesuan_extract.model.page import Grid
from juesuan_extract.model.proof import Check
from juesuan_extract.model.table import Span
from juesuan_extract.read.engines import READERS
from juesuan_extract.read.other_grids import MOST_PAGES
from juesuan_extract.repair.evidence import compare
from juesuan_extract.values.ids import is_unmapped
from juesuan_extract.verify.proof import Proof, Trial

MOST_SHOWN = 5  # figures of a repair that are written out


class Opinion(NamedTuple):
    """What another reader says of a table."""

    table: MappedTable  # the reading to go on with
    repairs: tuple[Repair, ...]
    findings: tuple[Finding, ...]
    differing: dict[Key, Message]  # cells that it reads otherwise, and how
    adopted: frozenset[Key] = frozenset()  # cells that are now as it reads them
    asked: bool = False  # it found the table

    @property
    def seconds(self) -> dict[Key, Second]:
        """What it says of each cell of the reading to go on with; nothing where it did not find the table."""
        keys = (fact.key for fact in self.table.facts) if self.asked else ()
        return {k: "adopted" if k in self.adopted else "differs" if k in self.differing else "agrees" for k in keys}


def read_again(proof: Proof, data: bytes | None, catalog: Catalog) -> Proof:
    """The other readers' opinions on the tables whose identities fail; data: None where none is to be asked."""
    for name in proof.failing() if data is not None else ():
        assert data is not None
        opinion = second_opinion(data, proof.tables[name], catalog, proof.trial(name, catalog))
        if opinion.repairs:
            proof = proof.mended({name: opinion.table}, opinion.repairs, catalog)
        proof = replace(
            proof,
            findings=(*proof.findings, *opinion.findings),
            differing={**proof.differing, **opinion.differing},
            seconds={**proof.seconds, **opinion.seconds},
        )
    return proof


def second_opinion(data: bytes, table: MappedTable, catalog: Catalog, trial: Trial) -> Opinion:
    """Read a table again with the other readers.

    Their reading is taken when all identities hold with it and prove it; a reading that
    differs and does not help is reported cell by cell, and one that agrees shows that the figures are printed so.
    """
    span = table.layout.span
    findings: list[Finding] = []
    differing: dict[Key, Message] = {}
    if len(span.pages) > MOST_PAGES or any(g.source.reader == "stream" for g in span.grids):  # they need rulings
        return Opinion(table, (), (), {})
    before = trial(table.facts)
    asked = False
    for name, again in _readings(data, span, catalog, findings):
        asked = True
        again = _without_hidden_zeros(table, again)
        changes = dict(_changes(table.facts, again.facts))
        if not changes:
            agree = message("finding.readers_agree", reader=name)
            findings.append(Finding("readers_agree", table.spec.id, span.pages[:1], agree))
            break
        after = trial(again.facts)
        if not any(check.accuses for check in after) and compare(before, after).proves:
            repair = Repair(
                table.spec.id, span.pages[0], "second_reader", _shown(changes, 0), _shown(changes, 1),
                message("repair.other_reader", failed=_count(before, "fails"), first="pdfium", second=name),
            )  # fmt: skip
            return Opinion(again, (repair,), tuple(findings), {}, frozenset(changes), asked)
        for key, (_, text) in changes.items():
            otherwise = message("cell.read_otherwise", reader=name, text=text)
            differing.setdefault(key, otherwise if text else message("cell.read_as_nothing", reader=name))
    return Opinion(table, (), tuple(findings), differing, asked=asked)


def _without_hidden_zeros(table: MappedTable, again: MappedTable) -> MappedTable:
    """Another reading with a blank wherever the first one has a blank and it a zero.

    The other readers see text that is hidden on the page, and no identity speaks against a zero.
    """
    blanks = {fact.key for fact in table.facts if fact.is_blank}
    if not any(fact.amount == 0 and fact.key in blanks for fact in again.facts):
        return again
    facts = (
        f._replace(amount=None, text="", is_blank=True) if f.amount == 0 and f.key in blanks else f for f in again.facts
    )
    return replace(again, facts=tuple(facts))


def _count(checks: list[Check], verdict: str) -> int:
    return sum(c.verdict == verdict and c.independent for c in checks)


def _readings(data: bytes, span: Span, catalog: Catalog, findings: list[Finding]) -> Iterator[tuple[str, MappedTable]]:
    for name, read_grids in READERS.items():
        try:
            found = read_grids(data, list(span.pages))
        except UnreadableDocument as error:
            findings.append(Finding("reader_failed", str(span.table_id), span.pages[:1], str(error)))
            continue
        grids = [_match(grid, found.get(grid.page, []), catalog) for grid in span.grids]
        if all(grid is not None for grid in grids):
            again = map_table(replace(span, grids=tuple(g for g in grids if g is not None)), catalog)
            yield name, again


def _match(grid: Grid, others: list[Grid], catalog: Catalog) -> Grid | None:
    """The grid of another reader at the same place."""

    def overlap(other: Grid) -> float:
        a, b = grid.box, other.box
        width, height = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.bottom, b.bottom) - max(a.top, b.top)
        return width * height if width > 0 and height > 0 else 0.0

    best = max(others, key=overlap, default=None)
    if best is None or overlap(best) < 0.5 * (grid.box.x1 - grid.box.x0) * (grid.box.bottom - grid.box.top):
        return None
    return without_captions(best, catalog)[1]


def _changes(one: tuple[Fact, ...], other: tuple[Fact, ...]) -> Iterator[tuple[Key, tuple[str, str]]]:
    """Cells in which the other reading has another amount, with both texts; where it has none it has no opinion."""
    first = {f.key: f for f in one}
    for fact in other:
        before = first.get(fact.key)
        known = not is_unmapped(fact.row_id)
        if known and fact.amount is not None and (before is None or before.amount != fact.amount):
            yield fact.key, (before.text if before else "", fact.text)


def _shown(changes: dict[Key, tuple[str, str]], side: int) -> Message:
    shown = tuple(f"{key[1]}.{key[2]}={texts[side]}" for key, texts in list(changes.items())[:MOST_SHOWN])
    if len(changes) > len(shown):
        return message("repair.more_figures", figures=shown, more=len(changes) - len(shown))
    return message("repair.all_figures", figures=shown)
