"""What loading asks of a database. One transaction: all of it happens, or none."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import ClassVar, Self

import pyarrow as pa

from juesuan_extract.database.ddl import Dialect, comments, create_indexes, create_table, quoted
from juesuan_extract.database.tables import DOCUMENTS, DbTable
from juesuan_extract.errors import LoadError

STALE, GONE = "juesuan_stale", "juesuan_gone"  # temporary tables


class Database(ABC):
    """An open database in a transaction, which `commit` ends; leaving the context without it undoes everything."""

    dialect: ClassVar[Dialect]
    errors: ClassVar[tuple[type[Exception], ...]]  # what its driver raises
    batch_rows: ClassVar[int] = 16_384

    @abstractmethod
    def execute(self, sql: str) -> None:
        """Run a statement."""

    @abstractmethod
    def query(self, sql: str) -> list[tuple[object, ...]]:
        """The rows of a query."""

    @abstractmethod
    def columns(self, table: str) -> list[str]:
        """Names of the columns of a table or view in order; none when there is no such table."""

    @abstractmethod
    def insert(self, table: DbTable, batches: Iterator[pa.RecordBatch]) -> None:
        """Append rows, of which a batch at a time is in memory; raises LoadError that names the row."""

    @abstractmethod
    def commit(self) -> None:
        """Keep everything."""

    @abstractmethod
    def close(self) -> None:
        """Undo what was not committed, and leave."""

    @abstractmethod
    def said(self, error: Exception) -> str:
        """What an error of the driver says, on one line, without secrets."""

    @contextmanager
    def telling(self, what: str) -> Iterator[None]:
        """Errors of the driver as LoadError. what: was being done."""
        try:
            yield
        except self.errors as error:
            raise LoadError(f"{what}: {self.said(error)}", self.advice) from error

    advice: ClassVar[str] = "nothing was loaded; check the database"

    def create(self, tables: Sequence[DbTable]) -> None:
        """Make the tables, which are not there."""
        for table in tables:
            self.execute(create_table(table, self.dialect))
            self._comment(table)

    def complete(self, tables: Sequence[DbTable]) -> None:
        """Make the indexes of tables that were made in this transaction, after their rows."""
        for table in tables:
            for statement in create_indexes(table, self.dialect):
                self.execute(statement)

    def remove(self, tables: Sequence[DbTable], stale: Collection[str], gone: Collection[str]) -> None:
        """Remove the rows of the stale documents. gone: those of them that don't come again."""
        self.name_documents(STALE, stale)
        for table in (*(t for t in tables if t.parent), *(t for t in tables if not t.parent)):
            self.execute(f"DELETE FROM {quoted(table.name)} WHERE doc_id IN (SELECT doc_id FROM {STALE})")
        self.execute(f"DROP TABLE {STALE}")

    def name_documents(self, name: str, doc_ids: Collection[str]) -> None:
        """A temporary table of doc_ids, which hold nothing to quote."""
        self.execute(f"CREATE TEMPORARY TABLE {name} (doc_id {self.dialect.types['text']} PRIMARY KEY)")
        ordered = sorted(doc_ids)
        for start in range(0, len(ordered), 500):
            values = ", ".join(f"('{doc_id}')" for doc_id in ordered[start : start + 500])
            self.execute(f"INSERT INTO {name} VALUES {values}")

    def documents(self) -> set[str]:
        """The doc_ids of all documents."""
        return {str(row[0]) for row in self.query(f"SELECT doc_id FROM {DOCUMENTS}")}

    def _comment(self, table: DbTable) -> None:
        for statement in comments(table, self.dialect):
            self.execute(statement)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
