"""Large output folders, made cheaply: the rows of a small one again and again, as other documents of other units."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

_ROW_GROUP = 60_000  # rows; about what convert writes


def multiply(small: Path, large: Path, count: int) -> int:
    """Write the outputs of at least `count` documents into the new folder `large`; returns how many there are.

    Every copy has doc_ids, sources and unit names of its own; figures, checks and everything else stay.
    """
    large.mkdir(parents=True)
    size = pq.ParquetFile(small / "documents.parquet").metadata.num_rows
    copies = -(-count // size)
    for path in sorted(small.glob("*.parquet")):
        _multiply_file(path, large / path.name, copies)
    run = json.loads((small / "run.json").read_text(encoding="utf-8"))
    (large / "run.json").write_text(json.dumps({**run, "documents": []}), encoding="utf-8")
    return copies * size


def _multiply_file(path: Path, target: Path, copies: int) -> None:
    table = pq.read_table(path)
    with pq.ParquetWriter(target, table.schema, compression="zstd", version="2.6") as writer:
        waiting: list[pa.Table] = []
        for number in range(copies):
            waiting.append(_copy(table, number))
            if sum(one.num_rows for one in waiting) >= _ROW_GROUP:
                writer.write_table(pa.concat_tables(waiting))
                waiting = []
        if waiting:
            writer.write_table(pa.concat_tables(waiting))


def _copy(table: pa.Table, number: int) -> pa.Table:
    changes = {
        "doc_id": _mapped(table["doc_id"], number),
        "source": pc.binary_join_element_wise(f"{number:04}", table["source"], "/"),
    }
    if "unit_name" in table.column_names:
        names = pc.binary_join_element_wise(table["unit_name"], f"第{number}分局", "")
        changes["unit_name"] = pc.if_else(pc.equal(table["unit_name"], ""), "", names)
    for name, values in changes.items():
        table = table.set_column(table.column_names.index(name), table.schema.field(name), values)
    return table


def _mapped(doc_ids: pa.ChunkedArray, number: int) -> pa.Array:
    """Other doc_ids; the further accounts of a file keep their suffix."""
    encoded = doc_ids.combine_chunks().dictionary_encode()
    new = [_other(doc_id, number) for doc_id in encoded.dictionary.to_pylist()]
    return pa.array(new, pa.string()).take(encoded.indices)


def _other(doc_id: str, number: int) -> str:
    base, dash, rest = doc_id.partition("-")
    return hashlib.sha256(f"{number} {base}".encode()).hexdigest()[:16] + dash + rest
