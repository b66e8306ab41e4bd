"""Converts folders of PDFs into the files of the output contract.

First every document is read, by whatever processes, and what came of it is kept in the output folder. Then the files
are put together from what is kept, in the order of the sources: so they have the same bytes whatever the processes
were, in whatever order they finished, and however often the run was interrupted.
"""

from __future__ import annotations

import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, get_args

from juesuan_extract.batch.fingerprint import Basis, basis_of, makers
from juesuan_extract.batch.sources.discover import GLOB, Source, StrPath, discover
from juesuan_extract.batch.store import Store
from juesuan_extract.batch.work import Brief, Entry, brief_of, entry_of, read_document
from juesuan_extract.batch.workers.local import TIMEOUT, LocalProcesses
from juesuan_extract.batch.workers.task import Executor, Outcome, Task, duplicate, failure, plan
from juesuan_extract.emit.files import outputs
from juesuan_extract.emit.output import Output, Partition
from juesuan_extract.emit.piece import Damaged, Piece, make_piece, unpack
from juesuan_extract.errors import UsageError
from juesuan_extract.knowledge.catalog import Catalog, load_catalog
from juesuan_extract.model.account import Account, Status
from juesuan_extract.options import Options
from juesuan_extract.say.notice import Notice

MAX_NOTICES = 20  # listed in a summary; the report has all


class Progress(NamedTuple):
    """Told after every document, as they are finished.

    done counts sources; status and error are the first account's; kept: an earlier run has read it; counts: documents
    by status so far.
    """

    done: int
    total: int
    source: str
    status: Status
    error: str
    kept: bool
    counts: dict[Status, int]


@dataclass(frozen=True, slots=True)
class Summary:
    """What a conversion did.

    counts: documents by status, those that occur. notices: the first documents that need a look; unlisted: how many
    more do. kept: sources that an earlier run has read. damaged: sources of which what an earlier run has kept is not
    what this program keeps; they were read again. incomplete: documents without a table that ought to be there.
    """

    out: Path
    counts: dict[Status, int]
    notices: tuple[Notice, ...]
    unlisted: int
    seconds: float
    interrupted: bool = False
    kept: int = 0
    damaged: tuple[str, ...] = ()
    incomplete: int = 0

    @property
    def report(self) -> Path:
        """The page to open in a browser."""
        return self.out / "report.html"

    def exit_code(self, strict: bool = False) -> int:
        """Exit status of the command, as in the output contract. A duplicate counts as what its first source is."""
        if self.interrupted:
            return 130
        if self.counts.get("failed"):
            return 1
        return 3 if strict and self.counts.keys() - {"verified", "duplicate"} else 0


class Interrupted(KeyboardInterrupt):
    """Ctrl-C came; the finished documents are complete on disk."""

    def __init__(self, summary: Summary) -> None:
        super().__init__("interrupted")
        self.summary = summary


