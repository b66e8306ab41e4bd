"""How each form is read by a program that has never seen it: `make unseen`.

For each form every spelling that only this form prints is taken out of a copy of the knowledge files: headings, names
of rows and of functional classes, words of titles. Never the last spelling of a thing: then it would be unknown what it
is, not how it is called. Then new documents of the form are read with what is left. Run from the root of the
repository: `python -m bench.unseen --help`. Exit status 1 when a bound is missed.
"""

from __future__ import annotations

import argparse
import csv
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from bench import generated
from bench.accuracy import Bound, print_report, scores_of
from bench.scoring import Figures, figures
from fixtures.make.forms.catalog import FORMS
from fixtures.make.model import TablePart
from fixtures.make.random_docs import PRODUCERS, Wanted, plan
from juesuan_extract.knowledge.catalog import load_catalog, schemas_folder
from juesuan_extract.knowledge.vocabulary import title_label
from juesuan_extract.values.labels import label, strip_ordinal

TABLES, AMOUNTS = 0.99, 0.98  # least shares of tables found and of amounts right
SAMPLES = 16  # documents of a form from which its words are taken


def printed_by(form: str) -> frozenset[str]:
    """Labels of what tables of a form print beside amounts: the words of titles, headings, names of rows."""
    words = load_catalog().title_words
    found: set[str] = set()
    for text in _texts(form):
        found |= {label(text), label(strip_ordinal(text))}
        name = title_label(text)
        at = name.rfind("表")
        while at > 0 and (word := words.before(name, at)):
            found.add(word)
            at -= len(word)
    return frozenset(found)


def _texts(form: str) -> Iterator[str]:
    for number in range(SAMPLES):
        try:
            order = plan(Wanted("words", form, PRODUCERS[number % len(PRODUCERS)]), number)
        except ValueError:
            continue  # it does not fit on paper
        parts = (item for page in order.booklet.pages for item in page.items if isinstance(item, TablePart))
        for part in parts:
            yield part.table.title
            yield from (cell.text for row in (*part.table.head, *part.rows) for cell in row.cells if cell.text)


def without(words: frozenset[str], folder: Path) -> int:
    """Take spellings out of a copy of the knowledge files; how many were."""
    count = 0
    for path in sorted((folder / "tables").glob("gk*.yaml")):
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        for column in data["columns"].values():
            count += _drop(column, "headings", words)
        for row in data.get("rows", {}).values():
            count += _drop(row, "names", words)
        count += _drop(data, "total_names", words)
        _write(path, data)
    titles = folder / "titles.yaml"
    data = yaml.safe_load(titles.read_text(encoding="utf-8"))
    for name in data["words"]:
        count += _drop(data["words"], name, words)
    count += _drop(data, "neutral", words)
    _write(titles, data)
    return count + _drop_names(folder / "codes" / "function_codes.csv", words)


def _drop(holder: dict[str, Any], name: str, words: frozenset[str]) -> int:
    if name not in holder:
        return 0
    held = holder[name]
    kept = [text for text in held if label(text) not in words] or held[:1]
    holder[name] = kept
    return len(held) - len(kept)


def _drop_names(path: Path, words: frozenset[str]) -> int:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = Counter(row["code"] for row in rows)
    kept = []
    for row in rows:
        if len(row["code"]) == 3 and label(row["name"]) in words and names[row["code"]] > 1:
            names[row["code"]] -= 1
        else:
            kept.append(row)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(kept)
    return len(rows) - len(kept)


def _write(path: Path, data: object) -> None:
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=1000), encoding="utf-8")


def bounds(groups: Mapping[str, Figures]) -> Iterator[Bound]:
    """What must hold of every form."""
    tables = {name: 1 - f.tables_missed / max(1, f.tables) for name, f in groups.items()}
    amounts = {name: 1.0 if f.cells_exact is None else f.cells_exact for name, f in groups.items()}
    silent = {name: f.silent_errors for name, f in groups.items()}
    for what, shares, least in (("tables found", tables, TABLES), ("amounts right", amounts, AMOUNTS)):
        worst = min(shares, key=lambda name: shares[name])
        share = shares[worst]
        yield Bound(f"{what}, {worst}", f"{100 * share:.2f} %", f"at least {100 * least:.0f} %", share >= least)
    worst = max(silent, key=lambda name: silent[name])
    yield Bound(f"silent errors, {worst}", str(silent[worst]), "0", not silent[worst])


def read_unseen(forms: Iterable[str], count: int, seed: str, jobs: int) -> dict[str, Figures]:
    """Figures by form."""
    _say("collecting the words of all forms")
    printed = {form: printed_by(form) for form in sorted(FORMS)}
    found = {}
    for form in forms:
        own = printed[form] - frozenset().union(*(words for other, words in printed.items() if other != form))
        draws = generated.draws(count, seed, [form])
        folder = generated.folder_of(seed, f"unseen/{form}")
        generated.make(draws, folder, jobs, _say)
        with tempfile.TemporaryDirectory() as temporary:
            schemas = Path(temporary) / "schemas"
            shutil.copytree(schemas_folder(), schemas)
            gone = without(own, schemas)
            _say(f"{form}: {gone} spellings taken out")
            found[form] = figures(scores_of(folder / "pdfs", folder / "truth", jobs, schemas))
    return found


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m bench.unseen", description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=20, help="documents of each form")
    parser.add_argument("--forms", default=",".join(sorted(FORMS)))
    parser.add_argument("--seed", default="1")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    groups = read_unseen(given.forms.split(","), given.count, given.seed, given.jobs)
    kept = list(bounds(groups))
    print_report({"By form": groups}, kept, [])
    return 0 if all(bound.met for bound in kept) else 1


if __name__ == "__main__":
    sys.exit(main())
