"""Errors of real publishers, as committed documents: what is mended, what is only proposed, what is left as printed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest

from bench.truths import read_truth
from fixtures.make.case_docs import CASES, Case
from fixtures.make.truth import truth_of
from juesuan_extract.knowledge.catalog import load_catalog
from juesuan_extract.model.account import Account
from juesuan_extract.model.fact import Key
from juesuan_extract.options import Options
from juesuan_extract.pipeline import extract
from juesuan_extract.say.repairs import PAIRINGS
from juesuan_extract.values.amounts import UNITS, parse
from tests.support.paths import PDFS

WAN = UNITS["万元"]


@cache
def read(name: str) -> Account:
    (account,) = extract((PDFS / f"{name}.pdf").read_bytes(), f"{name}.pdf", Options(), load_catalog())
    return account


@cache
def truth(name: str) -> Mapping[str, Any]:
    said: Mapping[str, Any] = json.loads((PDFS / f"{name}.json").read_text(encoding="utf-8"))
    return said


def figures(account: Account, table: str) -> dict[Key, int]:
    """What is not zero, by key."""
    return {f.key: f.amount for f in account.facts if f.table_id == table and f.amount and f.row_id[:8] != "unmapped"}


def right(name: str, table: str) -> dict[Key, int]:
    cells = [c for c in read_truth(PDFS / f"{name}.json").cells if c.key[1] == table and not c.optional]
    return {c.key[1:]: int(c.amount * 100) for c in cells if c.amount}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_generator_says_the_same(case: Case) -> None:
    fresh = json.loads(json.dumps(truth_of(case.order().booklet, f"{case.name}.pdf", {}), ensure_ascii=False))
    committed = json.loads(json.dumps(truth(case.name)))
    for said in (committed, fresh):
        for cell in said["cells"]:
            cell["box"] = None
    assert committed == fresh


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_no_figure_is_altered(case: Case) -> None:
    for fact in read(case.name).facts:
        assert (fact.amount or 0) == (parse(fact.text).fen("万元") if parse(fact.text).kind == "amount" else 0)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_tables_without_a_fault_are_read_right(case: Case) -> None:
    faulty = {fault["table_id"] for fault in truth(case.name)["faults"]}
    for table in truth(case.name)["tables"]:
        if table["table_id"] not in faulty:
            assert figures(read(case.name), table["table_id"]) == right(case.name, table["table_id"])


# -- codes of five fund rows in 公开05 --------------------------------------------------------------------------------


def test_codes_without_figures_are_taken_out_of_the_pairing() -> None:
    account = read("case_funds_in_05")
    assert figures(account, "gk05") == right("case_funds_in_05", "gk05")
    assert figures(account, "gk05")["gk05", "2070105", "total"] == 170_057 * WAN // 100
    assert [(r.table_id, r.kind) for r in account.repairs if r.kind in PAIRINGS] == [("gk05", "figures_shifted")]
    assert not [c.check_id for c in account.checks if c.verdict == "fails" and c.independent]


# -- figures of 302 a row too high in 公开06 --------------------------------------------------------------------------


def test_a_shift_that_could_start_in_several_rows_is_proposed_and_not_made() -> None:
    account = read("case_figures_up_06")
    own = figures(account, "gk06")
    assert own["gk06", "30299", "amount"] == own["gk06", "302", "amount"] == 184_457 * WAN // 100
    assert own["gk06", "30231", "amount"] == 8111 * WAN // 100
    assert not [r for r in account.repairs if r.kind in PAIRINGS]
    assert account.status == "conflict"
    proposed = [r for r in account.proposals if r.table_id == "gk06"]
    assert any("30203" in f"{r.before} {r.after} {r.evidence}" for r in proposed)


# -- a digit lost in 公开03 and 公开05 alike --------------------------------------------------------------------------


def test_a_slip_that_was_copied_is_named_and_left_as_printed() -> None:
    account = read("case_slip_in_03_05")
    cells = {(table, row, "basic") for table in ("gk03", "gk05") for row in ("212", "21201")}
    printed = {f.key: f.amount for f in account.facts}
    assert {printed[key] for key in cells} == {106_651 * WAN // 100}
    assert account.status == "conflict"
    (conflict,) = account.conflicts
    assert conflict.complete
    (explanation,) = conflict.explanations
    assert {suspect.key for suspect in explanation} == cells
    for suspect in explanation:
        assert suspect.printed == 106_651 * WAN // 100
        assert suspect.least <= 1_066_151 * WAN // 100 <= suspect.most
        assert suspect.most - suspect.least <= WAN // 20
        assert suspect.slip == "lost"
