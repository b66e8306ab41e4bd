"""Writes the workbook of an output folder."""

from __future__ import annotations

import difflib
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from juesuan_extract.errors import UsageError
from juesuan_extract.excel.many import write_batch
from juesuan_extract.excel.one import Info, write_single
from juesuan_extract.excel.parquet import ParquetFolder
from juesuan_extract.excel.workbook import MAX_ROWS, Workbook

if TYPE_CHECKING:
    from juesuan_extract.knowledge.catalog import Catalog


class NoSuchDocument(UsageError):
    """No document of the output folder has the doc_id or source asked for."""


class Exported(NamedTuple):
    """What was written. documents: how many."""

    file: Path
    documents: int


def export(folder: Path, file: Path, catalog: Catalog, docs: Sequence[str] = (), max_rows: int = MAX_ROWS) -> Exported:
    """Write the documents of an output folder, or those named by doc_id or source, to an Excel workbook.

    One document has its tables as published; of several every table is one list. max_rows: of a sheet, then another
    one begins. The file appears under its name when it is complete; the same folder gives the same bytes.
    Raises NoOutput and DamagedOutput for the folder, NoSuchDocument, and UsageError where the file can't be written.
    """
    stored = ParquetFolder(folder)
    infos = [Info(*row) for row in stored.rows("documents", Info._fields)]
    if docs:
        infos = _chosen(infos, docs)
        stored = stored.only([info.doc_id for info in infos])
    if file.is_dir():
        raise UsageError(f"{file} is a folder", "name a file, such as out.xlsx")
    try:
        with tempfile.TemporaryDirectory(prefix=".partial-", dir=file.parent) as partial:
            made = Path(partial) / "book.xlsx"
            book = Workbook(made, Path(partial), streams=len(infos) != 1)
            if len(infos) == 1:
                write_single(book, stored.only([infos[0].doc_id]), infos[0], catalog)
            else:
                write_batch(book, stored, infos, catalog, max_rows)
            book.close()
            os.replace(made, file)
    except (FileNotFoundError, PermissionError, NotADirectoryError) as error:
        raise UsageError(f"can't write {file}: {error.strerror}", "name a file in a folder that exists") from error
    return Exported(file, len(infos))


def _chosen(infos: Sequence[Info], docs: Sequence[str]) -> list[Info]:
    """The documents named, in stored order."""
    for name in docs:
        if not any(name in (info.doc_id, info.source) for info in infos):
            known = [text for info in infos for text in (info.source, info.doc_id)]
            near = difflib.get_close_matches(name, known[:10_000], n=1)
            advice = f"did you mean {near[0]}?" if near else "documents.csv lists doc_id and source of each"
            raise NoSuchDocument(f"no document {name}", advice)
    return [info for info in infos if info.doc_id in docs or info.source in docs]
