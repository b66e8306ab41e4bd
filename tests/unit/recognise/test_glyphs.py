"""Characters that a damaged font gives wrong text."""

from __future__ import annotations

from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.recognise.glyphs import restored
from tests.support.grids import LEFT, Rows, sheet

# ¯ for 财, Ā for 基 and a bracket, á for 务, O for 三
DAMAGED: Rows = [
    ["科目编码", "科目名称", "本年支出合计", "Ā本支出", "项目支出"],
    ["合计", LEFT, "3.00", "2.00", "1.00"],
    ["201", "一般公共服á支出", "3.00", "2.00", "1.00"],
    ["20106", "¯政事á", "3.00", "2.00", "1.00"],
    ["30211", "差旅费用x某", "3.00", "2.00", "1.00"],
]


def cells(damaged: Rows, *titles: str, catalog: Catalog) -> tuple[set[str], list[str], int]:
    (page,), count = restored([sheet(1, *titles, damaged)], catalog)
    return {cell.text for cell in page.grids[0].cells}, [line.text for line in page.lines], count


def test_names_and_titles_are_read_as_what_alone_they_can_be(catalog: Catalog) -> None:
    texts, lines, count = cells(DAMAGED, "一般公共预算¯政拨款支出决算表", catalog=catalog)
    assert {"基本支出", "一般公共服务支出", "财政事务"} <= texts
    assert lines == ["一般公共预算财政拨款支出决算表"]
    assert count == 4


def test_what_no_name_gives_away_stays_as_it_is_and_figures_are_never_touched(catalog: Catalog) -> None:
    texts, _, _ = cells(DAMAGED, catalog=catalog)
    assert "差旅费用x某" in texts
    assert {"3.00", "2.00", "1.00"} <= texts


def test_a_name_that_could_be_several_is_left(catalog: Catalog) -> None:
    texts, _, count = cells([["科目编码", "x目支出"], ["201", "1.00"]], catalog=catalog)
    assert (count, "x目支出" in texts) in ((0, True), (1, False))
    texts, _, count = cells([["科目编码", "xx支出"], ["201", "1.00"]], catalog=catalog)
    assert (count, "xx支出" in texts) == (0, True)


def test_pages_without_an_odd_character_are_the_same_objects(catalog: Catalog) -> None:
    pages = [sheet(1, "支出决算表", [["科目编码", "合计"], ["201", "1.00"]])]
    assert restored(pages, catalog) == (pages, 0)
    assert restored(pages, catalog)[0] is pages
