"""An account while it is proven: its tables, what the identities say of them, and what was mended on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.map.table import MappedTable, Tables
from juesuan_extract.model.fact import Fact, Key, Second
from juesuan_extract.model.message import Finding, Message, Repair
from juesuan_extract.model.proof import Check, Conflict
from juesuan_extract.verify.blame import conflicts
from juesuan_extract.verify.book import Book, book_of
from juesuan_extract.verify.identities import evaluate

# the identities that involve a table, when it has these facts
Trial = Callable[[tuple[Fact, ...]], list[Check]]


@dataclass(frozen=True, slots=True)
class Proof:
    """Tables as they stand and what follows from them; a repair gives another one.

    conflicts: empty until `accused`. differing: cells that another reader reads otherwise, and how; seconds: what it
    says of each cell.
    """

    tables: Tables
    book: Book
    checks: Sequence[Check]
    conflicts: tuple[Conflict, ...] = ()
    repairs: tuple[Repair, ...] = ()
    proposals: tuple[Repair, ...] = ()
    findings: tuple[Finding, ...] = ()
    differing: Mapping[Key, Message] = field(default_factory=dict)
    seconds: Mapping[Key, Second] = field(default_factory=dict)

    @property
    def facts(self) -> list[Fact]:
        """The facts of all tables."""
        return [fact for table in self.tables.values() for fact in table.facts]

    def trial(self, name: str, catalog: Catalog) -> Trial:
        """What evaluates the identities that involve a table with other facts."""

        def evaluated(facts: tuple[Fact, ...]) -> list[Check]:
            tables = {**self.tables, name: replace(self.tables[name], facts=facts)}
            return evaluate(book_of(tables), catalog, frozenset({name}))

        return evaluated

    def failing(self) -> list[str]:
        """Ids of the tables that stand in an identity that fails."""
        accused = {key[0] for check in self.checks if check.accuses for key in check.cells}
        return [name for name in self.tables if name in accused]

    def mended(self, tables: Mapping[str, MappedTable], repairs: Sequence[Repair], catalog: Catalog) -> Proof:
        """The proof with some tables in another form, and why."""
        after = {**self.tables, **tables}
        book = book_of(after)
        made = (*self.repairs, *repairs)
        return replace(self, tables=after, book=book, checks=evaluate(book, catalog), conflicts=(), repairs=made)

    def accused(self, catalog: Catalog) -> Proof:
        """The proof with who may be to blame for what fails."""

        def recheck(changed: Mapping[Key, int]) -> list[Check]:
            return evaluate(book_of(self.tables, changed), catalog)

        return replace(self, conflicts=conflicts(self.checks, self.facts, self.book.steps, recheck))


def prove(tables: Tables, catalog: Catalog) -> Proof:
    """Tables as they are printed, with their checks."""
    book = book_of(tables)
    return Proof(tables, book, evaluate(book, catalog))
