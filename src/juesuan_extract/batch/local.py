"""Runs tasks in processes of this machine that may hang or die: PDFium is a C++ library fed with hostile files.

A process is used for one document after the other and is replaced when it dies or is killed. It holds one document at
a time, so it's plain whose fault a death is.
"""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import ModuleType
from typing import Any

from juesuan_extract.batch.task import Outcome, Task, attempt, failure
from juesuan_extract.catalog import Catalog, load_catalog
from juesuan_extract.errors import JuesuanError
from juesuan_extract.model import Account
from juesuan_extract.options import Options

Work = Callable[[Task, Options, Catalog], tuple[Account, ...]]

TIMEOUT = 120.0  # seconds for one document
MEMORY = 2 << 30  # bytes that a process may have beyond those it begins with; published accounts take under 400 MB
ATTEMPTS = 2  # a process may also die of something that isn't the document's fault
_TICK = 0.2  # seconds until `stop` and the clock are looked at again
_READY = "ready"


class WorkerFailed(JuesuanError):
    """A worker process does not even start."""

    advice = "check that the installation is complete: `juesuan show FILE` works in one process and says more"


class LocalProcesses:
    """Runs tasks in `jobs` processes; a document that takes longer than `timeout` seconds is given up, and one that
    needs more than `memory` bytes kills its process (on Linux; elsewhere there is no limit).

    work: the function that each process runs, found by its module and name.
    """

    def __init__(self, jobs: int = 1, timeout: float = TIMEOUT, work: Work = attempt, memory: int = MEMORY) -> None:
        self._jobs = jobs
        self._memory = memory
        self._timeout = timeout
        self._work = work

    def run(self, tasks: Iterable[Task], options: Options, stop: Callable[[], bool]) -> Iterator[Outcome]:
        pool = _Pool(tasks, partial(_Worker, self._work, options, self._memory), self._jobs, self._timeout)
        try:
            while not stop():
                pool.hand_out()
                if pool.finished:
                    return
                pool.collect()
                if outcome := pool.next():
                    yield outcome
        finally:
            pool.kill()
        yield from pool.rest()


class _Pool:
    """Processes, the documents that wait for one, and what came back."""

    def __init__(self, tasks: Iterable[Task], hire: Callable[[], _Worker], jobs: int, timeout: float) -> None:
        self._tasks = enumerate(tasks)
        self._hire = hire
        self._jobs = jobs
        self._timeout = timeout
        self._window = 8 + 8 * jobs  # how far any document may be ahead of the one that is to be yielded
        self._workers: list[_Worker] = []
        self._queue: deque[tuple[int, Task]] = deque()
        self._deaths: Counter[int] = Counter()
        self._done: dict[int, Outcome] = {}
        self._next = 0  # index of the outcome that is to be yielded next
        self._drawn = 0
        self._exhausted = False

    @property
    def finished(self) -> bool:
        """Nothing left to hand out, to wait for or to yield."""
        busy = any(worker.job for worker in self._workers)
        return self._exhausted and not (busy or self._queue or self._done)

    def hand_out(self) -> None:
        """Give a document to every process that has none."""
        while not self._exhausted and len(self._queue) < self._jobs and self._drawn < self._next + self._window:
            self._draw()
        while self._queue and (worker := self._free()):
            worker.give(self._queue.popleft())

    def collect(self) -> None:
        """Wait for the processes, a moment at most, and take what they send; end those that take too long."""
        by_pipe = {worker.pipe: worker for worker in self._workers}
        for pipe in wait(list(by_pipe), 0 if self._next in self._done else _TICK):
            self._receive(by_pipe[pipe])  # type: ignore[index]  # nothing but pipes was waited for
        for worker in [worker for worker in self._workers if worker.seconds() > self._timeout]:
            self._drop(worker, grace=0)
            self._fail(worker, f"took longer than {self._timeout:g} s; allow more time, or leave it out")

    def next(self) -> Outcome | None:
        """The outcome whose turn it is, when it is there."""
        outcome = self._done.pop(self._next, None)
        self._next += outcome is not None
        return outcome

    def rest(self) -> Iterator[Outcome]:
        """All outcomes that are there, in order."""
        yield from (self._done.pop(index) for index in sorted(self._done))

    def kill(self) -> None:
        """End all processes."""
        for worker in list(self._workers):
            self._drop(worker, grace=0)

    def _draw(self) -> None:
        index, task = next(self._tasks, (None, None))
        if index is None or task is None:
            self._exhausted = True
            return
        self._drawn += 1
        if task.settled:
            self._done[index] = Outcome(task, (task.settled,))
        else:
            self._queue.append((index, task))

    def _free(self) -> _Worker | None:
        idle = next((worker for worker in self._workers if worker.job is None), None)
        if idle is None and len(self._workers) < self._jobs:
            idle = self._hire()
            self._workers.append(idle)
        return idle

    def _receive(self, worker: _Worker) -> None:
        try:
            message = worker.pipe.recv()
        except (EOFError, OSError):
            self._bury(worker)
            return
        if message == _READY:
            worker.started()
        elif worker.job:
            index, task = worker.job
            self._done[index] = Outcome(task, message)
            worker.job = None

    def _bury(self, worker: _Worker) -> None:
        end = self._drop(worker, grace=5)
        if not worker.ready:
            raise WorkerFailed(f"a worker process ended before it was ready ({end})")
        if worker.job:
            index, _ = worker.job
            self._deaths[index] += 1
            if self._deaths[index] < ATTEMPTS:
                self._queue.appendleft(worker.job)
            else:
                why = "the file is damaged or unfolds to more than there is memory for"
                self._fail(
                    worker, f"the process that read it died ({end}): {why}; open it in a viewer and print it anew"
                )

    def _fail(self, worker: _Worker, error: str) -> None:
        assert worker.job
        index, task = worker.job
        self._done[index] = Outcome(task, (failure(task, error),))

    def _drop(self, worker: _Worker, grace: float) -> str:
        self._workers.remove(worker)
        return worker.end(grace)


