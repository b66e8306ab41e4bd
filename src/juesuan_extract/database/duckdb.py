"""DuckDB, a file. Comes with the program."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import ClassVar

import duckdb
import pyarrow as pa

from juesuan_extract.database.ddl import Dialect, create_table, listed, quoted
from juesuan_extract.database.engine import GONE, STALE, Database
from juesuan_extract.database.tables import DOCUMENTS, DbTable, DbType
from juesuan_extract.errors import JuesuanError, LoadError

_ARROW: dict[DbType, pa.DataType] = {
    "text": pa.string(),
    "smallint": pa.int64(),
    "integer": pa.int64(),
    "boolean": pa.bool_(),
    "money": pa.decimal128(20, 2),
    "number": pa.float64(),
}
_INTERRUPTED = "Query interrupted"  # what DuckDB makes of Ctrl-C
_MEMORY = "1GB"  # beyond it DuckDB spills to a folder beside the file


class DuckDb(Database):
    """See Database. Has no indexes besides the keys: a scan of the columns that a question needs is faster."""

    dialect: ClassVar[Dialect] = Dialect(
        {
            "text": "VARCHAR",
            "smallint": "SMALLINT",
            "integer": "INTEGER",
            "boolean": "BOOLEAN",
            "money": "DECIMAL(20,2)",
            "number": "DOUBLE",
        },
        indexes=False,
    )
    errors: ClassVar[tuple[type[Exception], ...]] = (duckdb.Error,)
    batch_rows: ClassVar[int] = 65_536

    def __init__(self, path: Path) -> None:
        try:
            self._connection = duckdb.connect(str(path))
        except duckdb.Error as error:
            raise LoadError(
                f"{path} can't be opened: {self.said(error)}", "close what has it open, or name another file"
            ) from error
        self.execute(f"SET memory_limit = '{_MEMORY}'")
        self.execute("BEGIN")

    def execute(self, sql: str) -> None:
        try:
            self._connection.execute(sql)
        except RuntimeError as error:  # none of duckdb.Error
            if str(error) == _INTERRUPTED:
                raise KeyboardInterrupt from error
            raise

    def query(self, sql: str) -> list[tuple[object, ...]]:
        return self._connection.execute(sql).fetchall()

    def columns(self, table: str) -> list[str]:
        found = self._connection.execute(
            "SELECT column_name FROM duckdb_columns() WHERE table_name = ? AND schema_name = current_schema()"
            " AND database_name = current_database() ORDER BY column_index",
            [table],
        )
        return [name for (name,) in found.fetchall()]

    def insert(self, table: DbTable, batches: Iterator[pa.RecordBatch]) -> None:
        """See Database. One statement for all rows: only within a statement DuckDB writes them out as they come."""
        failed: list[BaseException] = []
        reader = pa.RecordBatchReader.from_batches(_schema(table), _noting(batches, failed))
        self._connection.register("juesuan_rows", reader)
        columns = listed(table.names)
        # a document stays in its place: to DuckDB, children that were deleted in the same transaction still refer to it
        update = ", ".join(f"{quoted(name)} = excluded.{quoted(name)}" for name in table.names if name != "doc_id")
        conflict = f" ON CONFLICT (doc_id) DO UPDATE SET {update}" if table.name == DOCUMENTS else ""
        try:
            self.execute(f"INSERT INTO {quoted(table.name)} ({columns}) SELECT {columns} FROM juesuan_rows{conflict}")
        except duckdb.Error as error:
            if failed:  # in the files, of which DuckDB only learns that they ended
                raise failed[0] from None
            raise LoadError(f"{table.name}: {self.said(error)}", self.advice) from error
        self._connection.unregister("juesuan_rows")

    def remove(self, tables: Sequence[DbTable], stale: Collection[str], gone: Collection[str]) -> None:
        """See Database. Stale documents that come again are left, to be updated.

        Where one goes, the tables that refer to documents are made anew (see `insert`); also where most rows go,
        as that is faster.
        """
        self.name_documents(STALE, stale)
        children = [table for table in tables if table.parent]
        if gone or 2 * len(stale) > len(self.documents()):
            self._make_anew(children, gone)
        else:
            for table in children:
                self.execute(f"DELETE FROM {quoted(table.name)} WHERE doc_id IN (SELECT doc_id FROM {STALE})")
        self.execute(f"DROP TABLE {STALE}")

    def _make_anew(self, children: Sequence[DbTable], gone: Collection[str]) -> None:
        """Tables without the rows of the stale documents, and documents without those that are gone."""
        for table in children:
            rest = f"WHERE doc_id NOT IN (SELECT doc_id FROM {STALE})"
            kept = f"SELECT {listed(table.names)} FROM {quoted(table.name)} {rest}"
            self.execute(f"CREATE TABLE {_aside(table)} AS {kept}")
            self.execute(f"DROP TABLE {quoted(table.name)}")
        self.name_documents(GONE, gone)
        self.execute(f"DELETE FROM {DOCUMENTS} WHERE doc_id IN (SELECT doc_id FROM {GONE})")
        self.execute(f"DROP TABLE {GONE}")
        for table in children:
            self.execute(create_table(table, self.dialect))
            self._comment(table)
            self.execute(f"INSERT INTO {quoted(table.name)} SELECT * FROM {_aside(table)}")
            self.execute(f"DROP TABLE {_aside(table)}")

    def commit(self) -> None:
        self.execute("COMMIT")

    def close(self) -> None:
        self._connection.close()

    def said(self, error: Exception) -> str:
        return " ".join(str(error).split())[:500]


def _aside(table: DbTable) -> str:
    return quoted(f"juesuan_kept_{table.name}")


def _schema(table: DbTable) -> pa.Schema:
    return pa.schema([pa.field(column.name, _ARROW[column.type]) for column in table.columns])


def _noting(batches: Iterator[pa.RecordBatch], failed: list[BaseException]) -> Iterator[pa.RecordBatch]:
    """The same batches; what making them raises is kept, as it would not get through DuckDB as it is."""
    try:
        yield from batches
    except (JuesuanError, KeyboardInterrupt) as error:
        failed.append(error)
        raise
