"""Harmed files: each gives a row, in time, and nothing that is called verified was not printed so.

A bounded slice of what `make fuzz` does at length.
"""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import chain
from pathlib import Path

import pytest

from bench.bombs import BOMBS
from bench.judge import Known, Verdict, compare
from bench.mutants import HARMS, mutant
from bench.surgery import put_together, taken_apart
from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.model.account import Account
from juesuan_extract.options import Options
from juesuan_extract.pipeline import extract
from juesuan_extract.values.amounts import to_yuan
from tests.fuzz.corpus import CORPUS, ENDLESS, EXPECTED, outcomes, said
from tests.fuzz.tiny import tiny

COUNT = 150


def facts_of(accounts: tuple[Account, ...]) -> Known:
    """What the good file prints, as the judge wants to know it."""
    facts = [fact for account in accounts for fact in account.facts if fact.amount is not None]
    keys = [(0, *fact.key) for fact in facts]
    amounts = [str(to_yuan(fact.amount or 0)) for fact in facts]
    places = [(fact.page, fact.text) for fact in facts]
    return Known(dict(zip(keys, amounts, strict=True)), dict(zip(keys, places, strict=True)), frozenset())


@pytest.fixture(scope="module")
def known(catalog: Catalog) -> Known:
    return facts_of(extract(tiny(), "tiny.pdf", Options(), catalog))


def troubles(data: bytes, accounts: tuple[Account, ...], known: Known) -> list[str]:
    """What must not happen and did."""
    verdict = Verdict(0.0, 0.0, "", [], [], [])
    compare(data, accounts, tiny(), known, verdict)
    internal = [f.message for account in accounts for f in account.findings if f.code == "internal-error"]
    return [*internal, *verdict.invented, *verdict.lost]


def test_the_corpus_comes_out_as_expected(known: Known) -> None:
    expected = json.loads(EXPECTED.read_text(encoding="utf-8"))
    paths = sorted(CORPUS.glob("*.pdf"))
    assert sorted(expected) == [path.name for path in paths]
    found = outcomes(paths, Options())
    assert {name: said(accounts) for name, accounts in found.items()} == expected
    assert {p.name: t for p in paths if (t := troubles(p.read_bytes(), found[p.name], known))} == {}


def test_a_slice_of_mutants(known: Known, tmp_path: Path) -> None:
    source = tmp_path / "tiny.pdf"
    source.write_bytes(tiny())
    made = [mutant(7, number, [source], [kind for kind in HARMS if kind not in ENDLESS]) for number in range(COUNT)]
    for one in made:
        (tmp_path / one.name).write_bytes(one.data)
    found = outcomes([tmp_path / one.name for one in made], Options(reader="pdfium"))
    assert len(found) == COUNT
    assert {one.name: t for one in made if (t := troubles(one.data, found[one.name], known))} == {}
    statuses = {account.status for account in chain.from_iterable(found.values())}
    assert statuses == {"verified", "unverified", "conflict", "failed", "not_final_account"}


def test_the_judge_notices_what_it_is_there_for(known: Known, catalog: Catalog) -> None:
    """A verified table with a figure that is not printed, and one that lacks a figure."""
    (account,) = extract(tiny(), "tiny.pdf", Options(), catalog)
    place = next(i for i, fact in enumerate(account.facts) if fact.amount)
    fact = account.facts[place]
    other = (*account.facts[:place], fact._replace(amount=1, text="0.000001"), *account.facts[place + 1 :])
    fewer = (*account.facts[:place], *account.facts[place + 1 :])
    for facts, wanted in ((account.facts, []), (other, ["invented", "lost"]), (fewer, ["lost"])):
        changed = replace(account, facts=facts)
        assert [line.partition(":")[0] for line in troubles(tiny(), (changed,), known)] == wanted


def test_mutants_are_the_same_every_time(tmp_path: Path) -> None:
    source = tmp_path / "tiny.pdf"
    source.write_bytes(tiny())
    assert [mutant(1, n, [source]) for n in range(80)] == [mutant(1, n, [source]) for n in range(80)]
    assert len({mutant(1, n, [source]).data for n in range(80)}) > 70
    assert not set(HARMS) & set(BOMBS)


def test_a_file_taken_apart_and_put_together_says_the_same(known: Known, catalog: Catalog) -> None:
    pdf = taken_apart(tiny())
    assert sum(item.draws for item in pdf.items) == 2
    assert facts_of(extract(put_together(pdf), "tiny.pdf", Options(), catalog)) == known