class _Worker:
    """A process, the pipe to it, and the document it has."""

    def __init__(self, work: Work, options: Options, memory: int) -> None:
        context = get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, work, options, memory), daemon=True)
        with _on_its_own():
            self._process.start()
        theirs.close()
        self.ready = False
        self.job: tuple[int, Task] | None = None
        self._since = 0.0

    def give(self, job: tuple[int, Task]) -> None:
        """Send it a document."""
        self.job = job
        self._since = time.monotonic()
        with suppress(OSError):  # it is dead, which will be noticed when its answer is read
            self.pipe.send(job[1])

    def started(self) -> None:
        """It is ready: the clock starts, the time for imports is not the document's."""
        self.ready = True
        self._since = time.monotonic()

    def seconds(self) -> float:
        """How long it has been at its document."""
        return time.monotonic() - self._since if self.ready and self.job else 0.0

    def end(self, grace: float) -> str:
        """End it after waiting `grace` seconds for it to end by itself; says how it ended."""
        if grace:
            self._process.join(grace)
        self._process.kill()
        self._process.join()
        self.pipe.close()
        code = self._process.exitcode or 0
        return signal.Signals(-code).name if code < 0 else f"exit status {code}"


@contextmanager
def _on_its_own() -> Iterator[None]:
    """Start a process that neither runs the caller's script again nor dies of the terminal's Ctrl-C."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")  # spawn would import it; a worker needs nothing of it
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if hasattr(signal, "pthread_sigmask") else None
    try:
        yield
    finally:
        sys.modules["__main__"] = main
        if mask is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _bound(memory: int) -> None:
    """Let this process have so many bytes more than now: a few KB of a PDF can unfold to more than any machine has."""
    if sys.platform == "linux":
        import resource

        used = re.search(r"^VmData:\s+(\d+) kB$", Path("/proc/self/status").read_text(), re.MULTILINE)
        most = int(used[1]) * 1024 + memory if used else resource.RLIM_INFINITY
        hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
        resource.setrlimit(resource.RLIMIT_DATA, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _serve(pipe: Connection[Any, Any], work: Work, options: Options, memory: int) -> None:
    """What a worker process does: tasks in, accounts out, until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.dup2(2, 1)  # what a library prints must not mix with the data on the parent's standard output
    catalog = load_catalog(options.schemas_folder)
    _bound(memory)
    pipe.send(_READY)
    with suppress(EOFError, BrokenPipeError):
        while True:
            pipe.send(work(pipe.recv(), options, catalog))
