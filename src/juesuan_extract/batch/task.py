"""One document as a task: what is sent to a worker, and the one function that a worker runs."""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from juesuan_extract.batch.sources import Source
from juesuan_extract.catalog import Catalog
from juesuan_extract.errors import JuesuanError, LimitExceeded, UnreadableDocument
from juesuan_extract.intake import read_file, regular_size, unreadable
from juesuan_extract.model import Account, Finding
from juesuan_extract.options import Options
from juesuan_extract.pipeline import extract

MAX_FEN = 10**20  # decimal(20,2) holds less than this


@dataclass(frozen=True, slots=True)
class Task:
    """One document to convert; `settled` when there is nothing left to do for it."""

    source: str
    path: str
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
    """Tasks in the order of the sources; files are hashed one by one, as the tasks are asked for.

    A content seen before is settled as a duplicate, a file that can't be opened as a failure.
    """
    first: dict[str, str] = {}
    for source in sources:
        task = Task(source.name, source.path)
        if source.error:
            yield Task(source.name, source.path, "", failure(task, source.error))
            continue
        try:
            sha256 = _digest(Path(source.path))
        except UnreadableDocument as error:
            yield Task(source.name, source.path, "", failure(task, explained(error)))
            continue
        task = Task(source.name, source.path, sha256)
        if sha256 in first:
            task = Task(source.name, source.path, sha256, _duplicate(task, first[sha256]))
        yield task
        first.setdefault(sha256, source.name)


def attempt(task: Task, options: Options, catalog: Catalog) -> tuple[Account, ...]:
    """The accounts of a task; whatever goes wrong with the document becomes one failed account."""
    if task.settled:
        return (task.settled,)
    try:
        accounts = extract(read_file(Path(task.path)), task.source, options, catalog)
        _check(task, accounts)
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


def _duplicate(task: Task, first: str) -> Account:
    return Account(task.sha256[:16], task.source, task.sha256, 0, "other", "duplicate", error=first)


def _digest(path: Path) -> str:
    """SHA-256 of a file, hex."""
    regular_size(path)
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise unreadable(path, error) from error


def _check(task: Task, accounts: tuple[Account, ...]) -> None:
    """Raises where the accounts can't be written, or aren't those of the file that was hashed."""
    for account in accounts:
        if task.sha256 and account.sha256 != task.sha256:
            raise UnreadableDocument("the file changed while it was read", "convert it again")
        amounts = [fact.amount for fact in account.facts]
        for check in account.checks:
            amounts += (check.left_amount, check.right_amount, check.residual, check.tolerance)
        if any(amount is not None and abs(amount) >= MAX_FEN for amount in amounts):
            raise LimitExceeded("an amount of 10^18 元 or more")
