"""Reads a file that claims to be a PDF, and says in plain words when it is none."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from juesuan_extract.errors import LimitExceeded, Unavailable, UnreadableDocument

MAX_BYTES = 1 << 30
_HEADER_BYTES = 1024  # how far into a file the %PDF header may stand

_AGAIN = "download it again"
_MAGIC: tuple[tuple[re.Pattern[bytes], str, str], ...] = (
    (
        re.compile(rb"\s*(<!doctype html|<html|<head|<script|<\?xml)", re.I),
        "a web page",
        "; the site sent a page instead",
    ),
    (re.compile(rb"PK\x03\x04"), "a ZIP archive, an Office or an OFD document", ", or unpack or export it to PDF"),
    (re.compile(rb"\xd0\xcf\x11\xe0"), "an old Office document", ", or export it to PDF"),
    (re.compile(rb"Rar!|7z\xbc\xaf|\x1f\x8b"), "an archive", ", or unpack it first"),
    (re.compile(rb"\x89PNG|\xff\xd8\xff|II\*\0|MM\0\*"), "a picture", ", or convert it to PDF"),
)


def read_file(path: Path) -> bytes:
    """The content of a file; raises UnreadableDocument unless it is a readable file with a PDF header."""
    size = regular_size(path)
    if size > MAX_BYTES:
        raise LimitExceeded(f"larger than {MAX_BYTES >> 20} MB")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise unreadable(path, error) from error
    check_header(data)
    return data


def regular_size(path: Path) -> int:
    """Size in bytes; raises UnreadableDocument where there is no regular file (opening a pipe would hang)."""
    try:
        found = path.stat()
    except OSError as error:
        raise unreadable(path, error) from error
    if stat.S_ISDIR(found.st_mode):
        raise Unavailable("a folder named like a file", "rename it; the PDFs inside it are read all the same")
    if not stat.S_ISREG(found.st_mode):
        raise Unavailable("not a regular file", "give a file that is stored on a disk")
    return found.st_size


def check_header(data: bytes) -> None:
    """Raises UnreadableDocument with what the file seems to be when it has no PDF header."""
    if not data:
        raise UnreadableDocument("the file is empty", _AGAIN)
    head = data[:_HEADER_BYTES]
    if b"%PDF-" in head:
        return
    for pattern, what, advice in _MAGIC:
        if pattern.match(head.removeprefix(b"\xef\xbb\xbf")):
            raise UnreadableDocument(f"not a PDF but {what}", _AGAIN + advice)
    raise UnreadableDocument("not a PDF", _AGAIN)


def unreadable(path: Path, error: OSError) -> Unavailable:
    """What an error of the operating system means for a document."""
    if isinstance(error, FileNotFoundError):
        if os.path.islink(path):
            return Unavailable("a link to a file that is not there", "restore the file or remove the link")
        return Unavailable("no such file", "check the path")
    if isinstance(error, PermissionError):
        return Unavailable("permission denied", "make the file readable for your user")
    return Unavailable(f"can't be read: {error.strerror}")
