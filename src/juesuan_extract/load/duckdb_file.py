"""DuckDB, a file. Comes with the program."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import ClassVar

import duckdb
import pyarrow as pa

from juesuan_extract.errors import LoadError
from juesuan_extract.load.database import Database
from juesuan_extract.load.rows import told
from juesuan_extract.load.schema import DOCUMENTS, DbTable
from juesuan_extract.load.sql import Dialect, create_table, listed, quoted

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
        self._connection.execute(sql)

    def query(self, sql: str) -> list[tuple[object, ...]]:
        return self._connection.execute(sql).fetchall()

    def columns(self, table: str) -> list[str]:
        found = self._connection.execute(
            "SELECT column_name FROM duckdb_columns() WHERE table_name = ? AND schema_name = current_schema()"
            " AND database_name = current_database() ORDER BY column_index",
            [table],
        )
        return [name for (name,) in found.fetchall()]

    def insert(self, table: DbTable, batch: pa.RecordBatch, before: int) -> None:
        self._connection.register("juesuan_batch", pa.Table.from_batches([batch]))
        columns = listed(table.names)
        # a document stays in its place: for DuckDB a row that was deleted in the same transaction still has children
        update = ", ".join(f"{quoted(name)} = excluded.{quoted(name)}" for name in table.names if name != "doc_id")
        conflict = f" ON CONFLICT (doc_id) DO UPDATE SET {update}" if table.name == DOCUMENTS else ""
        try:
            self.execute(f"INSERT INTO {quoted(table.name)} ({columns}) SELECT {columns} FROM juesuan_batch{conflict}")
        except duckdb.Error as error:
            first, last = (told(table.name, batch, index, before) for index in (0, batch.num_rows - 1))
            raise LoadError(f"between {first} and {last}: {self.said(error)}", self.advice) from error
        self._connection.unregister("juesuan_batch")

    def remove(self, tables: Sequence[DbTable], stale: Iterable[str], gone: Iterable[str]) -> None:
        """See Database. Stale documents that come again are left, to be updated.

        Where one goes, the tables that refer to documents are made anew: see `insert`.
        """
        away = set(gone)
        self.name_documents("juesuan_stale", stale)
        kept = "WHERE doc_id NOT IN (SELECT doc_id FROM juesuan_stale)"
        children = [table for table in tables if table.parent]
        for table in children:
            if away:
                self.execute(f"CREATE TABLE {_aside(table)} AS SELECT * FROM {quoted(table.name)} {kept}")
                self.execute(f"DROP TABLE {quoted(table.name)}")
            else:
                self.execute(f"DELETE FROM {quoted(table.name)} WHERE doc_id IN (SELECT doc_id FROM juesuan_stale)")
        if away:
            self.name_documents("juesuan_gone", away)
            self.execute(f"DELETE FROM {DOCUMENTS} WHERE doc_id IN (SELECT doc_id FROM juesuan_gone)")
            self.execute("DROP TABLE juesuan_gone")
            for table in children:
                self.execute(create_table(table, self.dialect))
                self._comment(table)
                self.execute(f"INSERT INTO {quoted(table.name)} SELECT * FROM {_aside(table)}")
                self.execute(f"DROP TABLE {_aside(table)}")
        self.execute("DROP TABLE juesuan_stale")

    def commit(self) -> None:
        self.execute("COMMIT")

    def close(self) -> None:
        self._connection.close()

    def said(self, error: Exception) -> str:
        return " ".join(str(error).split())[:500]


def _aside(table: DbTable) -> str:
    return quoted(f"juesuan_kept_{table.name}")
