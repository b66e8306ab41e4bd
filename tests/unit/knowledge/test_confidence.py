"""The shipped classes of evidence, how a class is found, and what makes the file wrong."""

from __future__ import annotations

from itertools import pairwise, product
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from juesuan_extract.knowledge.catalog import CONFIDENCE, Catalog, schemas_folder
from juesuan_extract.knowledge.confidence import WORDS, ConfidenceRules, patterns
from juesuan_extract.model.fact import Evidence


@pytest.fixture
def data() -> dict[str, Any]:
    """The shipped file with two classes of our own."""
    found: dict[str, Any] = yaml.safe_load((schemas_folder() / CONFIDENCE).read_text(encoding="utf-8"))
    none = {"plain": [0, 0], "misread": [0, 0]}
    found["ladder"] = ["reader", "second", "amount", "name", "place", "witnesses", "form", "failed"]
    found["classes"] = [
        {"is": {"failed": "suspect"}, "probability": 0.5, **none},
        {"is": {}, "probability": 0.9, **none},
    ]
    return found


def test_the_best_evidence_is_surer_than_any_doubt(catalog: Catalog) -> None:
    best = Evidence(witnesses="two")
    sure = catalog.confidence.probability(best)
    assert sure > 0.999
    doubts = (
        {"witnesses": "none"}, {"failed": "suspect"}, {"place": "off"}, {"name": "differs"}, {"form": "odd"},
    )  # fmt: skip
    for doubt in doubts:
        assert catalog.confidence.probability(best._replace(**doubt)) < sure, doubt


def test_no_doubt_makes_a_cell_surer(catalog: Catalog) -> None:
    rules = catalog.confidence
    assert set(rules.ordered) == {"place", "name", "witnesses", "failed"}
    for words in product(*WORDS.values()):
        evidence = Evidence(*words)
        for feature in rules.ordered:
            following, word = dict(pairwise(WORDS[feature])), getattr(evidence, feature)
            lower = evidence._replace(**{feature: following.get(word, word)})
            assert rules.probability(lower) <= rules.probability(evidence), (evidence, feature)


def test_every_line_of_the_shipped_file_is_counted_and_between_0_and_1(catalog: Catalog) -> None:
    for one in catalog.confidence.classes:
        assert 0 < one.probability < 1
        for right, of in (one.plain, one.misread):
            assert 0 <= right <= of


def test_features_are_left_out_until_a_class_is_found(data: dict[str, Any]) -> None:
    rules = ConfidenceRules.model_validate(data)
    assert rules.probability(Evidence(failed="suspect", reader="open")) == 0.5
    assert rules.probability(Evidence(failed="beside")) == 0.9
    assert len(list(patterns(Evidence(), rules.ladder))) == len(WORDS) + 1


def test_a_class_that_is_surer_in_spite_of_a_doubt_is_not_believed(data: dict[str, Any]) -> None:
    data["classes"][0]["probability"] = 0.95
    rules = ConfidenceRules.model_validate(data)
    assert rules.probability(Evidence(failed="suspect")) == 0.95, "everything else has no say"
    data["classes"].append({**data["classes"][0], "is": {"failed": "none"}, "probability": 0.9})
    rules = ConfidenceRules.model_validate(data)
    assert rules.probability(Evidence(failed="suspect")) == 0.9
    data["ordered"] = []
    assert ConfidenceRules.model_validate(data).probability(Evidence(failed="suspect")) == 0.95


def test_reasons_name_what_is_not_the_best(catalog: Catalog) -> None:
    assert catalog.confidence.reasons(Evidence(witnesses="two")) == ()
    (reason,) = catalog.confidence.reasons(Evidence(witnesses="two", place="off"))
    assert (reason.feature, reason.word) == ("place", "off")
    assert reason.zh
    assert reason.en


FAULTS = [
    (lambda d: d["classes"].pop(), "the class of all evidence, {}, is missing"),
    (lambda d: d["classes"].append(d["classes"][0]), "number 2 stands twice"),
    (lambda d: d["classes"][0]["is"].update(failed="maybe"), "failed: maybe is no evidence"),
    (lambda d: d["classes"][0].update({"is": {"reader": "open"}}), "which is not how the ladder begins"),
    (lambda d: d["classes"][0].update(plain=[3, 2]), "more are right than there are"),
    (lambda d: d["classes"][0].update(probability=1.0), "less than 1"),
    (lambda d: d["ladder"].pop(), "must name each of"),
    (lambda d: d["ordered"].append("colour"), "colour is no feature"),
    (lambda d: d["features"]["reader"].pop("open"), "must explain"),
    (lambda d: d.update(extra=1), "Extra inputs"),
]


@pytest.mark.parametrize(("spoil", "message"), FAULTS)
def test_faults_of_the_file_are_told(data: dict[str, Any], spoil: Any, message: str) -> None:
    spoil(data)
    with pytest.raises(ValidationError) as told:
        ConfidenceRules.model_validate(data)
    assert message in str(told.value)
