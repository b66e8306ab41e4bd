"""What the lines around a table say: title, number, money unit, unit name."""

from __future__ import annotations

import pytest

from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.recognise.captions import find_number, find_unit, find_unit_name, find_year, is_caption
from juesuan_extract.recognise.titles import clean_title, find_title, match_title

TITLES = {
    "gk01": ["收入支出决算总表", "收支决算总表", "收入支出决算表", "部门收支总体情况表"],
    "gk02": ["收入决算表", "收入决算总表", "部门收入总体情况表", "收入决算表（分科目）"],
    "gk03": ["支出决算表", "支出决算总表", "部门支出总体情况表", "支出决算表（分科目）"],
    "gk04": ["财政拨款收入支出决算总表", "财政拨款收入支出决算表", "财政拨款收支决算总表"],
    "gk05": [
        "一般公共预算财政拨款支出决算表",
        "一般公共预算财政拨款收入支出决算表",
        "一般公共预算支出情况表",
    ],
    "gk06": ["一般公共预算财政拨款基本支出决算表", "一般公共预算财政拨款基本支出决算明细表"],
    "gk07": [
        "一般公共预算财政拨款“三公”经费支出决算表",
        "财政拨款“三公”经费支出决算表",
        "一般公共预算财政拨款安排的“三公”经费支出决算表",
        "“三公”经费、行政参公单位机关运行经费情况表",
        "“三公”经费及会议费、培训费支出决算表",
    ],
    "gk08": ["政府性基金预算财政拨款收入支出决算表", "政府性基金预算支出情况表"],
    "gk09": ["国有资本经营预算财政拨款支出决算表", "国有资本经营预算财政拨款收入支出决算表"],
}
OTHERS = [
    "一般公共预算财政拨款项目支出决算表",
    "一般公共预算财政拨款支出决算明细表",
    "财政专户管理资金收入支出决算表",
    "收入决算表（分单位）",
    "支出决算表（分单位）",
    "国有资产占用情况表",
    "财政拨款支出决算明细表",
    "项目支出决算表",
    "机构运行经费、国有资产占用和政府采购情况表",
    "项目支出绩效自评表",
]
EVERY = [(name, title) for name, titles in TITLES.items() for title in titles]


def named(text: str, catalog: Catalog) -> str | None:
    """The id a line stands for; "none of ours" for a title of another table, None when it is no title."""
    match = match_title(text, catalog)
    return None if match is None else match.table_id or "none of ours"


@pytest.mark.parametrize(("table_id", "title"), EVERY)
def test_titles_of_all_publishers(table_id: str, title: str, catalog: Catalog) -> None:
    assert named(title, catalog) == table_id
    assert named(" ".join(title), catalog) == table_id
    assert named(f"2023年度{title}", catalog) == table_id
    assert named(f"某市教育局部门{title}", catalog) == table_id
    assert named(f"公开07表 {title}", catalog) == table_id, "the number is no identity"


@pytest.mark.parametrize("title", OTHERS)
def test_other_tables_whose_titles_end_like_ours(title: str, catalog: Catalog) -> None:
    assert named(title, catalog) == "none of ours"
    assert named(f"二、2023年度{title}", catalog) == "none of ours"


def test_the_longest_title_in_a_line_wins(catalog: Catalog) -> None:
    nested = ["支出决算表", "财政拨款支出决算表", "一般公共预算财政拨款支出决算表"]
    assert all(title.endswith(nested[0]) for title in nested)
    assert [named(title, catalog) for title in nested] == ["gk03", "gk05", "gk05"]
    assert named("收入支出决算总表", catalog) == "gk01"
    assert named("财政拨款收入支出决算总表", catalog) == "gk04"
    assert named("国有资本经营预算财政拨款收入支出决算表", catalog) == "gk09"


