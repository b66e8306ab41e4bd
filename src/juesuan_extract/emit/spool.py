"""Pieces of a file whose head is known last: kept on disk, not in memory, until the file is put together."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from juesuan_extract.emit.appended import AppendedFile


class Spool:
    """An append-only list of texts in a file of its own beside the output."""

    def __init__(self, folder: Path) -> None:
        self._path = Path(tempfile.mkdtemp(dir=folder)) / "spool"
        self._file = AppendedFile(self._path)
        self._lengths: list[int] = []

    def add(self, text: str) -> None:
        """Append one piece."""
        self._lengths.append(self._file.write(text.encode("utf-8", "replace")))

    def __len__(self) -> int:
        return len(self._lengths)

    def __iter__(self) -> Iterator[str]:
        self._file.flush_waiting()
        with self._path.open("rb") as file:
            for length in self._lengths:
                yield file.read(length).decode()

    def close(self) -> None:
        """Remove the file."""
        self._file.discard()
        if self._path.exists():
            self._path.unlink()
            self._path.parent.rmdir()
