"""Converts folders of PDFs into the files of the output contract."""

from __future__ import annotations

import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, get_args

from juesuan_extract.batch.local import TIMEOUT, LocalProcesses
from juesuan_extract.batch.notices import Notice, notice
from juesuan_extract.batch.sources import GLOB, StrPath, discover
from juesuan_extract.batch.task import Executor, Outcome, each_once, plan
from juesuan_extract.catalog import Catalog, load_catalog
from juesuan_extract.emit.output import Output
from juesuan_extract.errors import UsageError
from juesuan_extract.model import Account, Kind, Status
from juesuan_extract.options import Options

MAX_NOTICES = 20  # listed in a summary; the report has all


class Progress(NamedTuple):
    """Told after every document. done counts sources, status is the first account's."""

    done: int
    total: int
    source: str
    status: Status


@dataclass(frozen=True, slots=True)
class Summary:
    """What a conversion did.

    counts: documents by status, those that occur. notices: the first documents that need a look; unlisted: how many
    more do.
    """

    out: Path
    counts: dict[Status, int]
    notices: tuple[Notice, ...]
    unlisted: int
    seconds: float
    interrupted: bool = False

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
    progress: Callable[[Progress], None] | None = None,
    executor: Executor | None = None,
) -> Summary:
    """Convert PDFs; writes every file of the output contract into the folder `out`.

    sources: PDFs, folders, .zip archives, .txt files that list paths, and s3://, oss:// and file:// URLs, which must be
    text. glob: which files of folders, archives and prefixes are taken.

    A document that can't be read, hangs (timeout: seconds) or kills its process costs its own row and nothing else.
    The bytes written do not depend on `jobs`, the number of worker processes. Raises UsageError when there is nothing
    to convert or nowhere to write, and Interrupted, a KeyboardInterrupt, when Ctrl-C came; what was finished by then is
    written.
    """
    if jobs < 1:
        raise UsageError("jobs must be at least 1")
    started, clock = datetime.now(UTC), time.monotonic()
    chosen = options or Options(pictures=True)
    found = discover([sources] if isinstance(sources, str) or not isinstance(sources, Sequence) else sources, glob)
    catalog = load_catalog(chosen.schemas_folder)
    runner = executor or LocalProcesses(jobs, timeout)
    tally = _Tally(catalog)
    with Output(Path(out), catalog, chosen) as output, _ctrl_c() as stop:
        for outcome in each_once(runner.run(plan(found), chosen, stop)):
            accounts = tally.add(outcome)
            if not accounts:
                continue
            output.add(accounts)
            if progress:
                progress(Progress(tally.sources, len(found), accounts[0].source, accounts[0].status))
        interrupted = tally.sources < len(found)
        seconds = time.monotonic() - clock
        timings = {"started": started.isoformat(timespec="seconds"), "seconds": round(seconds, 3), "jobs": jobs}
        output.finish(timings, interrupted)
    counts = {status: tally.counts[status] for status in get_args(Status) if tally.counts[status]}
    summary = Summary(Path(out), counts, tuple(tally.notices), tally.unlisted, seconds, interrupted)
    if interrupted:
        raise Interrupted(summary)
    return summary


class _Known(NamedTuple):
    kind: Kind
    pages: int
    unit_name: str
    fiscal_year: int | None


class _Tally:
    """Counts, notices, and what is known of each content, for its duplicates."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._known: dict[str, _Known] = {}
        self.sources = 0
        self.counts: Counter[Status] = Counter()
        self.notices: list[Notice] = []
        self.unlisted = 0

    def add(self, outcome: Outcome) -> tuple[Account, ...]:
        """The accounts of an outcome, with what a duplicate shares with its first source.

        None for a duplicate whose first source was not finished, because the run was interrupted.
        """
        accounts = outcome.accounts
        if accounts[0].status == "duplicate":
            known = self._known.get(accounts[0].sha256)
            accounts = (replace(accounts[0], **known._asdict()),) if known else ()
        elif accounts[0].sha256:
            first = accounts[0]
            self._known[first.sha256] = _Known(first.kind, first.pages, first.unit_name, first.fiscal_year)
        self.sources += bool(accounts)
        self.counts.update(account.status for account in accounts)
        for account in accounts:
            found = notice(account, self._catalog)
            if found and len(self.notices) < MAX_NOTICES:
                self.notices.append(found)
            else:
                self.unlisted += found is not None
        return accounts


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
