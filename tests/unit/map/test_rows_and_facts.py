"""Printed rows and columns to canonical ids."""

from __future__ import annotations

from dataclasses import replace

import pytest

from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.map.facts import counted
from juesuan_extract.map.table import MappedTable, map_table
from juesuan_extract.model.fact import Evidence, Fact
from juesuan_extract.model.page import Source
from juesuan_extract.model.table import MappedRow
from juesuan_extract.values.codes import full_code
from juesuan_extract.values.labels import label, row_name
from tests.support.grids import ABOVE, LEFT, Rows, grid, span
from tests.support.words import all_en


def mapped(table_id: str, rows: Rows, catalog: Catalog, unit: str = "万元") -> MappedTable:
    return map_table(span(table_id, grid(rows), unit=unit), catalog)


def ids(table_id: str, rows: Rows, catalog: Catalog) -> list[str]:
    return [row.row_id for row in mapped(table_id, rows, catalog).rows]


def amounts(table: MappedTable) -> dict[tuple[str, str], int | None]:
    return {(fact.row_id, fact.column_id): fact.amount for fact in table.facts}


@pytest.mark.parametrize(
    ("printed", "before", "code"),
    [
        ("208", "", "208"),
        ("20805", "", "20805"),
        ("2080505", "", "2080505"),
        ("208|05|05", "", "2080505"),
        ("208|05", "", "20805"),
        ("208|20805|2080505", "", "2080505"),
        ("208|20805", "", "20805"),
        ("302|01", "", "30201"),
        ("05", "208", "20805"),
        ("05|05", "208", "2080505"),
        ("05", "20805", "2080505"),
        ("06", "2080505", "2080506"),
        ("05", "", ""),
        ("2024", "", ""),
        ("208|5", "", ""),
        ("", "208", ""),
        ("12345678", "", ""),
        ("|07", "2080505", "20807"),
        ("||06", "2080505", "2080506"),
        ("|05|06", "2080505", "2080506"),
    ],
)
def test_full_codes_from_their_parts(printed: str, before: str, code: str) -> None:
    assert full_code(printed, before) == code


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("一、一般公共预算财政\n拨款收入", "一般公共预算财政拨款收入"),
        ("  其中：公务用⻋购置费", "公务用车购置费"),
        ("（一）人员 经费", "人员经费"),
    ],
)
def test_row_names_are_printed_names_without_ordinals_and_breaks(printed: str, name: str) -> None:
    assert row_name(printed) == name


# -- coded tables -----------------------------------------------------------------------------------------------------

HEAD = ["科目编码", "科目名称", "合计", "基本支出", "项目支出"]
THREE = ["3.00", "2.00", "1.00"]


def test_three_ways_to_print_a_code_give_the_same_rows(catalog: Catalog) -> None:
    names = ["社会保障和就业支出", "行政事业单位养老支出", "机关事业单位基本养老保险缴费支出"]
    one = [HEAD, *([code, name, *THREE] for code, name in zip(["208", "20805", "2080505"], names, strict=True))]
    split_head = ["科目编码", LEFT, LEFT, *HEAD[1:]]
    levels = ["类", "款", "项", "合计", *THREE]
    parts = [["208", "", ""], ["208", "05", ""], ["208", "05", "05"]]
    alone = [["208", "", ""], ["", "05", ""], ["", "", "05"]]
    for split in (parts, alone):
        rows = [split_head, levels, *([*part, name, *THREE] for part, name in zip(split, names, strict=True))]
        assert ids("gk05", rows, catalog) == ["total", "208", "20805", "2080505"]
    assert ids("gk05", one, catalog) == ["208", "20805", "2080505"]


def test_a_part_alone_is_of_the_level_of_its_column(catalog: Catalog) -> None:
    parts = [["208", "", ""], ["", "05", ""], ["", "", "05"], ["", "", "06"], ["", "07", ""], ["", "", "01"]]
    rows = [
        ["科目编码", LEFT, LEFT, *HEAD[1:]],
        ["类", "款", "项", "合计", *THREE],
        *([*p, "某某支出", *THREE] for p in parts),
    ]
    assert ids("gk05", rows, catalog) == ["total", "208", "20805", "2080505", "2080506", "20807", "2080701"]


@pytest.mark.parametrize("place", [0, 2])
def test_the_total_row_first_or_last(place: int, catalog: Catalog) -> None:
    rows = [["208", "社会保障和就业支出", *THREE], ["20801", "某某事务", *THREE]]
    rows.insert(place, ["合计", LEFT, *THREE])
    assert ids("gk05", [HEAD, *rows], catalog)[place] == "total"


