"""Harmed PDFs through the real command's machinery: what must not happen to any of them.

Run from the root of the repository: `python -m bench.fuzz --help`. Exit status 1 when a bound is missed. A mutant that
is to be looked at is made again with `--only NUMBER --keep FOLDER`.
"""

from __future__ import annotations

import argparse
import csv
import json
import shutil
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.bombs import BOMBS
from bench.documents import FIXTURES
from bench.instead import Instead
from bench.judge import Verdict, examine
from bench.mutants import HARMS, mutant
from juesuan_extract.batch.convert import convert
from juesuan_extract.batch.workers.local import LocalProcesses
from juesuan_extract.options import Options

TIMEOUT = 20.0  # seconds; the command gives 120
MEMORY = 2100.0  # MB, peak of a worker process, which the parent may see too late: see batch/memory.py
BATCH = 100  # mutants converted in one run
OUT = Path("out/fuzz")
COMMAND = Options(pictures=True)  # as `juesuan convert` does it
FAST = Options(reader="pdfium")
LOST = ("given up", "died")  # a failed row for it, and a new process for the next
_STATUSES = ("verified", "unverified", "conflict", "not_final_account", "failed", *LOST)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a mutant. status: of its document, or `given up` (too slow), `died`; trouble: what must not happen
    and did, in words; printed_so: differences of verified tables from the good file that the mutant prints."""

    number: int
    name: str
    status: str
    error: str
    seconds: float
    megabytes: float
    trouble: tuple[str, ...]
    printed_so: tuple[str, ...] = ()

    @property
    def kinds(self) -> list[str]:
        """How it was harmed."""
        return self.name.split("-")[1].split("+")


def fixtures() -> list[Path]:
    """The committed documents, the smallest first."""
    return sorted(FIXTURES.glob("*.pdf"), key=lambda path: (path.stat().st_size, path.name))


@dataclass(frozen=True, slots=True)
class Run:
    """What is converted, and how."""

    seed: int = 1
    only: tuple[str, ...] = ()  # kinds
    jobs: int = 1
    timeout: float = TIMEOUT
    options: Options = COMMAND
    keep: Path = OUT

    def results(self, numbers: Sequence[int]) -> Iterator[Result]:
        """Make and convert mutants, batch by batch; those in trouble are kept."""
        originals = fixtures()
        for start in range(0, len(numbers), BATCH):
            with tempfile.TemporaryDirectory() as name:
                folder = Path(name)
                (folder / "pdfs").mkdir()
                (folder / "verdicts").mkdir()
                made = {}
                for number in numbers[start : start + BATCH]:
                    one = mutant(self.seed, number, originals, self.only)
                    made[one.name] = number
                    (folder / "pdfs" / one.name).write_bytes(one.data)
                for result in self._converted(folder, made):
                    if result.trouble or result.status in LOST:
                        self.keep.mkdir(parents=True, exist_ok=True)
                        shutil.copy(folder / "pdfs" / result.name, self.keep / f"{self.seed}-{result.name}")
                    yield result

    def _converted(self, folder: Path, made: Mapping[str, int]) -> Iterator[Result]:
        executor = Instead(LocalProcesses(self.jobs, self.timeout), examine)
        convert(folder / "pdfs", folder / "out", options=self.options, executor=executor)
        with (folder / "out" / "documents.csv").open(encoding="utf-8-sig", newline="") as file:
            rows: dict[str, dict[str, str]] = {}
            for row in csv.DictReader(file):
                rows.setdefault(row["source"], row)
        for name, number in made.items():
            path = folder / "verdicts" / f"{name}.json"
            verdict = Verdict(**json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None
            yield judged(number, name, rows.get(name), verdict)


def judged(number: int, name: str, row: Mapping[str, str] | None, verdict: Verdict | None) -> Result:
    """Whether something happened that must not. row: of documents.csv; verdict: None where no worker came back."""
    if row is None:
        return Result(number, name, "lost", "", 0.0, 0.0, ("no row in documents.csv",))
    status, error = row["status"], row["error"]
    if verdict is None:
        if status == "duplicate":
            return Result(number, name, status, error, 0.0, 0.0, ())
        end = "given up" if error.startswith(("took longer", "needed more")) else "died" if "died" in error else ""
        return Result(number, name, end or status, error, 0.0, 0.0, () if end else ("neither a verdict nor a reason",))
    trouble = [f"internal error: {verdict.internal}"] if verdict.internal else []
    if verdict.megabytes > MEMORY:
        trouble.append(f"{verdict.megabytes:.0f} MB")
    trouble += (*verdict.invented, *verdict.lost)
    said = (verdict.seconds, verdict.megabytes, tuple(trouble), tuple(verdict.printed_so))
    return Result(number, name, status, error, *said)


# -- printing ---------------------------------------------------------------------------------------------------------


def show(results: Sequence[Result], seconds: float) -> None:
    """By kind of harm: how many, what became of them, the slowest and the largest."""
    groups: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        for kind in result.kinds:
            groups[kind].append(result)
    table = Table(box=None, pad_edge=False)
    headings = (
        "verified",
        "unver.",
        "conflict",
        "none",
        "failed",
        "given up",
        "died",
        "slowest s",
        "most MB",
        "trouble",
    )
    for heading in ("", "mutants", *headings):
        table.add_column(heading, justify="right" if heading else "left", no_wrap=True)
    for kind, some in [*sorted(groups.items()), ("all", list(results))]:
        by_status = Counter(result.status for result in some)
        table.add_row(
            kind,
            str(len(some)),
            *(str(by_status[status] or "") for status in _STATUSES),
            f"{max(r.seconds for r in some):.1f}",
            f"{max(r.megabytes for r in some):.0f}",
            str(sum(bool(r.trouble) for r in some) or ""),
        )
    console = Console() if sys.stdout.isatty() else Console(width=120)
    console.print(table)
    differ = sum(bool(result.printed_so) for result in results)
    console.print(f"{len(results)} mutants in {seconds / 60:.0f} minutes")
    console.print(f"{differ}: a verified table differs from the good file, and the mutant prints it so")
    for result in results:
        for line in result.trouble:
            console.print(f"{result.name}: {line[:300]}", markup=False, soft_wrap=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.fuzz", description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--count", type=int, default=20_000, help="how many mutants (20000)")
    parser.add_argument("--seed", type=int, default=1, help="others with another seed (1)")
    parser.add_argument("--start", type=int, default=0, help="number of the first one (0)")
    parser.add_argument("--jobs", type=int, default=1, help="worker processes (1)")
    parser.add_argument("--timeout", type=float, default=TIMEOUT, help=f"seconds for one ({TIMEOUT:g})")
    parser.add_argument(
        "--fast",
        action="store_true",
        help="the fast reader alone, no pictures: what --reader pdfium does, ten times as many",
    )
    parser.add_argument("--kinds", default="", help="only these, comma separated: " + ", ".join((*HARMS, *BOMBS)))
    parser.add_argument("--only", type=int, nargs="*", help="numbers of mutants to make again")
    parser.add_argument(
        "--keep", type=Path, default=OUT, help=f"where those in trouble are put, and all with --only ({OUT})"
    )
    parser.add_argument("--log", type=Path, help="a file to which every result is appended as a line of JSON")
    chosen = parser.parse_args(arguments)
    only = [kind for kind in chosen.kinds.split(",") if kind]
    if unknown := set(only) - {*HARMS, *BOMBS}:
        parser.error(f"no such kind: {', '.join(sorted(unknown))}")
    if chosen.only:
        chosen.keep.mkdir(parents=True, exist_ok=True)
        for number in chosen.only:
            one = mutant(chosen.seed, number, fixtures(), only)
            (chosen.keep / one.name).write_bytes(one.data)
            print(chosen.keep / one.name)
        return 0
    how = Run(chosen.seed, tuple(only), chosen.jobs, chosen.timeout, FAST if chosen.fast else COMMAND, chosen.keep)
    started = time.monotonic()
    results = list(_logged(how.results(range(chosen.start, chosen.start + chosen.count)), chosen.log))
    show(results, time.monotonic() - started)
    return int(any(result.trouble for result in results))


def _logged(results: Iterable[Result], log: Path | None) -> Iterator[Result]:
    for done, result in enumerate(results, 1):
        if log:
            with log.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(result), ensure_ascii=False) + "\n")
        if sys.stderr.isatty():
            print(f"\r{done}", end="", file=sys.stderr)
        yield result


if __name__ == "__main__":
    sys.exit(main())
