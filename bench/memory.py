"""Peak memory of `juesuan convert` and of its worker processes; Linux only, because it reads /proc."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

_INTERVAL = 0.05  # seconds; the kernel keeps the peak itself, so only a process's last moments can be missed
_COMMAND = (sys.executable, "-m", "juesuan_extract")


class Peak(NamedTuple):
    """Peak resident memory in MB (2^20 bytes) and the run's length in seconds."""

    parent: float
    worker: float
    seconds: float


class Watched(NamedTuple):
    """A command that ended. parent: its peak in MB; workers: the peak of each child process, in order of birth."""

    status: int
    parent: float
    workers: dict[str, float]
    seconds: float


def available() -> bool:
    """Whether this system tells a process's peak memory."""
    return _peak("self") is not None


def watch(command: Sequence[str]) -> Watched:
    """Run a command to its end and watch it and its child processes."""
    started = time.monotonic()
    parent = 0.0
    workers: dict[str, float] = {}
    with subprocess.Popen(command) as process:
        while process.poll() is None:
            parent = _peak(str(process.pid)) or parent
            for child in _children(process.pid):
                # the last value counts: before it runs its own program a child shows its parent's memory
                workers[child] = _peak(child) or workers.get(child, 0.0)
            time.sleep(_INTERVAL)
    return Watched(process.returncode, parent, workers, time.monotonic() - started)


def convert(folder: Path, out: Path, jobs: int = 1) -> Peak:
    """Run `juesuan convert FOLDER -o OUT --jobs JOBS` in a process of its own and watch it."""
    done = watch([*_COMMAND, "convert", str(folder), "-o", str(out), "--jobs", str(jobs), "--quiet"])
    if done.status:
        raise RuntimeError(f"juesuan convert ended with status {done.status}")
    return Peak(done.parent, max(done.workers.values(), default=0.0), done.seconds)


def _peak(process: str) -> float | None:
    """The peak of a process's resident memory in MB; None when it has ended or the system doesn't say."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return None
    sizes = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(sizes[0]) / 1024 if sizes else None


def _children(process: int) -> list[str]:
    try:
        return Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except OSError:
        return []
