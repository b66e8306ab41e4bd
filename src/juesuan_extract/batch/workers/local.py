"""Runs tasks in processes of this machine that may hang or die: PDFium is a C++ library fed with hostile files.

A process is used for one document after the other. It is replaced when it dies, when it is killed because its document
takes too long or too much memory, and when a document leaves it large. It holds one document at a time, so it's plain
whose fault a death is.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from types import ModuleType
from typing import Any, Generic, Literal, NamedTuple

from juesuan_extract.batch.workers.memory import MAX_MEMORY, measurable, refuse_beyond, resident
from juesuan_extract.batch.workers.task import Outcome, R, Task, Work
from juesuan_extract.errors import JuesuanError, UsageError
from juesuan_extract.knowledge.catalog import load_catalog
from juesuan_extract.options import Options

TIMEOUT = 120.0  # seconds for one document
STARTS = 3  # processes in a row that may end before they are ready: somebody may have killed one
ATTEMPTS = 2  # a process may also die of something that isn't the document's fault
_TICK = 0.05  # seconds until `stop`, the clock and the memory are looked at again
_LARGE = 0.5  # of the memory that is allowed: a process that a document leaves this large is replaced

_Said = tuple[Literal["ready", "done", "out of memory"], Any]  # what a process sends


class WorkerFailed(JuesuanError):
    """A worker process does not even start."""

    advice = "check that the installation is complete: `juesuan show FILE` works in one process and says more"


class LocalProcesses:
    """Runs tasks in `jobs` processes; a document that takes longer than `timeout` seconds, or lets its process grow
    beyond `max_memory` MB, is given up.

    max_memory: None for the usual bound where memory can be measured, and for no bound elsewhere.
    """

    def __init__(self, jobs: int = 1, timeout: float = TIMEOUT, max_memory: int | None = None) -> None:
        self._limits = _limits(jobs, timeout, max_memory)

    def run(
        self, work: Work[R], tasks: Iterable[Task], options: Options, stop: Callable[[], bool]
    ) -> Iterator[Outcome[R]]:
        pool: _Pool[R] = _Pool(tasks, work, options, self._limits)
        try:
            while not stop():
                pool.hand_out()
                yield from pool.take()  # the processes are busy while the caller is
                if pool.finished:
                    return
                pool.collect()
        finally:
            pool.kill()
        yield from pool.take()


class LocalProcess(Generic[R]):
    """A process that is given one document after the other: what an engine keeps on each of its machines.

    work, options, timeout, max_memory: as for LocalProcesses.
    """

    def __init__(self, work: Work[R], options: Options, timeout: float, max_memory: int | None) -> None:
        self._pool: _Pool[R] = _Pool((), work, options, _limits(1, timeout, max_memory))

    def do(self, task: Task) -> Outcome[R]:
        """What becomes of a document; a crash, a hang and too much memory are outcomes."""
        self._pool.add(task)
        while True:
            self._pool.hand_out()
            self._pool.collect()
            if done := self._pool.take():
                return done[0]

    def end(self) -> None:
        """End the process."""
        self._pool.kill()


class _Limits(NamedTuple):
    jobs: int
    timeout: float  # seconds
    megabytes: int | None


def _limits(jobs: int, timeout: float, max_memory: int | None) -> _Limits:
    if max_memory is not None and not measurable():
        raise UsageError("memory can't be limited on this system: it needs /proc", "leave the limit out")
    return _Limits(jobs, timeout, max_memory or (MAX_MEMORY if measurable() else None))


class _Pool(Generic[R]):
    """Processes, the document that each of them has, and what came back."""

    def __init__(self, tasks: Iterable[Task], work: Work[R], options: Options, limits: _Limits) -> None:
        self._tasks = iter(tasks)
        self._hire = partial(_Worker, work, options, limits.megabytes)
        self._limits = limits
        self._workers: list[_Worker] = []
        self._again: deque[Task] = deque()  # their process died, or they came later
        self._deaths: Counter[int] = Counter()
        self._done: list[Outcome[R]] = []
        self._exhausted = False
        self._stillborn = 0  # processes that ended before they were ready, since one was

    @property
    def finished(self) -> bool:
        """Nothing left to hand out, to wait for or to take."""
        return self._exhausted and not (self._again or self._done or any(worker.task for worker in self._workers))

    def add(self, task: Task) -> None:
        """One more."""
        self._again.append(task)

    def hand_out(self) -> None:
        """Give a document to every process that has none."""
        while sum(worker.task is not None for worker in self._workers) < self._limits.jobs and (task := self._draw()):
            self._idle().give(task)

    def collect(self) -> None:
        """Wait for the processes, a moment at most, and take what they send; end those that are out of bounds."""
        by_pipe = {worker.pipe: worker for worker in self._workers}
        for pipe in wait(list(by_pipe), _TICK):
            self._receive(by_pipe[pipe])  # type: ignore[index]  # nothing but pipes was waited for
        for worker in [worker for worker in self._workers if worker.task and worker.ready]:
            if worker.seconds() > self._limits.timeout:
                self._give_up(worker, f"took longer than {self._limits.timeout:g} s; allow more time, or leave it out")
            elif self._larger(worker, 1):
                self._give_up(worker, _too_large(self._limits.megabytes))

    def take(self) -> list[Outcome[R]]:
        """What came back since the last time."""
        done, self._done = self._done, []
        return done

    def kill(self) -> None:
        """End all processes."""
        for worker in list(self._workers):
            self._drop(worker, grace=0)

    def _idle(self) -> _Worker:
        idle = next((worker for worker in self._workers if not worker.task), None)
        if idle is None:
            idle = self._hire()
            self._workers.append(idle)
        return idle

    def _draw(self) -> Task | None:
        if self._again:
            return self._again.popleft()
        task = None if self._exhausted else next(self._tasks, None)
        self._exhausted = task is None
        return task

    def _receive(self, worker: _Worker) -> None:
        try:
            said, value = worker.pipe.recv()
        except (EOFError, OSError):
            self._bury(worker)
            return
        if said == "ready":
            worker.started()
            self._stillborn = 0
        elif said == "out of memory":
            self._give_up(worker, _too_large(self._limits.megabytes))
        elif worker.task:
            self._done.append(Outcome(worker.task, value))
            worker.task = None
            if self._larger(worker, _LARGE):
                self._drop(worker, grace=0)

    def _larger(self, worker: _Worker, part: float) -> bool:
        """Whether a process has more than this part of the memory that is allowed."""
        return self._limits.megabytes is not None and worker.megabytes() > part * self._limits.megabytes

    def _bury(self, worker: _Worker) -> None:
        end, task = self._drop(worker, grace=5), worker.task
        if not worker.ready:
            self._stillborn += 1
            if self._stillborn == STARTS:
                raise WorkerFailed(f"{STARTS} worker processes ended before they were ready ({end})")
            if task:
                self._again.append(task)  # it has not seen it
            return
        if task:
            self._deaths[task.number] += 1
            if self._deaths[task.number] < ATTEMPTS:
                self._again.append(task)
            else:
                why = "the file is damaged or unfolds to more than there is memory for"
                error = f"the process that read it died ({end}): {why}; open it in a viewer and print it anew"
                self._done.append(Outcome(task, None, error))

    def _give_up(self, worker: _Worker, error: str) -> None:
        assert worker.task
        self._drop(worker, grace=0)
        self._done.append(Outcome(worker.task, None, error))

    def _drop(self, worker: _Worker, grace: float) -> str:
        self._workers.remove(worker)
        return worker.end(grace)


def _too_large(megabytes: int | None) -> str:
    bound = f"than {megabytes} MB of memory" if megabytes else "memory than there is"
    return f"needed more {bound}; allow more memory, or leave it out"


class _Worker:
    """A process, the pipe to it, and the document it has."""

    def __init__(self, work: Work[Any], options: Options, megabytes: int | None) -> None:
        context = get_context("spawn")
        self.pipe, theirs = context.Pipe()
        arguments = (theirs, work, options, megabytes, os.getpid())
        self._process = context.Process(target=_serve, args=arguments, daemon=True)
        with _on_its_own():
            self._process.start()
        theirs.close()
        self.ready = False
        self.task: Task | None = None
        self._since = 0.0

    def give(self, task: Task) -> None:
        """Send it a document."""
        self.task = task
        self._since = time.monotonic()
        with suppress(OSError):  # it is dead, which will be noticed when its answer is read
            self.pipe.send(task)

    def started(self) -> None:
        """It is ready: the clock starts, the time for imports is not the document's."""
        self.ready = True
        self._since = time.monotonic()

    def seconds(self) -> float:
        """How long it has been at its document."""
        return time.monotonic() - self._since if self.ready and self.task else 0.0

    def megabytes(self) -> float:
        """Its resident memory, in 2^20 bytes."""
        return resident(self._process.pid or 0)

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


def _serve(pipe: Connection[Any, Any], work: Work[Any], options: Options, megabytes: int | None, parent: int) -> None:
    """What a worker process does: tasks in, results out, until the pipe closes."""
    _die_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.dup2(2, 1)  # what a library prints must not mix with the data on the parent's standard output
    catalog = load_catalog(options.schemas_folder)
    if megabytes is not None:
        refuse_beyond(megabytes)
    ready: _Said = "ready", None
    pipe.send(ready)
    with suppress(EOFError, BrokenPipeError):
        while True:
            task = pipe.recv()
            try:
                said: _Said = "done", work(task, options, catalog)
            except MemoryError:
                said = "out of memory", None
            pipe.send(said)


def _die_with(parent: int) -> None:
    """Have the kernel end this process when its parent is killed; a worker that hangs would not notice."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
        if os.getppid() != parent:  # it is dead already
            os._exit(1)


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
