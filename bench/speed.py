"""How fast juesuan-extract is beside pdfplumber and camelot, and what long PDFs and many documents cost.

Run from the root of the repository: `python -m bench.speed --help`.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial, reduce
from importlib.metadata import version
from itertools import count as numbers
from operator import add
from pathlib import Path
from statistics import median

from bench import memory, readers
from bench.documents import REAL, copies, page_count, repeated, samples, selected
from bench.instead import nothing
from bench.results import Comparison, Memory, Overhead, PageCost, Section, StageCost, Throughput, save, show
from bench.timing import Progress, Timings, Work, alternate, alternate_timers
from juesuan_extract.batch.sources.location import LocalFile
from juesuan_extract.batch.workers.local import LocalProcesses
from juesuan_extract.batch.workers.ray import RayCluster
from juesuan_extract.batch.workers.task import Task
from juesuan_extract.options import Options

OURS = "juesuan-extract"
CELLS = {"pdfplumber": 12.0, "camelot lattice": 40.0, "camelot lattice vector": None}  # least ratios
DOCUMENT = {"pdfplumber extract_text": 10.0, "pypdfium2 text": 1 / 3}
PAGE_GROWTH = 1.25  # of the cost of a page in the shortest PDF
MEMORY_GROWTH = 1.25  # of the memory for the fewest documents
LENGTHS = (1, 2, 4, 8, 16, 42)  # accounts in one PDF; the last has 1,008 pages
COUNTS = (10, 100, 500)  # documents in one conversion
MANY = 5000  # the same with --long
JOBS = (1, 2)
JOBS_RATIO = 1.8  # on two cores that have nothing else to do
BATCH = 600  # documents of a conversion whose jobs are compared


class Bench:
    """The measurements. quick: fewer documents, shorter PDFs; long: thousands of documents."""

    def __init__(self, rounds: int, quick: bool, long: bool, real: Path) -> None:
        self._rounds = rounds
        self._quick = quick
        self._progress = Progress()
        self._counts = COUNTS[:2] if quick else (*COUNTS, MANY) if long else COUNTS
        self._samples = samples(quick, real)

    def cells(self) -> Section:
        """The cells of the table pages, against the readers that find ruled tables."""
        rows: list[Comparison] = []
        total: list[tuple[int, Timings]] = []
        for sample in (s for s in self._samples if not s.broken):
            data = selected(sample.path.read_bytes(), sample.table_pages)
            sides: dict[str, Callable[[], int]] = {
                OURS: partial(readers.our_cells, data),
                "pdfplumber": partial(readers.plumber_cells, data),
                "camelot lattice": partial(readers.camelot_cells, data),
                "camelot lattice vector": partial(readers.camelot_cells, data, "vector"),
            }
            timings = self._alternate(f"cells of {sample.name}", sides)
            pages = len(sample.table_pages)
            total.append((pages, timings))
            figures = {name: side() for name, side in sides.items()}
            rows += _comparisons(sample.name, pages, timings, CELLS, figures)
        return Section(
            "1. The cells of the table pages",
            "ms per page; every side opens a PDF of just these pages from memory, reads its cells, and closes it\n"
            "ratio: theirs to ours; figures: cells that hold a figure with two decimals",
            rows + _totals(total, CELLS),
        )

    def document(self) -> Section:
        """All stages on whole documents, against the bare text of all pages."""
        rows: list[Comparison] = []
        total: list[tuple[int, Timings]] = []
        for sample in self._samples:
            sides: dict[str, Work] = {
                OURS: partial(readers.our_document, sample.path),
                "pdfplumber extract_text": partial(readers.plumber_text, sample.path),
                "pypdfium2 text": partial(readers.pdfium_text, sample.path),
            }
            timings = self._alternate(f"all of {sample.name}", sides)
            pages = page_count(sample.path.read_bytes())
            total.append((pages, timings))
            rows += _comparisons(sample.name, pages, timings, DOCUMENT)
        return Section(
            "2. Whole documents",
            "ms per page; read_pdf, all stages, against the bare text of all pages; all open and close the file\n"
            "ratio: theirs to ours",
            rows + _totals(total, DOCUMENT),
        )

    def stages(self) -> Section:
        """Where the time goes: of each document the fastest of some readings."""
        self._progress.topic = "stages"
        total: Counter[str] = Counter()
        pages = 0
        for sample in self._samples:
            self._progress.say(sample.name)
            runs = [readers.our_document(sample.path) for _ in range(self._rounds + 1)]
            # what an account's clock says includes the accounts before it in the file
            times = min((run.accounts[-1].account.timings for run in runs), key=lambda stages: sum(stages.values()))
            total.update(times)
            pages += runs[0].pages
        whole = sum(total.values())
        rows = [StageCost(name, 1000 * seconds / pages, 100 * seconds / whole) for name, seconds in total.items()]
        return Section(
            "3. Stages", f"of read_pdf, all {len(self._samples)} documents together; share in per cent", rows
        )

    def pages(self) -> Section:
        """The cost of a page in one account, and in PDFs of many accounts."""
        sample = self._samples[0]
        data = sample.path.read_bytes()
        rows: list[PageCost] = []
        with tempfile.TemporaryDirectory() as folder:
            sides: dict[str, Work] = {}
            counts: dict[str, int] = {}
            for times in LENGTHS[:4] if self._quick else LENGTHS:
                path = Path(folder, f"{times}.pdf")
                path.write_bytes(repeated(data, times))
                sides[str(times)] = partial(readers.our_document, path)
                counts[str(times)] = page_count(path.read_bytes())
            timings = self._alternate("pages", sides)
        shortest = str(LENGTHS[0])
        for name, count in counts.items():
            growth = timings.ratio(name, shortest) * counts[shortest] / count
            cost = 1000 * timings.median(name) / count
            rows.append(PageCost(int(name), count, cost, growth, PAGE_GROWTH, growth <= PAGE_GROWTH))
        return Section("4. Long PDFs", f"read_pdf of {sample.name} several times over in one PDF", rows)

    def jobs(self) -> Section:
        """The command with one process and with two."""
        count = BATCH // 4 if self._quick else BATCH
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name, "pdfs")
            folder.mkdir()
            copies(count, folder)
            runs = numbers()

            def seconds(jobs: int) -> float:
                return memory.convert(folder, Path(name, f"out{next(runs)}"), jobs).seconds

            timers = {str(jobs): partial(seconds, jobs) for jobs in JOBS}
            self._progress.topic = "jobs"
            timings = alternate_timers(timers, self._rounds, self._progress)
        rows = []
        for jobs in JOBS:
            took, ratio = timings.median(str(jobs)), timings.ratio(str(JOBS[0]), str(jobs))
            bound = JOBS_RATIO if jobs > 1 else None
            met = None if bound is None else ratio >= bound
            rows.append(Throughput(jobs, count, took, count / took, ratio, bound, met))
        return Section("5. Jobs", "juesuan convert from start to end, its processes' start included", rows)

    def engines(self) -> Section:
        """What the engines cost for documents that cost nothing."""
        self._progress.topic = "engines"
        count = 200 if self._quick else 2000
        tasks = [Task(f"{number}", LocalFile(""), number=number) for number in range(count)]
        rows: list[Overhead] = []
        for name, executor in (("local", LocalProcesses(1)), ("ray", RayCluster(jobs=1))):
            taken: list[tuple[float, float]] = []
            for number in range(self._rounds):
                self._progress.say(f"{name}, round {number + 1}")
                began = time.perf_counter()
                outcomes = executor.run(nothing, tasks, Options(), lambda: False)
                next(outcomes)
                first = time.perf_counter()
                assert sum(1 for _ in outcomes) == count - 1
                taken.append((first - began, 1000 * (time.perf_counter() - first) / (count - 1)))
            starts, each = zip(*taken, strict=True)
            rows.append(Overhead(name, count, median(starts), median(each)))
        return Section("6. Engines", "one process, documents that are not even opened", rows)

    def memory(self) -> Section:
        """Peak memory of the command over few and many documents; measured once each."""
        rows: list[Memory] = []
        first = 0.0
        self._progress.topic = "memory"
        for count in self._counts if memory.available() else ():
            self._progress.say(f"{count} documents")
            with tempfile.TemporaryDirectory() as name:
                folder = Path(name, "pdfs")
                folder.mkdir()
                copies(count, folder)
                peak = memory.convert(folder, Path(name, "out"))
            first = first or peak.parent + peak.worker
            growth = (peak.parent + peak.worker) / first
            met = growth <= MEMORY_GROWTH
            each = 1000 * peak.seconds / count
            rows.append(Memory(count, peak.seconds, each, peak.parent, peak.worker, growth, MEMORY_GROWTH, met))
        return Section(
            "7. Many documents",
            "peak resident memory of juesuan convert --jobs 1: the command itself and its largest worker process",
            rows,
        )

    def _alternate(self, topic: str, sides: Mapping[str, Work]) -> Timings:
        self._progress.topic = topic
        return alternate(sides, self._rounds, self._progress)


def _comparisons(
    document: str,
    pages: int,
    timings: Timings,
    bounds: Mapping[str, float | None],
    figures: dict[str, int] | None = None,
) -> list[Comparison]:
    """One row for each other side."""
    ours = 1000 * timings.median(OURS) / pages
    rows = []
    for name, bound in bounds.items():
        ratio = timings.ratio(name, OURS)
        rows.append(
            Comparison(
                document,
                pages,
                name,
                ours,
                1000 * timings.median(name) / pages,
                ratio,
                bound,
                None if bound is None else ratio >= bound,
                figures[OURS] if figures else None,
                figures[name] if figures else None,
            )
        )
    return rows


def _totals(parts: Sequence[tuple[int, Timings]], bounds: Mapping[str, float | None]) -> list[Comparison]:
    """The same over all documents as if they were one."""
    if len(parts) < 2:
        return []
    return _comparisons("all", sum(n for n, _ in parts), reduce(add, (t for _, t in parts)), bounds)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.speed", description=__doc__)
    names = ("cells", "document", "stages", "pages", "jobs", "engines", "memory")
    parser.add_argument("--quick", action="store_true", help="one fixture and one real document, two rounds")
    parser.add_argument("--long", action="store_true", help=f"convert {MANY:,} documents as well")
    parser.add_argument("--real", type=Path, default=REAL, metavar="DIR", help="published documents with their truth")
    parser.add_argument("--rounds", type=int, metavar="N", help="runs of every side (5, quick: 2)")
    parser.add_argument("--only", default=",".join(names), metavar="A,B", help=f"some of {','.join(names)}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results here as well")
    arguments = parser.parse_args()
    arguments.only = [name for name in arguments.only.split(",") if name]
    if unknown := set(arguments.only) - set(names):
        parser.error(f"--only knows {', '.join(names)}, not {', '.join(sorted(unknown))}")
    arguments.rounds = arguments.rounds or (2 if arguments.quick else 5)
    return arguments


def main() -> None:
    """Run the measurements that were asked for and print each when it is done."""
    arguments = _arguments()
    readers.silence()
    bench = Bench(arguments.rounds, arguments.quick, arguments.long, arguments.real)
    measurements = {
        "cells": bench.cells,
        "document": bench.document,
        "stages": bench.stages,
        "pages": bench.pages,
        "jobs": bench.jobs,
        "engines": bench.engines,
        "memory": bench.memory,
    }
    conditions = {
        "rounds": arguments.rounds,
        "quick": arguments.quick,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        **{name: version(name) for name in (OURS, "pypdfium2", "pdfplumber", "camelot-py")},
    }
    print(", ".join(f"{name} {value}" for name, value in conditions.items()))
    sections = {}
    for name in arguments.only:
        sections[name] = measurements[name]()
        show(sections[name])
    if arguments.json:
        save(arguments.json, sections, conditions)


if __name__ == "__main__":
    main()