def test_a_row_that_maps_to_nothing_keeps_its_name(catalog: Catalog) -> None:
    table = mapped(
        "gk05",
        [HEAD, ["", "合计", *THREE], ["", "某种未知支出", *THREE], ["208", "社会保障和就业支出", *THREE]],
        catalog,
    )
    assert [(row.row_id, row.name) for row in table.rows] == [
        ("total", "合计"),
        ("unmapped.2", "某种未知支出"),
        ("208", "社会保障和就业支出"),
    ]
    assert all_en(table.doubts(catalog)) == ("a figure in the unknown row 某种未知支出",)


def test_economic_rows_and_their_two_totals(catalog: Catalog) -> None:
    rows = [
        ["人员经费", LEFT, LEFT, "公用经费", LEFT, LEFT],
        ["科目编码", "科目名称", "金额"] * 2,
        ["301", "工资福利支出", "9.00", "302", "商品和服务支出", "1.00"],
        ["30101", "基本工资", "9.00", "30201", "办公费", "1.00"],
        ["人员经费合计", LEFT, "9.00", "公用经费合计", LEFT, "1.00"],
    ]
    assert ids("gk06", rows, catalog) == ["301", "30101", "personnel_total", "302", "30201", "public_total"]


# -- named tables -----------------------------------------------------------------------------------------------------


def summary(income: list[str], expenditure: list[str]) -> Rows:
    """A 收入支出决算总表 with these labels; every figure is 1.00."""
    longest = max(len(income), len(expenditure))
    pad = [*income, *[""] * (longest - len(income))], [*expenditure, *[""] * (longest - len(expenditure))]
    return [
        ["收入", LEFT, "支出", LEFT],
        ["项目", "决算数", "项目", "决算数"],
        *([a, "1.00" if a else "", b, "1.00" if b else ""] for a, b in zip(*pad, strict=True)),
    ]


def test_functional_classes_by_name_never_by_ordinal(catalog: Catalog) -> None:
    """Of two lists in use 抗疫特别国债 is the 26th class in one and the 24th in the other."""
    for ordinal in ("二十六", "二十四"):
        rows = summary(["本年收入合计"], [f"{ordinal}、抗疫特别国债安排的支出", "二十三、其他支出"])
        assert ids("gk01", rows, catalog)[1:] == ["function.234", "function.229"]


@pytest.mark.parametrize(
    ("older", "row_id"),
    [
        ("文化体育与传媒支出", "function.207"),
        ("医疗卫生与计划生育支出", "function.210"),
        ("资源勘探信息等支出", "function.215"),
        ("国土海洋气象等支出", "function.220"),
    ],
)
def test_names_of_earlier_years(older: str, row_id: str, catalog: Catalog) -> None:
    assert ids("gk01", summary(["本年收入合计"], [older]), catalog)[1] == row_id


def test_one_label_on_both_sides(catalog: Catalog) -> None:
    rows = summary(["本年收入合计", "年初结转和结余", "总计"], ["本年支出合计", "年末结转和结余", "总计"])
    assert ids("gk01", rows, catalog) == [
        "income.subtotal", "income.opening_balance", "income.total",
        "expenditure.subtotal", "expenditure.closing_balance", "expenditure.total",
    ]  # fmt: skip


@pytest.mark.parametrize("label", ["使用非财政拨款结余", "使用非财政拨款结余（含专用结余）", "用事业基金弥补收支差额"])
def test_labels_of_one_row_in_different_years(label: str, catalog: Catalog) -> None:
    assert ids("gk01", summary([label], ["本年支出合计"]), catalog)[0] == "income.non_appropriation_surplus_used"


def test_the_second_set_of_income_lines_stands_below_the_opening_balance(catalog: Catalog) -> None:
    lines = ["一、一般公共预算财政拨款", "二、政府性基金预算财政拨款", "三、国有资本经营预算财政拨款"]
    labels = [*lines, "本年收入合计", "年初财政拨款结转和结余", *lines, "总计"]
    rows = [
        ["收入", LEFT, "支出", LEFT, LEFT],
        ["项目", "金额", "项目", "合计", "一般公共预算财政拨款"],
        *([name, f"{i}.00", "", "", ""] for i, name in enumerate(labels)),
        ["", "", "总计", "8.00", "8.00"],
    ]
    table = mapped("gk04", rows, catalog)
    funds = ["general_budget", "government_fund", "state_capital"]
    assert [row.row_id for row in table.rows] == [
        *(f"income.{fund}" for fund in funds), "income.subtotal", "income.opening_balance",
        *(f"income.opening_balance.{fund}" for fund in funds), "income.total", "expenditure.total",
    ]  # fmt: skip
    assert amounts(table)["income.opening_balance.government_fund", "amount"] == 6_000_000


