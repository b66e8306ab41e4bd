"""The output folder of a conversion, in batches of rows: one Parquet file per table, or a folder of them by year."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from juesuan_extract.emit.contract import Columns
from juesuan_extract.emit.csv_parquet import ARROW
from juesuan_extract.emit.files import outputs
from juesuan_extract.emit.partitions import YEAR, ParquetPart, check_finished, parts
from juesuan_extract.emit.run_json import CONTRACT
from juesuan_extract.errors import LoadError, UsageError

if TYPE_CHECKING:
    from juesuan_extract.knowledge.catalog import Catalog

_AGAIN = "convert the documents again into an empty folder"


@dataclass(frozen=True, slots=True)
class OutFiles:
    """What `juesuan convert` wrote. interrupted: not all documents are there."""

    folder: Path
    interrupted: bool
    columns: dict[str, Columns]
    pieces: dict[str, tuple[ParquetPart, ...]]

    def batches(self, name: str, rows: int) -> Iterator[pa.RecordBatch]:
        """The rows of a table in order, at most `rows` at once, with the columns of the contract.

        Raises LoadError for a file that is damaged.
        """
        schema = arrow_schema(self.columns[name])
        for piece in self.pieces[name]:
            try:
                with pq.ParquetFile(piece.path) as file:
                    for batch in file.iter_batches(batch_size=rows):
                        yield _complete(batch, schema, piece)
            except (pa.ArrowException, OSError) as error:
                raise _damaged(piece.path, error) from error


def open_out(folder: Path, catalog: Catalog) -> OutFiles:
    """The files of an output folder, all of them looked into; raises UsageError or LoadError."""
    if not folder.is_dir():
        raise UsageError(f"there is no folder {folder}", "name the folder that juesuan convert wrote")
    try:
        check_finished(folder)
    except ValueError as error:
        raise LoadError(str(error), "run the same convert again; it goes on where it was") from error
    run = _run(folder / "run.json")
    columns = outputs(catalog)
    pieces = {name: _pieces(folder, name) for name in columns}
    for name, found in pieces.items():
        for piece in found:
            _check(piece, name, arrow_schema(columns[name]))
    return OutFiles(folder, run.get("interrupted") is True, columns, pieces)


def arrow_schema(columns: Columns) -> pa.Schema:
    """The Arrow types of a table."""
    return pa.schema([pa.field(column.name, ARROW[column.type]) for column in columns])


def _run(path: Path) -> dict[str, Any]:
    try:
        run = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise LoadError(f"{path} is missing", "name the folder that juesuan convert wrote") from error
    except (OSError, ValueError, RecursionError) as error:
        raise _damaged(path, error) from error
    contract = run.get("contract") if isinstance(run, dict) else None
    if contract != CONTRACT:
        raise LoadError(f"{path}: output contract {contract!r}, and this program reads {CONTRACT}", _AGAIN)
    assert isinstance(run, dict)
    return run


def _pieces(folder: Path, name: str) -> tuple[ParquetPart, ...]:
    """The Parquet files of a table in order; one of an earlier run must not stand beside those by year."""
    try:
        found = parts(folder, name)
    except ValueError as error:
        raise LoadError(str(error), _AGAIN) from error
    if not found:
        whole = folder / f"{name}.parquet"
        raise LoadError(f"{whole} is missing", "name the folder that juesuan convert wrote, complete")
    return found


def _check(piece: ParquetPart, name: str, schema: pa.Schema) -> None:
    """Raises LoadError unless a file has the columns of the contract, whose order doesn't matter, and their types."""
    try:
        found = pq.read_schema(piece.path)
    except (pa.ArrowException, OSError) as error:
        raise _damaged(piece.path, error) from error
    expected = {field.name: field.type for field in schema if not (piece.by_year and field.name == YEAR)}
    given = {field.name: field.type for field in found}
    wrong = [f"lacks the column {column}" for column in expected if column not in given]
    wrong += [f"has a column {column}, which {name} has not" for column in given if column not in expected]
    wrong += [
        f"has {given[column]} in the column {column}, not {kind}"
        for column, kind in expected.items()
        if given.get(column, kind) != kind
    ]
    if wrong:
        raise LoadError(f"{piece.path} {wrong[0]}", "give --schemas as it was given to convert, or convert again")


def _complete(batch: pa.RecordBatch, schema: pa.Schema, piece: ParquetPart) -> pa.RecordBatch:
    """The columns in the order of the contract, the year of the folder among them."""
    columns = [
        pa.array([piece.year] * batch.num_rows, field.type)
        if piece.by_year and field.name == YEAR
        else batch.column(field.name)
        for field in schema
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _damaged(path: Path, error: Exception) -> LoadError:
    return LoadError(f"{path} can't be read: {' '.join(str(error).split())[:300]}", _AGAIN)
