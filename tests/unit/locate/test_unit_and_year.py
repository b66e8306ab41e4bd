"""Whose account it is and of which year."""

from __future__ import annotations

import pytest

from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.locate.unit_and_year import cover_name, read_filers
from juesuan_extract.model.page import PageContent
from juesuan_extract.model.table import Span
from juesuan_extract.recognise.captions import find_unit_name
from tests.support.grids import grid, sheet

BODY = sheet(2, "第一部分", "本单位的主要职责是办理业务。")


def beside(unit_name: str, page: int = 5, title: str = "支出决算表") -> Span:
    """A table with this name beside it."""
    return Span("gk03", (grid([["合计", "1.00"]], page),), title, "", "万元", unit_name)


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (["某市教育局2023年度部门决算"], "某市教育局"),
        (["2023年度某市教育局部门决算"], "某市教育局"),
        (["2023年度", "某市教育局", "部门决算"], "某市教育局"),
        (["某市教育局", "2023年度部门决算公开"], "某市教育局"),
        (["2024年度单位决算", "福州市社会保险技术服务保障中心"], "福州市社会保险技术服务保障中心"),
        (["附件2：", "上海市普陀区财政局 2024 年度部门决算"], "上海市普陀区财政局"),
        (["某 市 教 育 局", "二〇二三年度部门决算"], "某市教育局"),
        (["关于某市教育局2023年度部门决算的公告"], "某市教育局"),
        (["某市教育局（本级）2023年度单位决算"], "某市教育局（本级）"),
        (["某市教育局２０２３年度部门决算"], "某市教育局"),
        (["目录", "一、部门决算"], ""),
        (["2023年度部门决算"], ""),
        (["2024年9月"], ""),
    ],
)
def test_names_on_the_cover(lines: list[str], name: str) -> None:
    assert cover_name([sheet(1, *lines), BODY]) == name


def test_a_long_name_over_two_lines_is_joined_when_the_text_repeats_it() -> None:
    cover = sheet(1, "某市人力资源和", "社会保障局", "2023年度部门决算")
    text = sheet(2, "某市人力资源和社会保障局的主要职责", "某市人力资源和社会保障局收入增加")
    assert cover_name([cover, text]) == "某市人力资源和社会保障局"


def test_the_name_beside_the_tables_beats_the_cover(catalog: Catalog) -> None:
    sheets = [sheet(1, "某市教育局2023年度部门决算"), BODY]
    spans = [beside("某市第一中学"), beside("某市第一中学"), beside("某市")]
    assert read_filers(sheets, [spans], catalog)[0].unit_name == "某市第一中学"
    assert read_filers(sheets, [[beside("")]], catalog)[0].unit_name == "某市教育局"


def test_of_several_accounts_each_has_the_overview_before_it(catalog: Catalog) -> None:
    sheets = [
        sheet(1, "某市教育局2023年度部门决算"),
        sheet(2, "第一部分 某市教育局概况"),
        sheet(8, "第一部分 某市第一中学单位概况"),
    ]
    names = [i.unit_name for i in read_filers(sheets, [[beside("", page)] for page in (5, 9)], catalog)]
    assert names == ["某市教育局", "某市第一中学"]


def year(catalog: Catalog, *sheets: PageContent, title: str = "支出决算表") -> int | None:
    return read_filers(list(sheets), [[beside("", title=title)]], catalog)[0].fiscal_year


@pytest.mark.parametrize(
    ("cover", "fiscal_year"),
    [
        ("某市教育局2023年度部门决算", 2023),
        ("某市教育局２０２３年度部门决算", 2023),
        ("某市教育局 2 0 2 3 年部门决算", 2023),
        ("二〇二四年度部门决算", 2024),
        ("二○二四年度部门决算", 2024),
        ("二零二四年部门决算", 2024),
        ("某市教育局部门决算", None),
    ],
)
def test_years_in_both_kinds_of_digits(cover: str, fiscal_year: int | None, catalog: Catalog) -> None:
    assert year(catalog, sheet(1, cover)) == fiscal_year


def test_the_years_of_publication_and_comparison_do_not_count(catalog: Catalog) -> None:
    cover = sheet(1, "某市教育局2023年度部门决算", "2024年9月")
    text = sheet(2, "2023年度收入决算353.06万元，比2022年增加24.02万元。", "与2022年度决算数相比增加。")
    assert year(catalog, cover, text) == 2023


def test_the_year_in_the_title_of_a_table(catalog: Catalog) -> None:
    assert year(catalog, sheet(1, "某市教育局"), title="2023年度支出决算表") == 2023


def test_the_cover_beats_a_year_left_from_a_template(catalog: Catalog) -> None:
    cover = sheet(1, "某市教育局2024年度部门决算")
    old = [sheet(i, "2023年度部门决算情况说明") for i in (3, 4, 5)]
    assert year(catalog, cover, sheet(2, "目录"), *old) == 2024


@pytest.mark.parametrize("place", ["beside", "cover", "overview"])
def test_radicals_in_a_name_are_the_characters_they_look_like(place: str, catalog: Catalog) -> None:
    said = "⻓乐县⻋辆管理所"
    if place == "beside":
        assert find_unit_name([f"单位：{said}"], catalog) == "长乐县车辆管理所"
        return
    first = sheet(1, f"2023年度{said}单位决算") if place == "cover" else sheet(1, f"第一部分　{said}概况")
    (identity,) = read_filers([first, BODY], [(beside(""),)], catalog)
    assert identity.unit_name == "长乐县车辆管理所"