def test_above_the_opening_balance_no_line_belongs_to_it(catalog: Catalog) -> None:
    rows = [
        ["收入", LEFT, "支出", LEFT, LEFT],
        ["项目", "金额", "项目", "合计", "一般公共预算财政拨款"],
        ["一、一般公共预算财政拨款", "3.00", "总计", "3.00", "3.00"],
        ["其中：一般公共预算财政拨款", "1.00", "", "", ""],
        ["本年收入合计", "3.00", "", "", ""],
    ]
    assert ids("gk04", rows, catalog)[:3] == ["income.general_budget", "unmapped.2", "income.subtotal"]


def test_columns_of_04_belong_to_one_side(catalog: Catalog) -> None:
    rows = [
        ["收入", LEFT, "支出", LEFT, LEFT],
        ["项目", "金额", "项目", "合计", "一般公共预算财政拨款"],
        ["本年收入合计", "3.00", "本年支出合计", "3.00", "3.00"],
        ["总计", "3.00", "总计", "3.00", "3.00"],
    ]
    assert set(amounts(mapped("gk04", rows, catalog))) == {
        ("income.subtotal", "amount"), ("income.total", "amount"),
        ("expenditure.subtotal", "total"), ("expenditure.subtotal", "general_budget"),
        ("expenditure.total", "total"), ("expenditure.total", "general_budget"),
    }  # fmt: skip


# -- three public expenses --------------------------------------------------------------------------------------------

VERTICAL: Rows = [
    ["项目", "行次", "决算数"],
    ["合计", "1", "2.00"],
    ["1.因公出国（境）费", "2", "0.00"],
    ["2.公务用车购置及运行维护费", "3", "1.50"],
    ["其中：（1）公务用车购置费", "4", ""],
    ["（2）公务用车运行维护费", "5", "1.50"],
    ["3.公务接待费", "6", "0.50"],
]
HORIZONTAL: Rows = [
    ["合计", "因公出国（境）费", "公务用车购置及运行费", LEFT, LEFT, "公务接待费"],
    [ABOVE, ABOVE, "小计", "公务用车购置费", "公务用车运行费", ABOVE],
    ["2.00", "0.00", "1.50", "", "1.50", "0.50"],
]


def test_both_ways_to_print_07_say_the_same(catalog: Catalog) -> None:
    down, across = mapped("gk07", VERTICAL, catalog), mapped("gk07", HORIZONTAL, catalog)
    assert amounts(down) == amounts(across)
    assert [(f.row_no, f.row_id) for f in across.facts] == [(f.row_no, f.row_id) for f in down.facts]
    assert next(f.row_name for f in across.facts if f.row_id == "vehicle_operation") == "公务用车运行费"


def test_planned_and_spent_in_two_lines(catalog: Catalog) -> None:
    head = [["项目", *HORIZONTAL[0]], [ABOVE, *HORIZONTAL[1]]]
    rows = [*head, ["预算数", "3.00", "1.00", "1.50", "", "1.50", "0.50"], ["决算数", *HORIZONTAL[2]]]
    found = amounts(mapped("gk07", rows, catalog))
    assert (found["total", "budget"], found["total", "final"]) == (3_000_000, 2_000_000)
    assert (found["abroad", "budget"], found["abroad", "final"]) == (1_000_000, 0)


# -- cells ------------------------------------------------------------------------------------------------------------


def fact(text: str, catalog: Catalog, unit: str = "万元") -> Fact:
    """The fact of a cell that prints this."""
    rows = [HEAD, ["208", "社会保障和就业支出", text, "", ""], ["20801", "某某事务", "1.00", "", ""]]
    table = mapped("gk05", rows, catalog, unit)
    return next(f for f in table.facts if (f.row_id, f.column_id) == ("208", "total"))


def test_a_zero_a_blank_and_a_dash_stay_apart(catalog: Catalog) -> None:
    zero, blank, dash = (fact(text, catalog) for text in ("0.00", "", "—"))
    assert (zero.amount, zero.text, zero.is_blank) == (0, "0.00", False)
    assert (blank.amount, blank.text, blank.is_blank) == (None, "", True)
    assert (dash.amount, dash.text, dash.is_blank) == (None, "—", False)
    assert [f.reasons for f in (zero, blank, dash)] == [()] * 3


