"""What is read of the committed PDFs of the founding account, line by line in version control.

`pytest --update-golden` writes the files anew; the difference then shows what a change does.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from pathlib import Path

import pytest

from juesuan_extract.knowledge.catalog import load_catalog
from juesuan_extract.model.account import Account
from juesuan_extract.model.fact import Fact
from juesuan_extract.options import Options
from juesuan_extract.pipeline import extract
from juesuan_extract.values.amounts import format_yuan
from tests.support.paths import PDFS
from tests.support.words import all_en, en

HERE = Path(__file__).parent
NAMES = sorted(path.stem for path in PDFS.glob("fuzhou_2023_*.pdf"))  # the others: tests/unit/test_fixture_set.py
FACTS = "fuzhou_2023.cells.csv"  # of every producer, since they print the same account


@lru_cache(maxsize=16)
def account(name: str) -> Account:
    (found,) = extract((PDFS / f"{name}.pdf").read_bytes(), f"{name}.pdf", Options(), load_catalog())
    return found


def cells(name: str) -> str:
    return "table,row,name,column,yuan\n" + "".join(map(_cell, account(name).facts))


def _cell(fact: Fact) -> str:
    amount = "blank" if fact.is_blank else "dash" if fact.amount is None else format_yuan(fact.amount)
    return f"{fact.table_id},{fact.row_id},{fact.row_name},{fact.column_id},{amount}\n"


def summary(name: str) -> str:
    """Identity, tables, checks, repairs and other tables of a document."""
    one = account(name)
    verdicts = Counter(check.verdict for check in one.checks)
    kinds = Counter((repair.table_id, repair.kind) for repair in one.repairs)
    lines = [f"{one.unit_name} {one.fiscal_year} {one.kind} {one.status}, {one.pages} pages"]
    for t in one.tables:
        lines.append(
            f"{t.table_id} {t.status} {t.published_no} {t.published_title} {t.unit} {t.pages} {t.rows}x{t.columns}"
        )
        lines += [f"  note: {note}" for note in all_en(t.said)]
    lines += [f"checks {verdict}: {count}" for verdict, count in sorted(verdicts.items())]
    lines += [f"fails {c.check_id}: {c.residual}" for c in one.checks if c.verdict == "fails"]
    lines += [f"cells {status}: {count}" for status, count in sorted(Counter(f.status for f in one.facts).items())]
    lines += [f"repairs {table} {kind}: {count}" for (table, kind), count in sorted(kinds.items())]
    lines += [f"pairing {r.table_id}: {en(r.before)} -> {en(r.after)}" for r in one.repairs if r.kind == "row_pairing"]
    lines += [f"other: {o.title} {o.pages}" for o in one.others]
    lines += [f"finding {f.code}: {f.table_id} {f.pages}: {en(f.message)}" for f in one.findings]
    return "\n".join(lines) + "\n"


def compare(file: str, text: str, request: pytest.FixtureRequest) -> None:
    path = HERE / file
    if request.config.getoption("--update-golden"):
        path.write_text(text, encoding="utf-8")
        pytest.skip(f"{file} written")
    assert text == path.read_text(encoding="utf-8"), f"{file} differs; --update-golden writes it anew"


def test_there_are_documents_of_several_producers() -> None:
    assert len(NAMES) >= 7
    assert {name.split("_")[2] for name in NAMES} >= {"calc", "chromium", "reportlab", "writer"}


@pytest.mark.parametrize("name", [name for name in NAMES if "broken" not in name])
def test_every_producer_gives_the_same_facts(name: str, request: pytest.FixtureRequest) -> None:
    if name != NAMES[0]:
        assert cells(name) == cells(NAMES[0])
    compare(FACTS, cells(name), request)


@pytest.mark.parametrize("name", [name for name in NAMES if "broken" in name])
def test_a_broken_table_is_mended_to_the_same_facts(name: str) -> None:
    """The rows of its 公开03 are shifted and unnamed; paired anew they say what the sound one says."""
    assert cells(name) == cells(NAMES[0])
    assert any(repair.kind == "row_pairing" for repair in account(name).repairs)


@pytest.mark.parametrize("name", NAMES)
def test_tables_checks_and_repairs(name: str, request: pytest.FixtureRequest) -> None:
    compare(f"{name}.txt", summary(name), request)
