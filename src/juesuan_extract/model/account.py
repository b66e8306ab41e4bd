"""One account as it is emitted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from juesuan_extract.model.fact import Fact
from juesuan_extract.model.message import Finding, Message, Repair, Said
from juesuan_extract.model.page import Method, Picture
from juesuan_extract.model.proof import Check, Conflict

Kind = Literal["final_account", "budget", "other"]
Status = Literal["verified", "unverified", "conflict", "blank", "failed", "not_final_account", "duplicate"]
TableStatus = Literal["verified", "unverified", "conflict", "blank", "missing"]


@dataclass(frozen=True, slots=True)
class Table:
    """One of the nine tables in one document; also when it was not found."""

    table_id: str
    published_no: str
    published_title: str
    pages: tuple[int, ...]
    unit: str
    rows: int
    columns: int
    status: TableStatus
    confidence: float | None
    method: Method = "text"
    notes: tuple[str, ...] = ()  # sentences as printed
    remarks: tuple[Message, ...] = ()  # why it is no better than its status; none where it is verified
    reader: str = ""

    @property
    def said(self) -> tuple[Said, ...]:
        """All that is to be read beside it: what is printed there, and what keeps it from being verified."""
        return (*self.notes, *self.remarks)


class Lacking(NamedTuple):
    """One of the nine tables that ought to be there and isn't; pages: those that may hold it."""

    table_id: str
    pages: tuple[int, ...] = ()


class OtherTable(NamedTuple):
    """A printed table that is none of the nine."""

    title: str
    pages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """One final account, as emitted: everything known about one documents row."""

    doc_id: str
    source: str
    sha256: str
    pages: int
    kind: Kind
    status: Status
    unit_name: str = ""
    fiscal_year: int | None = None
    confidence: float | None = None
    error: str = ""
    tables: tuple[Table, ...] = ()  # the nine, in order, for a final account
    lacking: tuple[Lacking, ...] = ()  # what its contents list, its form and its year require and nobody found
    facts: tuple[Fact, ...] = ()
    checks: tuple[Check, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    repairs: tuple[Repair, ...] = ()
    proposals: tuple[Repair, ...] = ()  # what would satisfy every identity, and was not done: it is not the only way
    findings: tuple[Finding, ...] = ()
    others: tuple[OtherTable, ...] = ()
    pictures: tuple[Picture, ...] = ()
    timings: dict[str, float] = field(default_factory=dict)  # seconds per stage
