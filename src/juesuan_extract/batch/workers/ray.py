"""Runs tasks on a Ray cluster: an extra, imported when it is asked for.

Ray finds a machine for each document, and another one when that is lost. On the machine the document goes to the same
killable process as on one computer (see local.py), which costs a document that hangs, eats memory or crashes its own
row, and Ray nothing. Results come back one by one and are kept by whoever asked.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from juesuan_extract.batch.fingerprint import program
from juesuan_extract.batch.workers.local import TIMEOUT, LocalProcess
from juesuan_extract.batch.workers.task import Outcome, R, Task, Work
from juesuan_extract.errors import JuesuanError, UsageError
from juesuan_extract.options import Options

RETRIES = 5  # of a document whose machine, or Ray's process on it, is lost
AHEAD = 2  # documents in flight for each that is being read, so that no machine waits for the next
PATIENCE = 10.0  # seconds for a cluster to answer
_TICK = 0.2  # seconds until `stop` is looked at again


class OtherProgram(JuesuanError):
    """A machine of the cluster has another version of this program, whose results must not be mixed with ours."""

    advice = "install the same version on all machines"


@dataclass(frozen=True)
class RayCluster:
    """Runs tasks on the Ray cluster at `address` ("auto": the one of this machine), or on one that is started for it.

    jobs: documents that are read at the same time; as many as the cluster has CPUs unless given. timeout, max_memory:
    as in LocalProcesses. Local files must be there under the same path on every machine; objects of stores are
    fetched by the machine that reads them.
    """

    address: str | None = None
    jobs: int | None = None
    timeout: float = TIMEOUT
    max_memory: int | None = None

    def run(
        self, work: Work[R], tasks: Iterable[Task], options: Options, stop: Callable[[], bool]
    ) -> Iterator[Outcome[R]]:
        """See Executor. Raises UsageError when there is no Ray or no cluster, and OtherProgram."""
        ray = _ray()
        started = not ray.is_initialized()
        if started:
            self._connect(ray)
        try:
            at_once = self.jobs or max(1, int(ray.cluster_resources().get("CPU", 1)))
            read = ray.remote(_read).options(num_cpus=1, max_retries=RETRIES)
            order = ray.put(_Order(work, options, self.timeout, self.max_memory))
            yield from _outcomes(ray, lambda task: read.remote(task, order), iter(tasks), at_once * AHEAD, stop)
        finally:
            if started:
                ray.shutdown()

    def _connect(self, ray: Any) -> None:
        quiet = {"log_to_driver": False, "logging_level": "ERROR"}
        if self.address is None:
            ray.init("local", num_cpus=self.jobs, include_dashboard=False, **quiet)
            return
        try:
            _knock(self.address)
            ray.init(self.address, **quiet)
        except (OSError, RuntimeError, ValueError) as error:
            reason = str(error).strip().partition("\n")[0]
            raise UsageError(f"no Ray cluster at {self.address}: {reason}", "start one: ray start --head") from error


def _knock(address: str) -> None:
    """Raises OSError where nobody answers; Ray itself would wait for minutes."""
    host, _, port = address.rpartition(":")
    if host and port.isdigit() and "/" not in host:
        socket.create_connection((host.strip("[]"), int(port)), PATIENCE).close()


class _Order(NamedTuple):
    """What is the same for all documents of a run."""

    work: Work[Any]
    options: Options
    timeout: float
    max_memory: int | None


class _Answer(NamedTuple):
    """What a machine sends back. program: the one that it has, see basis.py."""

    program: str
    outcome: Outcome[Any]


_hired: tuple[_Order, LocalProcess[Any]] | None = None  # of the process that Ray runs `_read` in, again and again


def _read(task: Task, order: _Order) -> _Answer:
    """What Ray runs: hands a document to the process of this one."""
    global _hired  # Ray gives a function nowhere else to keep what the next call needs
    if _hired is None or _hired[0] != order:
        if _hired:
            _hired[1].end()
        _hired = order, LocalProcess(*order)
    return _Answer(program(), _hired[1].do(task))


def _outcomes(
    ray: Any, send: Callable[[Task], Any], tasks: Iterator[Task], most: int, stop: Callable[[], bool]
) -> Iterator[Outcome[Any]]:
    """Outcomes as they come; at most `most` documents are in flight, so that a million of them fill no memory."""
    flying: dict[Any, Task] = {}
    exhausted = False
    try:
        while not stop():
            while len(flying) < most and not exhausted:
                task = next(tasks, None)
                exhausted = task is None
                if task:
                    flying[send(task)] = task
            if not flying:
                return
            landed, _ = ray.wait(list(flying), num_returns=1, timeout=_TICK)
            for reference in landed:
                yield _landed(ray, reference, flying.pop(reference))
    finally:
        for reference in flying:
            ray.cancel(reference, force=True)


def _landed(ray: Any, reference: Any, task: Task) -> Outcome[Any]:
    lost = (
        ray.exceptions.WorkerCrashedError,
        ray.exceptions.NodeDiedError,
        ray.exceptions.OutOfMemoryError,
        ray.exceptions.ObjectLostError,
    )
    try:
        answer = ray.get(reference)
    except lost as error:
        reason = f"its machine was lost {RETRIES + 1} times ({type(error).__name__}); run the same command again"
        return Outcome(replace(task, sha256=""), None, reason)  # says nothing of the document, so it's tried again
    except ray.exceptions.RayTaskError as error:
        if isinstance(error.cause, JuesuanError):
            raise error.cause from error
        raise
    if answer.program != program():
        raise OtherProgram("a machine of the cluster has another version of this program")
    return Outcome(task, answer.outcome.result, answer.outcome.error)


def _ray() -> Any:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is told to anybody
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")  # else it warns of a change to come
    try:
        import ray
    except ImportError as error:
        raise UsageError(f"the engine ray needs Ray ({error})", "pip install 'juesuan-extract[ray]'") from error
    return ray
