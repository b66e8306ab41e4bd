"""This project beside other readers: right figures, time per table page, and what they cost.

Run from the root of the repository, after `python -m bench.peers.setup`: `python -m bench.peers.compare --help`.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial, reduce
from itertools import count
from operator import add
from pathlib import Path
from statistics import median

from bench.documents import REAL, Sample, samples, selected, with_truth
from bench.peers.children import Child, Refused, environ
from bench.peers.registry import EMPTY, ENVIRONMENTS, OURS, PEERS, Peer, requirements_of
from bench.peers.stitch import Counts, stitched
from bench.results import PeerCells, PeerCosts, PeerTime, Section, save, show
from bench.timing import Progress, Timings, alternate_timers, repeats_for
from bench.truths import Truth, read_truth
from juesuan_extract.knowledge.catalog import load_catalog

STARTS = 5  # processes whose import is timed
ALL = "all"
PRODUCERS = {
    "calc": "LibreOffice",
    "writer": "LibreOffice",
    "chromium": "Chromium",
    "reportlab": "ReportLab",
    "mixed": "several in one file",
}  # any other wrote a published document


class Bench:
    """The measurements, of the peers that are installed."""

    def __init__(self, peers: Sequence[Peer], rounds: int, real: Path, folder: Path) -> None:
        self._peers = peers
        self._rounds = rounds
        self._real = real
        self._folder = folder
        self._numbers = count()
        self._progress = Progress()

    def cells(self) -> Section:
        """Right figures of every fixture and real document without a planted fault."""
        self._progress.topic = "cells"
        catalog = load_catalog()
        documents = list(self._documents())
        rows: list[PeerCells] = []
        for peer in self._peers:
            groups: dict[str, Counts] = defaultdict(Counter)
            refused = 0
            with Child(peer) as child:
                for group, truth, path in documents:
                    self._progress.say(f"{peer.name}, {truth.name}")
                    try:
                        found = child.tables(path)
                    except Refused as error:
                        print(f"{peer.name} raises on {truth.name}: {error}", file=sys.stderr)
                        refused += 1
                        found = []
                    counts = stitched(truth, found, catalog)
                    for name in (group, ALL):
                        groups[name] += counts
            rows += [_peer_cells(peer, group, groups[group], refused) for group in sorted(groups)]
        rows.sort(key=lambda row: (row.documents == ALL, row.documents))
        return Section(
            "1. Right figures",
            f"of the nine tables in {len(documents)} documents; every reader's cells go through the same mapping\n"
            "wrong: another figure than printed, or one where none is printed; refused: documents on which it raises",
            rows,
        )

    def time(self) -> Section:
        """Reading the table pages, all readers in turn."""
        parts: dict[str, list[tuple[int, Timings]]] = defaultdict(list)
        with ExitStack() as stack:
            children = [stack.enter_context(Child(peer)) for peer in self._peers]
            for sample in (s for s in samples(False, self._real) if not s.broken):
                self._progress.topic = f"time of {sample.name}"
                path = self._selected(sample)
                sides = {
                    child.peer.name: partial(child.seconds, path, repeats_for(child.seconds(path)))
                    for child in children  # the first reading warms up
                }
                timings = alternate_timers(sides, self._rounds, self._progress)
                for name in (sample.name, ALL):
                    parts[name].append((len(sample.table_pages), timings))
        parts[ALL] = parts.pop(ALL)  # the last
        rows = [row for name, some in parts.items() for row in self._peer_times(name, some)]
        return Section(
            "2. Time per table page",
            "ms; every reader opens a PDF of just these pages, finds the tables, reads their cells, and closes it\n"
            "ratio: theirs to ours",
            rows,
        )

    def costs(self) -> Section:
        """What it takes to have and to start a reader."""
        self._progress.topic = "costs"
        paths = [self._selected(s) for s in samples(False, self._real) if not s.broken]
        first = self._selected(samples(False, self._real)[0], 1)
        starts: dict[str, list[tuple[float, float]]] = defaultdict(list)
        for number in range(STARTS + 1):
            for peer in self._peers:
                self._progress.say(f"start {number}, {peer.name}")
                started = _import_time(peer), _first_page(peer, first)
                if number:  # the first fills the caches of the disk
                    starts[peer.name].append(started)
        rows = []
        for peer in self._peers:
            self._progress.say(f"memory, {peer.name}")
            with Child(peer) as child:
                for path in paths:
                    child.seconds(path)
                peak = child.peak()
            imports, pages = zip(*starts[peer.name], strict=True)
            size = _size(peer.environment) - _size(EMPTY)
            rows.append(PeerCosts(peer.name, _version(peer), size, median(imports), median(pages), peak))
        return Section(
            "3. Costs",
            "install: MB on disk with all it needs, without Python, pip and Java; import: s in a new process\n"
            "first page: s from the start of a process to the cells of one table page\n"
            f"peak: MB in memory after {len(paths)} documents of up to 13 table pages, one after another",
            rows,
        )

    def _documents(self) -> Iterator[tuple[str, Truth, Path]]:
        """Who made a document, its truth with the pages numbered as in the PDF of just these pages, and that PDF."""
        for sample, file in with_truth(self._real):
            if not sample.broken:
                truth = read_truth(file)
                number = {page: n for n, page in enumerate(sample.table_pages, 1)}
                tables = (replace(t, pages=frozenset(number[page] for page in t.pages)) for t in truth.tables)
                group = PRODUCERS.get(truth.producer, "published")
                yield group, replace(truth, tables=tuple(tables)), self._selected(sample)

    def _selected(self, sample: Sample, most: int | None = None) -> Path:
        """A PDF of a document's table pages, the first few of them."""
        path = self._folder / f"{next(self._numbers)}.pdf"
        path.write_bytes(selected(sample.path.read_bytes(), sample.table_pages[:most]))
        return path

    def _peer_times(self, name: str, parts: Sequence[tuple[int, Timings]]) -> list[PeerTime]:
        pages, timings = sum(n for n, _ in parts), reduce(add, (t for _, t in parts))
        return [
            PeerTime(name, pages, p.name, 1000 * timings.median(p.name) / pages, timings.ratio(p.name, OURS))
            for p in self._peers
        ]


