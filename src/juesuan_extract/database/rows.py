"""Rows on their way into the database: numbered, without NUL, and checked so that an error can name its row."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute

from juesuan_extract.database.tables import DOCUMENTS, DUPLICATES, MAX_KEY, DbColumn, DbTable
from juesuan_extract.errors import LoadError

Values: TypeAlias = "pa.Array[Any]"
compute: Any = pyarrow.compute  # its stubs know no arrays of which the type shows while running

_NUL, _INSTEAD = "\x00", "\ufffd"  # no text of PostgreSQL holds NUL, so none of any database does
_DOC_ID = re.compile(r"[0-9a-f]{16}(-[1-9]\d{0,8})?")
_NO_ID = "source:"  # in front of the hash of a source that has no doc_id
_RANGES = {"smallint": 1 << 15, "integer": 1 << 31}
_NAMING = ("doc_id", "source", "table_id", "row_no", "row_id", "column_id", "check_id")  # what a row is told by
_TOLD = 60  # characters of each
_ADVICE = "the files were changed or damaged since they were written: convert the documents again"


def source_id(source: str) -> str:
    """The doc_id that stands for a file that could not be opened, and so has none.

    >>> source_id("a.pdf")
    'source:a7949e623819aa32'
    """
    return _NO_ID + hashlib.sha256(source.encode("utf-8", "replace")).hexdigest()[:16]


def file_id(doc_id: str) -> str:
    """What all accounts of one file have in common.

    >>> file_id("0123456789abcdef-2")
    '0123456789abcdef'
    """
    return doc_id.partition("-")[0]


@dataclass(frozen=True, slots=True)
class Incoming:
    """The documents in OUT. ids: their doc_ids; files: what their accounts have in common; sources: ids by source."""

    ids: frozenset[str]
    files: frozenset[str]
    sources: frozenset[str]

    def replaces(self, doc_id: str) -> bool:
        """Whether a document in the database is one of these, or an earlier reading of the same file."""
        return file_id(doc_id) in self.files or doc_id in self.sources

    @property
    def known(self) -> Values:
        """The doc_ids that rows may have."""
        return pa.array(sorted(self.ids), pa.string())


def survey(batches: Iterator[pa.RecordBatch], table: DbTable) -> Incoming:
    """The documents; raises LoadError for a row that can't be one."""
    ids: set[str] = set()
    sources: set[str] = set()
    repeated: list[tuple[str, str]] = []
    row = 0
    for batch in batches:
        _check_text(batch, DOCUMENTS, row)
        columns = (batch.column(name).to_pylist() for name in ("doc_id", "source", "status"))
        for doc_id, source, status in zip(*columns, strict=True):
            row += 1
            told = f"documents, row {row} (doc_id {_short(doc_id)}, source {_short(source)})"
            if source is None or doc_id is None or (doc_id and not _DOC_ID.fullmatch(doc_id)):
                raise LoadError(f"{told}: no doc_id of a document", _ADVICE)
            sources.add(source_id(source))
            if status == "duplicate":
                repeated.append((doc_id, told))
                continue
            own = doc_id or source_id(source)
            if own in ids:
                raise LoadError(f"{told}: a document of this doc_id stands before it", _ADVICE)
            ids.add(own)
    for doc_id, told in repeated:
        if doc_id not in ids:
            raise LoadError(f"{told}: a duplicate of a document that isn't there", _ADVICE)
    return Incoming(frozenset(ids), frozenset(map(file_id, ids)), frozenset(sources))


