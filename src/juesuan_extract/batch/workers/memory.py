"""How much memory a process has, and how much a worker may have.

The parent watches what is resident. A limit in the kernel alone would be exact, and wrong: it counts what is reserved,
which grows with the cores of the machine (stacks and arenas of the threads of BLAS, OpenCV, Arrow), so that a document
would fail on one machine and not on another. There is one all the same, far above: a few KB of a PDF can unfold to more
than any machine has before the parent looks again, a twentieth of a second later.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

MAX_MEMORY = 800  # MB; a document of several hundred pages takes a third of it
_AT_ONCE = 1024  # MB above the bound that the kernel gives before it refuses


def measurable() -> bool:
    """Whether this system tells how large a process is."""
    return Path("/proc/self/statm").exists()


def resident(process: int) -> float:
    """Resident memory of a process in MB (2^20 bytes); 0 when it has ended."""
    try:
        pages = Path(f"/proc/{process}/statm").read_text().split()[1]
    except (OSError, IndexError):
        return 0.0
    return int(pages) * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


def refuse_beyond(megabytes: int) -> None:
    """Have the kernel refuse this process memory far beyond what it has and may have; on Linux."""
    if sys.platform == "linux":
        import resource

        used = re.search(r"^VmData:\s+(\d+) kB$", Path("/proc/self/status").read_text(), re.MULTILINE)
        most = (int(used[1]) << 10) + (megabytes + _AT_ONCE << 20) if used else resource.RLIM_INFINITY
        hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
        resource.setrlimit(resource.RLIMIT_DATA, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
