"""PostgreSQL, a server, through psycopg and COPY: an extra, imported when a URL asks for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

import pyarrow as pa

from juesuan_extract.database.ddl import Dialect, create_table, key_clauses, listed, literal, quoted
from juesuan_extract.database.engine import Database
from juesuan_extract.database.rows import Values, compute, text_bytes, told
from juesuan_extract.database.tables import DbTable
from juesuan_extract.database.url import Target
from juesuan_extract.errors import LoadError, UsageError

try:
    import psycopg
except ImportError as missing:
    raise UsageError(
        f"postgresql:// needs the package psycopg ({missing})", "pip install 'juesuan-extract[postgres]'"
    ) from missing

if TYPE_CHECKING:
    from psycopg.abc import Query

_LOCK = 0x6A756573  # two loads at once wait for each other
_LINE = re.compile(r"COPY .*?, line (\d+)")
_ESCAPES = ((b"\\", "\\", "\\\\"), (b"\t", "\t", "\\t"), (b"\n", "\n", "\\n"), (b"\r", "\r", "\\r"))
_SECONDS = 15  # to connect


class Postgres(Database):
    """See Database. schema: where the tables are; made where it is missing."""

    dialect: ClassVar[Dialect] = Dialect(
        {
            "text": "text",
            "smallint": "smallint",
            "integer": "integer",
            "boolean": "boolean",
            "money": "numeric(20,2)",
            "number": "double precision",
        },
        exact_index="USING hash ",
    )
    errors: ClassVar[tuple[type[Exception], ...]] = (psycopg.Error,)

    def __init__(self, target: Target, schema: str) -> None:
        self._target = target
        self._new: set[str] = set()
        try:
            self._connection = psycopg.connect(
                target.url, client_encoding="utf8", connect_timeout=_SECONDS, application_name="juesuan"
            )
        except psycopg.Error as error:
            raise LoadError(
                f"{target.shown} can't be opened: {self.said(error)}",
                "check the URL, the password (also in PGPASSWORD or ~/.pgpass) and that the server runs",
            ) from error
        with self.telling(f"schema {schema}"):
            self.execute(f"SELECT pg_advisory_xact_lock({_LOCK})")
            if not self.query(f"SELECT 1 FROM pg_namespace WHERE nspname = {literal(schema)}"):
                self.execute(f"CREATE SCHEMA {quoted(schema)}")
            self.execute(f"SET LOCAL search_path TO {quoted(schema)}")
            self.execute("SET LOCAL standard_conforming_strings TO on")

    def execute(self, sql: str) -> None:
        self._connection.execute(_query(sql))

    def query(self, sql: str) -> list[tuple[object, ...]]:
        return self._connection.execute(_query(sql)).fetchall()

    def columns(self, table: str) -> list[str]:
        found = self._connection.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_name = %s AND table_schema = current_schema() ORDER BY ordinal_position",
            [table],
        )
        return [str(name) for (name,) in found.fetchall()]

    def create(self, tables: Sequence[DbTable]) -> None:
        """See Database. The keys are made after the rows, which is faster: see `complete`."""
        for table in tables:
            self.execute(create_table(table, self.dialect, keys=False))
            self._comment(table)
            self._new.add(table.name)

    def complete(self, tables: Sequence[DbTable]) -> None:
        for table in tables:
            if table.name in self._new:
                for clause in key_clauses(table):
                    self.execute(f"ALTER TABLE {quoted(table.name)} ADD {clause}")
        super().complete(tables)
        for table in tables:
            self.execute(f"ANALYZE {quoted(table.name)}")

    def insert(self, table: DbTable, batches: Iterator[pa.RecordBatch]) -> None:
        before = 0
        for batch in batches:
            self._insert(table, batch, before)
            before += batch.num_rows

    def _insert(self, table: DbTable, batch: pa.RecordBatch, before: int) -> None:
        """One COPY for a batch, so that the line that an error names is one of its rows."""
        with self._connection.cursor() as cursor:
            try:
                with cursor.copy(_query(f"COPY {quoted(table.name)} ({listed(table.names)}) FROM STDIN")) as copy:
                    copy.write(copy_text(batch))
            except psycopg.Error as error:
                line = _LINE.search(error.diag.context or "")
                known = line and int(line[1]) <= batch.num_rows
                row = told(table.name, batch, int(line[1]) - 1, before) if line and known else table.name
                raise LoadError(f"{row}: {self.said(error)}", self.advice) from error

    def commit(self) -> None:
        self._connection.commit()

    def close(self) -> None:
        self._connection.close()

    def said(self, error: Exception) -> str:
        detail = error.diag.message_detail if isinstance(error, psycopg.Error) else None
        text = f"{error} {detail}" if detail and detail not in str(error) else str(error)
        return self._target.hide(" ".join(text.split()))[:500]


def copy_text(batch: pa.RecordBatch) -> bytes:
    r"""Rows in the text format of COPY.

    Not in CSV, of which a server before version 18 takes a line `\.` for the end, also within quotes.

    >>> copy_text(pa.record_batch({"a": ["x\ty", None], "b": [1, 2]}))
    b'x\\ty\t1\n\\N\t2\n'
    """
    columns = [compute.fill_null(_escaped(values), "\\N") for values in batch.columns]
    rows = compute.binary_join_element_wise(*columns, "\t")
    return text_bytes(compute.binary_join_element_wise(rows, "", "\n"))


def _escaped(values: Values) -> Values:
    if not pa.types.is_string(values.type):
        return values.cast(pa.string())
    data = text_bytes(values)
    for byte, character, escape in _ESCAPES:
        if byte in data:
            values = compute.replace_substring(values, character, escape)
    return values


def _query(sql: str) -> Query:
    """SQL made of names and constants that were quoted; psycopg asks for a promise that it is."""
    return sql.encode()
