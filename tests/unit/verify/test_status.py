"""What a cell, a table and a document may be called, by the output contract."""

from __future__ import annotations

from typing import Any

import pytest

from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.model.fact import Fact
from juesuan_extract.model.message import Message, message
from juesuan_extract.model.proof import Check
from juesuan_extract.verify.blame import suspects
from juesuan_extract.verify.identities import evaluate
from juesuan_extract.verify.status import judge_cells, judge_document, judge_table
from tests.support.books import blamed, book, facts
from tests.support.words import all_en, en

ROW = "total basic project\n 208 3.00 2.00 1.00"


def judged(catalog: Catalog, *tables: list[Fact]) -> tuple[tuple[Fact, ...], list[Check]]:
    account = [fact for table in tables for fact in table]
    checks = evaluate(book(*tables), catalog)
    accused = suspects(blamed(account, catalog), checks, account)
    return judge_cells(account, checks, accused, {}, catalog.confidence), checks


def statuses(cells: tuple[Fact, ...]) -> dict[tuple[str, str], str]:
    return {(fact.row_id, fact.column_id): fact.status for fact in cells}


NO_TOTAL = message("table.no_row", row_id="total")


def table_status(
    catalog: Catalog, table: str, *tables: list[Fact], doubts: tuple[Message, ...] = (), zero: bool = False
) -> str:
    cells, checks = judged(catalog, *tables)
    return judge_table(table, [f for f in cells if f.table_id == table], checks, doubts, zero)[0]


# -- cells ------------------------------------------------------------------------------------------------------------


def test_a_cell_in_an_identity_that_holds_is_verified(catalog: Catalog) -> None:
    cells, _ = judged(catalog, facts("gk05", ROW))
    assert set(statuses(cells).values()) == {"verified"}
    assert all(fact.reasons == () for fact in cells)


def test_a_cell_for_which_no_identity_speaks_is_unverified(catalog: Catalog) -> None:
    (cell,), _ = judged(catalog, facts("gk07", "final\n abroad 1.00"))
    assert (cell.status, all_en(cell.reasons)) == ("unverified", ("no identity speaks for it",))
    assert 0.9 < cell.confidence < 1


def test_a_suspect_is_in_conflict_whatever_else_holds(catalog: Catalog) -> None:
    wrong = facts("gk05", "total basic project\n total 3.00 2.00 1.00\n 208 3.00 2.00 9.00")
    cells, _ = judged(catalog, wrong)
    assert statuses(cells)["208", "project"] == "conflict"
    (reason,) = next(f for f in cells if (f.row_id, f.column_id) == ("208", "project")).reasons
    assert "I05.row[208]" in en(reason)


def test_cells_of_a_failed_identity_that_another_cell_explains_stay_verified(catalog: Catalog) -> None:
    wrong = facts("gk05", "total basic project\n total 3.00 2.00 1.00\n 208 3.00 2.00 9.00")
    cells, _ = judged(catalog, wrong)
    assert {place for place, status in statuses(cells).items() if status == "conflict"} == {("208", "project")}
    assert statuses(cells)["208", "total"] == "verified"


def test_a_cell_whose_place_is_in_doubt_is_not_verified(catalog: Catalog) -> None:
    table = facts("gk05", ROW)
    table[0] = table[0]._replace(reasons=(message("cell.separators"),))
    cells, _ = judged(catalog, table)
    assert statuses(cells) == {
        ("208", "total"): "unverified",
        ("208", "basic"): "verified",
        ("208", "project"): "verified",
    }


def test_of_two_rows_with_one_id_the_second_is_not_verified(catalog: Catalog) -> None:
    cells, _ = judged(catalog, facts("gk05", f"{ROW}\n 208 3.00 2.00 1.00"))
    assert [cell.status for cell in cells] == ["verified"] * 3 + ["unverified"] * 3
    assert all_en(cells[3].reasons) == ("another row of the table has the same id",)


def test_soft_and_dependent_identities_are_no_witnesses(catalog: Catalog) -> None:
    tables = facts("gk05", "basic\n 2080505 1.00"), facts("gk06", "amount\n 30108 1.00")
    cells, checks = judged(catalog, *tables)
    assert any(c.verdict == "holds" and not c.independent for c in checks)
    assert set(statuses(cells).values()) == {"unverified"}


def test_confidence_falls_with_doubt(catalog: Catalog) -> None:
    odd = facts("gk05", ROW)
    odd[0] = odd[0]._replace(evidence=odd[0].evidence._replace(form="odd"))
    verified = judged(catalog, facts("gk05", ROW))[0][0].confidence
    doubted = judged(catalog, odd)[0][0].confidence
    assert 0 < doubted < verified < 1


# -- tables -----------------------------------------------------------------------------------------------------------


def test_a_table_is_verified_when_all_of_its_amounts_are(catalog: Catalog) -> None:
    assert table_status(catalog, "gk05", facts("gk05", ROW)) == "verified"


def test_one_amount_that_is_not_verified_makes_it_unverified(catalog: Catalog) -> None:
    more = facts("gk05", "total basic project extra.其中\n 208 3.00 2.00 1.00 0.50")
    assert table_status(catalog, "gk05", more) == "unverified"
    zero = facts("gk05", "total basic project extra.其中\n 208 3.00 2.00 1.00 0.00")
    assert table_status(catalog, "gk05", zero) == "verified", "only amounts that are not zero are asked for"


