"""One output table as CSV and as Parquet, written piece by piece in bounded memory.

Rows become lines of CSV and Arrow batches where a document is read, and are appended here. Both files have the same
bytes for the same rows: nothing in them depends on time or machine.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import IO, cast

import pyarrow as pa
import pyarrow.parquet as pq

from juesuan_extract.emit.appended import AppendedFile
from juesuan_extract.emit.contract import Column, Columns, Type, Value
from juesuan_extract.emit.rows import Row

ROW_GROUP_BYTES = 4 << 20  # Arrow memory that fills a row group
_MANY = 100  # batches that are joined while they wait: a small one takes more memory than its rows

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


def csv_lines(rows: Sequence[Row], columns: Columns) -> bytes:
    """Rows as lines of a CSV file: UTF-8, LF, decimals with a point and no grouping, true/false, empty for null."""
    formats = [_CSV[column.type] for column in columns]
    lines = (
        ",".join(["" if value is None else form(value) for form, value in zip(formats, row, strict=True)])
        for row in rows
    )
    return b"".join([line.encode() + b"\n" for line in lines])


def record_batch(rows: Sequence[Row], columns: Columns) -> pa.RecordBatch:
    """Rows as an Arrow batch, typed."""
    fields = schema(columns)
    values = zip(*rows, strict=True) if rows else ((),) * len(columns)
    arrays = [pa.array(column, field.type) for column, field in zip(values, fields, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=fields)


@lru_cache(maxsize=64)
def schema(columns: Columns) -> pa.Schema:
    """Names and types; the meaning of every column is in its metadata."""
    return pa.schema([_field(column) for column in columns])


class CsvFile:
    """A CSV file that lines are appended to; with a BOM, so that Excel opens Chinese text."""

    def __init__(self, path: Path, columns: Columns) -> None:
        self._file = AppendedFile(path)
        self._file.write(b"\xef\xbb\xbf" + ",".join(column.name for column in columns).encode() + b"\n")

    def write(self, lines: bytes) -> None:
        """Append lines."""
        self._file.write(lines)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def discard(self) -> None:
        """Give up what is pending."""
        self._file.discard()


class ParquetFile:
    """A Parquet file that batches are appended to, which wait until they fill a row group."""

    def __init__(self, path: Path, columns: Columns) -> None:
        self._schema = schema(columns)
        self._batches: list[pa.RecordBatch] = []
        self._joined: list[pa.Table] = []
        self._bytes = 0
        self._file = AppendedFile(path)
        self._writer = pq.ParquetWriter(
            cast("IO[bytes]", self._file),
            self._schema,
            version="2.6",
            compression="zstd",
            use_dictionary=True,
            write_statistics=True,
        )

    def write(self, batch: pa.RecordBatch) -> None:
        """Append rows."""
        self._batches.append(batch)
        self._bytes += batch.nbytes
        if self._bytes >= ROW_GROUP_BYTES:
            self._flush()
        elif len(self._batches) == _MANY:
            self._join()

    def close(self) -> None:
        """Write what is pending and close the file."""
        try:
            self._flush()
            self._writer.close()
            self._file.close()
        finally:
            self.discard()

    def discard(self) -> None:
        """Give up what is pending."""
        self._writer.is_open = False  # else it would try to write its end when it is collected, and complain
        self._file.discard()

    def _join(self) -> None:
        if self._batches:
            self._joined.append(pa.Table.from_batches(self._batches, self._schema).combine_chunks())
            self._batches = []

    def _flush(self) -> None:
        self._join()
        if self._joined:
            table = pa.concat_tables(self._joined).combine_chunks()
            self._joined, self._bytes = [], 0
            self._writer.write_table(table, row_group_size=table.num_rows)


def inert(text: str) -> str:
    """Text that a spreadsheet doesn't take for a formula.

    >>> inert("=1+1")
    "'=1+1"
    """
    return "'" + text if text.startswith(_FORMULA) else text


def is_inert(lines: bytes) -> bool:
    """Whether no field of these lines of CSV is a formula for a spreadsheet."""
    rows = csv.reader(io.StringIO(lines.decode(), newline=""))
    return all(not field.startswith(_FORMULA) or _FIGURE.fullmatch(field) for row in rows for field in row)


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
    "money": str,  # with two places there is never an exponent
    "number": repr,
}
