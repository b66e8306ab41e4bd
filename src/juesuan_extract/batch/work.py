"""What is done for a document, in whatever process: it is read, and what it adds to the output files is made."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from juesuan_extract.batch.workers.task import Task, attempt, internal_error
from juesuan_extract.emit.piece import make_parts
from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.model.account import Account, Kind, Status
from juesuan_extract.model.stored import WrongShape, dumped, loaded, reader
from juesuan_extract.options import Options
from juesuan_extract.say.notice import Notice, notice


class Brief(NamedTuple):
    """What the batch has to know of an account."""

    source: str
    sha256: str
    status: Status
    kind: Kind
    pages: int
    unit_name: str
    fiscal_year: int | None
    error: str
    notice: Notice | None
    complete: bool = True  # no table is missing that ought to be there


class Entry(NamedTuple):
    """What came of a document. accounts: at least one; stored: all that was read, as `dumped`; parts: of its piece,
    and its briefs. read: whether it was read, and not only made anew of what had been read."""

    accounts: tuple[Brief, ...]
    stored: bytes
    parts: dict[str, bytes]
    read: bool = True


def read_document(task: Task, options: Options, catalog: Catalog) -> Entry:
    """The work that is done for a document. What was read of it before is not read again."""
    if task.stored:
        try:
            return entry_of(loaded(task.stored), catalog)._replace(read=False)
        except WrongShape:
            pass  # it is not what this program stores: read it
    accounts = attempt(task, options, catalog)
    try:
        return entry_of(accounts, catalog)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001  # a document must not take the batch along
        return entry_of((internal_error(task, error),), catalog)


def entry_of(accounts: Sequence[Account], catalog: Catalog) -> Entry:
    """What is kept of the accounts of one source."""
    found = tuple(brief_of(account, catalog) for account in accounts)
    return Entry(found, dumped(accounts), {"brief": json.dumps(found).encode(), **make_parts(accounts, catalog)})


def briefs(data: bytes) -> tuple[Brief, ...]:
    """Briefs as they were kept; raises WrongShape."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise WrongShape("no JSON") from error
    if type(found) is not list or not found:
        raise WrongShape("no list of accounts")
    return tuple(map(reader(Brief), found))


def brief_of(account: Account, catalog: Catalog) -> Brief:
    """An account without its figures."""
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
        not account.lacking,
    )