@dataclass(slots=True)
class Rows:
    """Makes batches of one output file into batches of a table. known: the doc_ids in OUT."""

    table: DbTable
    known: Values
    counts: dict[str, int] = field(default_factory=dict)
    done: int = 0

    def take(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The rows of the table in a batch, in the order of its columns; raises LoadError that names a bad row."""
        _check_text(batch, self.table.name, self.done)
        columns: Mapping[str, Values] = dict(zip(batch.schema.names, batch.columns, strict=True))
        if self.table.parent and self.table.name != DUPLICATES:
            known = compute.is_in(columns["doc_id"], self.known)
            self._check(batch, compute.invert(known), "no document of this doc_id")
        for column in self.table.columns:
            if column.name in columns:
                self._check_column(batch, column, columns[column.name])
        if self.table.name in (DOCUMENTS, DUPLICATES):
            columns = _documents(batch, self.table.name == DUPLICATES)
        if self.table.number:
            columns = {**columns, self.table.number: self._numbers(columns["doc_id"])}
        self.done += batch.num_rows
        return pa.RecordBatch.from_arrays(
            [_without_nul(columns[name]) for name in self.table.names], names=list(self.table.names)
        )

    def _check_column(self, batch: pa.RecordBatch, column: DbColumn, values: Values) -> None:
        if not column.nullable and values.null_count:
            self._check(batch, values.is_null(), f"{column.name} is empty")
        if column.type in _RANGES:
            limit = _RANGES[column.type]
            beyond = compute.or_(compute.less(values, -limit), compute.greater_equal(values, limit))
            self._check(batch, beyond, f"{column.name} is beyond a {column.type}")
        if column.type == "text" and column.name in self.table.key:
            self._check(batch, compute.greater(compute.utf8_length(values), MAX_KEY), f"{column.name} is too long")

    def _check(self, batch: pa.RecordBatch, bad: Values, reason: str) -> None:
        if compute.any(bad).as_py():
            index = compute.index(bad, True).as_py()
            raise LoadError(f"{told(self.table.name, batch, index, self.done)}: {reason}", _ADVICE)

    def _numbers(self, doc_ids: Values) -> Values:
        """How many rows of its document each row is, from 1; goes on where the batch before ended."""
        encoded = doc_ids.dictionary_encode()
        indices = encoded.indices.to_numpy()
        order = np.argsort(indices, kind="stable")
        grouped = indices[order]
        starts = np.flatnonzero(np.diff(grouped, prepend=-1))
        sizes = np.diff(starts, append=len(grouped))
        ids = [str(doc_id) for doc_id in encoded.dictionary.to_pylist()]
        before = np.array([self.counts.get(doc_id, 0) for doc_id in ids], dtype=np.int64)
        numbers = np.empty(len(grouped), dtype=np.int64)
        numbers[order] = np.arange(len(grouped)) - np.repeat(starts, sizes) + before[grouped] + 1
        for start, size in zip(starts, sizes, strict=True):
            doc_id = ids[grouped[start]]
            self.counts[doc_id] = self.counts.get(doc_id, 0) + int(size)
        return pa.array(numbers)


def told(table: str, batch: pa.RecordBatch, index: int, before: int) -> str:
    """A row in words. before: rows of the table before this batch.

    >>> told("cells", pa.record_batch({"doc_id": ["0123456789abcdef"], "row_no": [3]}), 0, 16)
    'cells, row 17 (doc_id 0123456789abcdef, row_no 3)'
    """
    names = [name for name in _NAMING if name in batch.schema.names]
    return f"{table}, row {before + index + 1} ({', '.join(f'{n} {_short(_value(batch, n, index))}' for n in names)})"


def _value(batch: pa.RecordBatch, name: str, index: int) -> object:
    try:
        return batch.column(name)[index].as_py()
    except UnicodeDecodeError:
        return "?"


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= _TOLD else text[:_TOLD] + "…"


def _check_text(batch: pa.RecordBatch, table: str, before: int) -> None:
    """Raises LoadError for text that is no UTF-8."""
    for name, values in zip(batch.schema.names, batch.columns, strict=True):
        if not pa.types.is_string(values.type):
            continue
        try:
            values.validate(full=True)
        except pa.ArrowInvalid as error:
            for index, data in enumerate(values.cast(pa.binary())):
                try:
                    (data.as_py() or b"").decode()
                except UnicodeDecodeError:
                    raise LoadError(f"{told(table, batch, index, before)}: {name} is no UTF-8", _ADVICE) from error


def _documents(batch: pa.RecordBatch, duplicates: bool) -> dict[str, Values]:
    """Those rows of `documents` that belong into the table."""
    same = compute.equal(batch.column("status"), "duplicate")
    rows = batch.filter(same if duplicates else compute.invert(compute.fill_null(same, False)))
    columns = dict(zip(rows.schema.names, rows.columns, strict=True))
    if duplicates:
        return {**columns, "first_source": columns["error"]}
    pairs = zip(columns["doc_id"].to_pylist(), columns["source"].to_pylist(), strict=True)
    ids = [doc_id or source_id(str(source)) for doc_id, source in pairs]
    return {**columns, "doc_id": pa.array(ids, pa.string())}


def _without_nul(values: Values) -> Values:
    """The same text with U+FFFD in place of every NUL."""
    if not pa.types.is_string(values.type) or b"\x00" not in text_bytes(values):
        return values
    replaced: Values = compute.replace_substring(values, _NUL, _INSTEAD)
    return replaced


def text_bytes(values: Values) -> bytes:
    """The bytes of all texts of an array, one after the other."""
    _, offsets, data = values.buffers()
    if offsets is None or data is None or not len(values):
        return b""
    bounds = np.frombuffer(memoryview(offsets), np.int32)[values.offset : values.offset + len(values) + 1]
    return data.slice(int(bounds[0]), int(bounds[-1] - bounds[0])).to_pybytes()
