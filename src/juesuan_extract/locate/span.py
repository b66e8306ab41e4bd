"""A table under construction, and what a document is found to hold."""

from __future__ import annotations

from dataclasses import dataclass, field

from juesuan_extract.locate.unit_and_year import Filer
from juesuan_extract.model.account import Kind, OtherTable
from juesuan_extract.model.message import Finding, Message
from juesuan_extract.model.page import Grid, Line, PageContent
from juesuan_extract.model.table import Span
from juesuan_extract.recognise.titles import Title


@dataclass(frozen=True, slots=True)
class Located:
    """What a document holds. accounts: one tuple of spans per account (部门, 本级 …), in printed order."""

    kind: Kind
    accounts: tuple[tuple[Span, ...], ...]
    filers: tuple[Filer, ...]  # unit name and year of each account; one even when there is no account
    others: tuple[OtherTable, ...]
    findings: tuple[Finding, ...]
    gridless: tuple[int, ...] = ()  # pages that name one of the nine above figures and show no grid
    unread: tuple[tuple[str, int], ...] = ()  # tables that are named on a page and were not found, with the page
    contents: frozenset[str] = frozenset()  # tables that a list of contents names; empty where there is none
    rejected: tuple[Span, ...] = ()  # grids that are none of the nine, with the reason as evidence


@dataclass
class OpenSpan:
    """A span under construction."""

    title: Title | None
    number: str
    unit: str
    unit_name: str
    grids: list[Grid] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    evidence: list[Message] = field(default_factory=list)
    doubts: list[Message] = field(default_factory=list)
    table_id: str | None = None
    contradicted: bool = False  # the headings are not those of the title
    titled: str = ""  # the table that a contradicted title names, if it could be that one
    page: int = 0  # of a table without a grid
    could_be: tuple[str, ...] = ()  # tables that its headings and rows allow, where no title says which it is

    @property
    def first_page(self) -> int:
        """Number of the page on which it begins."""
        return self.grids[0].page if self.grids else self.page

    def close(self) -> Span:
        title = self.title.printed if self.title else ""
        return Span(
            self.table_id, tuple(self.grids), title, self.number, self.unit, self.unit_name, tuple(self.notes),
            tuple(self.evidence), tuple(self.doubts),
        )  # fmt: skip


def same_unit(one: str, other: str) -> bool:
    """Whether two printed names can be those of one unit; a text layer may cut a name off."""
    return one.startswith(other) or other.startswith(one)


def items(sheet: PageContent) -> list[Line | Grid]:
    items: list[Line | Grid] = [*sheet.lines, *sheet.grids]
    return sorted(items, key=lambda item: item.box.top)
