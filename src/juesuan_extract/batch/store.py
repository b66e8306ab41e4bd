"""The memory of an output folder: what was read of each document, so that no run has to read it again.

OUT/.juesuan/store.sqlite holds for each source its accounts and the parts of its piece, each with the fingerprint of
what it rests on, and the hashes of files that look the same as when they were hashed. One process writes it; a run
that is killed loses at most the document that it was about to keep. All of it is data and checked before it is used:
an output folder may come from somebody else. Whoever deletes the folder loses time, and nothing else.

SQLite holds its file for itself while a run lasts, without memory that processes share, so it works on network disks
that have locks.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import sqlite3
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from math import inf
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, NamedTuple, Self

from juesuan_extract.batch.fingerprint import basis_of
from juesuan_extract.batch.sources.location import Location, Stamp
from juesuan_extract.batch.work import Brief, Entry, briefs
from juesuan_extract.batch.workers.task import Task
from juesuan_extract.errors import UsageError
from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.model.account import Account
from juesuan_extract.model.stored import WrongShape, loaded
from juesuan_extract.options import Options

FOLDER = ".juesuan"
NAME = "store.sqlite"
FORMAT = 1  # of the tables
_BEFORE = ("documents", "hashes")  # what a version before SQLite kept in the folder
_TABLES = """
CREATE TABLE IF NOT EXISTS documents (
  key BLOB PRIMARY KEY, basis TEXT NOT NULL, content BLOB NOT NULL, digest BLOB NOT NULL, accounts BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS parts (
  key BLOB NOT NULL, name TEXT NOT NULL, maker TEXT NOT NULL, digest BLOB NOT NULL, data BLOB NOT NULL,
  PRIMARY KEY (key, name)
);
CREATE TABLE IF NOT EXISTS hashes (path BLOB PRIMARY KEY, stamp TEXT NOT NULL, sha256 TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_content ON documents (content);
"""


class Known(NamedTuple):
    """What is known of a source. stale: parts of its piece that something else made, or that are not there."""

    accounts: tuple[Brief, ...]
    stale: bool


class Store:
    """The memory of one output folder, which one run at a time may use: a context manager that holds its lock.

    makers: the fingerprint of each part (see fingerprint.py); fresh: take nothing from earlier runs;
    patience: seconds that hashing a file may take.
    """

    def __init__(self, out: Path, makers: Mapping[str, str], fresh: bool = False, patience: float = inf) -> None:
        self._out = out
        self._folder = out / FOLDER
        self._makers = dict(makers)
        self._fresh = fresh
        self._patience = patience
        self.damaged: list[str] = []  # sources whose entry was not what this program keeps, and was not used

    def __enter__(self) -> Self:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._lock = (self._folder / "lock").open("ab")
        except OSError as error:
            raise UsageError(
                f"can't write to the output folder {self._out}: {error.strerror}", "choose another folder with -o"
            ) from error
        if not _locked(self._lock):
            self._lock.close()
            raise UsageError(
                f"another run is writing to {self._out}", "wait until it ends, or choose another folder with -o"
            )
        if (self._folder / NAME).is_symlink():
            self._lock.close()
            raise UsageError(f"{self._folder / NAME} is a link, and leads out of the folder", "remove it")
        for name in _BEFORE:
            _remove(self._folder / name)
        with _full_disk():
            self._db = _opened(self._folder / NAME)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(sqlite3.Error):  # a full disk, say, which is on its way to the caller already
            self._db.close()
        self._lock.close()

    # -- hashes

    def digest(self, place: Location) -> str:
        """SHA-256, without reading anything where it looks the same as it did; see Place."""
        before = place.stamp()
        if known := self._remembered(place, before):
            return known
        sha256 = place.digest(self._patience)
        if sha256 and before and place.stamp() == before:
            self._keep_hash(place.path, before, sha256)
        return sha256

    def remembered(self, place: Location) -> str:
        """SHA-256 of what looks the same as when it was hashed; "" where it would have to be read."""
        return self._remembered(place, place.stamp())

    def note(self, place: Location, sha256: str) -> None:
        """Keep the digest of an object that only its worker has read."""
        if stamp := place.stamp():
            self._keep_hash(place.path, stamp, sha256)

    def _remembered(self, place: Location, stamp: Stamp) -> str:
        if self._fresh or not stamp:
            return ""
        row = self._db.execute("SELECT stamp, sha256 FROM hashes WHERE path = ?", (_bytes(place.path),)).fetchone()
        known = row is not None and row[0] == json.dumps(stamp) and type(row[1]) is str and len(row[1]) == 64
        return row[1] if known else ""

    def _keep_hash(self, path: str, stamp: Stamp, sha256: str) -> None:
        values = (_bytes(path), json.dumps(stamp), sha256)
        with _full_disk(), self._db:
            self._db.execute("INSERT OR REPLACE INTO hashes VALUES (?, ?, ?)", values)

    # -- documents

    def find(self, task: Task, bases: Collection[str]) -> Known | None:
        """What is known of a source; None unless it was read with this content and on one of these bases."""
        if self._fresh:
            return None
        key = _key(task)
        row = self._db.execute("SELECT basis FROM documents WHERE key = ?", (key,)).fetchone()
        if row is None or row[0] not in bases:
            return None
        rows = self._db.execute("SELECT name, maker FROM parts WHERE key = ?", (key,))
        stale = dict(rows) != self._makers
        data = self._part(key, "brief")
        try:
            found = briefs(data)
        except WrongShape:
            self._spoilt(task)
            return None
        if any((one.source, one.sha256) != (task.source, task.sha256) for one in found):
            self._spoilt(task)
            return None
        return Known(found, stale)

    def accounts(self, task: Task) -> bytes:
        """All that was read of a source that is known, as it was stored; empty where that is damaged."""
        return self._stored("SELECT digest, accounts FROM documents WHERE key = ?", _key(task))

    def parts(self, task: Task) -> dict[str, bytes]:
        """The parts of the piece of a source that is known; those that are damaged are empty."""
        key = _key(task)
        return {name: self._part(key, name) for name in self._makers}

    def put(self, task: Task, entry: Entry, basis: str) -> None:
        """Keep what was read and made. task: with the digest of its content."""
        key = _key(task)
        document = (key, basis, bytes.fromhex(task.sha256), _sha(entry.stored), entry.stored)
        parts = [(key, name, self._makers[name], _sha(data), data) for name, data in entry.parts.items()]
        with _full_disk(), self._db:
            self._db.execute("INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?, ?)", document)
            self._db.executemany("INSERT OR REPLACE INTO parts VALUES (?, ?, ?, ?, ?)", parts)

    def put_parts(self, task: Task, entry: Entry) -> None:
        """Keep what was made anew of what had been read."""
        key = _key(task)
        parts = [(key, name, self._makers[name], _sha(data), data) for name, data in entry.parts.items()]
        with _full_disk(), self._db:
            self._db.executemany("INSERT OR REPLACE INTO parts VALUES (?, ?, ?, ?, ?)", parts)

    def keep_only(self, tasks: Collection[Task]) -> None:
        """Forget all sources but these."""
        with _full_disk(), self._db:
            self._db.execute("CREATE TEMP TABLE kept (key BLOB PRIMARY KEY)")
            self._db.executemany("INSERT OR IGNORE INTO kept VALUES (?)", ((_key(task),) for task in tasks))
            for table in ("documents", "parts"):
                self._db.execute(f"DELETE FROM {table} WHERE key NOT IN (SELECT key FROM kept)")
            self._db.execute("DELETE FROM kept")
            paths = ((_bytes(task.place.path),) for task in tasks)
            self._db.executemany("INSERT OR IGNORE INTO kept VALUES (?)", paths)
            self._db.execute("DELETE FROM hashes WHERE path NOT IN (SELECT key FROM kept)")
            self._db.execute("DROP TABLE kept")

    def _spoilt(self, task: Task) -> None:
        self.damaged.append(task.source)

    def _part(self, key: bytes, name: str) -> bytes:
        return self._stored("SELECT digest, data FROM parts WHERE key = ? AND name = ?", key, name)

    def _stored(self, query: str, *values: bytes | str) -> bytes:
        """Bytes with their digest, which tells what a crash or a disk has torn."""
        row = self._db.execute(query, values).fetchone()
        if row is None or not (isinstance(row[0], bytes) and isinstance(row[1], bytes)) or row[0] != _sha(row[1]):
            return b""
        data: bytes = row[1]
        return data


class Kept:
    """What a conversion into an output folder has read, for who only looks: nothing where a run has it open.

    options, catalog: what is asked of a document now; what was read with others is not taken.
    """

    def __init__(self, out: Path, options: Options, catalog: Catalog) -> None:
        self._bases = basis_of(catalog, replace(options, pictures=True))
        self._db: sqlite3.Connection | None = None
        path = out / FOLDER / NAME
        if path.is_file() and not path.is_symlink():
            self._db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=0.1)

    def find(self, sha256: str, source: str) -> tuple[Account, ...]:
        """The accounts of a file with this content, under the name `source`; none where nothing is known of it."""
        if self._db is None or not sha256:
            return ()
        query = "SELECT basis, digest, accounts FROM documents WHERE content = ?"
        try:
            rows = self._db.execute(query, (bytes.fromhex(sha256),)).fetchall()
            data = next((row[2] for row in rows if row[0] in self._bases and row[1] == _sha(row[2])), b"")
            found = loaded(data) if data else ()
        except (sqlite3.Error, TypeError, WrongShape):  # a run is writing it, or it is damaged: the document is read
            return ()
        return tuple(replace(one, source=source) for one in found if one.sha256 == sha256)


def _opened(path: Path) -> sqlite3.Connection:
    """The database; a file that is none, or of another format, is replaced by a new one."""
    for attempt in (1, 2):
        db = sqlite3.connect(os.fspath(path), timeout=0)
        try:
            db.execute("PRAGMA locking_mode = EXCLUSIVE")
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = NORMAL")
            db.execute("PRAGMA trusted_schema = OFF")
            (version,) = db.execute("PRAGMA user_version").fetchone()
            tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            others = db.execute("SELECT COUNT(*) FROM sqlite_master WHERE type IN ('trigger', 'view')").fetchone()[0]
            if (version == 0 and not tables) or (version == FORMAT and not others):
                db.executescript(_TABLES)
                db.execute("SELECT key, basis, content, digest, accounts FROM documents LIMIT 0")
                db.execute("SELECT key, name, maker, digest, data FROM parts LIMIT 0")
                db.execute(f"PRAGMA user_version = {FORMAT}")
                return db
        except sqlite3.OperationalError as error:
            if "full" in str(error) or "disk" in str(error) or attempt == 2:
                db.close()
                raise
        except sqlite3.DatabaseError:
            if attempt == 2:
                db.close()
                raise
        db.close()
        for suffix in ("", "-wal", "-shm", "-journal"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
    raise AssertionError("a new database is of this format")


@contextmanager
def _full_disk() -> Iterator[None]:
    """What SQLite says of the disk as the error of the operating system that it is."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if "full" in str(error):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), f"{FOLDER}/{NAME}") from error
        raise OSError(errno.EIO, str(error), f"{FOLDER}/{NAME}") from error


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _key(task: Task) -> bytes:
    """The rows of a document bear its name, so a file that is renamed is read again."""
    return _sha(f"{task.sha256}\0{task.source}".encode("utf-8", "surrogatepass"))


def _sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _bytes(path: str) -> bytes:
    """A path may hold bytes that are no text."""
    return path.encode("utf-8", "surrogatepass")


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
