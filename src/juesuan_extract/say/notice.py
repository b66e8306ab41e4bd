"""What somebody should look at in a document, in one line: file, page, table and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.model.account import Account, Table
from juesuan_extract.model.fact import Fact

UNPROVEN = ("table.unproven", "table.unproven_one")  # said of the figure itself


class Notice(NamedTuple):
    """One document that needs a look. page: None where no page is meant; table: id and title, or empty."""

    source: str
    page: int | None
    table: str
    message: str

    def __str__(self) -> str:
        place = [self.source, f"page {self.page}" if self.page else "", self.table]
        return ", ".join(filter(None, place)) + ": " + self.message


def notice(account: Account, catalog: Catalog) -> Notice | None:
    """The notice of an account; None when there is nothing to look at (a duplicate, a budget, a verified account)."""
    if account.status == "failed":
        return Notice(account.source, None, "", account.error)
    worst = [table for table in account.tables if table.status == account.status]
    if account.status not in ("conflict", "unverified") or not worst:
        return None
    table, *others = worst
    title = f"{table.table_id} {catalog.tables[table.table_id].title}"
    fact = _first([fact for fact in account.facts if fact.table_id == table.table_id])
    page = fact.page if fact else min(table.pages, default=None)
    also = f" (and {len(others)} more tables)" if len(others) > 1 else " (and one more table)" if others else ""
    return Notice(account.source, page, title, _advice(account, table, fact, catalog) + also)


def _first(facts: Iterable[Fact]) -> Fact | None:
    """The first suspect, else the first cell in doubt."""
    doubts = [fact for fact in facts if fact.doubtful]
    return next((fact for fact in doubts if fact.status == "conflict"), doubts[0] if doubts else None)


def _advice(account: Account, table: Table, fact: Fact | None, catalog: Catalog) -> str:
    where = f"{fact.row_name or fact.row_id} {fact.text}".strip() if fact else "the table"
    if table.status == "conflict":
        failed = [c for c in account.checks if c.verdict == "fails" and table.table_id in c.tables]
        checks = "a check fails" if len(failed) == 1 else f"{len(failed)} checks fail"
        return f"{checks}; compare {where} with the page"
    form = [said for said in table.remarks if said.code not in UNPROVEN]
    if not fact and table.remarks:
        form = form or list(table.remarks)
    if form and not (fact and fact.amount):
        why, *more = (catalog.messages.say(said, "en") for said in form)
        return f"{why}{f' and {len(more)} more' if more else ''}; compare the table with the page"
    return f"no check speaks for {where}; compare it with the page"
