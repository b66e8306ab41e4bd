"""Loads an output folder into a database, in one transaction."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from juesuan_extract.database.engine import Database
from juesuan_extract.database.outfiles import OutFiles, open_out
from juesuan_extract.database.rows import Incoming, Rows, survey
from juesuan_extract.database.tables import DOCUMENTS, DUPLICATES, DbTable, tables
from juesuan_extract.database.url import Target, parse_target
from juesuan_extract.database.version import bring_up
from juesuan_extract.errors import UsageError
from juesuan_extract.knowledge.catalog import load_catalog

LoadProgress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was loaded. shown: the database; replaced, removed: documents of it that were there before."""

    shown: str
    documents: int
    rows: int
    replaced: int
    removed: int
    seconds: float


def load(
    out: str | Path,
    url: str = "",
    *,
    schema: str = "",
    prune: bool = False,
    schemas: str = "",
    progress: LoadProgress | None = None,
) -> Loaded:
    """Load what `juesuan convert` wrote into the folder `out` into a database: all of it, or nothing.

    url: duckdb:///FILE, sqlite:///FILE, postgresql://USER@HOST/DATABASE or the path of a file; OUT/juesuan.duckdb where
    it is empty. schema: of PostgreSQL, `public` where empty. prune: remove documents that `out` does not have.
    schemas: the folder of knowledge files that was given to convert. progress: is told the table and rows so far.

    A document that is there already is replaced. Raises UsageError, and LoadError that names the file, or the table and
    the row.
    """
    clock = time.monotonic()
    target = parse_target(url, Path(out))
    if schema and target.kind != "postgresql":
        raise UsageError("only PostgreSQL has schemas", "leave --schema out")
    catalog = load_catalog(Path(schemas) if schemas else None)
    files = open_out(Path(out), catalog)
    if prune and files.interrupted:
        raise UsageError(
            "the conversion was interrupted: pruning would remove what it did not come to",
            "run convert to its end, or load without --prune",
        )
    own = tables(catalog)
    with _open(target, schema or "public") as database:
        incoming = survey(files.batches(DOCUMENTS, database.batch_rows), own[0])
        with database.telling("the tables can't be made"):
            new = bring_up(database, own)
        with database.telling("what is replaced can't be removed"):
            stale, gone = _stale(database, incoming, prune)
            if stale:
                database.remove(own, stale, gone)
        rows = 0
        for table in own:
            rows = _insert(database, table, files, incoming, rows, progress)
        if new:
            with database.telling("keys and indexes can't be made"):
                database.complete(own)
        with database.telling("the database did not keep the rows"):
            database.commit()
    replaced = len(stale) - len(gone)
    return Loaded(target.shown, len(incoming.ids), rows, replaced, len(gone), time.monotonic() - clock)


def _open(target: Target, schema: str) -> Database:
    """The database; its driver is imported when it is asked for."""
    if target.kind == "duckdb":
        from juesuan_extract.database.duckdb import DuckDb

        return DuckDb(target.path)
    if target.kind == "sqlite":
        from juesuan_extract.database.sqlite import Sqlite

        return Sqlite(target.path)
    from juesuan_extract.database.postgres import Postgres

    return Postgres(target, schema)


def _stale(database: Database, incoming: Incoming, prune: bool) -> tuple[set[str], set[str]]:
    """The documents in the database whose rows go, and those of them that don't come again."""
    there = database.documents()
    stale = {doc_id for doc_id in there if prune or incoming.replaces(doc_id)}
    return stale, stale - incoming.ids


def _insert(
    database: Database, table: DbTable, files: OutFiles, incoming: Incoming, rows: int, progress: LoadProgress | None
) -> int:
    """Append the rows of a table; the number of rows so far."""
    making = Rows(table, incoming.known)
    made = 0

    def batches() -> Iterator[pa.RecordBatch]:
        nonlocal made
        for batch in files.batches(DOCUMENTS if table.name == DUPLICATES else table.name, database.batch_rows):
            taken = making.take(batch)
            made += taken.num_rows
            yield taken
            if progress:
                progress(table.name, rows + made)

    database.insert(table, batches())
    return rows + made
