"""Heads of tables: where the body begins, and what each column is."""

from __future__ import annotations

import pytest

from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.recognise.head import head_of
from juesuan_extract.recognise.headings import lay_columns
from tests.support.grids import ABOVE, LEFT, Rows, grid

INCOME_HEAD = ["本年收入合计", "财政拨款收入", "上级补助收入", "事业收入", "经营收入", "附属单位上缴收入", "其他收入"]
INCOME = [
    "total",
    "fiscal_appropriation",
    "superior_subsidy",
    "business",
    "operating",
    "affiliated_remittance",
    "other",
]
FIGURES = ["353.06", "353.06", "0.00", "0.00", "0.00", "0.00", "0.00"]


def columns(rows: Rows, table_id: str, catalog: Catalog) -> list[str]:
    """What the columns are taken for: a kind of label, or the id of an amount."""
    found = lay_columns(grid(rows), catalog.tables[table_id], catalog)
    return [f"{c.row_id}.{c.column_id}".lstrip(".") if c.kind == "amount" else c.kind for c in found]


def head(rows: Rows, catalog: Catalog) -> tuple[int, int | None, tuple[int, ...]]:
    """First body row, row that mixes headings and figures, rows that number the columns."""
    found = head_of(grid(rows), catalog)
    return found.body, found.mixed, found.ordinal_rows


def test_plain_head(catalog: Catalog) -> None:
    rows = [["科目编码", "科目名称", *INCOME_HEAD], ["", "合计", *FIGURES], ["208", "社会保障和就业支出", *FIGURES]]
    assert head(rows, catalog) == (1, None, ())
    assert columns(rows, "gk02", catalog) == ["code", "name", *INCOME]


def test_head_over_two_rows_with_merged_cells(catalog: Catalog) -> None:
    rows = [
        ["项目", LEFT, "本年支出", LEFT, LEFT],
        ["科目编码", "科目名称", "合计", "基本支出", "项目支出"],
        ["合计", LEFT, "3.00", "2.00", "1.00"],
        ["208", "社会保障和就业支出", "3.00", "2.00", "1.00"],
    ]
    assert head(rows, catalog) == (2, None, ())
    assert columns(rows, "gk05", catalog) == ["code", "name", "total", "basic", "project"]


def test_levels_in_the_row_of_the_total(catalog: Catalog) -> None:
    rows = [
        ["项目", LEFT, LEFT, LEFT, *INCOME_HEAD],
        ["功能分类科目编码", LEFT, LEFT, "科目名称", *[ABOVE] * 7],
        ["类", "款", "项", "合计", *FIGURES],
        ["208", "", "", "社会保障和就业支出", *FIGURES],
        ["208", "01", "", "人力资源和社会保障管理事务", *FIGURES],
    ]
    assert head(rows, catalog) == (2, 2, ())
    assert columns(rows, "gk02", catalog) == ["code", "code", "code", "name", *INCOME]


@pytest.mark.parametrize(
    "numbers",
    [["栏次", "1", "2", "3"], ["栏次", "1", "4", "7"], ["", "1", "2", "3"], ["栏次", "１", "２", "３"]],
    ids=["栏次", "gappy", "without the word", "full width"],
)
def test_the_row_that_numbers_the_columns_is_no_amount(numbers: list[str], catalog: Catalog) -> None:
    rows = [
        ["科目名称", "合计", "基本支出", "项目支出"],
        numbers,
        ["合计", "3.00", "2.00", "1.00"],
        ["社会保障和就业支出", "3.00", "2.00", "1.00"],
    ]
    assert head(rows, catalog) == (2, None, (1,))
    assert columns(rows, "gk05", catalog) == ["name", "total", "basic", "project"]


def test_figures_that_rise_are_no_numbering(catalog: Catalog) -> None:
    rows = [["科目名称", "合计", "基本支出", "项目支出"], ["合计", "1.00", "2.00", "3.00"]]
    assert head(rows, catalog) == (1, None, ())


def test_whole_numbers_that_do_not_rise_are_no_numbering(catalog: Catalog) -> None:
    names = ["科目名称", "合计", "基本支出", "项目支出"]
    assert head([names, ["", "5", "3", "2"], ["合计", "5.00", "3.00", "2.00"]], catalog)[2] == ()


def test_two_blocks_side_by_side_with_line_numbers(catalog: Catalog) -> None:
    rows = [
        ["收入", LEFT, LEFT, "支出", LEFT, LEFT],
        ["项目", "行次", "决算数", "项目", "行次", "决算数"],
        ["一、一般公共预算财政拨款收入", "1", "353.06", "一、一般公共服务支出", "27", ""],
        ["二、政府性基金预算财政拨款收入", "2", "", "二、外交支出", "28", ""],
        ["本年收入合计", "3", "353.06", "本年支出合计", "29", "353.06"],
    ]
    assert head(rows, catalog) == (2, None, ())
    assert columns(rows, "gk01", catalog) == ["name", "ordinal", "amount"] * 2


