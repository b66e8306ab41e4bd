"""Confidence fitted on generated documents, and checked on others: `python -m bench.calibrate --help`.

`fit` counts how often cells with the same evidence are right, and writes the classes of schemas/confidence.yaml;
`check` exits with 1 when the expected calibration error is above its bound on documents of other seeds.
Every document is read as it is, with a fault of reading in the first reader, and with the same fault in all readers.
Publishers' faults stand in the documents themselves.
"""

from __future__ import annotations

import argparse
import os
import pickle
import random
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from unittest.mock import patch

from rich.console import Console
from rich.table import Table

from bench import generated
from bench.calibration import (
    SHARE_MISREAD,
    Measure,
    Observed,
    Seen,
    Whole,
    classes,
    fitted,
    foretold,
    foretold_wholes,
    measured,
)
from bench.documents import ROOT
from bench.misread import Misreading, draw
from bench.scoring import ERRORS, RIGHT, compared
from bench.truths import Cell, Truth, read_truth, row_key
from fixtures.make.forms.catalog import FORMS
from juesuan_extract.knowledge.catalog import Catalog, load_catalog
from juesuan_extract.model.account import Account
from juesuan_extract.model.fact import Evidence, Fact
from juesuan_extract.model.page import Grid, PageContent
from juesuan_extract.options import Options
from juesuan_extract.pipeline import extract
from juesuan_extract.read.engines import READERS, GridReader
from juesuan_extract.read.pages import read_sheets
from juesuan_extract.values.amounts import to_yuan

FILE = ROOT / "schemas" / "confidence.yaml"
KEPT = ROOT / "out" / "calibrate"
ERROR = 0.01  # greatest expected calibration error
DOCUMENTS = {"fit": 400, "check": 300}  # decoys among them, which are left out
FAULTS = 2  # of reading for each document, each of them once in the first reader and once in all
FIT, CHECK = ("1",), ("5",)  # seeds
SAID = 10  # documents between two lines of progress
_WRITTEN = "\nfitted:"  # from here on the file is written by `fit`


# -- reading with faults ----------------------------------------------------------------------------------------------


class _Reading:
    """A document that is read several times; what the slower readers find is kept."""

    def __init__(self, path: Path, catalog: Catalog) -> None:
        self.data, self.catalog = path.read_bytes(), catalog
        self.sheets = read_sheets(self.data, catalog)
        self.found: dict[tuple[str, int], list[Grid]] = {}

    def accounts(self, fault: Misreading | None, both: bool) -> tuple[Account, ...]:
        """The accounts as read with a fault in the first reader, or in all of them."""
        with self._reading(fault, both):
            return extract(self.data, "", Options(), self.catalog)

    @contextmanager
    def _reading(self, fault: Misreading | None, both: bool) -> Iterator[None]:
        def first(*_: object) -> list[PageContent]:
            return fault.of_sheets(self.sheets) if fault else self.sheets

        others = {name: partial(self._other, name, reader, fault if both else None) for name, reader in READERS.items()}
        with patch("juesuan_extract.pipeline.read_sheets", first), patch.dict(READERS, others):
            yield

    def _other(
        self, name: str, reader: GridReader, fault: Misreading | None, data: bytes, pages: list[int]
    ) -> dict[int, list[Grid]]:
        if missing := [page for page in pages if (name, page) not in self.found]:
            found = reader(data, missing)
            self.found.update({(name, page): found.get(page, []) for page in missing})
        grids = {page: self.found[name, page] for page in pages}
        return {p: fault.of_grids(g) if fault and p == fault.page else g for p, g in grids.items()}


def observe(draw_: generated.Draw, folder: Path) -> Observed:
    """One document, read as it is and misread."""
    observed = Observed()
    truth = read_truth(folder / "truth" / f"{draw_.name}.json")
    reading = _Reading(folder / "pdfs" / f"{draw_.name}.pdf", load_catalog())
    pages = frozenset(page for table in truth.tables for page in table.pages)
    met: set[Evidence] = set()
    _count(observed, truth, reading.accounts(None, False), False, met)
    for number in range(FAULTS):
        fault = draw(reading.sheets, pages, random.Random(f"{draw_.name}/{number}"))
        for both in (False, True) if fault else ():
            _count(observed, truth, reading.accounts(fault, both), True, met)
    observed.documents.update(met)
    return observed


def _count(observed: Observed, truth: Truth, accounts: Sequence[Account], misread: bool, met: set[Evidence]) -> None:
    facts: dict[int, Fact] = {}
    said: list[Cell] = []
    for number, account in enumerate(accounts):
        for fact in account.facts:
            if not fact.column_id.startswith("extra."):  # no id, so the truth leaves it out
                cell = _cell(number, fact)
                said.append(cell)
                facts[id(cell)] = fact
    wholes: dict[tuple[int, str], set[Evidence]] = defaultdict(set)
    wrong: set[tuple[int, str]] = set()
    for want, have, what in compared(truth.cells, said):
        if what in ERRORS:
            wrong.add((have or want).table)  # type: ignore[union-attr]
        if have is None or what == "free":
            continue
        fact = facts[id(have)]
        met.add(fact.evidence)
        observed.cells[Seen(fact.evidence, misread, what in RIGHT, fact.doubtful)] += 1
        wholes[have.table].add(fact.evidence)
    for table, evidence in wholes.items():
        observed.tables[Whole(frozenset(evidence), misread, table not in wrong)] += 1
    for number in {number for number, _ in wholes}:
        evidence = set().union(*(some for (n, _), some in wholes.items() if n == number))
        right = all(n != number for n, _ in wrong)
        observed.accounts[Whole(frozenset(evidence), misread, right)] += 1
    observed.readings[misread] += 1


