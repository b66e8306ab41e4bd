"""What a conversion says of itself on standard error: a bar and a summary for people, lines of JSON for programs."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from juesuan_extract.cli.streams import write_error
from juesuan_extract.cli.terminal import plain, plain_json

if TYPE_CHECKING:
    from juesuan_extract.batch import Progress, Summary
    from juesuan_extract.model.account import Status

SOME_NAMES = 3  # of a list that is cut

Tell = Callable[["Progress"], None]


class Voice(Protocol):
    """Entered while documents are read, for what is to be called after each; then told the result."""

    def __enter__(self) -> Tell | None: ...

    def __exit__(self, *error: object) -> None: ...

    def finish(self, summary: Summary, code: int) -> None:
        """Say what was done. code: exit status of the command."""

    def fail(self, message: str, advice: str, code: int) -> bool:
        """Say why nothing was done; False when that is left to the caller."""


class Quiet:
    """Says nothing."""

    def __enter__(self) -> Tell | None:
        return None

    def __exit__(self, *error: object) -> None: ...

    def finish(self, summary: Summary, code: int) -> None: ...

    def fail(self, message: str, advice: str, code: int) -> bool:
        return False


class Terminal(Quiet):
    """A progress bar, when standard error is a terminal, and a summary."""

    def __enter__(self) -> Tell | None:
        self._stack = ExitStack()
        return _bar(self._stack) if sys.stderr.isatty() else None

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def finish(self, summary: Summary, code: int) -> None:
        total = sum(summary.counts.values())
        kept = f" ({summary.kept} read before)" if summary.kept else ""
        counts = f": {_counts(summary.counts)}" if summary.counts else ""
        lines = [f"{total} document{'s' * (total != 1)} in {summary.seconds:.1f} s{kept}{counts}"]
        if summary.incomplete:
            lines.append(f"{summary.incomplete} without a table that ought to be there: `missing` in documents.csv")
        if summary.interrupted:
            lines.append("interrupted: the documents above are complete; the same command goes on with the others")
        if summary.damaged:
            names = ", ".join(map(plain, summary.damaged[:SOME_NAMES]))
            more = f" and {len(summary.damaged) - SOME_NAMES} more" if len(summary.damaged) > SOME_NAMES else ""
            lines.append(f"read again, for what was kept of them is damaged: {names}{more}")
        if summary.notices:
            lines += ["", "to look at:", *(f"  {plain(str(notice))}" for notice in summary.notices)]
        if summary.unlisted:
            lines.append(f"  and {summary.unlisted} more, see the report")
        lines += ["", f"report: {plain(str(summary.report))}"]
        say(*lines)


class JsonLines:
    """One line of JSON for every event: document, finished, error."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._read = 0  # in this run

    def __enter__(self) -> Tell:
        return self._tell

    def __exit__(self, *error: object) -> None: ...

    def finish(self, summary: Summary, code: int) -> None:
        _event(
            "finished",
            interrupted=summary.interrupted,
            kept=summary.kept,
            damaged=summary.damaged,
            incomplete=summary.incomplete,
            counts=summary.counts,
            seconds=round(summary.seconds, 3),
            report=str(summary.report),
            exit_status=code,
        )

    def fail(self, message: str, advice: str, code: int) -> bool:
        _event("error", message=message, advice=advice, exit_status=code)
        return True

    def _tell(self, progress: Progress) -> None:
        self._read += not progress.kept
        left = (time.monotonic() - self._began) / self._read * (progress.total - progress.done) if self._read else None
        _event("document", **progress._asdict(), seconds_left=left and round(left, 1))


def say(*lines: str) -> None:
    """Print lines on standard error."""
    write_error("".join(f"{line}\n" for line in lines))


def _event(name: str, **values: object) -> None:
    line = {"event": name, "time": datetime.now(UTC).isoformat(timespec="milliseconds"), **values}
    write_error(plain_json(json.dumps(line, ensure_ascii=False)) + "\n")


def _counts(counts: Mapping[Status, int]) -> str:
    return ", ".join(f"{count} {status.replace('_', ' ')}" for status, count in counts.items())


def _bar(stack: ExitStack) -> Tell:
    """A bar, documents done and in all, the time left, the last document; below them the counts by status."""
    from rich.console import Console, RenderableType
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Rich
    from rich.table import Column
    from rich.text import Text

    counts = Text()

    class Bar(Rich):
        def get_renderables(self) -> Iterable[RenderableType]:
            yield self.make_tasks_table(self.tasks)
            yield counts

    name = TextColumn("{task.description}", markup=False, table_column=Column(ratio=1, no_wrap=True))
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), name)
    bar = stack.enter_context(Bar(*columns, console=Console(stderr=True), transient=True, expand=True))
    task = bar.add_task("", total=None)

    def advance(progress: Progress) -> None:
        counts.plain = _counts(progress.counts)
        bar.update(task, total=progress.total, completed=progress.done, description=plain(progress.source))

    return advance
