"""ZIP archives: listed without unpacking anything, read member by member into memory, within limits.

The list of members is read once; a member carries where its bytes are, so that whoever reads it needs not list again.
Nothing is ever written to disk, so that a hostile name can do no harm; it is refused all the same, as nobody honest
writes it.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from math import inf
from typing import BinaryIO

from juesuan_extract.batch.sources.location import LocalFile, Location, Openable, Refused, Stamp, harmless, refused
from juesuan_extract.errors import LimitExceeded, UnreadableDocument
from juesuan_extract.read.pdf_file import check_size

MAX_MEMBERS = 100_000
MAX_DIRECTORY = 32 << 20  # bytes of an archive's table of contents
MAX_RATIO = 100  # unpacked to packed; PDFs are packed already and shrink little
SMALL = 1 << 20  # bytes; what unpacks to no more than this may have any ratio

_AGAIN = "download it again, or unpack it and give the folder"
_UNPACK = "unpack it if you trust it, and give the folder"
_ARCHIVES = (".zip", ".rar", ".7z", ".tar", ".gz", ".tgz")
_ENCRYPTED = 0x1
_UTF8 = 0x800
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_CHINESE = re.compile("[\u2e80-\U0003ffff]")
_DRIVE = re.compile(r"[A-Za-z]:")


@dataclass(frozen=True, slots=True)
class Member:
    """A file in a ZIP archive. start: of its header, in bytes; packed, size: bytes in the archive and unpacked."""

    archive: Openable
    name: str
    start: int
    packed: int
    size: int
    crc: int
    method: int

    @property
    def path(self) -> str:
        """See Place."""
        return f"{self.archive.path}/{self.name}"

    def stamp(self) -> Stamp:
        """See Place."""
        archive = self.archive.stamp()
        return archive and (*archive, self.start)

    def digest(self, limit: float = inf) -> str:
        """See Place."""
        return hashlib.sha256(self.read()).hexdigest() if isinstance(self.archive, LocalFile) else ""

    def read(self) -> bytes:
        """See Place."""
        with self.archive.open() as file:
            packed = self._packed(file)
        try:
            # never more than was announced, whatever comes
            inflate = zlib.decompressobj(-zlib.MAX_WBITS)
            data = inflate.decompress(packed, self.size + 1) if self.method == zipfile.ZIP_DEFLATED else packed
        except zlib.error as error:
            raise _damaged() from error
        if len(data) != self.size or zlib.crc32(data) != self.crc:
            raise _damaged()
        return data

    def _packed(self, file: BinaryIO) -> bytes:
        file.seek(self.start)
        header = file.read(_LOCAL_HEADER.size)
        if len(header) < _LOCAL_HEADER.size or not header.startswith(b"PK\x03\x04"):
            raise _damaged()
        _, name, extra = _LOCAL_HEADER.unpack(header)
        file.seek(self.start + _LOCAL_HEADER.size + name + extra)
        return file.read(self.packed)


def members(archive: Openable, wanted: Callable[[str], bool]) -> list[tuple[str, Location]]:
    """Name and place of every member that is wanted or is an archive itself, in the order of the archive.

    What must not or can't be read is Refused. Raises UnreadableDocument where that is true of the archive as a whole.
    """
    found: list[tuple[str, Location]] = []
    with archive.open() as file:
        infos = _listed(file)
        length = file.seek(0, os.SEEK_END)
    for info in infos:
        printed = _name(info).replace("\\", "/")
        name = harmless(printed)
        if printed.endswith("/") or "__MACOSX" in name.split("/"):  # macOS adds these beside every file
            continue
        nested = name.lower().endswith(_ARCHIVES)
        if nested or wanted(name):
            found.append((name, _member(archive, length, info, printed, nested)))
    total = sum(place.size for _, place in found if isinstance(place, Member))
    if total > length * MAX_RATIO + SMALL:  # more than its members may: their bytes overlap
        raise LimitExceeded(f"an archive that unpacks to more than {MAX_RATIO} times its size", _UNPACK)
    return found


def _listed(file: BinaryIO) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(_Frugal(file)) as listing:
            infos = listing.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, OverflowError) as error:
        raise UnreadableDocument(f"not a ZIP archive, or a damaged one ({error})", _AGAIN) from error
    if len(infos) > MAX_MEMBERS:
        raise LimitExceeded(f"an archive of more than {MAX_MEMBERS:,} files", _UNPACK)
    return infos


class _Frugal:
    """What zipfile needs of a file; a table of contents that would fill the memory is not read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek = file.seek
        self.tell = file.tell

    def read(self, size: int = -1) -> bytes:
        if size > MAX_DIRECTORY:
            raise LimitExceeded("an archive with an impossibly long table of contents", _UNPACK)
        return self._file.read(size)


def _member(archive: Openable, length: int, info: zipfile.ZipInfo, printed: str, nested: bool) -> Location:
    name = harmless(printed)
    path = f"{archive.path}/{name}"
    kind = stat.S_IFMT(info.external_attr >> 16)
    if printed.startswith("/") or _DRIVE.match(printed) or ".." in printed.split("/") or "\0" in printed:
        return Refused(path, "a name that leads out of the archive", "ask where the archive comes from")
    if kind not in (0, stat.S_IFREG):
        return Refused(path, "no file but a link or a device in an archive", "put the file itself into the archive")
    if nested:
        return Refused(path, "an archive inside an archive is not opened", "unpack the outer one and give the inner")
    if info.flag_bits & _ENCRYPTED:
        return Refused(path, "protected by the archive's password", "unpack the archive and give the folder")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        reason = f"packed by a method that is not read ({info.compress_type})"
        return Refused(path, reason, "unpack the archive and give the folder")
    try:
        check_size(info.file_size)
        check_size(info.compress_size)
    except LimitExceeded as error:
        return refused(path, error)
    if info.file_size > max(SMALL, info.compress_size * MAX_RATIO):
        return Refused(path, f"unpacks to more than {MAX_RATIO} times its size", _UNPACK)
    if not 0 <= info.header_offset <= length - info.compress_size:
        return refused(path, _damaged())
    return Member(archive, name, info.header_offset, info.compress_size, info.file_size, info.CRC, info.compress_type)


def _name(info: zipfile.ZipInfo) -> str:
    """The name as it was meant: Chinese Windows writes GBK, macOS UTF-8, and neither says so."""
    if info.flag_bits & _UTF8 or info.orig_filename.isascii():
        return info.orig_filename
    raw = info.orig_filename.encode("cp437")  # what zipfile took it for
    with suppress(UnicodeDecodeError):
        name = raw.decode("utf-8")
        if _CHINESE.search(name):
            return name
    with suppress(UnicodeDecodeError):
        return raw.decode("gb18030")
    return info.orig_filename


def _damaged() -> UnreadableDocument:
    return UnreadableDocument("damaged inside the archive", _AGAIN)