def test_the_two_sides_of_04_have_different_columns(catalog: Catalog) -> None:
    rows = [
        ["收入", LEFT, "支出", LEFT, LEFT, LEFT, LEFT],
        [
            "项目", "金额", "项目（按功能分类）", "合计", "一般公共预算财政拨款", "政府性基\n金预算财\n政拨款",
            "国有资本经营预算财政拨款",
        ],
        ["一、一般公共预算财政拨款", "353.06", "一、一般公共服务支出", "", "", "", ""],
        ["总计", "353.06", "总计", "353.06", "353.06", "", ""],
    ]  # fmt: skip
    assert columns(rows, "gk04", catalog) == [
        "name", "amount", "name", "total", "general_budget", "government_fund", "state_capital",
    ]  # fmt: skip


def test_three_blocks_of_economic_codes(catalog: Catalog) -> None:
    block = ["科目编码", "科目名称", "金额"]
    rows = [
        ["人员经费", LEFT, LEFT, "公用经费", LEFT, LEFT, LEFT, LEFT, LEFT],
        block * 3,
        ["301", "工资福利支出", "9.00", "302", "商品和服务支出", "1.00", "310", "资本性支出", "0.00"],
        ["30101", "基本工资", "9.00", "30201", "办公费", "1.00", "31001", "房屋建筑物购建", "0.00"],
    ]
    assert head(rows, catalog) == (2, None, ())
    assert columns(rows, "gk06", catalog) == ["code", "name", "amount"] * 3


def test_headings_that_name_the_rows(catalog: Catalog) -> None:
    group = ["公务用车购置及运行维护费", *[LEFT] * 5]
    rows = [
        ["合计", LEFT, "因公出国（境）费", LEFT, *group, "公务接待费", LEFT],
        [*[ABOVE] * 4, "小计", LEFT, "购置费", LEFT, "运行维护费", LEFT, *[ABOVE] * 2],
        ["预算数", "决算数"] * 6,
        ["0.95", "0.50", "", "", "0.80", "0.40", "", "", "0.80", "0.40", "0.15", "0.10"],
    ]
    assert columns(rows, "gk07", catalog) == [
        f"{row}.{column}"
        for row in ("total", "abroad", "vehicle", "vehicle_purchase", "vehicle_operation", "reception")
        for column in ("budget", "final")
    ]


def test_two_halves_of_planned_and_spent(catalog: Catalog) -> None:
    half = ["合计", "因公出国（境）费", "公务用车购置及运行维护费", LEFT, LEFT, "公务接待费"]
    leaves = [ABOVE, ABOVE, "小计", "公务用车购置费", "公务用车运行维护费", ABOVE]
    rows = [
        ["预算数", *[LEFT] * 5, "决算数", *[LEFT] * 5],
        half * 2,
        leaves * 2,
        ["3.00", "1.00", "1.50", "0.50", "1.00", "0.50", "2.00", "1.00", "1.00", "", "1.00", ""],
    ]
    ids = ["total", "abroad", "vehicle", "vehicle_purchase", "vehicle_operation", "reception"]
    assert columns(rows, "gk07", catalog) == [f"{row}.budget" for row in ids] + [f"{row}.final" for row in ids]


def test_vertical_three_public_expenses(catalog: Catalog) -> None:
    rows = [
        ["项目", "行次", "决算数"],
        ["合计", "1", "2.00"],
        ["1.因公出国（境）费", "2", "0.00"],
        ["2.公务用车购置及运行维护费", "3", "1.50"],
        ["其中：（1）公务用车购置费", "4", "0.00"],
        ["（2）公务用车运行维护费", "5", "1.50"],
        ["3.公务接待费", "6", "0.50"],
    ]
    assert head(rows, catalog) == (1, None, ())
    assert columns(rows, "gk07", catalog) == ["name", "ordinal", "final"]


def test_headings_in_the_row_of_the_total(catalog: Catalog) -> None:
    rows = [
        ["项目", LEFT, "年初结转和结余", "本年收入", "本年支出", LEFT, LEFT, "年末结转和结余"],
        ["科目编码", "科目名称", *[ABOVE] * 6],
        ["合计", LEFT, "5.00", "3.00", "合计", "基本支出", "项目支出", "5.00"],
        ["212", "城乡社区支出", "5.00", "3.00", "3.00", "", "3.00", "5.00"],
        ["21208", "国有土地使用权出让收入安排的支出", "5.00", "3.00", "3.00", "", "3.00", "5.00"],
    ]
    rows[1][5:7] = [LEFT, LEFT]  # 本年支出 spans two rows and three columns
    assert head(rows, catalog)[:2] == (2, 2)
    assert columns(rows, "gk08", catalog) == [
        "code", "name", "opening_balance", "income", "total", "basic", "project", "closing_balance",
    ]  # fmt: skip


