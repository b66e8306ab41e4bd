"""An executor that does other work than it is asked for: documents that do harm, or are judged where they are read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from juesuan_extract.batch.entry import Entry
from juesuan_extract.batch.task import Executor, Outcome, Task, Work
from juesuan_extract.options import Options


@dataclass(frozen=True)
class Instead:
    """Runs `work`, which gives what `convert` wants, in the processes of `executor`."""

    executor: Executor
    work: Work[Entry]

    def run(
        self, _: Any, tasks: Iterable[Task], options: Options, stop: Callable[[], bool]
    ) -> Iterator[Outcome[Entry]]:
        """See Executor."""
        return self.executor.run(self.work, tasks, options, stop)
