"""The memory of an output folder: what was read of each document, so that no run has to read it again.

OUT/.juesuan/documents/XX/ holds a file for each source. It is written under another name and renamed; a digest
tells one that a crash has torn all the same, which is then as good as none. An entry is data (JSON, CSV, Arrow), never
code: an output folder may come from somebody else. OUT/.juesuan/hashes tells the contents of files that look the same
as when they were hashed. Whoever deletes the folder loses time, and nothing else.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
import sys
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, NamedTuple, Self

from juesuan_extract.batch.sources.location import Place, Stamp
from juesuan_extract.batch.work import Brief, Entry, briefs
from juesuan_extract.batch.workers.task import Task
from juesuan_extract.errors import JuesuanError, UsageError

FOLDER = ".juesuan"
_MAGIC = b"juesuan entry 1\n"
_LENGTH = struct.Struct("<I")  # of the JSON before the piece
_DIGEST = hashlib.sha256().digest_size


class Damaged(JuesuanError):
    """An entry is not what it was when this run began."""

    advice = "run the same command again: what is missing is read anew"


class Store:
    """The memory of one output folder, which one run at a time may use: a context manager that holds its lock.

    fresh: take nothing from earlier runs.
    """

    def __init__(self, out: Path, fresh: bool = False) -> None:
        self._out = out
        self._folder = out / FOLDER / "documents"
        self._fresh = fresh

    def __enter__(self) -> Self:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._lock = (self._out / FOLDER / "lock").open("ab")
        except OSError as error:
            raise UsageError(
                f"can't write to the output folder {self._out}: {error.strerror}", "choose another folder with -o"
            ) from error
        if not _locked(self._lock):
            self._lock.close()
            raise UsageError(
                f"another run is writing to {self._out}", "wait until it ends, or choose another folder with -o"
            )
        self._hashes = _Hashes(self._out / FOLDER / "hashes", self._fresh)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hashes.close()
        self._lock.close()

    def digest(self, place: Place) -> str:
        """SHA-256, without reading anything where it looks the same as it did; see Place."""
        return self._hashes.digest(place)

    def note(self, place: Place, sha256: str) -> None:
        """Keep the digest of an object that only its worker has read."""
        self._hashes.note(place, sha256)

    def find(self, task: Task, bases: Collection[str]) -> tuple[Brief, ...] | None:
        """The accounts of a source; None unless it was read with this content and on one of these bases."""
        if self._fresh:
            return None
        try:
            basis, accounts, _ = _read(self._path(task))
        except (FileNotFoundError, Damaged):
            return None
        return briefs(accounts) if basis in bases else None

    def piece(self, task: Task) -> bytes:
        """The packed piece of a source that is known; raises Damaged."""
        return _read(self._path(task)).piece

    def put(self, task: Task, entry: Entry, basis: str) -> None:
        """Keep what was read. task: with the digest of what was."""
        head = json.dumps([basis, entry.accounts]).encode()
        data = b"".join((_LENGTH.pack(len(head)), head, entry.piece))
        path = self._path(task)
        partial = path.with_suffix(".partial")
        path.parent.mkdir(exist_ok=True)
        try:
            with partial.open("wb") as file:
                file.write(_MAGIC + hashlib.sha256(data).digest() + data)
            os.replace(partial, path)
        except OSError:
            with suppress(OSError):
                partial.unlink()
            raise

    def keep_only(self, tasks: Collection[Task]) -> None:
        """Forget all sources but these."""
        names = {self._path(task).name for task in tasks}
        for path in self._folder.glob("*/*"):
            if path.name not in names:
                path.unlink()
        self._hashes.keep_only({task.place.path for task in tasks})

    def _path(self, task: Task) -> Path:
        """The rows of a document bear its name, so a file that is renamed is read again."""
        name = f"{task.sha256}\0{task.source}".encode("utf-8", "surrogatepass")
        digest = hashlib.sha256(name).hexdigest()
        return self._folder / digest[:2] / digest  # no folder of a million files


class _Stored(NamedTuple):
    """A file of the store. basis: see basis.py; accounts: as JSON gives them, in the shape that the basis implies."""

    basis: str
    accounts: list[list[Any]]
    piece: bytes


def _read(path: Path) -> _Stored:
    data = path.read_bytes()
    start = len(_MAGIC) + _DIGEST
    body = memoryview(data)[start:]
    if data[:start] != _MAGIC + hashlib.sha256(body).digest():
        raise Damaged(f"{path} is damaged")
    (length,) = _LENGTH.unpack_from(body)
    basis, accounts = json.loads(bytes(body[_LENGTH.size : _LENGTH.size + length]))
    return _Stored(basis, accounts, bytes(body[_LENGTH.size + length :]))


def _locked(file: BinaryIO) -> bool:
    """Lock a file until it is closed, or its process ends in whatever way; False when another process has it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


class _Hashes:
    """SHA-256 by path and stamp: a line of JSON for each file hashed, so that a run that is killed has lost none."""

    def __init__(self, path: Path, fresh: bool) -> None:
        self._path = path
        self._known: dict[str, tuple[Stamp, str]] = {} if fresh or not path.exists() else dict(_lines(path))
        self._file = path.open("ab")

    def digest(self, place: Place) -> str:
        """See Store."""
        before = place.stamp()
        stamp, sha256 = self._known.get(place.path, ((), ""))
        if before and stamp == before:
            return sha256
        sha256 = place.digest()
        if sha256 and before and place.stamp() == before:
            self._keep(place.path, before, sha256)
        return sha256

    def note(self, place: Place, sha256: str) -> None:
        """See Store."""
        if stamp := place.stamp():
            self._keep(place.path, stamp, sha256)

    def keep_only(self, paths: Collection[str]) -> None:
        """Write the file anew, with these paths only."""
        partial = self._path.with_suffix(".partial")
        partial.write_bytes(b"".join(_line(path, *self._known[path]) for path in sorted(paths & self._known.keys())))
        self._file.close()
        os.replace(partial, self._path)
        self._file = self._path.open("ab")

    def close(self) -> None:
        self._file.close()

    def _keep(self, path: str, stamp: Stamp, sha256: str) -> None:
        self._known[path] = stamp, sha256
        self._file.write(_line(path, stamp, sha256))
        self._file.flush()


def _line(path: str, stamp: Stamp, sha256: str) -> bytes:
    return b"\n" + json.dumps([path, *stamp, sha256]).encode()  # the end of the line before may be lost


def _lines(path: Path) -> list[tuple[str, tuple[Stamp, str]]]:
    """What stands in the file; a torn line is left out, and its document hashed again."""
    found = []
    for line in path.read_bytes().split(b"\n"):
        with suppress(ValueError, TypeError):
            name, *stamp, sha256 = json.loads(line)
            found.append((name, (tuple(stamp), sha256)))
    return found
