"""Documents that do harm: the kinds that a batch must survive, and the work that obeys them.

A document with `% poison KIND` at its end does to the process that reads it what KIND says; so the harm is the same
whatever the readers have learned to bear.
"""

from __future__ import annotations

import os
import re
import resource
import signal
import time
from pathlib import Path
from unittest.mock import patch

from bench.instead import Instead
from juesuan_extract.batch import LocalProcesses, convert
from juesuan_extract.batch.work import Entry, read_document
from juesuan_extract.batch.workers.task import Task
from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.options import Options

KINDS = ("crash", "exit", "hang", "eater", "raise", "cut", "noise")
_MARK = re.compile(rb"% poison (\w+)\n\Z")
EATERS = "eaters"  # beside the folder: the processes whose memory was eaten
_EATEN: list[bytes] = []


def poisoned(data: bytes, kind: str, number: int) -> bytes:
    """A document of this kind, made of a good one."""
    if kind == "cut":
        return data[: 2000 + number]
    if kind == "noise":
        return b"%PDF-1.7\n" + bytes((number * i) % 256 for i in range(5000 + number))
    return data + f"\n% {number}\n% poison {kind}\n".encode()


def work(task: Task, options: Options, catalog: Catalog) -> Entry:
    """What is always done for a document, unless it is one of these."""
    data = Path(task.place.path).read_bytes()[-40:]
    mark = _MARK.search(data)
    kind = mark[1].decode() if mark else ""
    if kind == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if kind == "exit":
        os._exit(7)
    if kind == "hang":
        time.sleep(3600)
    if kind == "eater":
        with (Path(task.place.path).parent.parent / EATERS).open("a") as file:
            file.write(f"{os.getpid()}\n")
        while True:
            _EATEN.append(b"x" * (8 << 20))
            time.sleep(0.005)
    if kind == "raise":
        with patch("juesuan_extract.batch.workers.task.extract", side_effect=ZeroDivisionError("poison")):
            return read_document(task, options, catalog)
    return read_document(task, options, catalog)


def main(folder: str, out: str, jobs: str, timeout: str, tell: str = "") -> None:
    """Convert a folder as the command does, with documents that do harm among the others; tell: say what it took."""
    executor = Instead(LocalProcesses(int(jobs), float(timeout)), work)
    convert(folder, out, jobs=int(jobs), timeout=float(timeout), executor=executor)
    if tell:
        own, workers = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        seconds = [found.ru_utime + found.ru_stime for found in (own, workers)]
        print(f"  CPU: parent {seconds[0]:.1f} s, workers {seconds[1]:.1f} s")
