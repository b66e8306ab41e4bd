"""One reader in a process of its own, in its own environment: `python -m bench.peers.child ADAPTER`.

Reads a command per line on standard input and answers each with a line of JSON on standard output:
`tables PATH` with what it found, `time N PATH` with the seconds that a reading takes, the mean of N, `peak` with the
MB (2^20 bytes) that the process has had in memory at most. An answer is `{"answer": …}`, or `{"raised": …}` with what
the reader raised.
"""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from bench.timing import seconds_of


def main() -> None:
    """Answer until standard input ends."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever the reader prints must not stand between the answers
    read = import_module(f"bench.peers.adapters.{sys.argv[1]}").tables
    for line in sys.stdin:
        command, _, rest = line.rstrip("\n").partition(" ")
        try:
            answer = {"answer": _ANSWERS[command](read, rest)}
        except Exception as error:  # noqa: BLE001 - whatever a reader raises is what it has to say of the file
            answer = {"raised": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=out, flush=True)


def _tables(read: Any, path: str) -> object:
    return read(path)


def _time(read: Any, rest: str) -> float:
    times, _, path = rest.partition(" ")
    return seconds_of(lambda: read(path), int(times))


def _peak(read: Any, rest: str) -> float:
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM:"))


_ANSWERS = {"tables": _tables, "time": _time, "peak": _peak}

if __name__ == "__main__":
    main()
