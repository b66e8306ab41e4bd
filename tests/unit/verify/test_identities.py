"""Accounting identities: what holds, what fails, and what can't be said."""

from __future__ import annotations

import pytest

from juesuan_extract.emit.proof import side
from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.model.fact import Fact
from juesuan_extract.verify.identities import zero_elsewhere
from tests.support.books import book, checks, facts, seed_facts

STEP = 10_000  # fen; 0.01 万元


def verdicts(catalog: Catalog, *tables: list[Fact], prefix: str = "", **options: object) -> dict[str, str]:
    """Verdicts of checks whose id begins with a prefix."""
    found = checks(book(*tables, **options), catalog)  # type: ignore[arg-type]
    return {name: check.verdict for name, check in found.items() if name.startswith(prefix)}


def failing(catalog: Catalog, *tables: list[Fact], **options: object) -> set[str]:
    return {name for name, verdict in verdicts(catalog, *tables, **options).items() if verdict == "fails"}


# -- rounding ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("total", "verdict"),
    [("3.00", "holds"), ("3.01", "holds"), ("2.99", "holds"), ("3.02", "fails"), ("2.98", "fails")],
)
def test_two_terms_may_be_off_by_a_cent_and_a_half(total: str, verdict: str, catalog: Catalog) -> None:
    row = facts("gk05", f"total basic project\n 208 {total} 2.00 1.00")
    check = checks(book(row), catalog)["I05.row[208]"]
    assert (check.verdict, check.tolerance) == (verdict, 3 * STEP // 2)


def test_the_bound_grows_with_the_terms(catalog: Catalog) -> None:
    """n displayed terms are off by 0.005·(n+1) 万元 at most."""
    children = "\n".join(f"2080{i} 1.00 1.00 _" for i in range(1, 10))
    for cents, verdict in ((5, "holds"), (6, "fails")):
        table = facts("gk05", f"total basic project\n 208 9.{cents:02d} 9.00 _\n{children}")
        check = checks(book(table), catalog)["I05.hierarchy[208,total]"]
        assert (check.verdict, check.tolerance, check.residual) == (verdict, 5 * STEP, cents * STEP)


def test_printed_zeros_allow_for_nothing(catalog: Catalog) -> None:
    children = "\n".join(f"2080{i} 0.00 0.00 0.00" for i in range(1, 9))
    table = facts("gk05", f"total basic project\n 208 1.02 1.02 _\n{children}\n20809 1.00 1.00 _")
    assert checks(book(table), catalog)["I05.hierarchy[208,total]"].tolerance == STEP
    assert failing(catalog, table) == {"I05.hierarchy[208,total]", "I05.hierarchy[208,basic]"}


def test_in_yuan_a_fen_is_the_last_place(catalog: Catalog) -> None:
    for total, verdict in (("30000.01", "holds"), ("30000.02", "fails")):
        table = facts("gk05", f"total basic project\n 208 {total} 20000.00 10000.00", unit="元")
        assert verdicts(catalog, table, prefix="I05.row", units={"gk05": "元"}) == {"I05.row[208]": verdict}


def test_tables_in_different_units_compare_within_the_coarser_one(catalog: Catalog) -> None:
    spent = "total basic project\n total 3.00 2.00 1.00\n 208 3.00 2.00 1.00"
    total = facts("gk01", "amount\n expenditure.subtotal 30000.49", unit="元")
    units = {"gk01": "元", "gk03": "万元"}
    assert verdicts(catalog, facts("gk03", spent), total, prefix="X01-03.total", units=units) == {
        "X01-03.total": "holds"
    }
    total = facts("gk01", "amount\n expenditure.subtotal 30200.00", unit="元")
    assert verdicts(catalog, facts("gk03", spent), total, prefix="X01-03.total", units=units) == {
        "X01-03.total": "fails"
    }


# -- three verdicts ---------------------------------------------------------------------------------------------------


def test_blanks_and_dashes_count_as_zero_inside_an_identity(catalog: Catalog) -> None:
    for zero in ("_", "-", "0.00"):
        table = facts("gk05", f"total basic project\n 208 2.00 2.00 {zero}")
        assert verdicts(catalog, table, prefix="I05.row") == {"I05.row[208]": "holds"}


def test_what_is_not_printed_is_not_evaluated(catalog: Catalog) -> None:
    table = facts("gk05", "total basic project\n 208 . 2.00 1.00")
    assert "holds" not in verdicts(catalog, table, prefix="I05.row").values()
    assert failing(catalog, table) == set()
    assert not verdicts(catalog, table, prefix="X"), "the other tables are not there"


def test_a_cell_that_can_not_be_read_makes_its_identities_not_evaluable(catalog: Catalog) -> None:
    for text in ("基本支出", "1.2.3"):
        table = facts("gk05", f"total basic project\n 208 3.00 {text} 1.00")
        assert verdicts(catalog, table, prefix="I05.row") == {"I05.row[208]": "not_evaluable"}


def test_a_failed_check_says_by_how_much(catalog: Catalog) -> None:
    check = checks(book(facts("gk05", "total basic project\n 208 9.00 2.00 1.00")), catalog)["I05.row[208]"]
    assert (check.left_amount, check.right_amount, check.residual) == (9_000_000, 3_000_000, 6_000_000)
    assert (side(check.left), side(check.right)) == ("gk05[208].total", "gk05[208].basic + gk05[208].project")
    assert check.cells == (("gk05", "208", "total"), ("gk05", "208", "basic"), ("gk05", "208", "project"))
    assert (check.left_cells, check.tables) == (1, ("gk05",))


# -- trees of codes ---------------------------------------------------------------------------------------------------


def test_a_class_is_the_sum_of_its_nearest_printed_descendants(catalog: Catalog) -> None:
    whole = facts(
        "gk05",
        """        total basic project
           total   3.00  3.00  _
           208     3.00  3.00  _
           20805   2.00  2.00  _
           2080505 2.00  2.00  _
           2089999 1.00  1.00  _""",
    )
    found = verdicts(catalog, whole)
    assert found["I05.hierarchy[208,total]"] == "holds", "20805 and 2089999, whose 款 is not printed"
    assert found["I05.hierarchy[20805,basic]"] == "holds"
    assert found["I05.total[total]"] == "holds"
    assert {found[name] for name in found if "project" not in name} == {"holds"}
    assert found["I05.hierarchy[208,project]"] == "not_evaluable", "blanks alone"


def test_rows_without_a_printed_ancestor_make_up_the_total(catalog: Catalog) -> None:
    items = facts("gk05", "total basic project\n total 3.00 3.00 _\n 2080505 2.00 2.00 _\n 2210201 1.00 1.00 _")
    assert verdicts(catalog, items, prefix="I05.total")["I05.total[total]"] == "holds"
    wrong = facts("gk05", "total basic project\n total 4.00 4.00 _\n 2080505 2.00 2.00 _\n 2210201 1.00 1.00 _")
    assert "I05.total[total]" in failing(catalog, wrong)


def test_of_two_rows_with_one_id_the_first_counts(catalog: Catalog) -> None:
    table = facts("gk05", "total basic project\n 208 3.00 2.00 1.00\n 208 9.00 0.00 0.00")
    assert failing(catalog, table) == set()


def test_unmapped_rows_take_no_part(catalog: Catalog) -> None:
    table = facts("gk05", "total basic project\n total 3.00 3.00 _\n 208 3.00 3.00 _\n unmapped.3 7.00 1.00 _")
    assert failing(catalog, table) == set()
    assert not any("unmapped" in name for name in verdicts(catalog, table))


# -- conditions -------------------------------------------------------------------------------------------------------


INCOME = facts("gk02", "total fiscal_appropriation\n total 3.00 3.00\n 208 3.00 3.00")
SPENT = facts("gk03", "total basic project\n total 4.00 4.00 _\n 208 4.00 4.00 _")


def test_income_equals_expenditure_only_without_balances(catalog: Catalog) -> None:
    def balances(opening: str) -> list[Fact]:
        return facts("gk01", f"amount\n income.opening_balance {opening}\n expenditure.closing_balance 0.00")

    assert "X02-03.row[208]" in failing(catalog, INCOME, SPENT, balances("0.00"))
    assert "X02-03.row[208]" in failing(catalog, INCOME, SPENT, balances("_"))
    assert not verdicts(catalog, INCOME, SPENT, balances("1.00"), prefix="X02-03")
    assert not verdicts(catalog, INCOME, SPENT, prefix="X02-03"), "nothing says that there are none"


def test_basic_spending_bounds_the_three_public_expenses(catalog: Catalog) -> None:
    spent = facts("gk07", "final\n reception 0.50")
    assert failing(catalog, facts("gk06", "amount\n 30217 0.50"), spent) == set()
    assert failing(catalog, facts("gk06", "amount\n 30217 0.30"), spent) == set(), "project money pays the rest"
    assert failing(catalog, facts("gk06", "amount\n 30217 0.90"), spent) == {"X06-07.reception"}


def test_usual_practice_accuses_nobody(catalog: Catalog) -> None:
    soft = {i.id for i in catalog.identities if i.soft}
    assert "S05-06.pension" in soft
    tables = facts("gk05", "total basic project\n 2080505 9.00 9.00 _"), facts("gk06", "amount\n 30108 1.00")
    found = checks(book(*tables), catalog)["S05-06.pension"]
    assert (found.verdict, found.independent) == ("not_evaluable", False)


def test_the_second_set_of_lines_of_04_adds_up(catalog: Catalog) -> None:
    def opening(total: str) -> list[Fact]:
        return facts(
            "gk04",
            f"""amount
            income.opening_balance                 {total}
            income.opening_balance.general_budget  1.00
            income.opening_balance.government_fund 2.00
            income.opening_balance.state_capital   _""",
        )

    assert verdicts(catalog, opening("3.00"), prefix="I04.opening") == {"I04.opening": "holds"}
    assert verdicts(catalog, opening("5.00"), prefix="I04.opening") == {"I04.opening": "fails"}


def test_flow_of_a_fund(catalog: Catalog) -> None:
    columns = "opening_balance income total basic project closing_balance"
    right = facts("gk08", f"{columns}\n 212 5.00 3.00 2.00 _ 2.00 6.00")
    wrong = facts("gk08", f"{columns}\n 212 5.00 3.00 2.00 _ 2.00 5.00")
    assert verdicts(catalog, right, prefix="I08.flow") == {"I08.flow[212]": "holds"}
    assert failing(catalog, wrong) == {"I08.flow[212]"}


def test_a_table_that_is_missing_counts_as_zero_only_where_another_says_so(catalog: Catalog) -> None:
    def fiscal(fund: str) -> list[Fact]:
        return facts("gk04", f"total government_fund\n expenditure.subtotal 3.00 {fund}")

    assert zero_elsewhere(book(fiscal("0.00")), "gk08", catalog)
    assert zero_elsewhere(book(fiscal("_")), "gk08", catalog)
    assert not zero_elsewhere(book(fiscal("1.00")), "gk08", catalog)
    assert not zero_elsewhere(book(fiscal("合计")), "gk08", catalog), "a heading says nothing"
    assert not zero_elsewhere(book(SPENT), "gk08", catalog), "04 is not there"


def test_spending_in_a_table_that_is_missing_is_no_failure(catalog: Catalog) -> None:
    """03 = 05 + 08 + 09; without 08 nothing can be said unless 04 prints that there is no fund."""
    whole = facts("gk03", "total basic project\n 208 9.00 8.00 1.00")
    general = facts("gk05", "total basic project\n 208 3.00 2.00 1.00")
    alike = facts("gk01", "amount\n expenditure.subtotal 9.00")

    def found(fund: str) -> dict[str, str]:
        fiscal = facts("gk04", f"total government_fund state_capital\n expenditure.subtotal 9.00 {fund} 0.00")
        return verdicts(catalog, whole, general, alike, fiscal, prefix="X03-05.row[208,total]")

    assert found("6.00") == {}
    assert found("0.00") == {"X03-05.row[208,total]": "fails"}


# -- the founding document --------------------------------------------------------------------------------------------


def test_the_published_account_holds(catalog: Catalog) -> None:
    found = verdicts(catalog, seed_facts())
    assert "fails" not in found.values()
    assert sum(verdict == "holds" for verdict in found.values()) > 300


def test_read_literally_six_checks_fail_and_all_of_them_name_208(catalog: Catalog) -> None:
    """In its 支出决算表 the line 合计 has no figures and 208 carries those of 合计."""
    account = seed_facts()
    total = {f.column_id: f.amount for f in account if (f.table_id, f.row_id) == ("gk03", "total")}
    literal = [
        f._replace(amount=total[f.column_id]) if (f.table_id, f.row_id) == ("gk03", "208") else f
        for f in account
        if (f.table_id, f.row_id) != ("gk03", "total")
    ]
    found = {n: c for n, c in checks(book(literal), catalog).items() if c.verdict == "fails"}
    assert set(found) == {
        "I03.hierarchy[208,total]", "I03.hierarchy[208,basic]", "X01-03.class[208]", "X02-03.row[208]",
        "X03-05.row[208,total]", "X03-05.row[208,basic]",
    }  # fmt: skip
    assert found["I03.hierarchy[208,total]"].residual == 41_660_000


def test_every_figure_of_the_account_has_a_witness(catalog: Catalog) -> None:
    """A figure that is wrong by more than rounding breaks an identity, whichever it is."""
    account = seed_facts()
    figures = [i for i, f in enumerate(account) if f.amount]
    assert len(figures) > 100
    for index in figures:
        fact = account[index]
        wrong = fact._replace(amount=fact.amount + 7_000_000, text="7.00")
        assert failing(catalog, [*account[:index], wrong, *account[index + 1 :]]), fact.key
