"""Standard streams that may be closed, or lead into a pipe that nobody reads: then what was to be said is lost, and
nothing else."""

from __future__ import annotations

import os
import select
import sys
from contextlib import suppress

PATIENCE = 5.0  # seconds that a pipe may stay full
_AT_ONCE = 512  # bytes that a pipe takes whole once it takes anything (POSIX)


def open_all() -> None:
    """Have all three standard streams lead somewhere: a file opened in place of a closed one would get what is said."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # the lowest number that is free; workers need it
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w", encoding="utf-8"))  # noqa: SIM115


def write_error(text: str) -> None:
    """Write to standard error; what can't be written is lost."""
    stream = sys.stderr
    try:
        number = stream.fileno()
    except (OSError, AttributeError, ValueError):
        number = -1  # not a file: somebody collects what is said
    try:
        for start in range(0, len(text), _AT_ONCE // 4):  # a character has at most four bytes
            if number >= 0 and not _takes(number):
                raise BlockingIOError
            stream.write(text[start : start + _AT_ONCE // 4])
            stream.flush()
    except OSError:
        close(number)


def close(number: int) -> None:
    """Have a stream lead nowhere from now on, with what waits to be written."""
    with suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, number)
        os.close(nowhere)


def _takes(number: int) -> bool:
    """Whether something can be written without waiting longer than PATIENCE."""
    if sys.platform == "win32":  # waits for sockets only
        return True
    return bool(select.select([], [number], [], PATIENCE)[1])
