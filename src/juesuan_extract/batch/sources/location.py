"""Where the bytes of a document are: small, frozen, and sent to the process that reads them."""

from __future__ import annotations

import hashlib
import os
import time
import unicodedata
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from io import BufferedReader
from math import inf
from pathlib import Path
from typing import BinaryIO, NoReturn, Protocol

from juesuan_extract.errors import JuesuanError, LimitExceeded, UnreadableDocument
from juesuan_extract.read.pdf_file import check_read, check_size, open_regular, read_all, unreadable

Stamp = tuple[int | str, ...]
"""What bytes look like from outside: where it is the same, so are they. Empty where that can't be told."""

_AT_ONCE = 1 << 20  # bytes read at once
_SETTLED = 2_000_000_000  # ns; a file that changed less than this ago may change again unnoticed


class Location(Protocol):
    """A document that can be read from any process. Equal places are one document."""

    @property
    def path(self) -> str:
        """The whole path, for people and to tell documents of equal names apart."""

    def stamp(self) -> Stamp:
        """What the bytes look like from outside."""

    def digest(self, limit: float = inf) -> str:
        """SHA-256, hex; empty where only the process that converts the document is to read it. limit: seconds."""

    def read(self) -> bytes:
        """All bytes; raises UnreadableDocument, and Unavailable where nothing can be said of the document."""


class Openable(Protocol):
    """A file of which parts can be read: what an archive is read from."""

    @property
    def path(self) -> str:
        """As in Place."""

    def stamp(self) -> Stamp:
        """As in Place."""

    def open(self) -> AbstractContextManager[BinaryIO]:
        """The file, seekable; what goes wrong until it is closed becomes UnreadableDocument."""


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file of this machine, or one that is mounted. path: absolute."""

    path: str

    @contextmanager
    def open(self) -> Iterator[BufferedReader]:
        """See Stored."""
        path = Path(self.path)
        try:
            with open_regular(path) as file:
                yield file
        except OSError as error:
            raise unreadable(path, error) from error

    def stamp(self) -> Stamp:
        """See Place. Nobody can set a file's ctime, so it tells every change on a local disk."""
        try:
            found = os.stat(self.path)
        except OSError:
            return ()
        if time.time_ns() - found.st_ctime_ns < _SETTLED:
            return ()
        return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino

    def digest(self, limit: float = inf) -> str:
        """See Place."""
        until = time.monotonic() + limit
        with self.open() as file:
            size = check_size(os.fstat(file.fileno()).st_size)
            found, read = hashlib.sha256(), 0
            while data := file.read(min(_AT_ONCE, size + 1 - read)):
                found.update(data)
                read += len(data)
                if time.monotonic() > until:
                    raise LimitExceeded(f"can't be read in {limit:g} s", "copy it to a faster disk, or allow more time")
            check_read(size, read)
        return found.hexdigest()

    def read(self) -> bytes:
        """See Place."""
        with self.open() as file:
            return read_all(file)


@dataclass(frozen=True, slots=True)
class Refused:
    """Something that is not opened, or could not be: it gets its row, which says why."""

    path: str
    reason: str
    advice: str

    def stamp(self) -> Stamp:
        """See Place."""
        return ()

    def digest(self, limit: float = inf) -> NoReturn:
        """Raises UnreadableDocument."""
        raise UnreadableDocument(self.reason, self.advice)

    def read(self) -> NoReturn:
        """Raises UnreadableDocument."""
        self.digest()


def refused(path: str, error: JuesuanError) -> Refused:
    """The place of what an error keeps from being opened."""
    return Refused(path, str(error), error.advice)


def harmless(name: str) -> str:
    r"""The name of a member or an object as a relative path that leads nowhere else: NFC, no .., no NUL.

    >>> harmless("/../etc//x.pdf")
    '\\x2e\\x2e/etc/x.pdf'
    """
    parts = unicodedata.normalize("NFC", name).replace("\0", r"\x00").split("/")
    return "/".join(r"\x2e\x2e" if part == ".." else part for part in parts if part not in ("", "."))
