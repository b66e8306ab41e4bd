"""The sets of tables that publishers print, title by title: what each is, and which are none of the nine."""

from __future__ import annotations

import pytest

from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.locate.accounts import locate
from juesuan_extract.recognise.captions import find_number
from juesuan_extract.recognise.titles import find_title
from tests.support.grids import Rows, sheet

# In printed order; ---- is none of the nine.
SETS = {
    "university, 4": """
        gk01 高等学校收入支出决算总表
        gk02 高等学校收入决算表
        gk03 高等学校支出决算表
        gk05 高等学校财政拨款支出决算表""",
    "Hunan 2017, 8": """
        gk01 收入支出决算总表
        gk02 收入决算表
        gk03 支出决算表
        gk04 财政拨款收入支出决算总表
        gk05 一般公共预算财政拨款支出决算表
        gk06 一般公共预算财政拨款基本支出决算表
        gk07 一般公共预算财政拨款“三公”经费支出决算表
        gk08 政府性基金预算财政拨款收入支出决算表""",
    "central 2023, 9": """
        gk01 收入支出决算总表
        gk02 收入决算表
        gk03 支出决算表
        gk04 财政拨款收入支出决算总表
        gk05 一般公共预算财政拨款支出决算表
        gk06 一般公共预算财政拨款基本支出决算明细表
        gk08 政府性基金预算财政拨款收入支出决算表
        gk09 国有资本经营预算财政拨款支出决算表
        gk07 财政拨款“三公”经费支出决算表""",
    "Liaoning 2018, 9": """
        gk01 收入支出决算总表
        gk02 收入决算表
        gk03 支出决算表
        gk04 财政拨款收入支出决算表
        gk05 一般公共预算财政拨款收入支出决算表
        gk06 一般公共预算财政拨款基本支出决算表
        gk08 政府性基金预算财政拨款收入支出决算表
        ---- 财政专户管理资金收入支出决算表
        gk07 一般公共预算财政拨款“三公”经费支出决算表""",
    "Shaanxi 2020, 9": """
        gk01 收入支出决算总表
        gk02 收入决算总表
        gk03 支出决算总表
        gk04 财政拨款收入支出决算总表
        gk05 一般公共预算财政拨款支出决算表（按功能分类科目）
        gk06 一般公共预算财政拨款基本支出决算表（按经济分类科目）
        gk07 一般公共预算财政拨款“三公”经费及会议费、培训费支出决算表
        gk08 政府性基金预算财政拨款收入支出决算表
        gk09 国有资本经营预算财政拨款支出决算表""",
    "Jiangxi 2021, 10": """
        gk01 收入支出决算总表
        gk02 收入决算表
        gk03 支出决算表
        gk04 财政拨款收入支出决算总表
        gk05 一般公共预算财政拨款支出决算表
        gk06 一般公共预算财政拨款基本支出决算表
        gk07 财政拨款“三公”经费支出决算表
        gk08 政府性基金预算财政拨款收入支出决算表
        gk09 国有资本经营预算财政拨款支出决算表
        ---- 国有资产占用情况表""",
    "Zhejiang 2022, 11": """
        gk01 收入支出决算总表
        ---- 收入决算表（分单位）
        gk02 收入决算表（分科目）
        ---- 支出决算表（分单位）
        gk03 支出决算表（分科目）
        gk04 财政拨款收入支出决算总表
        gk05 一般公共预算财政拨款支出决算表
        gk06 一般公共预算财政拨款基本支出决算表
        gk08 政府性基金预算财政拨款收入支出决算表
        gk09 国有资本经营预算财政拨款支出决算表
        gk07 财政拨款“三公”经费支出决算表""",
    "Qinghai 2018, 11": """
        gk01 部门收支总体情况表
        gk02 部门收入总体情况表
        gk03 部门支出总体情况表
        gk04 财政拨款收支总体情况表
        gk05 一般公共预算支出情况表
        gk06 一般公共预算基本支出情况表
        gk07 一般公共预算“三公”经费及会议费、培训费支出情况表
        gk08 政府性基金预算支出情况表
        ---- 财政拨款支出情况表
        ---- 政府采购情况表
        ---- 机关运行经费支出情况表""",
    "Yunnan 2022, 12": """
        gk01 收入支出决算表
        gk02 收入决算表
        gk03 支出决算表
        gk04 财政拨款收入支出决算表
        gk05 一般公共预算财政拨款收入支出决算表
        gk06 一般公共预算财政拨款基本支出决算表
        ---- 一般公共预算财政拨款项目支出决算表
        gk08 政府性基金预算财政拨款收入支出决算表
        gk09 国有资本经营预算财政拨款收入支出决算表
        gk07 财政拨款“三公”经费、行政参公单位机关运行经费情况表
        gk07 一般公共预算财政拨款“三公”经费情况表
        ---- 国有资产使用情况表""",
    "Inner Mongolia 2022, 12": """
        gk01 收入支出决算总表
        gk02 收入决算表
        gk03 支出决算表
        gk04 财政拨款收入支出决算总表
        gk05 一般公共预算财政拨款支出决算表
        gk06 一般公共预算财政拨款基本支出决算表
        gk06 一般公共预算财政拨款基本支出决算明细表
        ---- 一般公共预算财政拨款项目支出决算明细表
        gk08 政府性基金预算财政拨款收入支出决算表
        gk09 国有资本经营预算财政拨款支出决算表
        gk07 财政拨款“三公”经费支出决算表
        ---- 机构运行经费支出、国有资产占用情况及政府采购支出信息表""",
    "Sichuan 2023, 13": """
        gk01 收入支出决算总表
        gk02 收入决算表
        gk03 支出决算表
        gk04 财政拨款收入支出决算总表
        ---- 财政拨款支出决算明细表
        gk05 一般公共预算财政拨款支出决算表
        ---- 一般公共预算财政拨款支出决算明细表
        gk06 一般公共预算财政拨款基本支出决算表
        ---- 一般公共预算财政拨款项目支出决算表
        gk08 政府性基金预算财政拨款收入支出决算表
        gk09 国有资本经营预算财政拨款收入支出决算表
        gk09 国有资本经营预算财政拨款支出决算表
        gk07 财政拨款“三公”经费支出决算表""",
    "with assets, purchases and self-evaluation, 15": """
        gk01 收支决算总表
        gk02 收入决算总表
        gk03 支出决算总表
        gk04 财政拨款收支决算总表
        gk05 一般公共预算支出决算表
        gk06 一般公共预算基本支出决算表
        ---- 一般公共预算项目支出决算表
        gk07 一般公共预算“三公”经费、会议费、培训费支出决算表
        gk08 政府性基金预算支出决算表
        gk09 国有资本经营预算支出决算表
        ---- 资产负债情况表
        ---- 政府采购情况表
        ---- 机关运行经费支出决算表
        ---- 部门整体支出绩效自评表
        ---- 项目支出绩效自评表""",
}
EVERY = [
    (name, number, *line.split()) for name, text in SETS.items() for number, line in enumerate(text.split("\n")[1:], 1)
]
GENERAL: Rows = [
    ["科目编码", "科目名称", "合计", "基本支出", "项目支出"],
    ["", "合计", "1.00", "0.50", "0.50"],
    ["208", "社会保障和就业支出", "1.00", "0.50", "0.50"],
]


