"""What one source adds to the output files, made where it is read: the files are then put together from pieces.

So the work is done by many processes, a piece that is kept needn't be made again, and nobody needs to hold more than
one. A piece has parts, one for each kind of file; what has changed in one of them leaves the others as they are.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from juesuan_extract.emit.contract import Columns
from juesuan_extract.emit.csv_parquet import csv_lines, is_inert, record_batch, schema
from juesuan_extract.emit.files import outputs
from juesuan_extract.emit.report.html import Shown, shown
from juesuan_extract.emit.report.sections import is_section
from juesuan_extract.emit.rows import rows
from juesuan_extract.emit.run_json import Noted, noted
from juesuan_extract.model.account import Account

if TYPE_CHECKING:
    from juesuan_extract.knowledge.catalog import Catalog

Year = int | None

DOC_ID = re.compile(r"(?:[0-9a-f]{16}(?:-[1-9]\d{0,8})?)?")  # empty where a file could not be opened
MOST_BYTES = 1 << 30  # that the part of a piece unfolds to
_HEAD = struct.Struct("<QQ")  # bytes of what is compressed, and of the index at its end
_ZSTD = pa.Codec("zstd", compression_level=3)
# where a field may begin with a formula; inside quotes it may be no field at all, so what is found is looked at
_MAYBE_FORMULA = re.compile(rb'(?:^|[,\n])"?(?:[=+@\t\r]|\xef\xbc[\x9d\x8b\x8d\xa0]|-(?![\d,\n]|\xef\xbc))')


class Damaged(ValueError):
    """The bytes are no piece, or not one that this program makes."""


class TableRows(NamedTuple):
    """Rows of one table, in both forms."""

    csv: bytes
    batch: pa.RecordBatch


@dataclass(frozen=True, slots=True)
class Piece:
    """What one source adds. tables: by name, those with rows; years: fiscal year by doc_id."""

    tables: dict[str, TableRows]
    shown: tuple[Shown, ...]
    noted: tuple[Noted, ...]
    years: dict[str, Year]

    def of_year(self, name: str, year: Year) -> pa.RecordBatch | None:
        """The rows of a table that belong to accounts of one year; None when there are none."""
        part = self.tables.get(name)
        own = [doc_id for doc_id, of in self.years.items() if of == year]
        if part is None or len(own) == len(self.years):
            return part and part.batch
        batch = part.batch.filter(pc.is_in(part.batch["doc_id"], pa.array(own, pa.string())))
        return batch if batch.num_rows else None


def make_piece(accounts: Sequence[Account], catalog: Catalog) -> Piece:
    """The piece of the accounts of one source."""
    return Piece(
        tables=_tables(accounts, catalog),
        shown=tuple(shown(account, catalog) for account in accounts),
        noted=tuple(noted(account, catalog) for account in accounts),
        years={account.doc_id: account.fiscal_year for account in accounts},
    )


def make_parts(accounts: Sequence[Account], catalog: Catalog, wanted: Collection[str] = ()) -> dict[str, bytes]:
    """The parts of the piece of the accounts of one source, packed; all, or those wanted."""
    return {name: make(accounts, catalog) for name, make in PARTS.items() if not wanted or name in wanted}


def unpack(parts: Mapping[str, bytes], columns: dict[str, Columns]) -> Piece:
    """The piece of these parts. columns: of every output file.

    An output folder may come from somebody else: nothing in it is run, and what isn't as this program writes it raises
    Damaged: markup of other kinds, formulas, ids that are paths, rows that are no rows of their table.
    """
    try:
        tables = _read_tables(parts["tables"], columns)
        sections = _read_report(parts["report"])
        lines, years = _read_run(parts["run"])
    except Damaged:
        raise
    except (KeyError, ValueError, TypeError, IndexError, OSError, struct.error, pa.ArrowException) as error:
        raise Damaged(f"{type(error).__name__}: {error}") from error
    return Piece(tables, sections, lines, years)


# -- tables -----------------------------------------------------------------------------------------------------------


def _tables(accounts: Sequence[Account], catalog: Catalog) -> dict[str, TableRows]:
    columns = outputs(catalog)
    return {
        name: TableRows(csv_lines(found, columns[name]), record_batch(found, columns[name]))
        for name, found in rows(accounts, catalog).items()
        if found
    }


def _pack_tables(accounts: Sequence[Account], catalog: Catalog) -> bytes:
    tables = _tables(accounts, catalog)
    batches = [part.batch.serialize().to_pybytes() for part in tables.values()]
    lines = [part.csv for part in tables.values()]
    index = [[name, len(b), len(c)] for name, b, c in zip(tables, batches, lines, strict=True)]
    return _packed(index, *batches, *lines)  # batches first: Arrow likes them aligned


def _read_tables(data: bytes, columns: dict[str, Columns]) -> dict[str, TableRows]:
    raw, index = _unpacked(data)
    lengths = [length for _, length, _ in index] + [length for _, _, length in index]
    blobs = _cut(raw, lengths)
    found = {}
    for (name, _, _), batch, csv in zip(index, blobs[: len(index)], blobs[len(index) :], strict=True):
        read = pa.ipc.read_record_batch(pa.py_buffer(batch), schema(columns[name]))
        read.validate(full=True)
        if csv.count(b"\n") < read.num_rows or (_MAYBE_FORMULA.search(csv) and not is_inert(csv)):
            raise Damaged(f"{name}: lines that are no rows")
        if not all(DOC_ID.fullmatch(doc_id or "") for doc_id in pc.unique(read["doc_id"]).to_pylist()):
            raise Damaged(f"{name}: a doc_id that is none")
        found[name] = TableRows(csv, read)
    return found


# -- report and run.json ----------------------------------------------------------------------------------------------


def _pack_report(accounts: Sequence[Account], catalog: Catalog) -> bytes:
    found = [shown(account, catalog) for account in accounts]
    sections = [one.section.encode("utf-8", "replace") for one in found]
    return _packed([[one.row, one.title, len(s)] for one, s in zip(found, sections, strict=True)], *sections)


def _read_report(data: bytes) -> tuple[Shown, ...]:
    raw, index = _unpacked(data)
    sections = [section.decode() for section in _cut(raw, [length for _, _, length in index])]
    found = tuple(Shown(row, title, section) for (row, title, _), section in zip(index, sections, strict=True))
    for one in found:
        if not DOC_ID.fullmatch(one.row["doc_id"]) or not is_section(one.section):
            raise Damaged("a section that this program does not write")
    return found


def _pack_run(accounts: Sequence[Account], catalog: Catalog) -> bytes:
    years = [[account.doc_id, account.fiscal_year] for account in accounts]
    return _packed([[noted(account, catalog) for account in accounts], years])


def _read_run(data: bytes) -> tuple[tuple[Noted, ...], dict[str, Year]]:
    _, (lines, years) = _unpacked(data)
    found = tuple(Noted(*line) for line in lines)
    if not all(type(json.loads(one.line)) is dict and type(one.counts) is dict for one in found):
        raise Damaged("a line that is no document")
    if not all(DOC_ID.fullmatch(doc_id) and (year is None or type(year) is int) for doc_id, year in years):
        raise Damaged("a year that is none")
    return found, dict(years)


PARTS: dict[str, Callable[[Sequence[Account], Catalog], bytes]] = {
    "tables": _pack_tables,
    "report": _pack_report,
    "run": _pack_run,
}


# -- bytes ------------------------------------------------------------------------------------------------------------


def _packed(index: Any, *blobs: bytes) -> bytes:
    """Blobs and what tells them apart, compressed: data only, which reading it can't run."""
    tail = json.dumps(index).encode()  # in ASCII: text from a PDF may hold halves of surrogate pairs
    raw = b"".join([*blobs, tail])
    return _HEAD.pack(len(raw), len(tail)) + _ZSTD.compress(raw, asbytes=True)


def _unpacked(data: bytes) -> tuple[bytes, Any]:
    size, tail = _HEAD.unpack_from(data)
    if size > MOST_BYTES:
        raise Damaged("it unfolds to more than any document adds")
    raw = _ZSTD.decompress(memoryview(data)[_HEAD.size :], size, asbytes=True)
    return raw, json.loads(raw[size - tail :])


def _cut(data: bytes, lengths: Iterable[int]) -> list[bytes]:
    """The beginning of `data` in pieces of these lengths."""
    made, start = [], 0
    for length in lengths:
        made.append(data[start : start + length])
        start += length
    return made