@pytest.mark.parametrize(
    "title", ["专用基金支出决算表", "社会保险支出决算表", "某县预算支出决算表", "基建项目支出决算表"]
)
def test_a_word_before_the_title_makes_it_another_table(title: str, catalog: Catalog) -> None:
    assert named(title, catalog) == "none of ours"


@pytest.mark.parametrize(
    "line",
    [
        "本表反映单位本年度各项支出情况，见支出决算表，金额单位为万元。",
        "详见附表。",
        "支出决算表反映的是单位本年度各项支出；",
        "支出决算",
        "（一）收入决算情况说明",
        "支出决算表" + "很长的一行" * 20,
        "各项支出情况见支出决算表",
        "详见附表3支出决算表",
        "如下表：支出决算表",
    ],
)
def test_sentences_are_no_titles(line: str, catalog: Catalog) -> None:
    assert match_title(line, catalog) is None


def test_a_title_broken_over_lines_is_joined(catalog: Catalog) -> None:
    found = find_title(["单位：某局", "一般公共预算财政拨款", "基本支出决算表", "金额单位：万元"], catalog)
    assert found is not None
    assert found.match is not None
    assert (found.match.table_id, found.printed, found.lines) == ("gk06", "一般公共预算财政拨款基本支出决算表", 2)


def test_lines_above_a_whole_title_are_not_joined_to_it(catalog: Catalog) -> None:
    found = find_title(["第二部分2023年度部门决算表", "收入决算表"], catalog)
    assert found is not None
    assert (found.printed, found.lines) == ("收入决算表", 1)


def test_the_title_nearest_to_the_table_counts(catalog: Catalog) -> None:
    found = find_title(["收入决算表", "支出决算表", "公开03表"], catalog)
    assert found is not None
    assert found.printed == "支出决算表"


def test_an_unknown_title_is_kept_for_the_list_of_other_tables(catalog: Catalog) -> None:
    found = find_title(["某种从未见过的情况表"], catalog)
    assert found is not None
    assert (found.match, found.printed) == (None, "某种从未见过的情况表")
    assert find_title(["本单位共有车辆三辆", "第12页"], catalog) is None


@pytest.mark.parametrize(
    "line",
    [
        "范围的单位详细情况见下表",
        "纳入编制范围的单位如下表",
        "无相关支出故公开空表",
        "本年度项目支出情况如下列表",
        "本单位填报本表",
    ],
)
def test_a_sentence_is_no_unknown_title(line: str, catalog: Catalog) -> None:
    assert find_title([line], catalog) is None


@pytest.mark.parametrize(
    ("line", "printed"),
    [
        ("二、收入决算表", "收入决算表"),
        ("公开02表 收入决算表", "收入决算表"),
        ("收入决算表 单位：万元", "收入决算表"),
        ("财政拨款“三公”经费支出决算表", "财政拨款“三公”经费支出决算表"),
        ("2023 年度收入决算表", "2023年度收入决算表"),
    ],
)
def test_titles_are_emitted_as_printed(line: str, printed: str, catalog: Catalog) -> None:
    assert clean_title(line, catalog) == printed


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("公开01表", "公开01表"),
        ("公开 01 表", "公开01表"),
        ("财决公开01表", "财决公开01表"),
        ("表1", "表1"),
        ("表一", "表一"),
        ("附表1", "附表1"),
        ("公开表1-1", "公开表1-1"),
        ("公开０７表", "公开０７表"),
        ("财决01表", "财决01表"),
        ("财决01", "财决01"),  # 表 is lost when its glyph is damaged
        ("部门：某局 公开03表 单位：万元", "公开03表"),
        ("支出决算表", ""),
        ("详见附表1。", ""),
        ("报表1", ""),
        ("单位：万元", ""),
    ],
)
def test_numbers_as_printed(line: str, number: str, catalog: Catalog) -> None:
    assert find_number([line], catalog) == number


