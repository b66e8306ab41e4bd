"""Output folders for the tests: converted fixtures, and folders made of rows, as one file or by year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from juesuan_extract.emit.csv_parquet import ParquetFile, record_batch
from juesuan_extract.emit.files import outputs
from juesuan_extract.knowledge.catalog import Catalog

DEFAULTS: dict[str, Any] = {
    "doc_id": "0123456789abcdef", "source": "a.pdf", "unit_name": "某单位", "fiscal_year": 2023, "row_no": 1,
    "row_id": "total", "row_name": "合计", "level": "", "status": "verified", "confidence": 0.9999, "page": 1,
    "is_blank": False, "amount_text": "1.00", "reasons": "", "method": "text", "sha256": "0" * 64, "pages": 16,
    "kind": "final_account", "tables_found": 1, "error": "", "x0": 0.0, "x1": 0.0, "top": 0.0, "bottom": 0.0,
}  # fmt: skip


def write_folder(folder: Path, catalog: Catalog, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> Path:
    """Write an output folder with these rows; columns that a row doesn't name have a usual value."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, columns in outputs(catalog).items():
        file = ParquetFile(folder / f"{name}.parquet", columns)
        made = [tuple((DEFAULTS | dict(row)).get(column.name) for column in columns) for row in rows.get(name, ())]
        if made:
            file.write(record_batch(made, columns))
        file.close()
    return folder


def cell(table: str, column: str, **values: Any) -> dict[str, Any]:
    """A row of cells."""
    return {"table_id": table, "column_id": column, **values}


def by_year(folder: Path, to: Path) -> Path:
    """The same results, in a folder for each year."""
    years = pq.read_table(folder / "documents.parquet", columns=["doc_id", "fiscal_year"])
    year_of = dict(zip(years["doc_id"].to_pylist(), years["fiscal_year"].to_pylist(), strict=True))
    for file in sorted(folder.glob("*.parquet")):
        table = pq.read_table(file)
        if "fiscal_year" in table.column_names:
            table = table.drop_columns(["fiscal_year"])
        own = [year_of[doc] or 0 for doc in table["doc_id"].to_pylist()]
        for year in sorted({year or 0 for year in year_of.values()}):
            part = table.filter(pc.equal(ds.pa.array(own, "int64"), year)) if own else table
            (to / file.stem / f"fiscal_year={year}").mkdir(parents=True)
            pq.write_table(part, to / file.stem / f"fiscal_year={year}" / "part-0.parquet")
    return to
