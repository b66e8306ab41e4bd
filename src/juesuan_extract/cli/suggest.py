"""`juesuan schemas suggest`: lines for the knowledge files, from an output folder."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pyarrow.compute as pc

from juesuan_extract.authoring.suggestions import Seen, Told, suggest
from juesuan_extract.cli.terminal import plain
from juesuan_extract.excel.parquet import ParquetFolder
from juesuan_extract.knowledge.catalog import Catalog

UNKNOWN = ("unknown_heading", "unknown_row")
BY_ARITHMETIC = ("column_by_arithmetic", "row_by_arithmetic")
_OTHER_NAME = "cell.other_name"


def print_suggestions(out: Path, catalog: Catalog) -> None:
    """What the documents of an output folder ask for, the most frequent first. Raises NoOutput, DamagedOutput."""
    folder = ParquetFolder(out)
    found = suggest([*_findings(folder), *_titles(out), *_names(folder)], _told(folder), catalog)
    for one in found:
        print("\n".join(map(plain, str(one).split("\n"))))
    print(f"{len(found)} suggestion{'s' * (len(found) != 1)}" if found else "nothing in it is unknown")


def _findings(folder: ParquetFolder) -> Iterator[Seen]:
    columns = ("code", "table_id", "message", "source", "page")
    wanted = pc.field("code").isin(UNKNOWN)
    for code, table_id, text, source, page in folder.rows("findings", columns, wanted):
        yield Seen(code, table_id or "", (text or "").rpartition("/")[2], source, page)


def _told(folder: ParquetFolder) -> Iterator[Told]:
    columns = ("source", "table_id", "before", "after", "evidence")
    for source, table_id, before, after, evidence in folder.rows(
        "repairs", columns, pc.field("kind").isin(BY_ARITHMETIC)
    ):
        yield Told(source, table_id, before.rpartition("/")[2], after, evidence)


def _titles(out: Path) -> Iterator[Seen]:
    run = json.loads((out / "run.json").read_text(encoding="utf-8"))
    for document in run["documents"]:
        for other in document["other_tables"]:
            yield Seen("title", "", other["title"], document["source"], min(other["pages"], default=None))


def _names(folder: ParquetFolder) -> Iterator[Seen]:
    columns = ("source", "table_id", "row_id", "row_name", "page")
    wanted = pc.match_substring_regex(pc.field("reason_codes"), f"(^|; ){re.escape(_OTHER_NAME)}")
    seen = set()
    for source, table_id, row_id, name, page in folder.rows("cells", columns, wanted):
        if (source, row_id, name) not in seen:
            seen.add((source, row_id, name))
            yield Seen("name", table_id, f"{row_id},{name}", source, page)
