"""Which of the nine tables a grid is by its headings and rows, and what they say about its title."""

from __future__ import annotations

import pytest

from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.model.page import Grid
from juesuan_extract.recognise.fit import fit, judge, ranking, recognise
from tests.support.grids import LEFT, Rows, grid
from tests.support.words import en

INCOME = ["本年收入合计", "财政拨款收入", "上级补助收入", "事业收入", "经营收入", "附属单位上缴收入", "其他收入"]
EXPENDITURE = ["本年支出合计", "基本支出", "项目支出", "上缴上级支出", "经营支出", "对附属单位补助支出"]
SPENT = ["合计", "基本支出", "项目支出"]
FLOW = ["年初结转和结余", "本年收入", *SPENT, "年末结转和结余"]
CLASSES = ["一般公共服务支出", "外交支出", "国防支出", "公共安全支出", "教育支出", "科学技术支出"]
ECONOMIC: Rows = [
    ["科目编码", "科目名称", "金额"],
    ["302", "商品和服务支出", "4.00"],
    ["30212", "因公出国（境）费用", "1.00"],
    ["30217", "公务接待费", "1.00"],
    ["30231", "公务用车运行维护费", "1.00"],
    ["31013", "公务用车购置", "1.00"],
]


def coded(*headings: str, codes: int = 3, first: str = "2080") -> Grid:
    names = [(f"{first}{i}", f"某某事务{i}") for i in range(1, codes + 1)]
    return grid([["科目编码", "科目名称", *headings], *([*name, *["1.00"] * len(headings)] for name in names)])


def summary(fiscal: bool) -> Grid:
    """The two sides of 04 or 01."""
    if fiscal:
        head = [["收入", LEFT, "支出", *[LEFT] * 4], ["项目", "金额", "项目", "合计", "一般公共预算财政拨款",
                "政府性基金预算财政拨款", "国有资本经营预算财政拨款"]]  # fmt: skip
        left = ["一般公共预算财政拨款", "政府性基金预算财政拨款", "国有资本经营预算财政拨款", "本年收入合计"]
    else:
        head = [["收入", LEFT, "支出", LEFT], ["项目", "决算数", "项目", "决算数"]]
        left = ["一般公共预算财政拨款收入", "上级补助收入", "事业收入", "经营收入", "其他收入", "本年收入合计"]
    left = [*left, *[""] * (6 - len(left))]
    width = len(head[1]) - 3
    return grid([*head, *([a, "1.00", b, *["1.00"] * width] for a, b in zip(left, CLASSES, strict=True))])


def score(found: Grid, table_id: str, catalog: Catalog) -> float:
    return fit(found, catalog.tables[table_id], catalog).score


def test_a_table_of_economic_kinds_is_no_table_of_expenditure(catalog: Catalog) -> None:
    matrix = coded("合计", "基本支出", "项目支出", "工资福利支出", "商品和服务支出")
    assert {f.table_id: f.score for f in ranking(matrix, catalog) if f.score > 0.3} == {}
    assert score(coded(*SPENT), "gk05", catalog) == 1
    for titled in ("gk03", "gk05"):
        found = judge(matrix, titled, catalog)
        assert (found.table_id, en(found.contradicted)) == (None, "it has a column 工资福利支出")


def test_functional_and_economic_codes_are_told_apart(catalog: Catalog) -> None:
    economic = grid(
        [
            ["科目编码", "科目名称", "金额"],
            ["301", "工资福利支出", "1.00"],
            ["30101", "基本工资", "1.00"],
            ["30102", "津贴补贴", "1.00"],
        ]
    )
    functional = grid([["科目编码", "科目名称", "金额"], ["208", "社会保障和就业支出", "1.00"]])
    assert score(economic, "gk06", catalog) == 1
    assert score(functional, "gk06", catalog) == 0
    assert score(economic, "gk05", catalog) == 0


def test_a_score_counts_the_headings_that_are_explained(catalog: Catalog) -> None:
    found = coded(*EXPENDITURE)
    assert score(found, "gk03", catalog) == 1
    assert score(found, "gk05", catalog) < 0.6
    fits = fit(coded(*EXPENDITURE[:3], "某种没见过的支出"), catalog.tables["gk03"], catalog)
    assert (fits.score, fits.unknown, fits.lacking) == (0.75, ("某种没见过的支出",), ())


@pytest.mark.parametrize(
    ("found", "table_id"),
    [
        (coded(*INCOME), "gk02"),
        (coded(*EXPENDITURE), "gk03"),
        (coded(*INCOME, codes=1), None),  # too little to go by
        (coded(*SPENT), None),  # 03, 05 and 09 have these headings
        (coded(*FLOW), None),  # 05 in some provinces, 08 and 09
        (coded(*FLOW, first="2230"), "gk09"),
        (grid(ECONOMIC), "gk06"),  # not 07, though four of its rows stand there
        (summary(fiscal=True), "gk04"),
        (summary(fiscal=False), "gk01"),
        (grid([["姓名", "电话"], ["张三", "123"]]), None),
    ],
)
def test_a_grid_without_title_is_taken_for_one_table_or_none(
    found: Grid, table_id: str | None, catalog: Catalog
) -> None:
    assert recognise(found, catalog) == table_id


@pytest.mark.parametrize(
    ("found", "titled", "table_id"),
    [
        (coded(*EXPENDITURE), "gk02", "gk03"),
        (coded(*EXPENDITURE, codes=1), "gk02", "gk03"),
        (coded(*EXPENDITURE), "gk05", "gk03"),
        (coded(*INCOME), "gk03", "gk02"),
        (coded(*INCOME), "gk08", "gk02"),
        (coded(*SPENT), "gk02", None),
        (coded(*FLOW, first="2230"), "gk08", "gk09"),
        (grid(ECONOMIC), "gk07", "gk06"),
        (summary(fiscal=True), "gk01", "gk04"),
        (summary(fiscal=False), "gk04", "gk01"),
    ],
)
def test_headings_and_rows_that_contradict_a_title(
    found: Grid, titled: str, table_id: str | None, catalog: Catalog
) -> None:
    judgement = judge(found, titled, catalog)
    assert judgement.contradicted
    assert judgement.table_id == table_id


@pytest.mark.parametrize(
    ("found", "titled"),
    [
        (coded(*SPENT), "gk03"),
        (coded(*SPENT), "gk05"),
        (coded(*SPENT), "gk09"),
        (coded(*FLOW), "gk05"),  # 年初 and 年末 blocks are known to stand beside it
        (coded(*FLOW), "gk08"),
        (coded(*FLOW), "gk09"),
        (coded("合计", "财政拨款收入"), "gk02"),
        (coded(*EXPENDITURE, "某种没见过的支出"), "gk03"),
        (coded("合计", "某种没见过的支出"), "gk03"),  # nothing speaks for another table
        (summary(fiscal=True), "gk04"),
        (summary(fiscal=False), "gk01"),
        (grid(ECONOMIC), "gk06"),
    ],
)
def test_titles_that_are_believed(found: Grid, titled: str, catalog: Catalog) -> None:
    assert judge(found, titled, catalog) == (titled, None, (), True)
