"""Work for a worker process: a mutant as the command converts it, and whether what is called verified is printed so.

The witnesses are the truth of the good file and pdfplumber, which shares no code with the reader.
"""

from __future__ import annotations

import io
import json
import logging
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

import pdfplumber
from pdfminer.psexceptions import PSException
from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException

from bench.documents import FIXTURES
from juesuan_extract.batch.work import Entry, entry_of
from juesuan_extract.batch.workers.task import Task, attempt
from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.model.account import Account
from juesuan_extract.model.fact import Fact
from juesuan_extract.options import Options
from juesuan_extract.values.amounts import to_yuan

SLACK = 2.0  # pt by which the two readers' boxes may differ
MANY = 20  # differences are told of one mutant

Char = tuple[str, float, float, str]
UNREADABLE = (
    PSException, PdfminerException, MalformedPDFException,
    ValueError, KeyError, TypeError, IndexError, RecursionError,
)  # fmt: skip

Key = tuple[int, str, str, str]  # account, table, row (its name where it maps to nothing), column


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a worker says of a mutant.

    invented: amounts in verified tables that the file doesn't print there; lost: amounts that it prints and a verified
    table lacks; printed_so: other differences of verified tables from the good file, among them all figures of a budget
    or an internal set of which nothing says any more that it is one. internal: the end of a trace.
    """

    seconds: float
    megabytes: float
    internal: str
    invented: list[str]
    lost: list[str]
    printed_so: list[str]


class Known(NamedTuple):
    """Of the good file: amounts in 元 by cell, and on which page they are printed how."""

    amounts: dict[Key, str]
    places: dict[Key, tuple[int, str]]
    free: frozenset[Key]


def examine(task: Task, options: Options, catalog: Catalog) -> Entry:
    """What is kept of a mutant; the verdict goes into the folder `verdicts` beside the folder of the mutants."""
    path = Path(task.place.path)
    _forget_peak()
    started = time.perf_counter()
    accounts = attempt(task, options, catalog)
    seconds, megabytes = time.perf_counter() - started, _peak()
    internal = [f.message for account in accounts for f in account.findings if f.code == "internal-error"]
    verdict = Verdict(
        round(seconds, 3),
        round(megabytes, 1),
        " | ".join(internal[0].splitlines()[-4:]) if internal else "",
        [],
        [],
        [],
    )
    fixture = FIXTURES / f"{path.stem.rpartition('-')[2]}.pdf"
    if fixture.exists():  # others are made by hand
        compare(path.read_bytes(), accounts, fixture.read_bytes(), truth_of(fixture.stem), verdict)
    target = path.parent.parent / "verdicts" / f"{path.name}.json"
    target.write_text(json.dumps(asdict(verdict), ensure_ascii=False), encoding="utf-8")
    return entry_of(accounts, catalog)


def compare(data: bytes, accounts: Sequence[Account], original: bytes, known: Known, verdict: Verdict) -> None:
    """Fill in how verified tables differ from the good file, and whether the mutant prints it so."""
    verified = {
        (number, table.table_id): table
        for number, account in enumerate(accounts)
        for table in account.tables
        if table.status == "verified" and table.rows
    }
    said = {key: fact for key, fact in _said(accounts) if key[:2] in verified and key not in known.free}
    wrong = [
        (key, fact) for key, fact in said.items() if fact.amount is not None and known.amounts.get(key) != _yuan(fact)
    ]
    lacking = [
        key
        for key, amount in known.amounts.items()
        if key[:2] in verified and float(amount) and (key not in said or _yuan(said[key]) != amount)
    ]
    if not wrong and not lacking:
        return
    elsewhere = {(key[1:], amount) for key, amount in known.amounts.items()}  # a page that is there twice begins anew
    try:
        with Words(data) as mutant, Words(original) as good:
            for key, fact in wrong[:MANY]:
                told = f"{_told(key)} {fact.text}, was {known.amounts.get(key, 'nothing')}"
                unnamed = fact.row_id.startswith("unmapped")  # its name lost a glyph that a damaged font can't draw
                changed = mutant.of_page(fact.page) != good.of_page(fact.page) or unnamed or not known.amounts
                if mutant.prints(fact) and (changed or (key[1:], _yuan(fact)) in elsewhere):
                    verdict.printed_so.append(told)
                else:
                    verdict.invented.append(f"invented: {told}")
            for key in lacking[:MANY]:
                page, text = known.places[key]
                if page in verified[key[:2]].pages and mutant.of_page(page) == good.of_page(page):
                    verdict.lost.append(f"lost: {_told(key)} {text}")
                else:
                    verdict.printed_so.append(f"lacks {_told(key)} {text}")
    except UNREADABLE as error:
        verdict.printed_so.append(f"no witness, pdfplumber can't read it: {error!r}")


def _told(key: Key) -> str:
    account, table, row, column = key
    return f"{f'account {account + 1} ' if account else ''}{table} {row} {column}"


def _yuan(fact: Fact) -> str | None:
    return None if fact.amount is None else str(to_yuan(fact.amount))


def _said(accounts: Sequence[Account]) -> Iterator[tuple[Key, Fact]]:
    for number, account in enumerate(accounts):
        for fact in account.facts:
            if not fact.column_id.startswith("extra."):
                row = fact.row_name if fact.row_id.startswith("unmapped") else fact.row_id
                yield (number, fact.table_id, row, fact.column_id), fact


@lru_cache(maxsize=64)
def truth_of(fixture: str) -> Known:
    """What a fixture prints."""
    truth: dict[str, Any] = json.loads((FIXTURES / f"{fixture}.json").read_text(encoding="utf-8"))
    amounts, places, free = {}, {}, set()
    for cell in truth["cells"]:
        row = cell["row_name"] if cell["row_id"].startswith("unmapped") else cell["row_id"]
        key = (cell["instance"], cell["table_id"], row, cell["column_id"])
        if cell["optional"]:
            free.add(key)
        elif cell["amount_yuan"] is not None:
            amounts[key] = cell["amount_yuan"]
            places[key] = (cell["page"], cell["amount_text"])
    return Known(amounts, places, frozenset(free))


class Words:
    """What pdfplumber reads on the pages of a file, page by page as they are asked for."""

    def __init__(self, data: bytes) -> None:
        logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
        self._document = pdfplumber.open(io.BytesIO(data))
        self._pages: dict[int, list[Char]] = {}

    def __enter__(self) -> Words:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._document.close()

    def of_page(self, number: int) -> list[Char]:
        """Characters with the middles of their boxes and their colours, in an order of their own."""
        if number not in self._pages:
            chars = self._document.pages[number - 1].chars if number <= len(self._document.pages) else []
            self._pages[number] = sorted(
                (
                    c["text"],
                    round((c["x0"] + c["x1"]) / 2, 1),
                    round((c["top"] + c["bottom"]) / 2, 1),
                    str(c["non_stroking_color"]),
                )
                for c in chars
                if c["text"].strip()
            )
        return self._pages[number]

    def prints(self, fact: Fact) -> bool:
        """Whether the characters of a figure stand in its box."""
        box = fact.box
        inside = Counter(
            char
            for char, x, y, _ in self.of_page(fact.page)
            if box.x0 - SLACK <= x <= box.x1 + SLACK and box.top - SLACK <= y <= box.bottom + SLACK
        )
        return not Counter("".join(fact.text.split())) - inside


def _forget_peak() -> None:
    """Begin to measure the peak memory anew; where the system can't, the peak is that of all documents so far."""
    place = Path("/proc/self/clear_refs")
    if place.exists():
        place.write_text("5")


def _peak() -> float:
    """Peak resident memory in MB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0
