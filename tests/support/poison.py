"""Work for worker processes that hang or die, by the name of the source."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from juesuan_extract.batch.work import Entry, entry_of
from juesuan_extract.batch.workers.task import Task
from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.model.account import Account
from juesuan_extract.options import Options
from tests.support.accounts import account

LEAK: list[bytes] = []


def work(task: Task, options: Options, catalog: Catalog) -> tuple[Account, ...]:
    """An account; a crash, an exit or a hang where the name says so. task.place: a folder for marks."""
    if "crash" in task.source:
        os.kill(os.getpid(), signal.SIGSEGV)
    if "exit" in task.source:
        os._exit(7)
    if "hang" in task.source:
        time.sleep(600)
    if "greedy" in task.source:
        bytes(1 << 30)
    if "unlucky" in task.source:
        mark = Path(task.place.path) / task.source
        if not mark.exists():
            mark.touch()
            os._exit(1)
    if "slow" in task.source:
        time.sleep(0.3)
    if "eater" in task.source:
        eaten = []
        while True:
            eaten.append(b"x" * (8 << 20))
            time.sleep(0.01)
    if "grow" in task.source:
        LEAK.append(b"x" * (300 << 20))
    if "absurd" in task.source:
        bytearray(1 << 60)
    if "pid" in task.source:
        return (account(task.source, unit_name=str(os.getpid())),)
    if "noisy" in task.source:
        os.write(1, b"noise of a library\n")
    return (account(task.source, sha256=task.sha256 or "0" * 64),)


def read(task: Task, options: Options, catalog: Catalog) -> Entry:
    """The same, as `convert` wants it."""
    return entry_of(work(task, options, catalog), catalog)
