"""What tests ask of a database, through its own driver; and output folders of hand-made accounts."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from juesuan_extract.database import Loaded, load
from juesuan_extract.database.tables import DbTable, tables
from juesuan_extract.database.version import VERSION_TABLE
from juesuan_extract.emit.output import Output, Partition
from juesuan_extract.emit.piece import make_piece
from juesuan_extract.knowledge.catalog import load_catalog
from juesuan_extract.model.account import Account
from juesuan_extract.options import Options

KINDS = ("duckdb", "sqlite", "postgresql")
TABLES = tables(load_catalog())
Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Place:
    """A database. schema: of PostgreSQL, where each test has one of its own."""

    kind: str
    url: str
    schema: str = ""

    @property
    def path(self) -> str:
        """The file of an embedded database."""
        return self.url.partition(":///")[2]

    def load(self, out: Path, **options: Any) -> Loaded:
        return load(out, self.url, schema=self.schema, **options)

    def run(self, *statements: str) -> Rows:
        """Run statements and keep what they did; the rows of the last one. Names of money columns end with $."""
        with self._open() as execute:
            return [execute(statement) for statement in statements][-1]

    @contextmanager
    def _open(self) -> Iterator[Callable[[str], Rows]]:
        """What runs a statement."""
        if self.kind == "postgresql":
            import psycopg

            with psycopg.connect(self.url) as server:
                server.execute(f"SET search_path TO {self.schema}".encode())

                def execute(text: str) -> Rows:
                    cursor = server.execute(text.replace("$", "").encode())
                    return cursor.fetchall() if cursor.description else []

                yield execute
        elif self.kind == "duckdb":
            with duckdb.connect(self.path) as file:
                yield lambda text: file.execute(text.replace("$", "")).fetchall()
        else:
            with closing(sqlite3.connect(self.path)) as connection, connection:
                connection.execute("PRAGMA foreign_keys = ON")
                yield lambda text: connection.execute(text.replace("$", "_fen")).fetchall()

    def money(self, value: Any) -> Decimal | None:
        """An amount in yuan."""
        if value is None:
            return None
        return Decimal(value).scaleb(-2) if self.kind == "sqlite" else value

    def table(self, table: DbTable) -> Rows:
        """The rows of a table in order of its key, as they are in the files."""
        return self._tables(table)[table.name]

    def dump(self) -> dict[str, Rows]:
        """All rows of all tables."""
        return self._tables(*TABLES, VERSION_TABLE)

    def _tables(self, *tables: DbTable) -> dict[str, Rows]:
        found = {}
        with self._open() as execute:
            for table in tables:
                names = ", ".join(f'"{c.name}{"$" if c.type == "money" else ""}"' for c in table.columns)
                rows = execute(f'SELECT {names} FROM "{table.name}" ORDER BY {", ".join(table.key)}')
                found[table.name] = [tuple(map(self._plain, row, table.columns)) for row in rows]
        return found

    def _plain(self, value: Any, column: Any) -> Any:
        if column.type == "money":
            return self.money(value)
        return bool(value) if column.type == "boolean" and value is not None else value


def write(folder: Path, *accounts: Account | tuple[Account, ...], partition_by: Partition | None = None) -> Path:
    """The outputs of accounts; a tuple holds those of one source."""
    catalog = load_catalog()
    pieces = [make_piece(one if isinstance(one, tuple) else (one,), catalog) for one in accounts]
    with Output(folder, catalog, Options(), partition_by) as output:
        for piece in pieces:
            output.add(piece)
        years = {year for piece in pieces for year in piece.years.values()} if partition_by else set()
        for year in sorted(years, key=str):
            output.add_year(year, [piece for piece in pieces if year in piece.years.values()])
        output.finish({})
    return folder


def change(out: Path, name: str, edit: Callable[[list[dict[str, Any]]], object]) -> None:
    """Write a table of an output folder anew, its rows being edited in place."""
    path = out / f"{name}.parquet"
    table = pq.read_table(path)
    rows = table.to_pylist()
    edit(rows)
    pq.write_table(pa.Table.from_pylist(rows, table.schema), path)