def test_of_four_blocks_of_05_only_this_years_expenditure_counts(catalog: Catalog) -> None:
    blocks = ["年初结转和结余", "本年收入", "本年支出", "年末结转和结余"]
    rows = [
        ["科目编码", "科目名称", *(x for block in blocks for x in (block, LEFT, LEFT))],
        [ABOVE, ABOVE, *["合计", "基本支出", "项目支出"] * 4],
        ["208", "社会保障和就业支出", *["1.00", "0.50", "0.50"] * 4],
        ["20801", "人力资源和社会保障管理事务", *["1.00", "0.50", "0.50"] * 4],
    ]
    found = columns(rows, "gk05", catalog)
    assert found[8:11] == ["total", "basic", "project"]
    others = [*found[2:8], *found[11:]]
    assert all(name.startswith("extra.") for name in others)
    assert len(set(others)) == len(others), "each keeps its own name"


def test_an_amount_column_that_maps_to_nothing_keeps_its_heading(catalog: Catalog) -> None:
    rows = [
        ["科目编码", "科目名称", "本年收入合计", "财政拨款收入", "事业收入", LEFT],
        [ABOVE, ABOVE, ABOVE, ABOVE, "小计", "其中：教育收费"],
        ["205", "教育支出", "9.00", "6.00", "3.00", "2.00"],
    ]
    assert columns(rows, "gk02", catalog) == [
        "code", "name", "total", "fiscal_appropriation", "business", "extra.其中：教育收费",
    ]  # fmt: skip


@pytest.mark.parametrize("hint", ["{}（1）", "{}\n（万元）", "{}1", "2023年{}", "{} "])
def test_numbers_units_and_years_in_headings(hint: str, catalog: Catalog) -> None:
    names = ["本年支出合计", "基本支出", "项目支出"]
    rows = [
        ["科目编码", "科目名称", *(hint.format(n) for n in names)],
        ["208", "社会保障和就业支出", "3.00", "2.00", "1.00"],
    ]
    assert columns(rows, "gk03", catalog) == ["code", "name", "total", "basic", "project"]


@pytest.mark.parametrize("word", ["决算数", "金额", "本年决算数", "合计"])
def test_a_line_under_every_heading_says_nothing(word: str, catalog: Catalog) -> None:
    rows = [
        ["科目编码", "科目名称", *INCOME_HEAD],
        [ABOVE, ABOVE, *[word] * 7],
        ["", "合计", *FIGURES],
        ["208", "社会保障和就业支出", *FIGURES],
    ]
    assert head(rows, catalog)[0] == 2
    assert columns(rows, "gk02", catalog) == ["code", "name", *INCOME]


@pytest.mark.parametrize("behind", ["（决算数）", "决算数", "小计", "金额合计"])
def test_words_behind_a_heading_say_nothing(behind: str, catalog: Catalog) -> None:
    rows = [
        ["科目编码", "科目名称", "本年支出合计", f"基本支出{behind}", "项目支出"],
        ["208", "某某支出", *FIGURES[:3]],
    ]
    assert columns(rows, "gk05", catalog) == ["code", "name", "total", "basic", "project"]


def test_the_amount_and_a_part_of_it_stand_under_one_heading(catalog: Catalog) -> None:
    rows = [
        ["科目编码", "科目名称", "本年收入合计", "财政拨款收入", "事业收入", LEFT],
        [ABOVE, ABOVE, ABOVE, ABOVE, "金额", "其中：教育收费"],
        ["", "合计", "3.00", "2.00", "1.00", "0.50"],
        ["208", "社会保障和就业支出", "3.00", "2.00", "1.00", "0.50"],
    ]
    found = columns(rows, "gk02", catalog)
    assert found == ["code", "name", "total", "fiscal_appropriation", "business", "extra.其中：教育收费"]


def test_three_public_expenses_across_without_a_label(catalog: Catalog) -> None:
    pair = ["预算数", "决算数"]
    rows = [
        ["“三公”经费", *[LEFT] * 11],
        ["合计", LEFT, "因公出国（境）费", LEFT, "公务用车购置及运行维护费", *[LEFT] * 5, "公务接待费", LEFT],
        [ABOVE, ABOVE, ABOVE, ABOVE, "小计", LEFT, "公务用车购置费", LEFT, "公务用车运行维护费", LEFT, ABOVE, ABOVE],
        pair * 6,
        [str(n) for n in range(1, 13)],
        [f"{n}.00" for n in range(1, 13)],
    ]
    assert head(rows, catalog) == (5, None, (4,))
    found = columns(rows, "gk07", catalog)
    parts = ("total", "abroad", "vehicle", "vehicle_purchase", "vehicle_operation", "reception")
    assert found == [f"{part}.{one}" for part in parts for one in ("budget", "final")]
