"""One output table as CSV and as Parquet, written piece by piece in bounded memory.

Both give the same bytes for the same rows, however the rows arrive: nothing in them depends on time or machine.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from juesuan_extract.emit.columns import Column, Columns, Type
from juesuan_extract.emit.rows import Row, Value

CHUNK_ROWS = 2_000  # rows held as Python objects before they become Arrow arrays
ROW_GROUP_BYTES = 8 << 20  # Arrow memory that fills a row group

ARROW: dict[Type, pa.DataType] = {
    "text": pa.string(),
    "printed": pa.string(),
    "integer": pa.int64(),
    "boolean": pa.bool_(),
    "money": pa.decimal128(20, 2),
    "number": pa.float64(),
}

_FORMULA = tuple("=+-@\t\r\n＝＋－＠")  # what makes a spreadsheet take text for a formula
_FIGURE = re.compile(r"[-－]+|[-+－＋]?[\d０-９][\d０-９,.，．\s]*[%％]?")  # -12.30 and a lone dash are inert
_NEEDS_QUOTES = re.compile('[",\x00-\x1f\x7f\x85\u2028\u2029]')


class TableFile(Protocol):
    """A file that takes rows."""

    def write(self, rows: Sequence[Row]) -> None:
        """Append rows."""

    def close(self) -> None:
        """Write what is pending and close the file."""


class CsvFile:
    """UTF-8 with BOM, LF, decimals with a point and no grouping, true/false, empty for null."""

    def __init__(self, path: Path, columns: Columns) -> None:
        self._formats = [_CSV[column.type] for column in columns]
        self._file = path.open("wb")
        self._file.write(b"\xef\xbb\xbf" + ",".join(column.name for column in columns).encode() + b"\n")

    def write(self, rows: Sequence[Row]) -> None:
        lines = (
            ",".join(["" if value is None else form(value) for form, value in zip(self._formats, row, strict=True)])
            for row in rows
        )
        self._file.writelines(line.encode() + b"\n" for line in lines)

    def close(self) -> None:
        self._file.close()


class ParquetFile:
    """Parquet with an explicit schema; the meaning of every column is in its metadata."""

    def __init__(self, path: Path, columns: Columns) -> None:
        self._schema = pa.schema([_field(column) for column in columns])
        self._rows: list[Row] = []
        self._batches: list[pa.RecordBatch] = []
        self._bytes = 0
        self._writer = pq.ParquetWriter(
            path, self._schema, version="2.6", compression="zstd", use_dictionary=True, write_statistics=True
        )

    def write(self, rows: Sequence[Row]) -> None:
        self._rows += rows
        if len(self._rows) >= CHUNK_ROWS:
            self._pack()
        if self._bytes >= ROW_GROUP_BYTES:
            self._flush()

    def close(self) -> None:
        self._pack()
        self._flush()
        self._writer.close()

    def _pack(self) -> None:
        if self._rows:
            values = zip(*self._rows, strict=True)
            arrays = [pa.array(column, field.type) for column, field in zip(values, self._schema, strict=True)]
            self._rows = []
            self._batches.append(pa.RecordBatch.from_arrays(arrays, schema=self._schema))
            self._bytes += self._batches[-1].nbytes

    def _flush(self) -> None:
        if self._batches:
            table = pa.Table.from_batches(self._batches, self._schema)
            self._batches, self._bytes = [], 0
            self._writer.write_table(table, row_group_size=table.num_rows)


def inert(text: str) -> str:
    """Text that a spreadsheet doesn't take for a formula.

    >>> inert("=1+1")
    "'=1+1"
    """
    return "'" + text if text.startswith(_FORMULA) else text


def _field(column: Column) -> pa.Field[pa.DataType]:
    return pa.field(column.name, ARROW[column.type], metadata={"description": column.meaning})


@lru_cache(maxsize=4096)  # ids, names and words repeat from row to row
def _text(value: Value) -> str:
    return _quoted(inert(str(value)))


def _printed(value: Value) -> str:
    text = str(value)
    return _quoted(text if _FIGURE.fullmatch(text) else inert(text))


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _NEEDS_QUOTES.search(text) else text


def _boolean(value: Value) -> str:
    return "true" if value else "false"


_CSV: dict[Type, Callable[[Value], str]] = {
    "text": _text,
    "printed": _printed,
    "integer": str,
    "boolean": _boolean,
    "money": lambda value: f"{value:f}",
    "number": repr,
}
