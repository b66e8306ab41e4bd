"""What is kept of one source once it is read: what the batch has to know of it, and its piece of the output files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from juesuan_extract.batch.workers.task import Task, attempt, internal_error
from juesuan_extract.emit.piece import make_piece, pack
from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.model.account import Account, Kind, Status
from juesuan_extract.options import Options
from juesuan_extract.say.notice import Notice, notice


class Brief(NamedTuple):
    """An account without its figures."""

    source: str
    sha256: str
    status: Status
    kind: Kind
    pages: int
    unit_name: str
    fiscal_year: int | None
    error: str
    notice: Notice | None


class Entry(NamedTuple):
    """The accounts of one source, at least one, and its packed piece."""

    accounts: tuple[Brief, ...]
    piece: bytes


def read_document(task: Task, options: Options, catalog: Catalog) -> Entry:
    """The work that is done for a document, in whatever process."""
    accounts = attempt(task, options, catalog)
    try:
        return entry_of(accounts, catalog)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001  # a document must not take the batch along
        return entry_of((internal_error(task, error),), catalog)


def entry_of(accounts: Sequence[Account], catalog: Catalog) -> Entry:
    """What is kept of the accounts of one source."""
    return Entry(tuple(_brief(account, catalog) for account in accounts), pack(make_piece(accounts, catalog)))


def briefs(values: Sequence[Sequence[Any]]) -> tuple[Brief, ...]:
    """Accounts as they come back from JSON."""
    made = (Brief(*value) for value in values)
    return tuple(brief._replace(notice=Notice(*brief.notice) if brief.notice else None) for brief in made)


def _brief(account: Account, catalog: Catalog) -> Brief:
    return Brief(
        account.source,
        account.sha256,
        account.status,
        account.kind,
        account.pages,
        account.unit_name,
        account.fiscal_year,
        account.error,
        notice(account, catalog),
    )
