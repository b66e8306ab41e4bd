"""A file that is written piece by piece without being held open: a machine may allow very few open files."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Buffer

AT_ONCE = 1 << 18  # bytes that wait until the file is opened for them


class AppendedFile(io.RawIOBase):
    """A new file, or the text of one that is there; what is written is on disk once it is closed."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._waiting = bytearray()
        self._written = 0
        path.open("xb").close()

    def write(self, data: Buffer, /) -> int:
        """Append bytes."""
        size = memoryview(data).nbytes
        self._waiting += data
        self._written += size
        if len(self._waiting) >= AT_ONCE:
            self._append()
        return size

    def writable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """Bytes written so far."""
        return self._written

    def discard(self) -> None:
        """Close it, and give up what waits."""
        self._waiting.clear()
        self.close()

    def close(self) -> None:
        """Write what waits."""
        if not self.closed:
            try:
                self._append()
            finally:
                super().close()

    def flush_waiting(self) -> None:
        """Write what waits, so that it can be read."""
        self._append()

    def _append(self) -> None:
        if self._waiting:
            with self._path.open("ab") as file:
                file.write(self._waiting)
            self._waiting.clear()
