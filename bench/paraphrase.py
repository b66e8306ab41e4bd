"""How documents are read whose titles, headings and captions are rewritten in other words: `make paraphrase`.

The operations of fixtures/make/paraphrase.py change no meaning: neutral words, another order of the caption's fields, a
line 决算数 under the headings, 小计 for 合计, titles or numbers left out. Run from the root of the repository:
`python -m bench.paraphrase --help`. Exit status 1 when a bound is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from bench import generated
from bench.accuracy import Bound, print_report, scores_of
from bench.scoring import Figures, Score, figures, grouped
from fixtures.make.forms.catalog import FORMS
from fixtures.make.produce import Order
from fixtures.make.random_docs import PRODUCERS, Wanted, plan

AMOUNTS = 0.995  # least share of amounts that are right
WORST = 8


@dataclass(frozen=True, slots=True)
class Rewritten:
    """The number-th rewritten document of a form by a producer."""

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
        wanted = Wanted(self.seed, self.form, self.producer, exact=True, paraphrase=True)
        order = plan(wanted, self.number, attempt)
        return replace(order, booklet=replace(order.booklet, name=self.name))


def bounds(total: Figures) -> list[Bound]:
    """What must hold of all documents together."""
    exact = 1.0 if total.cells_exact is None else total.cells_exact
    return [
        Bound("amounts right", f"{100 * exact:.3f} %", f"at least {100 * AMOUNTS:.1f} %", exact >= AMOUNTS),
        Bound("silent errors", str(total.silent_errors), "0", not total.silent_errors),
    ]


def scores(count: int, seed: str, jobs: int) -> list[Score]:
    """Make the documents, read and score them."""
    forms = sorted(FORMS)
    draws = [
        Rewritten(seed, forms[n % len(forms)], PRODUCERS[(n + n // len(forms)) % len(PRODUCERS)], n // len(forms))
        for n in range(count)
    ]
    folder = generated.folder_of(seed, "paraphrase")
    generated.make(draws, folder, jobs, lambda text: print(text, file=sys.stderr, flush=True))
    return scores_of(folder / "pdfs", folder / "truth", jobs)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m bench.paraphrase", description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--json", type=Path, help="write the figures there, too")
    given = parser.parse_args()
    found = scores(given.count, given.seed, given.jobs)
    total = figures(found)
    kept = bounds(total)
    report = {"All": {"all": total}, "By form": grouped(found, {e.truth.name: [e.truth.form] for e in found})}
    print_report(report, kept, sorted(found, key=lambda score: -score.errors)[:WORST])
    if given.json:
        given.json.write_text(json.dumps({bound.what: bound.value for bound in kept}), encoding="utf-8")
    return 0 if all(bound.met for bound in kept) else 1


if __name__ == "__main__":
    sys.exit(main())