def convert(
    sources: StrPath | Sequence[StrPath],
    out: StrPath,
    *,
    glob: Sequence[str] = GLOB,
    options: Options | None = None,
    jobs: int = 1,
    timeout: float = TIMEOUT,
    max_memory: int | None = None,
    force: bool = False,
    partition_by: Partition | None = None,
    progress: Callable[[Progress], None] | None = None,
    executor: Executor | None = None,
) -> Summary:
    """Convert PDFs; writes every file of the output contract into the folder `out`.

    sources: PDFs, folders, .zip archives, .txt files that list paths, and s3://, oss:// and file:// URLs, which must be
    text. glob: which files of folders, archives and prefixes are taken.

    A document that can't be read, hangs (timeout: seconds), eats memory (max_memory: MB) or kills its process costs its
    own row and nothing else. What an earlier run into the same folder has read isn't read again unless it changed, or
    the program, the knowledge or the options did, or `force` is set. The bytes written do not depend on `jobs`, the
    number of worker processes, nor on interruptions. partition_by: Parquet as datasets in folders instead of files.

    Raises UsageError when there is nothing to convert or nowhere to write, and Interrupted, a KeyboardInterrupt, when
    Ctrl-C came; what was finished by then is written.
    """
    if jobs < 1:
        raise UsageError("jobs must be at least 1")
    started, clock = datetime.now(UTC), time.monotonic()
    chosen = options or Options(pictures=True)
    found = discover([sources] if isinstance(sources, str) or not isinstance(sources, Sequence) else sources, glob)
    catalog = load_catalog(chosen.schemas_folder)
    runner = executor or LocalProcesses(jobs, timeout, max_memory)
    folder = Path(out)
    store = Store(folder, makers(catalog), force, timeout)
    with store, Output(folder, catalog, chosen, partition_by) as output, _ctrl_c() as stop:
        reading = _Reading(found, store, catalog, basis_of(catalog, chosen, timeout, max_memory), stop, progress)
        for outcome in runner.run(read_document, reading.unread(), chosen, stop):
            reading.take(outcome)
        reading.take_known()
        done = _with_duplicates(reading.done)
        interrupted = len(done) < len(found)

        def again(task: Task) -> dict[str, bytes]:
            """The parts of a document whose entry turns out to be damaged: it is read again."""
            store.damaged.append(task.source)
            (outcome,) = runner.run(read_document, [replace(task, stored=b"")], chosen, lambda: False)
            return reading.keep(outcome).parts

        _write(done, output, store, catalog, partition_by, again)
        seconds = time.monotonic() - clock
        output.finish(
            {
                "started": started.isoformat(timespec="seconds"),
                "seconds": round(seconds, 3),
                "jobs": jobs,
                "kept": reading.kept,
                "damaged": len(store.damaged),
            },
            interrupted,
        )
        if not interrupted:
            store.keep_only([one.task for one in done])
    summary = _summary(folder, done, seconds, interrupted, reading.kept, tuple(store.damaged))
    if interrupted:
        raise Interrupted(summary)
    return summary


class _Done(NamedTuple):
    """A source that is finished.

    parts: of its piece; None where the store has them, or the task or `first` says it all.
    first: the source of the same content before it. There may be very many of these, so they share what they can.
    """

    task: Task
    accounts: tuple[Brief, ...]
    parts: dict[str, bytes] | None = None
    first: Brief | None = None


_DUPLICATE = Brief("", "", "duplicate", "other", 0, "", None, "", None)  # until it is known of what


class _Reading:
    """Which sources are finished, and which are still to be read."""

    def __init__(
        self,
        sources: Sequence[Source],
        store: Store,
        catalog: Catalog,
        basis: Basis,
        stop: Callable[[], bool],
        progress: Callable[[Progress], None] | None,
    ) -> None:
        self._sources = sources
        self._store = store
        self._catalog = catalog
        self._basis = basis
        self._stop = stop
        self._progress = progress
        self._counts: Counter[Status] = Counter()
        self._planned = 0  # sources that have been looked at
        self.done: list[_Done] = []
        self.kept = 0

    def unread(self) -> Iterator[Task]:
        """The documents that have to be read, or of which the outputs have to be made anew; what is known of the
        others is taken as it is."""
        for task in plan(self._sources, self._store.digest):
            if self._stop():
                return
            self._planned = task.number + 1
            if task.settled:
                self._settle(task)
            elif (known := self._store.find(task, self._basis)) is None:
                yield task
            elif known.stale:
                yield replace(task, stored=self._store.accounts(task))
            else:
                self._finish(_Done(task, known.accounts), kept=True)

    def take(self, outcome: Outcome[Entry]) -> None:
        """Keep what became of a document; not where its content could not be had, which may be otherwise tomorrow."""
        task = outcome.task
        entry = self.keep(outcome)
        task = replace(task, sha256=entry.accounts[0].sha256, stored=b"")
        self._finish(_Done(task, entry.accounts, None if task.sha256 else entry.parts), kept=not entry.read)

    def keep(self, outcome: Outcome[Entry]) -> Entry:
        """What became of a document, once it is in the store."""
        task, entry, error = outcome
        if entry is None:
            entry = entry_of((failure(task, error),), self._catalog)
            basis = self._basis.limits
        else:
            basis = self._basis.of(entry.accounts[0].status)
        kept = replace(task, sha256=entry.accounts[0].sha256)
        if kept.sha256 and entry.read:
            self._store.put(kept, entry, basis)
            if not task.sha256:
                self._store.note(kept.place, kept.sha256)
        elif kept.sha256:
            self._store.put_parts(kept, entry)
        return entry

    def take_known(self) -> None:
        """After an interruption: what an earlier run has read of the sources that this one did not come to.

        So the outputs don't become less than they were. Nothing is read for it, and nothing hashed.
        """
        finished = {one.task.number for one in self.done}
        for number, source in enumerate(self._sources):
            if number not in finished and (sha256 := self._store.remembered(source.place)):
                task = Task(source.name, source.place, sha256, number=number)
                if known := self._store.find(task, self._basis):
                    if known.stale:
                        entry = read_document(
                            replace(task, stored=self._store.accounts(task)), Options(), self._catalog
                        )
                        self._store.put_parts(task, entry)
                    self._finish(_Done(task, known.accounts), kept=True)

    def _settle(self, task: Task) -> None:
        assert task.settled
        if task.settled.status == "duplicate":
            error = task.settled.error
            self._finish(_Done(replace(task, settled=None), (_DUPLICATE,)), error=error)
        else:
            self._finish(_Done(task, (brief_of(task.settled, self._catalog),)))

    def _finish(self, done: _Done, kept: bool = False, error: str = "") -> None:
        self.done.append(done)
        self.kept += kept
        self._counts.update(account.status for account in done.accounts)
        if self._progress:
            first = done.accounts[0]
            counts = {status: self._counts[status] for status in get_args(Status) if self._counts[status]}
            self._progress(
                Progress(
                    len(self.done),
                    len(self._sources),
                    done.task.source,
                    first.status,
                    error or first.error,
                    kept,
                    counts,
                )
            )


