"""What is wrong in a knowledge file."""

from __future__ import annotations

from typing import NamedTuple


class Problem(NamedTuple):
    """A fault at a line (from 1; 0: the file as a whole) of a file, named from the folder of the knowledge files."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}" if self.line else f"{self.file}: {self.message}"