def _peer_cells(peer: Peer, group: str, counts: Counts, refused: int) -> PeerCells:
    printed = counts["printed"]
    share = 100 * counts["right"] / printed if printed else None
    wrong = counts["wrong"] + counts["spurious"]
    return PeerCells(group, printed, peer.name, counts["right"], share, wrong, refused if group == ALL else None)


def _import_time(peer: Peer) -> float:
    code = f"import time; t = time.perf_counter(); import {peer.module}; print(time.perf_counter() - t)"
    return float(subprocess.run([str(peer.python), "-c", code], env=environ(peer), check=True, **_HEARD).stdout)


def _first_page(peer: Peer, path: Path) -> float:
    started = time.perf_counter()
    with Child(peer) as child:
        child.seconds(path)
        return time.perf_counter() - started


_HEARD: Mapping[str, object] = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}


def _size(environment: str) -> float:
    """MB (2^20 bytes) of disk that an environment takes, as `du` counts."""
    files = (path.lstat() for path in (ENVIRONMENTS / environment).rglob("*"))
    return sum(512 * file.st_blocks for file in files) / 2**20


def _version(peer: Peer) -> str:
    code = f"from importlib.metadata import version; print(version({peer.distribution!r}))"
    return str(subprocess.run([str(peer.python), "-c", code], check=True, **_HEARD).stdout).strip()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.peers.compare", description=__doc__)
    names = ("cells", "time", "costs")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="timed runs of every reader (5)")
    parser.add_argument("--only", default=",".join(names), metavar="A,B", help=f"some of {','.join(names)}")
    parser.add_argument("--peers", default="", metavar="A,B", help=f"some of {','.join(p.adapter for p in PEERS)}")
    parser.add_argument("--real", type=Path, default=REAL, metavar="DIR", help="published documents with their truth")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results here as well")
    arguments = parser.parse_args()
    for option, known in (("only", names), ("peers", [p.adapter for p in PEERS])):
        given = [name for name in getattr(arguments, option).split(",") if name]
        if unknown := set(given) - set(known):
            parser.error(f"--{option} knows {', '.join(known)}, not {', '.join(sorted(unknown))}")
        setattr(arguments, option, given or list(known))
    return arguments


def main() -> int:
    """Measure what was asked for and print each when it is done; 1 when a reader is not installed."""
    arguments = _arguments()
    wanted = [p for p in PEERS if p.adapter in arguments.peers or p.name == OURS]
    missing = [p for p in wanted if not p.python.exists()]
    for peer in missing:
        print(f"MISSING {peer.name}: python -m bench.peers.setup {peer.environment}")
    if missing and missing[0].name == OURS:
        return 1
    conditions = {
        "rounds": arguments.rounds,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "missing": [p.name for p in missing],
        "requirements": {p.environment: requirements_of(p.environment).read_text().split() for p in wanted},
    }
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench([p for p in wanted if p not in missing], arguments.rounds, arguments.real, Path(folder))
        measurements = {"cells": bench.cells, "time": bench.time, "costs": bench.costs}
        sections = {}
        for name in arguments.only:
            sections[name] = measurements[name]()
            show(sections[name])
    if arguments.json:
        save(arguments.json, sections, conditions)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