def _with_duplicates(done: Iterable[_Done]) -> list[_Done]:
    """What is finished in the order of the sources, each content once; its duplicates have what they share with it.

    Without the duplicates whose first source was not finished, because the run was interrupted.
    """
    first: dict[str, tuple[Brief, tuple[Brief]]] = {}
    made = []
    for one in sorted(done, key=lambda one: one.task.number):
        if one.task.sha256 in first:
            known, shared = first[one.task.sha256]
            made.append(_Done(one.task, shared, first=known))
        elif one.accounts[0].status != "duplicate":
            known = one.accounts[0]
            if one.task.sha256:
                first[one.task.sha256] = known, (known._replace(status="duplicate", notice=None),)
            made.append(one)
    return made


def _row_of_duplicate(source: str, first: Brief) -> Account:
    shared = {name: getattr(first, name) for name in ("kind", "pages", "unit_name", "fiscal_year")}
    return replace(duplicate(source, first.sha256, first.source), **shared)


def _write(
    done: Sequence[_Done],
    output: Output,
    store: Store,
    catalog: Catalog,
    partition_by: Partition | None,
    again: Callable[[Task], dict[str, bytes]],
) -> None:
    columns = outputs(catalog)

    def piece(one: _Done) -> Piece:
        if one.first:
            return make_piece((_row_of_duplicate(one.task.source, one.first),), catalog)
        if one.task.settled:
            return make_piece((one.task.settled,), catalog)
        try:
            return unpack(store.parts(one.task) if one.parts is None else one.parts, columns)
        except Damaged:
            return unpack(again(one.task), columns)

    for one in done:
        output.add(piece(one))
    if partition_by:
        years: dict[int | None, list[_Done]] = {}
        for one in done:
            for year in {account.fiscal_year for account in one.accounts}:
                years.setdefault(year, []).append(one)
        for year, of_year in years.items():
            output.add_year(year, map(piece, of_year))


def _summary(
    out: Path, done: Sequence[_Done], seconds: float, interrupted: bool, kept: int, damaged: tuple[str, ...]
) -> Summary:
    accounts = [account for one in done for account in one.accounts]
    found = Counter(account.status for account in accounts)
    counts = {status: found[status] for status in get_args(Status) if found[status]}
    notices = [account.notice for account in accounts if account.notice]
    return Summary(
        out, counts, tuple(notices[:MAX_NOTICES]), len(notices[MAX_NOTICES:]), seconds, interrupted, kept, damaged,
        incomplete=sum(not account.complete for account in accounts),
    )  # fmt: skip


@contextmanager
def _ctrl_c() -> Iterator[Callable[[], bool]]:
    """A function that says whether Ctrl-C came. A second one interrupts at once, as ever."""
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGINT) in (
        signal.SIG_IGN,
        None,
    ):
        yield lambda: False
        return
    came = threading.Event()

    def note(number: int, frame: object) -> None:
        came.set()
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield came.is_set
    finally:
        signal.signal(signal.SIGINT, before)
