"""The committed documents: all there, as the generator says, and read right."""

from __future__ import annotations

import json

import pytest

from bench.scoring import Score, score
from bench.truths import read_output, read_truth
from fixtures.make.case_docs import CASES
from fixtures.make.features import FEATURES
from fixtures.make.forms.catalog import FORMS
from fixtures.make.random_docs import PRODUCERS
from fixtures.make.set_docs import ENTRIES, Entry
from fixtures.make.truth import truth_of
from juesuan_extract import convert
from tests.support.paths import PDFS

NAMES = sorted(path.stem for path in PDFS.glob("*.pdf"))
JUDGED_ELSEWHERE = {case.name for case in CASES}  # tests/unit/test_cases.py
WRONG: dict[str, str] = {}  # documents that are not read right yet, and why


@pytest.fixture(scope="module")
def scores(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Score]:
    """Every committed document, converted and scored."""
    out = tmp_path_factory.mktemp("set")
    convert(PDFS, out, jobs=2)
    outputs = read_output(out)
    truths = map(read_truth, sorted(PDFS.glob("*.json")))
    return {truth.name: score(truth, outputs.get(truth.source)) for truth in truths}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.xfail(reason=WRONG[name], strict=True)) if name in WRONG else name
        for name in NAMES
        if name not in JUDGED_ELSEWHERE
    ],
)
def test_document_is_read_right(name: str, scores: dict[str, Score]) -> None:
    assert scores[name].differences == []
    assert scores[name].count["blank_missing"] == 0


def test_nothing_is_wrong_silently(scores: dict[str, Score]) -> None:
    assert {name: each.count["silent_errors"] for name, each in scores.items() if each.count["silent_errors"]} == {}
    assert {name: each.count["tables_mistaken"] for name, each in scores.items() if each.count["tables_mistaken"]} == {}


def test_decoys_are_refused_and_the_rest_mostly_proven(scores: dict[str, Score]) -> None:
    decoys = [each for each in scores.values() if each.truth.is_decoy]
    assert len(decoys) >= 6
    assert all(each.count["refused"] for each in decoys)
    right = sum(each.count["right"] for each in scores.values())
    proven = sum(each.count["right_in_verified"] for each in scores.values())
    assert proven > 0.95 * right, "a reader that doubts everything is never silent"


def test_every_document_of_the_set_is_there() -> None:
    seeds = {n for n in NAMES if n.startswith("fuzhou_2023_")}
    assert {entry.name for entry in ENTRIES} | seeds | JUDGED_ELSEWHERE == set(NAMES)
    assert sorted(path.stem for path in PDFS.glob("*.json")) == NAMES
    assert sum(path.stat().st_size for path in PDFS.iterdir()) < 13_000_000


def test_the_set_shows_every_form_producer_and_feature() -> None:
    assert {entry.form for entry in ENTRIES} >= set(FORMS)
    assert {feature for entry in ENTRIES for feature in entry.features} == set(FEATURES)
    for producer in PRODUCERS:
        assert sum(entry.producer == producer for entry in ENTRIES) >= 5


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_truth_of_the_set_is_what_the_generator_says(entry: Entry) -> None:
    committed = json.loads((PDFS / f"{entry.name}.json").read_text(encoding="utf-8"))
    attempt = int(committed["meta"]["seed"].rpartition("/")[2])
    fresh = json.loads(json.dumps(truth_of(entry.order(attempt).booklet, f"{entry.name}.pdf", {}), ensure_ascii=False))
    for truth in (committed, fresh):
        for cell in truth["cells"]:
            cell["box"] = None
    assert committed == fresh
    assert set(committed["meta"]["features"]) >= set(entry.features)
