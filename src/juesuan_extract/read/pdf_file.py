"""Reads a file that claims to be a PDF, and says in plain words when it is none."""

from __future__ import annotations

import errno
import os
import re
import stat
import zlib
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

from juesuan_extract.errors import LimitExceeded, Unavailable, UnreadableDocument

MAX_BYTES = 1 << 30
_TAIL_BYTES = 2048  # in which %%EOF stands
_MOST_UNFOLDED = 1 << 28  # bytes of streams that are unfolded to see whether they do
_STREAM = re.compile(rb"<<((?:(?!stream|<<.{0,2000}endobj).){1,2000}?)>>\s*stream\r?\n", re.S)
_FILTER = re.compile(rb"/(\w+Decode|Crypt)\b")
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
    try:
        with open_regular(path) as file:
            data = read_all(file)
    except OSError as error:
        raise unreadable(path, error) from error
    check_header(data)
    return data


def open_regular(path: Path) -> BufferedReader:
    """A regular file, opened to be read; raises UnreadableDocument for anything else, OSError where it can't be.

    Looked at first, as opening a device may do something, and after it was opened, as it may be another by then;
    opening a pipe does not wait for who writes into it.
    """
    _check_regular(path.stat())
    file = open(path, "rb", opener=_without_waiting)  # noqa: SIM115  # the caller closes it
    try:
        _check_regular(os.fstat(file.fileno()))
    except UnreadableDocument:
        file.close()
        raise
    return file


def read_all(file: BinaryIO) -> bytes:
    """All bytes of an open file; raises LimitExceeded where they are too many."""
    size = check_size(file.seek(0, os.SEEK_END))
    file.seek(0)
    data = file.read(size + 1)
    check_read(size, len(data))
    return data


def check_read(announced: int, read: int) -> None:
    """Raises Unavailable where a file turns out to have another size than it had when it was opened."""
    if read and not announced:  # files of /proc claim to be regular, and some never end
        raise Unavailable("it has no size and is not empty", "copy it to a disk, and give the copy")
    if read != announced:
        raise changed()


def check_size(size: int) -> int:
    """The size, in bytes; raises LimitExceeded where no published account is as large."""
    if size > MAX_BYTES:
        raise LimitExceeded(f"larger than {MAX_BYTES >> 20} MB")
    return size


def changed() -> Unavailable:
    """The error for content that isn't what it was a moment ago."""
    return Unavailable("the file changed while it was read", "convert it again")


def _check_regular(found: os.stat_result) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise Unavailable("a folder named like a file", "rename it; the PDFs inside it are read all the same")
    if not stat.S_ISREG(found.st_mode):
        raise Unavailable("not a regular file", "give a file that is stored on a disk")


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


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
    if error.errno == errno.ELOOP:
        return Unavailable("a link that leads back to itself", "restore the file or remove the link")
    return Unavailable(f"can't be read: {error.strerror}")


def damage(data: bytes) -> str:
    """What is damaged in a PDF; "" where nothing is seen.

    For a file in which no account was found: what can't be read of it may have been one. Its end, and whether its
    compressed streams unfold; those of an encrypted file can't be told.
    """
    if b"%%EOF" not in data[-_TAIL_BYTES:]:
        return "its end is missing"
    if b"/Encrypt" in data:
        return ""
    left = _MOST_UNFOLDED
    for match in _STREAM.finditer(data):
        if _FILTER.findall(match[1]) != [b"FlateDecode"]:
            continue
        end = data.find(b"endstream", match.end())
        inflate = zlib.decompressobj()
        try:
            left -= len(inflate.decompress(data[match.end() : end if end >= 0 else len(data)], max(1, left)))
        except zlib.error:
            return f"the stream at byte {match.end()} does not unfold"
        if left <= 0:
            break
    return ""
