"""Runs tasks in processes of this machine that may hang or die: PDFium is a C++ library fed with hostile files.

A process is used for one document after the other and is replaced when it dies or is killed. It holds one document at
a time, so it's plain whose fault a death is.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from types import ModuleType

from juesuan_extract.batch.task import Outcome, Task, attempt, failure
from juesuan_extract.catalog import load_catalog
from juesuan_extract.errors import JuesuanError
from juesuan_extract.model import Account
from juesuan_extract.options import Options

TIMEOUT = 120.0  # seconds for one document
ATTEMPTS = 2  # a process may also die of something that isn't the document's fault
_TICK = 0.2  # seconds until `stop` and the clock are looked at again
_READY = "ready"


class WorkerFailed(JuesuanError):
    """A worker process does not even start."""

    advice = "check that the installation is complete; with one file, `juesuan show FILE` says more"


class LocalProcesses:
    """Runs tasks in `jobs` processes; a document that takes longer than `timeout` seconds is given up."""

    def __init__(self, jobs: int = 1, timeout: float = TIMEOUT) -> None:
        self._jobs = jobs
        self._timeout = timeout

    def run(self, tasks: Iterable[Task], options: Options, stop: Callable[[], bool]) -> Iterator[Outcome]:
        pool = _Pool(tasks, options, self._jobs, self._timeout)
        try:
            while not stop():
                pool.hand_out()
                if pool.idle:
                    break
                pool.collect()
                if outcome := pool.next():
                    yield outcome
        finally:
            pool.kill()
        yield from pool.rest()


class _Worker:
    """A process, the pipe to it, and the document it has."""

    def __init__(self, options: Options) -> None:
        context = get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, options), daemon=True)
        with _no_main():
            self._process.start()
        theirs.close()
        self.ready = False
        self.index: int | None = None
        self._since = 0.0

    def give(self, index: int, task: Task) -> None:
        self.index = index
        self._since = time.monotonic()
        with suppress(OSError):  # it died; the pipe says so when it's read
            self.pipe.send(task)

    def started(self) -> None:
        self.ready = True
        self._since = time.monotonic()

    def seconds(self) -> float:
        """How long it has been at its document."""
        return time.monotonic() - self._since if self.ready and self.index is not None else 0.0

    def kill(self) -> str:
        """End it; says how it ended."""
        self._process.join(0.5 if self._process.exitcode is None and self.pipe.closed else 0)
        self._process.kill()
        self._process.join()
        self.pipe.close()
        code = self._process.exitcode or 0
        return signal.Signals(-code).name if code < 0 else f"exit status {code}"


class _Pool:
    """Workers, what they have, and what came back."""

    def __init__(self, tasks: Iterable[Task], options: Options, jobs: int, timeout: float) -> None:
        self._tasks = enumerate(tasks)
        self._options = options
        self._jobs = jobs
        self._timeout = timeout
        self._window = 8 + 8 * jobs  # how far the fastest document may be ahead of the slowest
        self._workers: list[_Worker] = []
        self._open: dict[int, Task] = {}  # handed out or about to be
        self._again: deque[int] = deque()
        self._deaths: dict[int, int] = {}
        self._done: dict[int, Outcome] = {}
        self._next = 0  # index that is to be yielded next
        self._exhausted = False

    @property
    def idle(self) -> bool:
        """Nothing left to hand out, to wait for or to yield."""
        return self._exhausted and not self._open and not self._done

    def hand_out(self) -> None:
        """Give every free worker a document."""
        while worker := self._free():
            index = self._again.popleft() if self._again else self._draw()
            if index is None:
                return
            worker.give(index, self._open[index])

    def collect(self) -> None:
        """Wait for workers, a moment at most, and take what they send; end those that take too long."""
        by_pipe = {worker.pipe: worker for worker in self._workers}
        for pipe in wait(list(by_pipe), 0 if self._next in self._done else _TICK):
            assert isinstance(pipe, Connection)
            self._receive(by_pipe[pipe])
        for worker in list(self._workers):
            if worker.seconds() > self._timeout:
                self._drop(worker)
                self._fail(worker, f"took longer than {self._timeout:g} s; allow more time or leave it out")

    def next(self) -> Outcome | None:
        """The outcome whose turn it is, if it is there."""
        outcome = self._done.pop(self._next, None)
        self._next += outcome is not None
        return outcome

    def rest(self) -> Iterator[Outcome]:
        """All outcomes that are there, in order."""
        for index in sorted(self._done):
            yield self._done.pop(index)

    def kill(self) -> None:
        """End all workers."""
        for worker in self._workers:
            worker.kill()
        self._workers.clear()

    def _free(self) -> _Worker | None:
        """A worker without a document; a new one where there may be one more."""
        worker = next((worker for worker in self._workers if worker.index is None), None)
        if worker is None and len(self._workers) < self._jobs and (self._again or self._more()):
            worker = _Worker(self._options)
            self._workers.append(worker)
        return worker