def _cell(account: int, fact: Fact) -> Cell:
    key = (account, fact.table_id, row_key(fact.row_id, fact.row_name), fact.column_id)
    return Cell(key, None if fact.amount is None else to_yuan(fact.amount), fact.page, fact.is_blank)


def observe_all(seeds: Sequence[str], count: int, jobs: int, say: Callable[[str], None]) -> Observed:
    """Documents of every form and producer, `count` of each seed."""
    work: list[tuple[generated.Draw, Path]] = []
    for seed in seeds:
        folder = generated.folder_of(seed)
        some = [one for one in generated.draws(count, seed) if one.form in FORMS]
        lost = generated.make(some, folder, jobs, say)
        work += [(one, folder) for one in some if one not in lost]
    total = Observed()
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        for number, one in enumerate(pool.map(_observe, work), 1):
            total.add(one)
            if number % SAID == 0 or number == len(work):
                say(f"{number} of {len(work)} documents read")
    return total


def _observe(one: tuple[generated.Draw, Path]) -> Observed:
    return observe(*one)


# -- the file ---------------------------------------------------------------------------------------------------------


def written(text: str, observed: Observed, seeds: Sequence[str], catalog: Catalog) -> str:
    """The text of the file with new classes."""
    lines = [
        f"{text.partition(_WRITTEN)[0]}{_WRITTEN}",
        f"  seeds: {' '.join(seeds)!r}",
        f"  documents: {observed.readings[False]}",
        f"  misread: {observed.readings[True]}",
        f"  cells: {sum(observed.cells.values())}",
        f"  share_misread: {SHARE_MISREAD}",
        "classes:",
    ]
    for one in fitted(observed, catalog.confidence):
        words = ", ".join(f"{name}: {_quoted(word)}" for name, word in one["is"].items())
        counts = f"plain: {one['plain']}, misread: {one['misread']}"
        lines.append(f"- {{is: {{{words}}}, probability: {one['probability']:.5f}, {counts}}}")
    return "\n".join(lines) + "\n"


def _quoted(word: str) -> str:
    return f"'{word}'" if word == "off" else word  # which YAML takes for false


# -- printing ---------------------------------------------------------------------------------------------------------

_GROUPS: dict[str, Callable[[Seen], bool]] = {
    "all cells": lambda seen: True,
    "amounts that are not blank": lambda seen: seen.evidence.amount != "blank",
    "doubtful cells": lambda seen: seen.doubtful,
    "in documents read as they are": lambda seen: not seen.misread,
    "in misread documents": lambda seen: seen.misread,
}


def measures(observed: Observed, catalog: Catalog) -> dict[str, Measure]:
    """By group of cells, tables, accounts."""
    rules = catalog.confidence
    return {
        **{name: measured(foretold(observed, rules, wanted)) for name, wanted in _GROUPS.items()},
        "tables": measured(foretold_wholes(observed, observed.tables, rules)),
        "accounts": measured(foretold_wholes(observed, observed.accounts, rules)),
    }


def _print(observed: Observed, catalog: Catalog) -> bool:
    console = Console(width=None if sys.stdout.isatty() else 150)
    table = Table("", box=None, pad_edge=False)
    for heading in ("number", "wrong", "Brier", "ECE"):
        table.add_column(heading, justify="right")
    found = measures(observed, catalog)
    for name, m in found.items():
        table.add_row(name, f"{m.number}", f"{100 * m.wrong:.3f} %", f"{m.brier:.6f}", f"{m.error:.5f}")
    console.print(table, "", highlight=False)
    table = Table("class", box=None, pad_edge=False)
    for heading in ("said", "was", "cells"):
        table.add_column(heading, justify="right")
    for one, m in classes(observed, catalog.confidence):
        words = " ".join(f"{name}={word}" for name, word in one.is_.items()) or "everything else"
        table.add_row(words, f"{one.probability:.5f}", f"{1 - m.wrong:.5f}", str(m.number))
    console.print(table, "", highlight=False)
    error = found["all cells"].error
    met = error <= ERROR
    print(f"expected calibration error {error:.5f}, at most {ERROR}: {'met' if met else 'MISSED'}")
    return met


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> int:
    """Fit or check."""
    parser = argparse.ArgumentParser(prog="python -m bench.calibrate", description=__doc__)
    parser.add_argument("what", choices=("fit", "check"))
    parser.add_argument(
        "--seed", action="append", metavar="SEED", help=f"once or more ({FIT} to fit, {CHECK} to check)"
    )
    parser.add_argument("--count", type=int, metavar="N", help=f"documents of a seed ({DOCUMENTS})")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="processes")
    parser.add_argument("--again", action="store_true", help="take the cells as they were counted the last time")
    arguments = parser.parse_args()
    fit = arguments.what == "fit"
    seeds = arguments.seed or list(FIT if fit else CHECK)
    count = arguments.count or DOCUMENTS[arguments.what]
    catalog = load_catalog()
    kept = KEPT / f"{generated.version()}-{'-'.join(seeds)}-{count}.pickle"
    if arguments.again:
        observed = pickle.loads(kept.read_bytes())
    else:
        observed = observe_all(seeds, count, arguments.jobs, _say)
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(pickle.dumps(observed))
    if fit:
        FILE.write_text(written(FILE.read_text(encoding="utf-8"), observed, seeds, catalog), encoding="utf-8")
        load_catalog.cache_clear()
        catalog = load_catalog()
    met = _print(observed, catalog)
    return 0 if met or fit else 1


if __name__ == "__main__":
    sys.exit(main())
