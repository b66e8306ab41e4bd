"""What the truth files say and what a conversion wrote, cell by cell, in the same words."""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

_ORDINAL = re.compile(
    r"^(?:其中[:：]?)?(?:[一二三四五六七八九十]+[、.．]|[（(][一二三四五六七八九十\d]+[)）]|\d+[、.．]?(?!\d))?"
)
_SUFFIX = re.compile(r"-(\d+)$")

Key = tuple[int, str, str, str]  # number of the account in its file, table, row, column


@dataclass(frozen=True, slots=True)
class Cell:
    """An amount cell. amount: None where nothing or a dash is printed; optional: nobody asks for it."""

    key: Key
    amount: Decimal | None
    page: int
    blank: bool = False
    dash: bool = False
    optional: bool = False
    status: str = ""
    confidence: float | None = None

    @property
    def table(self) -> tuple[int, str]:
        """The account and the table it stands in."""
        return self.key[:2]

    @property
    def told(self) -> str:
        """The amount for a person."""
        return str(self.amount) if self.amount is not None else "dash" if self.dash else "blank"


@dataclass(frozen=True, slots=True)
class Table:
    """A printed or a found table."""

    account: int
    table_id: str
    pages: frozenset[int]
    unit_name: str = ""
    optional: bool = False
    status: str = ""
    title: str = ""
    unit: str = ""  # 万元 …, of a printed table


@dataclass(frozen=True, slots=True)
class Truth:
    """A document as a perfect reader sees it."""

    name: str
    source: str
    kind: str
    unit_name: str
    year: str
    form: str
    producer: str
    features: tuple[str, ...]
    tables: tuple[Table, ...]
    cells: tuple[Cell, ...]
    others: Mapping[int, str]  # title of the table that is none of the nine, by page

    @property
    def is_decoy(self) -> bool:
        """Whether it is no final account."""
        return self.kind != "final_account"

    def unit_names(self) -> dict[int, str]:
        """The unit of each account in the file."""
        names = {table.account: table.unit_name for table in self.tables}
        return {} if self.is_decoy else {**names, 0: self.unit_name}


@dataclass(slots=True)
class Output:
    """What the program says of one file. accounts: a row of documents.csv for each account in it."""

    accounts: dict[int, Mapping[str, str]] = field(default_factory=dict)
    tables: list[Table] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)

    def status_of(self, account: int, table_id: str, page: int) -> str:
        """Status of the table that a cell stands in, or would stand in."""
        found = [t for t in self.tables if (t.account, t.table_id) == (account, table_id)]
        return next((t.status for t in found if page in t.pages), found[0].status if found else "missing")


def squeezed(text: str | None) -> str:
    """Without white space."""
    return "".join((text or "").split())


def row_key(row_id: str, name: str | None) -> str:
    """Rows without an id are told apart by their names; ordinals and the width of characters don't matter there."""
    if not row_id.startswith("unmapped"):
        return row_id
    plain = unicodedata.normalize("NFKC", squeezed(name or row_id.partition(":")[2]))
    plain = plain.replace("“", '"').replace("”", '"')
    return "unmapped:" + (_ORDINAL.sub("", plain, count=1) or plain)


def _amount(text: str | None) -> Decimal | None:
    return Decimal(text) if text and text.strip() else None


def read_truth(path: Path) -> Truth:
    """A truth file."""
    said: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    document, meta = said["document"], said["meta"]
    return Truth(
        name=said["id"],
        source=unicodedata.normalize("NFC", said["source"]),
        kind=document["kind"],
        unit_name=squeezed(document["unit_name"]),
        year=str(document["fiscal_year"] or ""),
        form=meta["family"],
        producer=meta["renderer"],
        features=tuple(meta["features"]),
        tables=tuple(
            Table(
                t["instance"],
                t["table_id"],
                frozenset(t["pages"]),
                squeezed(t["unit_name"]),
                t["optional"],
                unit=t["unit"],
            )
            for t in said["tables"]
        ),
        cells=tuple(
            Cell(
                (c["instance"], c["table_id"], row_key(c["row_id"], c["row_name"]), c["column_id"]),
                _amount(c["amount_yuan"]),
                c["page"],
                c["is_blank"],
                c["is_dash"],
                c["optional"],
            )
            for c in said["cells"]
        ),
        others={page: other["title"] for other in said["decoys"] for page in other["pages"]},
    )


def read_output(folder: Path) -> dict[str, Output]:
    """{source: what was written about it} of an output folder."""
    found: dict[str, Output] = defaultdict(Output)
    for row in _rows(folder / "documents.csv"):
        found[row["source"]].accounts[_account(row)] = row
    for row in _rows(folder / "tables.csv"):
        if row["status"] != "missing":
            pages = frozenset(int(page) for page in row["pages"].split(",") if page)
            title = row["published_title"]
            found[row["source"]].tables.append(
                Table(_account(row), row["table_id"], pages, status=row["status"], title=title)
            )
    for row in _rows(folder / "cells.csv"):
        if row["column_id"].startswith("extra."):  # no id, so nobody asks for it
            continue
        amount = _amount(row["amount_yuan"])
        blank = row["is_blank"].lower() == "true"
        confidence = float(row["confidence"]) if row["confidence"] else None
        key = (_account(row), row["table_id"], row_key(row["row_id"], row["row_name"]), row["column_id"])
        found[row["source"]].cells.append(
            Cell(key, amount, int(row["page"]), blank, status=row["status"], confidence=confidence)
        )
    return found


def _account(row: Mapping[str, str]) -> int:
    """0 for the first account in a file, 1 for the one whose doc_id ends in -2."""
    match = _SUFFIX.search(row["doc_id"])
    return int(match.group(1)) - 1 if match else 0


def _rows(path: Path) -> list[dict[str, str]]:
    csv.field_size_limit(1 << 24)
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
