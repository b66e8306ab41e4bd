"""A batch with poison in it: is everything right, how much memory does it take, how fast is it, what does a kill cost?

Run from the root of the repository: `python -m bench.batch --count 5000`; Linux only. The figures are those of the
issue "What must hold".
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from bench import memory
from bench.documents import FIXTURES
from bench.poison import EATERS, KINDS, poisoned
from juesuan_extract.batch.workers.memory import MAX_MEMORY

SEED = 20240711
WORKER_MB, PARENT_MB, SPEEDUP = 400, 300, 1.8  # what must hold
_ROWS = ("documents", "tables", "cells", "checks", "repairs", *(f"gk0{number}" for number in range(1, 10)))


class Corpus(NamedTuple):
    """A folder of documents. originals: which fixture each good one is a copy of; poison: the kind of each bad one."""

    folder: Path
    originals: dict[str, str]
    poison: dict[str, str]


def make(folder: Path, count: int, bad: int) -> Corpus:
    """Copies of the fixtures, no two with the same bytes, with poison at random places."""
    folder.mkdir()
    originals = sorted(FIXTURES.glob("*.pdf"))
    chosen = random.Random(SEED).sample(range(count), bad)
    kinds = {number: KINDS[place % len(KINDS)] for place, number in enumerate(chosen)}
    corpus = Corpus(folder, {}, {})
    for number in range(count):
        name, original = f"{number:06}.pdf", originals[number % len(originals)]
        data = original.read_bytes()
        if number in kinds:
            corpus.poison[name] = kinds[number]
            data = poisoned(data, kinds[number], number)
        else:
            corpus.originals[name] = original.name
            data += f"\n% copy {number}\n".encode()
        (folder / name).write_bytes(data)
    return corpus


def command(folder: Path, out: Path, jobs: int, timeout: float) -> list[str]:
    """What converts a folder, poison included."""
    code = "import sys; from bench.poison import main; main(*sys.argv[1:])"  # workers look for it by its name
    return [sys.executable, "-c", code, str(folder), str(out), str(jobs), str(timeout)]


def right(corpus: Corpus, out: Path, expected: Path) -> int:
    """How many good documents have exactly the rows of their originals, in every file."""
    wanted, found = _digests(expected), _digests(out)
    return sum(found.get(name) == wanted[original] for name, original in corpus.originals.items())


def _digests(out: Path) -> dict[str, str]:
    """A digest of all rows of each source, but for its name and hash."""
    made: dict[str, list[str]] = {}
    for name in _ROWS:
        with (out / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            for source, rows in groupby(csv.DictReader(file), key=lambda row: row["source"]):
                digest = hashlib.sha256()
                for row in rows:
                    own = [v for key, v in row.items() if key not in ("doc_id", "source", "sha256")]
                    digest.update(repr((name, row["doc_id"][16:], own)).encode())
                made.setdefault(source, []).append(digest.hexdigest())
    return {source: " ".join(digests) for source, digests in made.items()}


def failures(corpus: Corpus, out: Path) -> Counter[str]:
    """The documents that failed, by kind of poison and what is said of them; "good" where there was no poison."""
    with (out / "documents.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["status"] == "failed"]
    return Counter(f"{corpus.poison.get(row['source'], 'good')}: {row['error'].split(';')[0][:70]}" for row in rows)


def content(out: Path) -> dict[str, str]:
    """Digests of everything that must be the same in every run."""
    return {
        str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.name != "run.json" and ".juesuan" not in path.parts
    }


def killed(corpus: Corpus, out: Path, jobs: int, timeout: float, kills: int, whole: float) -> int:
    """Kill the conversion at random moments and go on with it until it is done; returns how many kills hit."""
    moments = random.Random(SEED)
    hits = 0
    for _ in range(kills):
        process = subprocess.Popen(command(corpus.folder, out, jobs, timeout), start_new_session=True)
        time.sleep(2 + moments.uniform(0, 1.5 * whole / kills))  # 2 s to start
        hits += process.poll() is None
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    subprocess.run(command(corpus.folder, out, jobs, timeout), check=True)
    return hits


def speedup(corpus: Corpus, scratch: Path, count: int, rounds: int) -> Iterator[tuple[float, float]]:
    """Documents a second with one job and with two, run after run, of good documents only."""
    folder = scratch / "good"
    folder.mkdir()
    for name in list(corpus.originals)[:count]:
        os.link(corpus.folder / name, folder / name)
    for number in range(rounds):
        rates = []
        for jobs in (1, 2):
            started = time.monotonic()
            subprocess.run(command(folder, scratch / f"{number}-{jobs}", jobs, 120), check=True)
            rates.append(count / (time.monotonic() - started))
        yield rates[0], rates[1]


def by_age(peaks: Sequence[float]) -> str:
    """The median peak of the processes that were started first, second … fifth of all: it must not rise."""
    size = max(1, len(peaks) // 5)
    groups = [peaks[start : start + size] for start in range(0, len(peaks), size)]
    return " ".join(f"{statistics.median(group):.0f}" for group in groups[:5])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=5000, help="documents")
    parser.add_argument("--poison", type=int, help="how many of them do harm; one in a hundred unless given")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--timeout", type=float, default=10.0, help="seconds after which a document is given up")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=3, help="of the comparison of one job and two")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        _measure(given, Path(name))


def _measure(given: argparse.Namespace, scratch: Path) -> None:
    bad = max(1, given.count // 100) if given.poison is None else given.poison
    corpus = make(scratch / "in", given.count, bad)
    subprocess.run(command(FIXTURES, scratch / "expected", given.jobs, 120), check=True)
    out = scratch / "out"
    run = command(corpus.folder, out, given.jobs, given.timeout)

    first = memory.watch([*run, "tell"])
    listed = scratch / EATERS
    pids = set(listed.read_text().split()) if listed.exists() else set()
    plain = [peak for pid, peak in first.workers.items() if pid not in pids]
    eaters = [peak for pid, peak in first.workers.items() if pid in pids]
    good = right(corpus, out, scratch / "expected")
    print(f"{given.count} documents, {bad} of them poison, {given.jobs} jobs: {first.seconds:.1f} s")
    print(f"  right: {good} of {len(corpus.originals)}")
    for line, times in sorted(failures(corpus, out).items()):
        print(f"  failed: {times:4} {line}")
    print(f"  peak of the parent: {first.parent:.0f} MB (bound {PARENT_MB})")
    print(f"  peak of {len(plain)} workers: {max(plain):.0f} MB (bound {WORKER_MB}), by age {by_age(plain)}")
    print(f"  peak of {len(eaters)} whose document ate memory: {max(eaters, default=0):.0f} MB (bound {MAX_MEMORY})")
    sizes = sum(path.stat().st_size for path in (out / ".juesuan").rglob("*") if path.is_file())
    whole = sum(path.stat().st_size for path in out.rglob("*") if path.is_file()) - sizes
    print(f"  kept: {sizes / given.count / 1024:.0f} KB a document; output {whole / given.count / 1024:.0f} KB")

    undisturbed = content(out)
    again = memory.watch(run)
    print(f"again, nothing changed: {again.seconds:.1f} s, parent {again.parent:.0f} MB", end=", ")
    print("same bytes" if content(out) == undisturbed else "OTHER BYTES")

    hits = killed(corpus, scratch / "killed", given.jobs, given.timeout, given.kills, first.seconds)
    same = content(scratch / "killed") == undisturbed
    print(f"killed {hits} times and gone on with: {'same bytes' if same else 'OTHER BYTES'}")

    rates = list(speedup(corpus, scratch, max(20, given.count // 10), given.rounds)) if given.rounds else []
    for one, two in rates:
        print(f"one job {one:.1f} documents/s, two jobs {two:.1f}: {two / one:.2f} × (bound {SPEEDUP})")


if __name__ == "__main__":
    main()