@pytest.mark.parametrize(
    ("line", "unit"),
    [
        ("单位：万元", "万元"),
        ("金额单位：元", "元"),
        ("金额单位: 万元", "万元"),
        ("（单位：万元）", "万元"),
        ("单位：人民币万元", "万元"),
        ("计量单位：千元", "千元"),
        ("收入支出决算总表（万元）", "万元"),
        ("部门：某局 2023年度 单位：万元", "万元"),
        ("单位：某市元宝区财政局", ""),
        ("编制单位：某局", ""),
        ("支出 353.06 万元", ""),
    ],
)
def test_money_units(line: str, unit: str) -> None:
    assert find_unit([line]) == unit


def test_the_money_unit_nearest_to_the_table_counts() -> None:
    assert find_unit(["单位：元", "三公经费支出决算表", "单位：万元"]) == "万元"


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("部门：上海市普陀区财政局", "上海市普陀区财政局"),
        ("单位：福州市社会保险技术服务保障中心", "福州市社会保险技术服务保障中心"),
        ("编制单位：某县人民医院", "某县人民医院"),
        ("编制部门: 某市教育局", "某市教育局"),
        ("编制单位：某局 2023年度 金额单位：万元", "某局"),
        ("公开部门：某局（公章）", "某局"),
        ("单位名称：某局公开03表", "某局"),
        ("单位：某局单位：万元", "某局"),
        ("单位：万元", ""),
        ("金额单位：元", ""),
        ("单位：人民币万元", ""),
        ("支出决算表", ""),
        ("部门：本表反映各部门的支出。", ""),
    ],
)
def test_unit_names_beside_a_table(line: str, name: str, catalog: Catalog) -> None:
    assert find_unit_name([line], catalog) == name


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("支出决算表", True),
        ("公开03表", True),
        ("单位：万元", True),
        ("部门：某市教育局", True),
        ("编制单位：某市教育局 2023年度 金额单位：万元", True),
        ("（万元）", True),
        ("2023年度", True),
        ("2023年度决算数", False),
        ("科目编码", False),
        ("合计", False),
        ("社会保障和就业支出", False),
        ("1,234.56", False),
    ],
)
def test_captions(text: str, is_one: bool, catalog: Catalog) -> None:
    assert is_caption(text, catalog) is is_one


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2023年度部门决算", 2023),
        ("２０２３年度部门决算", 2023),
        ("二〇二四年决算", 2024),
        ("决算", None),
        ("2080505年", None),
    ],
)
def test_years(text: str, year: int | None) -> None:
    assert find_year(text) == year


COMPOSED = {
    "gk05": [
        "2016年一般公共预算财政拨款支出决算表（一）",
        "支出一般公共预算财政拨款决算表",
        "一般公共预算财政资金支出情况决算总表",
    ],
    "gk06": ["一般公共预算2019年度财政拨款基本支出决算汇总表（按经济分类）", "公共财政预算基本支出分类决算表"],
    "gk04": ["部门财政拨款收入和支出决算总体情况公开表"],
    "gk07": ["2018年度“三公”经费财政拨款支出预决算对照表", "“三公”经费及会议费、培训费、机关运行经费支出决算统计表"],
    "gk08": ["本部门政府性基金预算安排的财政拨款收支决算总表"],
    "none of ours": [
        "本单位经营支出决算汇总表",
        "基本支出决算公开表",
        "财政拨款收入决算总体情况表",
        "支出决算情况表（分单位）",
    ],
}


@pytest.mark.parametrize(
    ("table_id", "title"), [(name, title) for name, titles in COMPOSED.items() for title in titles]
)
def test_titles_that_nobody_listed(table_id: str, title: str, catalog: Catalog) -> None:
    assert named(title, catalog) == table_id


def test_a_title_may_leave_open_which_table_it_is(catalog: Catalog) -> None:
    match = match_title("2016年一般公共预算财政拨款决算表（二）", catalog)
    assert match is not None
    assert (match.table_id, set(match.candidates)) == (None, {"gk05", "gk06", "gk07"})
