"""What a user can choose; the same object serves the API and the command line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

ReaderName = Literal["auto", "pdfium", "plumber", "camelot"]


@dataclass(frozen=True, slots=True)
class Options:
    """Options of a conversion.

    reader: `auto` reads with pdfium and asks the others only for a table whose grid is missing or whose identities
    fail; a name forces that one reader. pictures: render the pages of doubtful cells for the report.
    schemas: a folder of knowledge files to use instead of those shipped; "" for these.
    """

    reader: ReaderName = "auto"
    pictures: bool = False
    schemas: str = ""

    @property
    def schemas_folder(self) -> Path | None:
        """The folder of knowledge files, None for those shipped."""
        return Path(self.schemas) if self.schemas else None