def test_a_doubt_about_its_form_makes_it_unverified(catalog: Catalog) -> None:
    assert table_status(catalog, "gk05", facts("gk05", ROW), doubts=(NO_TOTAL,)) == "unverified"


def test_a_cell_that_is_no_amount_makes_it_unverified(catalog: Catalog) -> None:
    table = facts("gk05", f"{ROW}\n 210 _ _ 见附注")
    table[-1] = table[-1]._replace(reasons=(message("cell.no_amount", text="见附注"),))
    assert table_status(catalog, "gk05", table) == "unverified"


def test_a_failed_identity_is_a_conflict_of_every_table_in_it(catalog: Catalog) -> None:
    total = facts("gk01", "amount\n expenditure.subtotal 9.00")
    spent = facts("gk03", "total basic project\n total 3.00 2.00 1.00\n 208 3.00 2.00 1.00")
    other = facts("gk05", ROW)
    tables = (total, spent, other)
    assert [table_status(catalog, name, *tables) for name in ("gk01", "gk03", "gk05")] == [
        "conflict",
        "conflict",
        "verified",
    ]
    assert table_status(catalog, "gk03", *tables, doubts=(NO_TOTAL,)) == "conflict", "the worst of both"


def test_a_table_of_zeros_needs_another_table(catalog: Catalog) -> None:
    empty = facts("gk09", "total basic project\n total 0.00 0.00 0.00")
    assert table_status(catalog, "gk09", empty) == "unverified", "0 = 0 + 0 proves nothing"
    assert table_status(catalog, "gk09", empty, zero=True) == "verified"
    fiscal = facts("gk04", "total state_capital\n expenditure.subtotal 0.00 0.00")
    assert table_status(catalog, "gk09", empty, fiscal) == "verified", "its identity with 04 holds"


# -- documents --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tables", "document"),
    [
        (["verified", "verified"], "verified"),
        (["verified", "missing"], "verified"),
        (["verified", "unverified", "missing"], "unverified"),
        (["unverified", "conflict", "verified"], "conflict"),
        (["missing", "missing"], "unverified"),
        ([], "unverified"),
    ],
)
def test_a_document_is_as_good_as_its_worst_found_table(tables: list[Any], document: str) -> None:
    assert judge_document(tables, unread=False) == document


@pytest.mark.parametrize(
    ("tables", "unread", "document"),
    [
        (["blank", "blank", "missing"], False, "blank"),
        (["blank", "verified"], False, "verified"),
        (["blank", "verified"], True, "unverified"),
        (["conflict"], True, "conflict"),
    ],
)
def test_blank_tables_and_pages_that_nobody_read(tables: list[Any], unread: bool, document: str) -> None:
    assert judge_document(tables, unread) == document


def test_a_table_without_a_figure_is_blank(catalog: Catalog) -> None:
    cells, checks = judged(catalog, facts("gk06", "amount\n 301 _\n 30101 _"))
    assert judge_table("gk06", cells, checks, (), True)[0] == "blank"
    assert not any(check.verdict == "holds" for check in checks), "0 = 0 between blanks says nothing"


# -- one sum alone ----------------------------------------------------------------------------------------------------

ECONOMIC = "amount\n 302 6.00\n 30201 1.00\n 30202 2.00\n 30203 3.00"


def with_evidence(catalog: Catalog, row_id: str, **words: str) -> Fact:
    """The cell of a row of 06 as judged when its evidence has these words."""
    table = facts("gk06", ECONOMIC)
    table = [f._replace(evidence=f.evidence._replace(**words)) if f.row_id == row_id else f for f in table]
    return next(f for f in judged(catalog, table)[0] if f.row_id == row_id)


def test_one_sum_verifies_what_stands_in_its_row_beside_its_name(catalog: Catalog) -> None:
    assert with_evidence(catalog, "30202").status == "verified"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ({"place": "off"}, "one sum alone speaks for it, and it does not stand in the row of its label"),
        ({"name": "differs"}, "the name beside its code is that of another code"),
        ({"name": "none", "reader": "open"}, "one sum alone speaks for it, and no known name stands beside its code"),
    ],
)
def test_one_sum_proves_no_figure_whose_place_or_name_is_in_doubt(
    catalog: Catalog, words: dict[str, str], reason: str
) -> None:
    cell = with_evidence(catalog, "30202", **words)
    assert (cell.status, all_en(cell.reasons)) == ("unverified", (reason,))


@pytest.mark.parametrize(("name", "status"), [("none", "verified"), ("differs", "unverified")])
def test_two_witnesses_outweigh_the_place_and_a_missing_name(catalog: Catalog, name: Any, status: str) -> None:
    table = facts("gk05", "total basic project\n total 5.00 2.00 3.00\n 201 4.00 2.00 2.00\n 205 1.00 _ 1.00")
    table = [fact._replace(evidence=fact.evidence._replace(name=name, place="off")) for fact in table]
    cells, _ = judged(catalog, table)
    assert statuses(cells)["201", "total"] == status


def test_what_a_second_reader_says_is_kept(catalog: Catalog) -> None:
    table = facts("gk05", ROW)
    checks = evaluate(book(table), catalog)
    cells = judge_cells(table, checks, {}, {("gk05", "208", "basic"): "agrees"}, catalog.confidence)
    assert [fact.evidence.second for fact in cells] == ["none", "agrees", "none"]
