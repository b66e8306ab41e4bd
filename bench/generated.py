"""Generated documents for the benchmarks, kept between runs."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Protocol, TypeVar

from bench.documents import ROOT
from fixtures.make.decoys import DECOYS
from fixtures.make.forms.catalog import FORMS
from fixtures.make.produce import Order, persist
from fixtures.make.random_docs import PRODUCERS, Wanted, plan

CACHE = ROOT / "out"
SOURCES = (ROOT / "fixtures" / "make", ROOT / "fixtures" / "data", ROOT / "schemas" / "codes")  # of a document's bytes
EVERY = 12  # one document of so many is a decoy
CHUNK = 24  # documents for which a program such as LibreOffice is started once
ATTEMPTS = 15  # draws of a document until one fits on paper

Say = Callable[[str], None]


class Drawn(Protocol):
    """A document to be made. It must be possible to pickle it."""

    @property
    def name(self) -> str:
        """What its files are called."""

    @property
    def producer(self) -> str:
        """Who renders it."""

    def order(self, attempt: int) -> Order:
        """What to make. Raises ValueError where this attempt does not fit on paper."""


D = TypeVar("D", bound=Drawn)


@dataclass(frozen=True, slots=True)
class Draw:
    """The number-th document of a form, or kind of decoy, by a producer. The same, whatever else is drawn."""

    seed: str
    form: str
    producer: str
    number: int

    @property
    def name(self) -> str:
        """What its files are called."""
        return f"{self.form}-{self.producer}-{self.seed}-{self.number:03}"

    def order(self, attempt: int) -> Order:
        """What to make. Raises ValueError where this attempt does not fit on paper."""
        order = plan(Wanted(self.seed, self.form, self.producer), self.number, attempt)
        return replace(order, booklet=replace(order.booklet, name=self.name))


def draws(count: int, seed: str, forms: Sequence[str] = (), producers: Sequence[str] = PRODUCERS) -> list[Draw]:
    """Which documents: every form by every producer equally often, one decoy of every kind in turn.

    forms: some forms or kinds of decoys; without any, all of them.
    """
    finals = [form for form in forms if form in FORMS] if forms else sorted(FORMS)
    decoys = [form for form in forms if form in DECOYS] if forms else list(DECOYS)
    turns = [_turns(some, producers) for some in (finals, decoys)]
    numbers: Counter[tuple[str, str]] = Counter()
    found = []
    for place in range(count):
        decoy = not finals or (bool(decoys) and place % EVERY == EVERY - 1)
        pair = next(turns[decoy])
        found.append(Draw(seed, *pair, numbers[pair]))
        numbers[pair] += 1
    return found


def _turns(forms: Sequence[str], producers: Sequence[str]) -> Iterator[tuple[str, str]]:
    """All forms in turn; each round every form goes on to its next producer."""
    place = 0
    while True:
        yield forms[place % len(forms)], producers[(place % len(forms) + place // len(forms)) % len(producers)]
        place += 1


def version() -> str:
    """Of the generator: changes with every file that decides what a document is like."""
    digest = hashlib.sha256()
    for folder in SOURCES:
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".py", ".json", ".csv"):
                digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def folder_of(seed: str, benchmark: str = "accuracy") -> Path:
    """Where the documents of a seed are kept; those of other versions of the generator lie beside it."""
    return CACHE / benchmark / version() / seed


def make(some: Sequence[D], folder: Path, jobs: int, say: Say, attempts: int = ATTEMPTS) -> list[D]:
    """See that all documents are in `folder`, as pdfs/NAME.pdf and truth/NAME.json; those that could not be made."""
    todo = [draw for draw in some if not (folder / "truth" / f"{draw.name}.json").exists()]
    if not todo:
        return []
    made, lost = len(some) - len(todo), []
    context = get_context("spawn")
    with ProcessPoolExecutor(jobs, context) as pool:
        running = [pool.submit(_make, chunk, folder, attempts) for chunk in _chunks(todo)]
        for done in as_completed(running):
            chunk, failed = done.result()
            made += chunk - len(failed)
            lost += failed
            say(f"{made} of {len(some)} documents")
    return lost


def _chunks(todo: Sequence[D]) -> list[list[D]]:
    by_producer: dict[str, list[D]] = defaultdict(list)
    for draw in todo:
        by_producer[draw.producer].append(draw)
    return [some[at : at + CHUNK] for some in by_producer.values() for at in range(0, len(some), CHUNK)]


def _make(todo: list[D], folder: Path, attempts: int) -> tuple[int, list[D]]:
    """Make some documents of one producer: how many were wanted, and those that could not be made."""
    lost = persist([draw.order for draw in todo], folder / "pdfs", folder / "truth", attempts, lambda _: None)
    return len(todo), [todo[place] for place in lost]
