"""One document as a task: what is sent to a worker, and what comes back, wherever the worker is."""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Generic, NamedTuple, Protocol, TypeVar

from juesuan_extract.batch.sources.discover import Source
from juesuan_extract.batch.sources.location import Location
from juesuan_extract.errors import JuesuanError, LimitExceeded, Unavailable, UnreadableDocument
from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.model.account import Account
from juesuan_extract.model.message import Finding
from juesuan_extract.options import Options
from juesuan_extract.pipeline import extract
from juesuan_extract.read.pdf_file import changed, check_header

MAX_FEN = 10**20  # decimal(20,2) holds less than this

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Task:
    """One document to read; whoever does it has its bytes from `place`.

    sha256: of these bytes, where that is known before. settled: what there is to say when nothing is left to do.
    number: its place among the sources. stored: what was read of it before, of which only the outputs are to be made.
    """

    source: str
    place: Location
    sha256: str = ""
    settled: Account | None = None
    number: int = 0
    stored: bytes = b""


Work = Callable[[Task, Options, Catalog], R]


class Outcome(NamedTuple, Generic[R]):
    """What became of a task. result: what the work gave; None when it could not be done, and `error` says why: it
    took too long, or too much memory, or its process died."""

    task: Task
    result: R | None
    error: str = ""


class Executor(Protocol):
    """Runs tasks somewhere."""

    def run(
        self, work: Work[R], tasks: Iterable[Task], options: Options, stop: Callable[[], bool]
    ) -> Iterator[Outcome[R]]:
        """One outcome for each task, whatever becomes of it, as soon as it is there, in any order.

        work: a function that is found by its module and name wherever it is to run; what it gives can be pickled.
        Tasks are drawn one by one, when there is room for them. Once `stop()` is true no further task is begun, and
        only those that are finished are yielded.
        """


class Serial:
    """Runs tasks in this process, one after the other: for tests, and where a crash may take the caller along."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def run(
        self, work: Work[R], tasks: Iterable[Task], options: Options, stop: Callable[[], bool]
    ) -> Iterator[Outcome[R]]:
        for task in tasks:
            if stop():
                return
            yield Outcome(task, work(task, options, self._catalog))


def plan(sources: Iterable[Source], digest: Callable[[Location], str] = lambda place: place.digest()) -> Iterator[Task]:
    """Tasks in the order of the sources; files are hashed one by one, as the tasks are asked for.

    A content seen before is settled as a duplicate, a file that can't be opened as a failure. What an object of a store
    holds only its worker learns.
    """
    first: dict[str, str] = {}
    for number, source in enumerate(sources):
        task = Task(source.name, source.place, number=number)
        try:
            task = replace(task, sha256=digest(source.place))
        except UnreadableDocument as error:
            yield replace(task, settled=failure(task, explained(error)))
            continue
        if task.sha256 in first:
            task = replace(task, settled=duplicate(task.source, task.sha256, first[task.sha256]))
        yield task
        if task.sha256:
            first.setdefault(task.sha256, task.source)


def in_order(
    executor: Executor,
    sources: Iterable[Source],
    options: Options,
    known: Callable[[str, str], tuple[Account, ...]] = lambda sha256, source: (),
) -> Iterator[tuple[Account, ...]]:
    """The accounts of each source in the order of the sources, each content once; those that are there early wait.

    known: the accounts of a content under a name, where they need not be read again.
    """
    ready: dict[int, tuple[Account, ...]] = {}
    first: dict[str, str] = {}

    def unsettled() -> Iterator[Task]:
        for task in plan(sources):
            if accounts := (task.settled,) if task.settled else known(task.sha256, task.source):
                ready[task.number] = accounts
            else:
                yield task

    def once(accounts: tuple[Account, ...]) -> tuple[Account, ...]:
        """Only here it is known what the objects of a store hold."""
        one = accounts[0]
        if not one.sha256 or one.status == "duplicate" or first.setdefault(one.sha256, one.source) == one.source:
            return accounts
        return (duplicate(one.source, one.sha256, first[one.sha256]),)

    turn = 0
    for task, accounts, error in executor.run(attempt, unsettled(), options, lambda: False):
        ready[task.number] = accounts or (failure(task, error),)
        while turn in ready:
            yield once(ready.pop(turn))
            turn += 1
    yield from (once(ready[number]) for number in sorted(ready))


def attempt(task: Task, options: Options, catalog: Catalog) -> tuple[Account, ...]:
    """The accounts of a document; whatever goes wrong with it becomes one failed account.

    That has no sha256 when the content could not be had, so that nothing can be said of it.
    """
    try:
        data = task.place.read()
        sha256 = hashlib.sha256(data).hexdigest()
        if task.sha256 not in ("", sha256):
            raise changed()
        task = replace(task, sha256=sha256)  # so that a failure has it, too
        check_header(data)
        accounts = extract(data, task.source, options, catalog)
        _check(accounts)
    except Unavailable as error:
        return (failure(replace(task, sha256=""), explained(error)),)
    except JuesuanError as error:
        return (failure(task, explained(error)),)
    except MemoryError:  # the executor's business: it's the process that has too little, whatever the document
        raise
    except Exception as error:  # noqa: BLE001  # a document must not take the batch along
        return (internal_error(task, error),)
    return accounts


def internal_error(task: Task, error: Exception) -> Account:
    """The row of a document at which this program went wrong; the trace goes to run.json."""
    text = f"internal error, {type(error).__name__}: {error}; please report it with this file"
    return failure(task, text, Finding("internal-error", "", (), "".join(traceback.format_exception(error))))


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


def duplicate(source: str, sha256: str, first: str) -> Account:
    """The row of a content that has been seen under the name `first`."""
    return Account(sha256[:16], source, sha256, 0, "other", "duplicate", error=first)


def _check(accounts: tuple[Account, ...]) -> None:
    """Raises where the accounts can't be written."""
    for account in accounts:
        amounts = [fact.amount for fact in account.facts]
        for check in account.checks:
            amounts += (check.left_amount, check.right_amount, check.residual, check.tolerance)
        if any(amount is not None and abs(amount) >= MAX_FEN for amount in amounts):
            raise LimitExceeded("an amount of 10^18 元 or more")