@pytest.mark.parametrize(("publisher", "place", "table_id", "title"), EVERY)
def test_titles_of_whole_sets(publisher: str, place: int, table_id: str, title: str, catalog: Catalog) -> None:
    for printed in (title, f"公开{place:02}表 {title}", f"2023年度某市教育局{title}", f"{place}、{title}（续表）"):
        found = find_title([printed], catalog)
        assert found is not None, printed
        assert found.match is not None, f"{printed} is unknown"
        assert (found.match.table_id or "----") == table_id, printed


def test_sets_are_as_long_as_they_say() -> None:
    for name, text in SETS.items():
        assert len(text.split("\n")) - 1 == int(name.rpartition(" ")[2]), name


def test_other_tables_are_listed_with_title_and_page_and_never_taken(catalog: Catalog) -> None:
    others = list(dict.fromkeys(title for _, _, table_id, title in EVERY if table_id == "----"))
    pages = [sheet(number, title, GENERAL) for number, title in enumerate(others, 3)]
    located = locate([sheet(1, "某市教育局2023年度部门决算"), sheet(2, "支出决算表", GENERAL), *pages], catalog)
    ((span,),) = located.accounts
    assert (span.table_id, span.pages) == ("gk03", (2,))
    assert located.others == tuple((title, (number,)) for number, title in enumerate(others, 3))


@pytest.mark.parametrize(
    "title",
    [
        "各单位支出决算表",
        "专项资金支出决算表",
        "事业收入决算表",
        "经营收入支出决算表",
        "非财政拨款支出决算表",
        "债券资金收入支出决算表",
        "一般公共预算财政拨款支出决算表（按经济分类）",
        "收入决算表（按单位）",
    ],
)
def test_tables_that_only_end_like_one_of_ours(title: str, catalog: Catalog) -> None:
    found = find_title([title], catalog)
    assert found is None or found.match is None or found.match.table_id is None


@pytest.mark.parametrize(
    "number",
    ["公开01表", "财决公开01表", "决算公开01表", "公开附表1", "公开01-1表", "部门公开表1", "附表1-1"],
)
def test_more_numbers(number: str, catalog: Catalog) -> None:
    assert find_number([number, "单位：万元"], catalog) == number


@pytest.mark.parametrize(
    "sentence",
    [
        "本单位2023年度没有使用国有资本经营预算拨款安排的支出。",
        "说明：本部门无此项收支，已公开空表。",
        "本单位不涉及此表。",
        "本年度未发生“三公”经费支出，本表无数据。",
        "政府性基金收支为零。",
    ],
)
def test_more_sentences_about_empty_tables(sentence: str, catalog: Catalog) -> None:
    assert catalog.empty_pattern.search(sentence)


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("部门预算支出经济分类科目编码", "code"),
        ("政府经济分类科目编码", "code"),
        ("项目编码", "code"),
        ("支出功能科目", "name"),
        ("部门经济科目名称", "name"),
        ("科目编码及名称", "name"),
        ("基本支出", None),
        ("项目支出", None),
    ],
)
def test_more_headings_of_label_columns(heading: str, kind: str | None, catalog: Catalog) -> None:
    assert catalog.label_kind(heading) == kind
