"""SQLite, a file; in Python's standard library.

SQLite has no decimals: what it calls NUMERIC is a float. Amounts are integers in fen (分, 1/100 元), whose sums are
exact, in columns named …_fen, so that nobody takes them for yuan.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import ClassVar

import pyarrow as pa

from juesuan_extract.database.ddl import Dialect, listed, quoted
from juesuan_extract.database.engine import Database
from juesuan_extract.database.rows import compute, told
from juesuan_extract.database.tables import DbTable
from juesuan_extract.errors import LoadError, UsageError

_NEEDED = (3, 37)  # STRICT tables
_WAIT = 30.0  # seconds for another one's lock


class Sqlite(Database):
    """See Database."""

    dialect: ClassVar[Dialect] = Dialect(
        {
            "text": "TEXT",
            "smallint": "INTEGER",
            "integer": "INTEGER",
            "boolean": "INTEGER",
            "money": "INTEGER",
            "number": "REAL",
        },
        fen=True,
        comments="inside",
        table_options=" STRICT",
    )
    errors: ClassVar[tuple[type[Exception], ...]] = (sqlite3.Error,)

    def __init__(self, path: Path) -> None:
        if sqlite3.sqlite_version_info < _NEEDED:
            raise UsageError(
                f"SQLite {sqlite3.sqlite_version} is too old, 3.37 is needed", "use a newer Python, or duckdb:///FILE"
            )
        try:
            self._connection = sqlite3.connect(path, timeout=_WAIT, isolation_level=None)
            self.execute("PRAGMA foreign_keys = ON")
            self.execute("PRAGMA temp_store = MEMORY")
            self.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            raise LoadError(
                f"{path} can't be opened: {self.said(error)}", "close what has it open, or name another file"
            ) from error

    def execute(self, sql: str) -> None:
        self._connection.execute(sql)

    def query(self, sql: str) -> list[tuple[object, ...]]:
        return self._connection.execute(sql).fetchall()

    def columns(self, table: str) -> list[str]:
        found = self._connection.execute("SELECT name FROM pragma_table_info(?) ORDER BY cid", [table])
        return [name for (name,) in found.fetchall()]

    def insert(self, table: DbTable, batches: Iterator[pa.RecordBatch]) -> None:
        before = 0
        for batch in batches:
            self._insert(table, batch, before)
            before += batch.num_rows

    def _insert(self, table: DbTable, batch: pa.RecordBatch, before: int) -> None:
        taken = 0

        def rows() -> Iterator[tuple[object, ...]]:
            nonlocal taken
            for row in zip(*columns, strict=True):
                taken += 1
                yield row

        columns = [self._values(table, batch, place, before) for place in range(batch.num_columns)]
        names = listed([self.dialect.column(column) for column in table.columns])
        places = ", ".join("?" * len(columns))
        try:
            self._connection.executemany(f"INSERT INTO {quoted(table.name)} ({names}) VALUES ({places})", rows())
        except sqlite3.Error as error:
            row = told(table.name, batch, max(taken - 1, 0), before)
            raise LoadError(f"{row}: {self.said(error)}", self.advice) from error

    def commit(self) -> None:
        self.execute("COMMIT")

    def close(self) -> None:
        self._connection.close()

    def said(self, error: Exception) -> str:
        return " ".join(str(error).split())

    def _values(self, table: DbTable, batch: pa.RecordBatch, place: int, before: int) -> Sequence[object]:
        """A column as Python values, money in fen."""
        values = batch.column(place)
        if not pa.types.is_decimal(values.type):
            return values.to_pylist()
        # the same digits without the point: what a decimal(20,2) is made of
        fen = pa.Array.from_buffers(pa.decimal128(20, 0), len(values), values.buffers(), offset=values.offset)
        try:
            return fen.cast(pa.int64()).to_pylist()
        except pa.ArrowInvalid as error:
            index = compute.index(compute.greater(compute.abs(fen), pa.scalar(1 << 63 - 1)), True).as_py()
            row = told(table.name, batch, max(index, 0), before)
            raise LoadError(
                f"{row}: {table.names[place]} is more than SQLite's integers hold", "load into DuckDB or PostgreSQL"
            ) from error
