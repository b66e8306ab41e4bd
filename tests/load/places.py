"""What tests ask of a database, through its own driver; and output folders of hand-made accounts."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from juesuan_extract.catalog import load_catalog
from juesuan_extract.emit.output import Output
from juesuan_extract.load import Loaded, load
from juesuan_extract.load.migrations import VERSION_TABLE
from juesuan_extract.load.schema import DbTable, tables
from juesuan_extract.model import Account
from juesuan_extract.options import Options

KINDS = ("duckdb", "sqlite", "postgresql")
TABLES = tables(load_catalog())
Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Place:
    """A database."""

    kind: str
    url: str

    @property
    def path(self) -> str:
        """The file of an embedded database."""
        return self.url.partition(":///")[2]

    def load(self, out: Path, **options: Any) -> Loaded:
        return load(out, self.url, **options)

    def run(self, *statements: str) -> Rows:
        """Run statements and keep what they did; the rows of the last one. Names of money columns end with $."""
        texts = [text.replace("$", "_fen" if self.kind == "sqlite" else "") for text in statements]
        if self.kind == "postgresql":
            import psycopg

            with psycopg.connect(self.url) as connection:
                for text in texts:
                    cursor = connection.execute(text.encode())
                return cursor.fetchall() if cursor.description else []
        if self.kind == "duckdb":
            import duckdb

            with duckdb.connect(self.path) as connection:
                for text in texts:
                    found = connection.execute(text)
                return found.fetchall()
        with sqlite3.connect(self.path) as connection:
            connection.execute("PRAGMA foreign_keys = ON")
            rows: Rows = []
            for text in texts:
                rows = connection.execute(text).fetchall()
        connection.close()
        return rows

    def money(self, value: Any) -> Decimal | None:
        """An amount in yuan."""
        if value is None:
            return None
        return Decimal(value).scaleb(-2) if self.kind == "sqlite" else value

    def table(self, table: DbTable) -> Rows:
        """The rows of a table in order of its key, as they are in the files."""
        names = ", ".join(f'"{c.name}{"$" if c.type == "money" else ""}"' for c in table.columns)
        rows = self.run(f'SELECT {names} FROM "{table.name}" ORDER BY {", ".join(table.key)}')
        return [tuple(map(self._plain, row, table.columns)) for row in rows]

    def dump(self) -> dict[str, Rows]:
        """All rows of all tables."""
        return {table.name: self.table(table) for table in (*TABLES, VERSION_TABLE)}

    def _plain(self, value: Any, column: Any) -> Any:
        if column.type == "money":
            return self.money(value)
        return bool(value) if column.type == "boolean" else value


def write(folder: Path, *accounts: Account | tuple[Account, ...]) -> Path:
    """The outputs of accounts; a tuple holds those of one source."""
    with Output(folder, load_catalog(), Options()) as output:
        for account in accounts:
            output.add(account if isinstance(account, tuple) else (account,))
        output.finish({})
    return folder


def change(out: Path, name: str, edit: Callable[[list[dict[str, Any]]], object]) -> None:
    """Write a table of an output folder anew, its rows being edited in place."""
    path = out / f"{name}.parquet"
    table = pq.read_table(path)
    rows = table.to_pylist()
    edit(rows)
    pq.write_table(pa.Table.from_pylist(rows, table.schema), path)


def partition(out: Path) -> None:
    """Split the Parquet files by year, as convert --partition-by fiscal_year does."""
    years = {row["doc_id"]: row["fiscal_year"] or 0 for row in pq.read_table(out / "documents.parquet").to_pylist()}
    for path in sorted(out.glob("*.parquet")):
        table = pq.read_table(path)
        rows = table.to_pylist()
        schema = pa.schema([field for field in table.schema if field.name != "fiscal_year"])
        for year in sorted(set(years.values())):
            own = [row for row in rows if years[row["doc_id"]] == year]
            part = out / path.stem / f"fiscal_year={year}" / "part-0.parquet"
            part.parent.mkdir(parents=True)
            pq.write_table(pa.Table.from_pylist(own, schema), part)
        path.unlink()
