"""How much memory a process has, and how much a worker may have.

The parent watches what is resident. A limit in the kernel (RLIMIT_AS, RLIMIT_DATA) would be exact, and wrong: it counts
what is reserved, which grows with the cores of the machine (stacks and arenas of the threads of BLAS, OpenCV, Arrow),
so that a document would fail on one machine and not on another. Between two looks a process can grow by what it can
write in a twentieth of a second.
"""

from __future__ import annotations

import os
from pathlib import Path

MAX_MEMORY = 800  # MB; a document of several hundred pages takes a third of it


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
