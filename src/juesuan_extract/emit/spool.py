"""Pieces of a file whose head is known last: kept on disk, not in memory, until the file is put together."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path


class Spool:
    """An append-only list of texts in an unnamed file beside the output."""

    def __init__(self, folder: Path) -> None:
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  # closed by close()
        self._lengths: list[int] = []

    def add(self, text: str) -> None:
        """Append one piece."""
        self._lengths.append(self._file.write(text.encode("utf-8", "replace")))

    def __len__(self) -> int:
        return len(self._lengths)

    def __iter__(self) -> Iterator[str]:
        self._file.seek(0)
        for length in self._lengths:
            yield self._file.read(length).decode()

    def close(self) -> None:
        self._file.close()
