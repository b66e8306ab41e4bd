"""From counted cells to classes, and the measures of how well they foretell."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
import yaml

from bench.calibrate import written
from bench.calibration import (
    SHARE_MISREAD,
    Foretold,
    Observed,
    Seen,
    Whole,
    foretold,
    foretold_wholes,
    measured,
)
from juesuan_extract.knowledge.catalog import CONFIDENCE, Catalog, schemas_folder
from juesuan_extract.knowledge.confidence import ConfidenceRules
from juesuan_extract.model.fact import Evidence

TWO = Evidence(witnesses="two")
SUSPECT = TWO._replace(failed="suspect")


def observed(counts: Iterable[tuple[Evidence, bool, int, int]], documents: int = 50) -> Observed:
    """counts: evidence, misread, right cells, wrong cells."""
    found = Observed()
    for evidence, misread, right, wrong in counts:
        found.cells[Seen(evidence, misread, True)] += right
        found.cells[Seen(evidence, misread, False)] += wrong
        found.documents[evidence] = documents
    found.readings.update({False: 100, True: 100})
    return found


def rules_of(found: Observed, catalog: Catalog) -> ConfidenceRules:
    """The file that would be written, read again."""
    before = (schemas_folder() / CONFIDENCE).read_text(encoding="utf-8")
    return ConfidenceRules.model_validate(yaml.safe_load(written(before, found, ["7"], catalog)))


def test_the_class_of_everything_is_always_there(catalog: Catalog) -> None:
    (one,) = rules_of(observed([(TWO, False, 999, 1)]), catalog).classes
    assert (one.is_, one.plain, one.misread) == ({}, (999, 1000), (0, 0))
    assert one.probability == pytest.approx(0.999, abs=0.001)


def test_cells_that_are_wrong_more_often_get_a_class(catalog: Catalog) -> None:
    rules = rules_of(observed([(TWO, False, 9999, 1), (SUSPECT, False, 600, 400)]), catalog)
    assert rules.probability(SUSPECT) == pytest.approx(0.6, abs=0.01)
    assert rules.probability(TWO) == pytest.approx(0.9999, abs=0.0002)
    assert sum(of for one in rules.classes for _, of in (one.plain, one.misread)) == 11000, "each cell counts once"


def test_too_few_cells_or_documents_are_no_class(catalog: Catalog) -> None:
    rare = [(TWO, False, 9999, 1), (SUSPECT, False, 1, 0)]
    assert len(rules_of(observed(rare), catalog).classes) == 1
    often = [(TWO, False, 9999, 1), (SUSPECT, False, 600, 400)]
    assert len(rules_of(observed(often, documents=2), catalog).classes) == 1


def test_misread_documents_count_as_often_as_they_are_taken_to_be() -> None:
    found = observed([(TWO, False, 10, 0), (TWO, True, 0, 10)])
    assert found.weight(False) == 1.0
    share = found.weight(True) / (found.weight(False) + found.weight(True))
    assert share == pytest.approx(SHARE_MISREAD)


def test_counts_of_documents_add_up() -> None:
    one = observed([(TWO, False, 10, 0)])
    one.add(observed([(TWO, False, 5, 2)]))
    assert one.cells[Seen(TWO, False, True)] == 15
    assert one.readings[False] == 200


def test_brier_and_calibration_error() -> None:
    sure = [Foretold("a", 0.9, 1.0, 1, True)] * 9 + [Foretold("a", 0.9, 1.0, 1, False)]
    found = measured(sure)
    assert (found.number, found.wrong) == (10, pytest.approx(0.1))
    assert found.brier == pytest.approx(0.09)
    assert found.error == pytest.approx(0.0)
    assert measured([Foretold("a", 0.9, 1.0, 4, False)]).error == pytest.approx(0.9)
    both = measured([Foretold("a", 0.9, 1.0, 1, True), Foretold("b", 0.8, 3.0, 3, True)])
    assert both.error == pytest.approx(0.25 * 0.1 + 0.75 * 0.2), "by weight, each group on its own"


def test_a_table_is_as_sure_as_its_least_sure_cell(catalog: Catalog) -> None:
    rules = catalog.confidence
    found = observed([(TWO, False, 1, 0)])
    whole = Whole(frozenset({TWO, SUSPECT}), False, True)
    (table,) = foretold_wholes(found, {whole: 3}, rules)
    assert table[1:] == (min(rules.probability(TWO), rules.probability(SUSPECT)), 3.0, 3, True)
    (cell,) = foretold(found, rules, lambda seen: seen.right and bool(found.cells[seen]))
    assert cell.probability == rules.probability(TWO)


def test_the_file_that_is_written_is_valid_and_keeps_its_words(catalog: Catalog) -> None:
    before = (schemas_folder() / CONFIDENCE).read_text(encoding="utf-8")
    off = SUSPECT._replace(place="off")
    after = written(before, observed([(TWO, False, 9999, 1), (off, True, 500, 500)]), ["7"], catalog)
    rules = ConfidenceRules.model_validate(yaml.safe_load(after))
    assert after.partition("\nfitted:")[0] == before.partition("\nfitted:")[0]
    assert rules.features == catalog.confidence.features
    assert (rules.fitted["seeds"], rules.fitted["cells"]) == ("7", 11000)
    assert rules.probability(off) < rules.probability(TWO)
