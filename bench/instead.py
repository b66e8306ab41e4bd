"""Other work than converting: for documents that do harm, are judged where they are read, or are to cost nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from juesuan_extract.batch.work import Entry
from juesuan_extract.batch.workers.task import Executor, Outcome, Task, Work
from juesuan_extract.knowledge.catalog import Catalog
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


def nothing(task: Task, options: Options, catalog: Catalog) -> int:
    """Work that is none."""
    return task.number