def test_the_text_stays_as_printed(catalog: Catalog) -> None:
    for text in ("1,234.50", "１２３４．５０", "1234.5"):
        found = fact(text, catalog)
        assert (found.text, found.amount) == (text, 1_234_500_000)
    assert fact("1,234.50", catalog, "元").amount == 123_450


@pytest.mark.parametrize("text", ["12O.00", "见附注", "1.2.3", "1" + "0" * 20])
def test_what_is_no_amount_is_kept_with_a_reason(text: str, catalog: Catalog) -> None:
    found = fact(text, catalog)
    assert (found.amount, found.text, found.is_blank) == (None, text, False)
    assert all_en(found.reasons) == (f"no amount: {text}",)


def test_separators_out_of_place_are_a_reason_to_look(catalog: Catalog) -> None:
    assert all_en(fact("1,23.45", catalog).reasons) == ("thousands separators out of place",)
    both = fact("1,23,456,789,012,345,678.90", catalog)
    assert (both.amount, len(both.reasons)) == (None, 2), "it is too large, and its separators are out of place"


def test_a_heading_where_a_figure_would_stand_is_a_blank(catalog: Catalog) -> None:
    rows = [
        ["科目编码", "科目名称", "年初结转和结余", "本年收入", "本年支出", LEFT, LEFT, "年末结转和结余"],
        ["合计", LEFT, "5.00", "3.00", "合计", "基本支出", "项目支出", "5.00"],
        ["212", "城乡社区支出", "5.00", "3.00", "3.00", "", "3.00", "5.00"],
        ["21208", "国有土地使用权出让收入安排的支出", "5.00", "3.00", "3.00", "", "3.00", "5.00"],
    ]
    table = mapped("gk08", rows, catalog)
    total = {f.column_id: (f.amount, f.is_blank) for f in table.facts if f.row_id == "total"}
    assert total == {
        "opening_balance": (5_000_000, False), "income": (3_000_000, False), "total": (None, True),
        "basic": (None, True), "project": (None, True), "closing_balance": (5_000_000, False),
    }  # fmt: skip


def test_an_amount_in_an_unknown_column_is_kept_and_doubted(catalog: Catalog) -> None:
    rows = [[*HEAD, "某种新列"], ["208", "社会保障和就业支出", *THREE, "7.00"], ["20801", "某某事务", *THREE, "7.00"]]
    table = mapped("gk05", rows, catalog)
    assert amounts(table)["208", "extra.某种新列"] == 7_000_000
    assert "a figure in the unknown column 某种新列" in all_en(table.doubts(catalog))


def test_a_table_without_its_key_rows_is_not_whole(catalog: Catalog) -> None:
    rows = [HEAD, ["208", "社会保障和就业支出", *THREE], ["20801", "某某事务", *THREE]]
    assert all_en(mapped("gk05", rows, catalog).doubts(catalog)) == ("no row total",)
    assert mapped("gk05", [HEAD, ["208", "社会保障和就业支出", "", "", ""]], catalog).doubts(catalog) == (), (
        "an empty form"
    )


# -- what the page shows ----------------------------------------------------------------------------------------------

ECONOMIC: Rows = [["科目编码", "科目名称", "决算数"], ["302", "商品和服务支出", "3.00"], ["30201", "办公费", "3.00"]]


def evidence(rows: Rows, catalog: Catalog, **changes: object) -> dict[str, Evidence]:
    """By row id, of one table 06; changes: of the cell with the text 办公费."""
    drawn = grid(rows)
    cells = tuple(c._replace(**changes) if c.text == "办公费" else c for c in drawn.cells)
    table = map_table(span("gk06", replace(drawn, cells=cells)), catalog)
    return {fact.row_id: fact.evidence for fact in table.facts}


def test_a_figure_beside_the_name_of_its_code_is_clean(catalog: Catalog) -> None:
    found = evidence(ECONOMIC, catalog)["30201"]
    assert (found.reader, found.place, found.name, found.form) == ("ruled", "clean", "clean", "plain")


@pytest.mark.parametrize(
    ("name", "word"), [("印刷费", "differs"), ("", "none"), ("办公室的费用", "none"), ("办 公 费", "clean")]
)
def test_a_name_is_compared_with_those_of_its_code(name: str, word: str, catalog: Catalog) -> None:
    rows = [*ECONOMIC[:2], ["30201", name, "3.00"]]
    assert evidence(rows, catalog)["30201"].name == word


