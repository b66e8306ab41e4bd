"""How exactly generated documents are read: every form, every producer, and documents that must be refused.

Run from the root of the repository: `python -m bench.accuracy --help`. Exit status 1 when a bound is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import generated
from bench.scoring import Figures, Score, figures, grouped, score
from bench.truths import read_output, read_truth
from fixtures.make.decoys import DECOYS
from fixtures.make.forms.catalog import FORMS
from fixtures.make.random_docs import PRODUCERS

CELLS = 0.9995  # least share of exact cells
DOCUMENTS = 0.99  # least share of documents that are entirely right
FEATURES = "By feature"
DIFFERENCES = 3  # of a document are shown
_WIDTH = 120
_COLUMNS = ("docs", "right", "cells", "exact", "wrong", "missing", "extra")
_MORE_COLUMNS = ("unfound", "mistaken", "silent", "verified", "ECE")
_LEGEND = """right: documents without any difference; exact: cells as printed, of those printed and invented (extra);
unfound: tables printed and not found; mistaken: tables taken for another; silent: wrong, missing or extra cells in
tables called verified; verified: share of the printed cells given rightly in tables called verified;
ECE: calibration error of the confidence"""


@dataclass(frozen=True, slots=True)
class Bound:
    """Something that must hold."""

    what: str
    value: str
    wanted: str
    met: bool


def bounds(total: Figures) -> list[Bound]:
    """What must hold of all documents together."""
    share = total.documents_right / total.documents
    exact = 1.0 if total.cells_exact is None else total.cells_exact
    refused = total.decoys_refused
    return [
        Bound("amount cells exact", _percent(exact), f"at least {_percent(CELLS)}", exact >= CELLS),
        Bound("documents entirely right", _percent(share), f"at least {_percent(DOCUMENTS)}", share >= DOCUMENTS),
        Bound("tables mistaken for another", str(total.tables_mistaken), "0", not total.tables_mistaken),
        Bound("silent errors", str(total.silent_errors), "0", not total.silent_errors),
        Bound("decoys refused", str(refused), f"all {total.decoys}", refused == total.decoys),
    ]


def convert(pdfs: Path, out: Path, jobs: int, schemas: Path | None = None) -> None:
    """The real command over a folder; schemas: with other knowledge files."""
    command = [sys.executable, "-m", "juesuan_extract", "convert", str(pdfs), "-o", str(out), "--jobs", str(jobs)]
    command += ["--schemas", str(schemas)] if schemas else []
    done = subprocess.run(command if sys.stderr.isatty() else [*command, "--quiet"], check=False)
    if done.returncode not in (0, 1):  # 1: some document failed; the scores say which
        raise SystemExit(f"juesuan convert ended with {done.returncode}")


def scores_of(pdfs: Path, truths: Path, jobs: int, schemas: Path | None = None) -> list[Score]:
    """Convert a folder into its neighbour `out` and score every document that has a truth."""
    out = pdfs.parent / "out"
    convert(pdfs, out, jobs, schemas)
    outputs = read_output(out)
    return [score(truth, outputs.get(truth.source)) for truth in map(read_truth, sorted(truths.glob("*.json")))]


# -- printing ---------------------------------------------------------------------------------------------------------


def _percent(share: float | None) -> str:
    return "" if share is None else "100 %" if share == 1 else f"{100 * share:.3f} %"


def _table(title: str, groups: Mapping[str, Figures]) -> Table:
    """Figures by group."""
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    table.add_column("", no_wrap=True)
    for heading in (*_COLUMNS, *_MORE_COLUMNS):
        table.add_column(heading, justify="right", no_wrap=True)
    for name, f in groups.items():
        counts = (f.wrong, f.missing, f.spurious, f.tables_missed, f.tables_mistaken, f.silent_errors)
        table.add_row(
            name,
            str(f.documents),
            str(f.documents_right),
            str(f.cells or ""),
            _percent(f.cells_exact),
            *(str(count or "") for count in counts),
            "" if f.cells_in_verified is None else f"{100 * f.cells_in_verified:.1f} %",
            "" if f.calibration_error is None else f"{f.calibration_error:.4f}",
        )
    return table


def _worst_first(groups: Mapping[str, Figures]) -> dict[str, Figures]:
    """Groups with failures first, the gravest at the top; the others by name."""
    return dict(sorted(groups.items(), key=lambda item: ([-n for n in item[1].failures], item[0])))


def _gravity(each: Score) -> tuple[int, ...]:
    return -each.count["silent_errors"], -each.count["tables_mistaken"], -each.errors, -len(each.differences)


def print_report(report: Mapping[str, Mapping[str, Figures]], kept: Sequence[Bound], worst: Sequence[Score]) -> None:
    console = Console()
    if not console.is_terminal:
        console = Console(width=_WIDTH)
    for title, groups in report.items():
        faulty = groups if title != FEATURES else {name: f for name, f in groups.items() if any(f.failures)}
        if faulty:
            console.print(_table(title, faulty), "", highlight=False)
        if faultless := [f"{name} {groups[name].documents}" for name in groups if name not in faulty]:
            console.print(
                f"Features without a failure, and in how many documents: {', '.join(faultless)}\n", highlight=False
            )
    console.print(f"{_LEGEND}\n", highlight=False)
    if worst:
        console.print("Worst documents", style="italic", highlight=False)
    for each in worst:
        console.print(f"{each.truth.name}  {','.join(each.truth.features)}", highlight=False, markup=False)
        for line in each.differences[:DIFFERENCES]:
            console.print(f"  {line}", highlight=False, markup=False)
        if len(each.differences) > DIFFERENCES:
            console.print(f"  and {len(each.differences) - DIFFERENCES} more", highlight=False)
    for bound in kept:
        verdict = "met" if bound.met else "MISSED"
        console.print(f"{bound.what:<28} {bound.value:>10}   {bound.wanted:<18} {verdict}", highlight=False)


def _json(report: Mapping[str, Mapping[str, Figures]], kept: Sequence[Bound], wrong: Sequence[Score]) -> str:
    content = {
        "bounds": [asdict(bound) for bound in kept],
        "figures": {title: {name: asdict(f) for name, f in groups.items()} for title, groups in report.items()},
        "wrong": [
            {"name": e.truth.name, "features": e.truth.features, "errors": e.errors, "differences": e.differences}
            for e in wrong
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=1)


# -- the command ------------------------------------------------------------------------------------------------------


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _names(text: str, known: Iterable[str], parser: argparse.ArgumentParser) -> list[str]:
    """The names in a list with commas."""
    names, known = [name for name in text.split(",") if name], list(known)
    if unknown := [name for name in names if name not in known]:
        parser.error(f"unknown: {', '.join(unknown)}; there are {', '.join(known)}")
    return names


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.accuracy", description=__doc__)
    parser.add_argument("--count", type=int, default=500, metavar="N", help="documents (500)")
    parser.add_argument("--seed", default="1", help="another seed, other documents")
    parser.add_argument("--forms", default="", metavar="A,B", help=f"only these of {','.join((*FORMS, *DECOYS))}")
    parser.add_argument("--producers", default="", metavar="A,B", help=f"only these of {','.join(PRODUCERS)}")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="processes")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="leave pdfs, truth and out in this new folder")
    parser.add_argument("--worst", type=int, default=15, metavar="N", help="documents whose differences are shown (15)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    arguments.forms = _names(arguments.forms, (*FORMS, *DECOYS), parser)
    arguments.producers = _names(arguments.producers, PRODUCERS, parser) or list(PRODUCERS)
    if arguments.count < 1:
        parser.error("--count must be 1 or more")
    if arguments.keep and arguments.keep.exists() and any(arguments.keep.iterdir()):
        parser.error(f"{arguments.keep} is not empty")
    return arguments


def _gather(some: Sequence[generated.Draw], cache: Path, folder: Path) -> None:
    """Links to the documents wanted, in a folder of their own."""
    for kind, suffix in (("pdfs", "pdf"), ("truth", "json")):
        (folder / kind).mkdir(parents=True, exist_ok=True)
        for draw in some:
            (folder / kind / f"{draw.name}.{suffix}").symlink_to(cache / kind / f"{draw.name}.{suffix}")


def main() -> int:
    """Generate, convert, score, print."""
    arguments = _arguments()
    some = generated.draws(arguments.count, arguments.seed, arguments.forms, arguments.producers)
    cache = generated.folder_of(arguments.seed)
    _say(f"generating {len(some)} documents")
    lost = generated.make(some, cache, arguments.jobs, _say)
    for draw in lost:
        _say(f"{draw.name} could not be made")
    some = [draw for draw in some if draw not in lost]
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.keep or Path(temporary)
        _gather(some, cache, folder)
        _say(f"converting {len(some)} documents")
        scores = scores_of(folder / "pdfs", folder / "truth", arguments.jobs)
    total = figures(scores)
    report = {
        "All": {"all": total},
        "By form": grouped(scores, {e.truth.name: [e.truth.form] for e in scores}),
        "By producer": grouped(scores, {e.truth.name: [e.truth.producer] for e in scores}),
        FEATURES: _worst_first(grouped(scores, {e.truth.name: e.truth.features or ["none"] for e in scores})),
    }
    kept = bounds(total)
    wrong = sorted((each for each in scores if not each.right), key=_gravity)
    if arguments.json:
        print(_json(report, kept, wrong))
    else:
        print_report(report, kept, wrong[: arguments.worst])
    return 0 if all(bound.met for bound in kept) and not lost else 1


if __name__ == "__main__":
    sys.exit(main())
