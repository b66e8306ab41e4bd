"""One document as a task: what is sent to a worker, and the one function that a worker runs."""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

from juesuan_extract.batch.places import Place
from juesuan_extract.batch.sources import Source
from juesuan_extract.catalog import Catalog
from juesuan_extract.errors import JuesuanError, LimitExceeded, UnreadableDocument
from juesuan_extract.intake import changed, check_header
from juesuan_extract.model import Account, Finding
from juesuan_extract.options import Options
from juesuan_extract.pipeline import extract

MAX_FEN = 10**20  # decimal(20,2) holds less than this


@dataclass(frozen=True, slots=True)
class Task:
    """One document to convert; whoever runs it reads its bytes from `place`.

    sha256: of these bytes, where that is known before. settled: what there is to say when nothing is left to do.
    """

    source: str
    place: Place
    sha256: str = ""
    settled: Account | None = None


class Outcome(NamedTuple):
    """What became of a task: one account for each unit in the file, at least one."""

    task: Task
    accounts: tuple[Account, ...]


class Executor(Protocol):
    """Runs tasks somewhere."""

    def run(self, tasks: Iterable[Task], options: Options, stop: Callable[[], bool]) -> Iterator[Outcome]:
        """Outcomes in the order of the tasks, whatever becomes of them; a bounded number is held at any time.

        Once `stop()` is true no further task is begun, and only those that are finished are yielded, still in order.
        """


class Serial:
    """Runs tasks in this process, one after the other: for tests, and where a crash may take the caller along."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def run(self, tasks: Iterable[Task], options: Options, stop: Callable[[], bool]) -> Iterator[Outcome]:
        for task in tasks:
            if stop():
                return
            yield Outcome(task, attempt(task, options, self._catalog))


def plan(sources: Iterable[Source]) -> Iterator[Task]:
    """Tasks in the order of the sources; local files are hashed one by one, as the tasks are asked for.

    A content seen before is settled as a duplicate, so that it is not converted again; a file that can't be opened as a
    failure. What an object holds only its worker learns: see `each_once`.
    """
    first: dict[str, str] = {}
    for source in sources:
        task = Task(source.name, source.place)
        try:
            task = replace(task, sha256=source.place.digest())
        except UnreadableDocument as error:
            yield replace(task, settled=failure(task, explained(error)))
            continue
        if task.sha256 in first:
            task = replace(task, settled=_duplicate(task.source, task.sha256, first[task.sha256]))
        elif task.sha256:
            first[task.sha256] = task.source
        yield task


def each_once(outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
    """The same outcomes, of which those with the content of an earlier one are duplicates of the first.

    A duplicate whose first source is not among them, because the run was interrupted, stays as it is.
    """
    first: dict[str, str] = {}
    for outcome in outcomes:
        account = outcome.accounts[0]
        if account.sha256 in first:
            outcome = outcome._replace(accounts=(_duplicate(account.source, account.sha256, first[account.sha256]),))
        elif account.sha256 and account.status != "duplicate":
            first[account.sha256] = account.source
        yield outcome


def attempt(task: Task, options: Options, catalog: Catalog) -> tuple[Account, ...]:
    """The accounts of a task; whatever goes wrong with the document becomes one failed account."""
    if task.settled:
        return (task.settled,)
    try:
        data = task.place.read()
        sha256 = hashlib.sha256(data).hexdigest()
        if task.sha256 not in ("", sha256):
            raise changed()
        task = replace(task, sha256=sha256)  # so that a failure has it, too
        check_header(data)
        accounts = extract(data, task.source, options, catalog)
        _check(accounts)
    except JuesuanError as error:
        return (failure(task, explained(error)),)
    except MemoryError:
        return (failure(task, explained(LimitExceeded("needs more memory than a document may have"))),)
    except Exception as error:  # noqa: BLE001  # a document must not take the batch along; the trace goes to run.json
        text = f"internal error, {type(error).__name__}: {error}; please report it with this file"
        return (failure(task, text, Finding("internal-error", "", traceback.format_exc())),)
    return accounts


def failure(task: Task, error: str, *findings: Finding) -> Account:
    """The row of a document that could not be read."""
    return Account(
        doc_id=task.sha256[:16],
        source=task.source,
        sha256=task.sha256,
        pages=0,
        kind="other",
        status="failed",
        error=" ".join(error.split()),
        findings=findings,
    )


def explained(error: JuesuanError) -> str:
    """What went wrong and what to do about it."""
    return "; ".join(filter(None, (str(error), error.advice)))


def _duplicate(source: str, sha256: str, first: str) -> Account:
    return Account(sha256[:16], source, sha256, 0, "other", "duplicate", error=first)


def _check(accounts: tuple[Account, ...]) -> None:
    """Raises where the accounts can't be written."""
    for account in accounts:
        amounts = [fact.amount for fact in account.facts]
        for check in account.checks:
            amounts += (check.left_amount, check.right_amount, check.residual, check.tolerance)
        if any(amount is not None and abs(amount) >= MAX_FEN for amount in amounts):
            raise LimitExceeded("an amount of 10^18 元 or more")
