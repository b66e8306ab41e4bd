"""What the identities say of a cell: how many witnesses, and of which kind."""

from __future__ import annotations

import pytest

from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.model.fact import Fact
from juesuan_extract.model.proof import Check
from juesuan_extract.verify.identities import evaluate
from juesuan_extract.verify.witnesses import failing, witnesses
from tests.support.books import book, facts


def said(catalog: Catalog, *tables: list[Fact]) -> dict[tuple[str, str, str], str]:
    account = [fact for table in tables for fact in table]
    return dict(witnesses(account, evaluate(book(*tables), catalog)))


def test_two_identities_with_other_figures_are_two_witnesses(catalog: Catalog) -> None:
    found = said(
        catalog, facts("gk05", "total basic project\n total 5.00 2.00 3.00\n 201 4.00 2.00 2.00\n 205 1.00 _ 1.00")
    )
    assert found["gk05", "201", "total"] == "two"


def test_a_part_of_one_sum_has_one_witness(catalog: Catalog) -> None:
    found = said(catalog, facts("gk06", "amount\n 302 6.00\n 30201 1.00\n 30202 2.00\n 30203 3.00"))
    assert set(found.values()) == {"sum"}


def test_the_same_figure_printed_twice_is_a_copy(catalog: Catalog) -> None:
    found = said(catalog, facts("gk06", "amount\n 302 6.00\n 30201 6.00\n 30202 0.00"))
    assert found["gk06", "302", "amount"] == "copy"
    assert found["gk06", "30201", "amount"] == "copy"
    assert found["gk06", "30202", "amount"] == "sum", "a figure lost there would break the sum of the two others"


def test_zeros_prove_little(catalog: Catalog) -> None:
    found = said(catalog, facts("gk06", "amount\n 302 0.00\n 30201 0.00\n 30202 _"))
    assert set(found.values()) == {"zeros"}


def test_identities_that_share_a_figure_are_one_witness(catalog: Catalog) -> None:
    cells = facts("gk06", "amount\n 301 1.00\n 302 2.00\n 303 3.00")
    keys = [fact.key for fact in cells]

    def check(*cells: tuple[str, str, str]) -> Check:
        return Check("X", "X", ("gk06",), "", "", 0, 0, 0, 1, "holds", cells, 1)

    assert witnesses(cells, [check(keys[0], keys[1]), check(keys[0], keys[1], keys[2])])[keys[0]] == "copy"
    assert witnesses(cells, [check(keys[0], keys[1]), check(keys[0], keys[2])])[keys[0]] == "two"


@pytest.mark.parametrize(("reception", "kind"), [("9.00", "sum"), ("1.00", "two")])
def test_a_bound_that_leaves_room_is_no_witness(catalog: Catalog, reception: str, kind: str) -> None:
    economic = facts("gk06", "amount\n 302 3.00\n 30217 1.00\n 30218 2.00")
    found = said(catalog, economic, facts("gk07", f"final\n reception {reception}"))
    assert found["gk06", "30217", "amount"] == kind


def test_cells_of_failed_identities(catalog: Catalog) -> None:
    table = facts("gk06", "amount\n 302 6.00\n 30201 1.00")
    checks = evaluate(book(table), catalog)
    assert failing(checks) == {fact.key for fact in table}
    assert witnesses(table, checks) == {}