def test_a_code_that_is_not_in_the_list_has_no_name_to_compare(catalog: Catalog) -> None:
    assert evidence([*ECONOMIC, ["30298", "某项支出", "0.00"]], catalog)["30298"].name == "none"


def test_a_label_in_another_row_is_off(catalog: Catalog) -> None:
    cell = next(c for c in grid(ECONOMIC).cells if c.text == "办公费")
    assert cell.ink is not None
    lower = cell.ink._replace(top=cell.ink.top + 60, bottom=cell.ink.bottom + 60)
    assert evidence(ECONOMIC, catalog, ink=lower)["30201"].place == "off"


def test_a_figure_that_stands_out_of_its_cell_is_off(catalog: Catalog) -> None:
    drawn = grid(ECONOMIC)
    cells = tuple(c._replace(ink=c.ink._replace(bottom=c.ink.bottom + 15)) if c.ink and c.text == "3.00" else c
                  for c in drawn.cells)  # fmt: skip
    table = map_table(span("gk06", replace(drawn, cells=cells)), catalog)
    assert {fact.evidence.place for fact in table.facts} == {"off"}


def test_without_rulings_figure_and_label_share_a_line(catalog: Catalog) -> None:
    table = map_table(span("gk06", grid(ECONOMIC, reader="stream")), catalog)
    assert {(fact.evidence.reader, fact.evidence.place) for fact in table.facts} == {("open", "clean")}


def test_a_figure_over_two_lines_was_put_together(catalog: Catalog) -> None:
    found = evidence([*ECONOMIC[:2], ["30201", "办公费", "1,00\n3.00"]], catalog)["30201"]
    assert found.form == "joined"


def test_a_row_that_was_paired_anew_says_so(catalog: Catalog) -> None:
    table = map_table(span("gk06", grid(ECONOMIC)), catalog)
    first, second = table.rows
    swapped = tuple(
        MappedRow(other.row_id, other.name, own.raw._replace(code=other.raw.code, name=other.raw.name, paired=True))
        for own, other in ((first, second), (second, first))
    )
    assert {fact.evidence.form for fact in table.with_rows(swapped, catalog).facts} == {"paired"}


def test_a_figure_says_in_which_way_it_was_read(catalog: Catalog) -> None:
    drawn = grid(ECONOMIC)
    cells = tuple(c._replace(source=Source("some", "ocr", 0.9)) if c.text == "3.00" else c for c in drawn.cells)
    table = map_table(span("gk06", replace(drawn, cells=cells)), catalog)
    read = {fact.text: (fact.method, fact.evidence.reader) for fact in table.facts if fact.text}
    assert read.pop("3.00") == ("ocr", "ocr")
    assert set(read.values()) <= {("text", "ruled")}


def test_numbers_that_count_are_no_amounts_and_stand_in_the_notes(catalog: Catalog) -> None:
    rows: Rows = [
        ["项目", "预算数", "决算数"],
        ["合计", "3.00", "2.00"],
        ["公务接待费", "3.00", "2.00"],
        ["国内公务接待批次（个）", "12", "10"],
        ["公务用车保有量（辆）", "2", "2"],
    ]
    table = map_table(span("gk07", grid(rows)), catalog)
    assert {fact.row_id for fact in table.facts} == {"total", "reception"}
    assert counted(table.layout, table.rows, catalog) == (
        "国内公务接待批次（个）：12, 10",
        "公务用车保有量（辆）：2, 2",
    )


@pytest.mark.parametrize(
    ("code", "name", "word"),
    [
        ("2080501", "归口管理的行政单位离退休费", "clean"),  # a qualifier more
        ("2080501", "行政运行", "none"),  # stands under many codes
        ("2089977", "没见过的支出", "none"),  # a code that no list has
        ("2080501", "基本养老保险缴费支出合计", "none"),
    ],
)
def test_what_a_name_says_of_its_code(code: str, name: str, word: str, catalog: Catalog) -> None:
    rows: Rows = [["科目编码", "科目名称", "合计", "基本支出", "项目支出"], [code, name, "3.00", "2.00", "1.00"]]
    table = map_table(span("gk05", grid(rows)), catalog)
    assert {fact.evidence.name for fact in table.facts} == {word}


@pytest.mark.parametrize("name", ["粮油物资储备事务", "粮油物资储备", "二十、粮油物资储备支出", "农林水事务"])
def test_a_class_without_the_last_word_of_its_name(name: str, catalog: Catalog) -> None:
    assert label(row_name(name)) in catalog.function_classes
