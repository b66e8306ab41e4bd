"""What one source adds to the output files, made where it is read: the files are then put together from pieces.

So the work is done by many processes, a piece that is kept needn't be made again, and nobody needs to hold more than
one.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from juesuan_extract.emit.contract import Columns
from juesuan_extract.emit.csv_parquet import csv_lines, record_batch, schema
from juesuan_extract.emit.files import outputs
from juesuan_extract.emit.report.html import Shown, shown
from juesuan_extract.emit.rows import rows
from juesuan_extract.emit.run_json import Noted, noted
from juesuan_extract.model.account import Account

if TYPE_CHECKING:
    from juesuan_extract.knowledge.catalog import Catalog

Year = int | None

_HEAD = struct.Struct("<QQ")  # bytes of what is compressed, and of the index at its end
_ZSTD = pa.Codec("zstd", compression_level=3)


class Part(NamedTuple):
    """Rows of one table, in both forms."""

    csv: bytes
    batch: pa.RecordBatch


@dataclass(frozen=True, slots=True)
class Piece:
    """What one source adds. tables: by name, those with rows; years: fiscal year by doc_id."""

    tables: dict[str, Part]
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
    columns = outputs(catalog)
    return Piece(
        tables={
            name: Part(csv_lines(found, columns[name]), record_batch(found, columns[name]))
            for name, found in rows(accounts, catalog).items()
            if found
        },
        shown=tuple(shown(account, catalog) for account in accounts),
        noted=tuple(noted(account, catalog) for account in accounts),
        years={account.doc_id: account.fiscal_year for account in accounts},
    )


def pack(piece: Piece) -> bytes:
    """A piece as compressed bytes: data only, which `unpack` can't run."""
    batches = [part.batch.serialize().to_pybytes() for part in piece.tables.values()]
    lines = [part.csv for part in piece.tables.values()]
    sections = [found.section.encode("utf-8", "replace") for found in piece.shown]
    index = {
        "tables": [[n, len(b), len(c)] for n, b, c in zip(piece.tables, batches, lines, strict=True)],
        "shown": [[found.row, found.title, len(s)] for found, s in zip(piece.shown, sections, strict=True)],
        "noted": piece.noted,
        "years": list(piece.years.items()),
    }
    tail = json.dumps(index).encode()  # in ASCII: text from a PDF may hold halves of surrogate pairs
    raw = b"".join([*batches, *lines, *sections, tail])  # batches first: Arrow likes them aligned
    return _HEAD.pack(len(raw), len(tail)) + _ZSTD.compress(raw, asbytes=True)


def unpack(data: bytes, columns: dict[str, Columns]) -> Piece:
    """The piece of these bytes. columns: of every output file."""
    size, tail = _HEAD.unpack_from(data)
    raw = _ZSTD.decompress(memoryview(data)[_HEAD.size :], size, asbytes=True)
    index = json.loads(raw[size - tail :])
    names = [name for name, _, _ in index["tables"]]
    lengths = [length for _, length, _ in index["tables"]] + [length for _, _, length in index["tables"]]
    blobs = _cut(raw, lengths + [length for _, _, length in index["shown"]])
    batches, lines, sections = blobs[: len(names)], blobs[len(names) : 2 * len(names)], blobs[2 * len(names) :]
    return Piece(
        tables={
            name: Part(csv, pa.ipc.read_record_batch(pa.py_buffer(batch), schema(columns[name])))
            for name, batch, csv in zip(names, batches, lines, strict=True)
        },
        shown=tuple(
            Shown(row, title, section.decode())
            for (row, title, _), section in zip(index["shown"], sections, strict=True)
        ),
        noted=tuple(Noted(*found) for found in index["noted"]),
        years=dict(index["years"]),
    )


def _cut(data: bytes, lengths: Iterable[int]) -> list[bytes]:
    """The beginning of `data` in pieces of these lengths."""
    made, start = [], 0
    for length in lengths:
        made.append(data[start : start + length])
        start += length
    return made
