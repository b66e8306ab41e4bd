"""Whether a publisher's error is seen, whose figure is blamed, and whether anything is altered silently.

Documents with one planted error each, of every kind and in every table, and documents without; all are generated and
kept until the generator changes. Run from the root of the repository: `python -m bench.blame --help`. Exit status 1
when a bound is missed.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count as numbers
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import generated
from bench.accuracy import Bound
from bench.suspects import NONE, Judgement, judge, read_planted, tally
from fixtures.make.forms.catalog import FORMS
from fixtures.make.forms.spec import SummaryLayout
from fixtures.make.produce import Order
from fixtures.make.random_docs import PRODUCERS, Wanted, plan
from juesuan_extract.errors import JuesuanError
from juesuan_extract.knowledge.catalog import load_catalog
from juesuan_extract.options import Options
from juesuan_extract.pipeline import extract

KINDS = {"digit": "fault_any_digit", "transposed": "fault_any_transposed", "row_shift": "fault_row_shift"}
TABLES = tuple(f"gk{n:02}" for n in range(1, 10))
NAMED, ONLY = 0.95, 0.80  # least shares of documents in which the true cell is a suspect, and the only one
OTHERS_EVERY = 6  # one document of so many is not by ReportLab
ATTEMPTS = 200  # draws until an account has figures in the table asked for
SAY_EVERY = 15.0  # seconds
STAGES = ("verify", "repair", "blame")
_WIDTH = 120


@dataclass(frozen=True, slots=True)
class Draw:
    """The number-th document; kind: of the error planted in `table`, or none."""

    seed: str
    number: int
    kind: str
    table: str
    form: str
    producer: str

    @property
    def name(self) -> str:
        """What its files are called."""
        return f"{self.kind}-{self.table or 'all'}-{self.form}-{self.seed}-{self.number:03}"

    def order(self, attempt: int) -> Order:
        """What to make. Raises ValueError where this attempt does not fit on paper, or has nowhere to plant it."""
        features = (KINDS.get(self.kind, "faultless"), *(("balanced",) if self.number % 2 else ()))
        wanted = Wanted(f"blame/{self.seed}", self.form, self.producer, features, table=self.table)
        order = plan(wanted, self.number, attempt)
        return replace(order, booklet=replace(order.booklet, name=self.name))


def draws(count: int, seed: str, faultless: int) -> list[Draw]:
    """Kinds and tables in turn, each time in the next form that prints the table; then documents without an error."""
    forms = {table: _turns(forms_with(table)) for table in TABLES}
    producers = _producers()
    found = []
    for number in range(count):
        kind, table = list(KINDS)[number % len(KINDS)], TABLES[number // len(KINDS) % len(TABLES)]
        found.append(Draw(seed, number, kind, table, next(forms[table]), next(producers)))
    every = _turns(sorted(FORMS))
    return found + [Draw(seed, n, NONE, "", next(every), next(producers)) for n in range(count, count + faultless)]


def forms_with(table: str) -> list[str]:
    """Forms whose documents can have figures in a table."""
    return [
        name for name, form in sorted(FORMS.items()) if _prints(name, table) and (table != "gk09" or _capital(name))
    ]


def _prints(form: str, table: str) -> bool:
    return any(p.table_id == table and not p.optional for p in FORMS[form].plans)


def _capital(form: str) -> bool:
    """Whether it has a row for what is paid out of the 国有资本 budget."""
    layouts = [p.layout for p in FORMS[form].plans if isinstance(p.layout, SummaryLayout)]
    return any(row_id == "function.223" for row_id, _ in layouts[0].classes)


def _turns(names: Sequence[str]) -> Iterator[str]:
    return (names[n % len(names)] for n in numbers())


def _producers() -> Iterator[str]:
    others = _turns([name for name in PRODUCERS if name != "reportlab"])
    return (next(others) if n % OTHERS_EVERY == OTHERS_EVERY - 1 else "reportlab" for n in numbers())


# -- reading ----------------------------------------------------------------------------------------------------------


def judged(some: Sequence[Draw], folder: Path) -> tuple[list[Judgement], Counter[str]]:
    """Every document converted and judged, and the seconds of all stages."""
    catalog, options = load_catalog(), Options()
    found: list[Judgement] = []
    seconds: Counter[str] = Counter()
    said = time.monotonic()
    for draw in some:
        planted = read_planted(folder / "truth" / f"{draw.name}.json")
        data = (folder / "pdfs" / f"{draw.name}.pdf").read_bytes()
        try:
            account = extract(data, f"{draw.name}.pdf", options, catalog)[0]
        except JuesuanError as error:
            _say(f"{draw.name}: {error}")
            found.append(Judgement(planted, "failed", flagged=False))
            continue
        seconds.update(account.timings)
        found.append(judge(planted, account))
        if time.monotonic() - said > SAY_EVERY:
            said = time.monotonic()
            _say(f"{len(found)} of {len(some)} converted")
    return found, seconds


def bounds(some: Sequence[Judgement]) -> list[Bound]:
    """What must hold."""
    total = tally(j for j in some if j.planted.kind != NONE)
    clean = [j for j in some if j.planted.kind == NONE]
    accused = sum(j.flagged for j in clean)
    altered = sum(bool(j.altered) for j in some)
    named, only = total.share(total.named), total.share(total.only)
    return [
        Bound("errors neither seen nor invisible", str(total.missed), "0", not total.missed),
        Bound("documents altered silently", str(altered), "0", not altered),
        Bound("true cell among the suspects", f"{named:.1%}", f"at least {NAMED:.0%}", named >= NAMED),
        Bound("true cell the only suspect", f"{only:.1%}", f"at least {ONLY:.0%}", only >= ONLY),
        Bound(f"{len(clean)} faultless documents in conflict", str(accused), "0", not accused),
    ]


# -- printing ---------------------------------------------------------------------------------------------------------


def _groups(some: Sequence[Judgement]) -> Iterator[tuple[str, Mapping[str, list[Judgement]]]]:
    for title, name in (("By kind", "kind"), ("By variant of the shifts", "variant"), ("By table", "table")):
        groups: dict[str, list[Judgement]] = defaultdict(list)
        for each in some:
            if own := getattr(each.planted, name):
                groups[own].append(each)
        yield title, dict(sorted(groups.items()))


def _table(title: str, groups: Mapping[str, Sequence[Judgement]]) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    table.add_column("", no_wrap=True, min_width=24)
    for heading in ("docs", "flagged", "invisible", "missed", "altered", "named", "", "only", "", "first", ""):
        table.add_column(heading, justify="right", no_wrap=True)
    for name, some in groups.items():
        t = tally(some)
        shares = [text for n in (t.named, t.only, t.first) for text in (str(n), f"{t.share(n):.0%}")]
        counts = (t.invisible, t.missed, t.altered)
        table.add_row(name, str(t.documents), str(t.flagged), *(str(n or "") for n in counts), *shares)
    return table


def _print(some: Sequence[Judgement], seconds: Mapping[str, float], worst: int) -> None:
    console = Console()
    if not console.is_terminal:
        console = Console(width=_WIDTH)
    faulty = [j for j in some if j.planted.kind != NONE]
    for title, groups in (("All", {"all": faulty}), *_groups(faulty)):
        console.print(_table(title, groups), "", highlight=False)
    lists = {
        "Invisible": [f"{_told(j)}: {j.invisible}" for j in faulty if j.invisible],
        "Neither seen nor invisible": [_told(j) for j in faulty if j.missed],
        "Altered silently": [f"{_told(j)}: {'; '.join(j.altered[:2])}" for j in some if j.altered],
        "Seen, and the true cell not named": [_told(j) for j in faulty if j.flagged and not j.named],
        "Faultless and in conflict": [j.planted.name for j in some if j.planted.kind == NONE and j.flagged],
    }
    for title, lines in lists.items():
        if lines:
            console.print(f"{title}: {len(lines)}", style="italic", highlight=False)
        for line in lines if title == "Invisible" else lines[:worst]:
            console.print(f"  {line}", highlight=False, markup=False, soft_wrap=True)
    total = sum(seconds.values())
    shares = ", ".join(f"{stage} {seconds.get(stage, 0.0) / total:.1%}" for stage in STAGES) if total else ""
    together = sum(seconds.get(stage, 0.0) for stage in STAGES) / total if total else 0.0
    console.print(
        f"\nTime: {total / max(1, len(some)):.2f} s a document; {shares}; {together:.1%} together", highlight=False
    )
    for bound in bounds(some):
        verdict = "met" if bound.met else "MISSED"
        console.print(f"{bound.what:<36} {bound.value:>8}   {bound.wanted:<14} {verdict}", highlight=False)


def _told(judgement: Judgement) -> str:
    planted = judgement.planted
    where = " ".join(planted.key[1:]) if planted.key else f"{planted.variant} of {', '.join(planted.rows[:3])}"
    where += " …" if len(planted.rows) > 3 else ""
    return f"{planted.name} {where}" + (f" by {planted.change / 100:,.2f} 元" if planted.key else "")


# -- the command ------------------------------------------------------------------------------------------------------


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.blame", description=__doc__)
    parser.add_argument("--count", type=int, default=300, metavar="N", help="documents with an error (300)")
    parser.add_argument("--faultless", type=int, metavar="N", help="documents without (a third of the others)")
    parser.add_argument("--seed", default="1", help="another seed, other documents")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="processes that generate")
    parser.add_argument("--worst", type=int, default=30, metavar="N", help="documents of each list that are shown (30)")
    arguments = parser.parse_args()
    if arguments.count < 1:
        parser.error("--count must be 1 or more")
    return arguments


def main() -> int:
    """Generate, convert, judge, print."""
    arguments = _arguments()
    faultless = -(-arguments.count // 3) if arguments.faultless is None else arguments.faultless
    some = draws(arguments.count, arguments.seed, faultless)
    folder = generated.folder_of(arguments.seed, "blame")
    _say(f"generating {len(some)} documents")
    lost = generated.make(some, folder, arguments.jobs, _say, ATTEMPTS)
    for draw in lost:
        _say(f"{draw.name} could not be made")
    some = [draw for draw in some if draw not in lost]
    _say(f"converting {len(some)} documents")
    found, seconds = judged(some, folder)
    _print(found, seconds, arguments.worst)
    return 0 if all(bound.met for bound in bounds(found)) and not lost else 1


if __name__ == "__main__":
    sys.exit(main())
