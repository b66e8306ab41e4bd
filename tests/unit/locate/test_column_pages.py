"""Wide tables that were cut by columns."""

from __future__ import annotations

from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.locate.accounts import locate
from juesuan_extract.locate.column_pages import with_columns_joined
from juesuan_extract.map.table import map_table
from juesuan_extract.model.page import PageContent
from tests.support.grids import Rows, grid, sheet

CODES = ["20801", "20802", "20803", "20804", "20805", "20806"]
LEFT_PART: Rows = [
    ["科目编码", "科目名称", "本年支出合计", "基本支出"],
    *([c, f"某某{c}", "3.00", "2.00"] for c in CODES),
]
RIGHT_PART: Rows = [["项目支出", "经营支出"], *(["1.00", f"{n}.50"] for n in range(6))]
COVER = sheet(1, "某市教育局2023年度部门决算")


def pages(*parts: tuple[str, Rows]) -> list[PageContent]:
    made = [sheet(n, title, grid(rows, n, top=100.0)) for n, (title, rows) in enumerate(parts, 2)]
    return [COVER, *made]


def test_the_right_part_stands_beside_the_rows_of_the_left_one(catalog: Catalog) -> None:
    located = locate(pages(("支出决算表", LEFT_PART), ("表", RIGHT_PART)), catalog)
    (table,) = located.accounts[0]
    assert (table.table_id, table.pages) == ("gk03", (2, 3))
    mapped = map_table(table, catalog)
    found = {(f.row_id, f.column_id): (f.text, f.page) for f in mapped.facts}
    assert found["20803", "basic"] == ("2.00", 2)
    assert found["20803", "operating"] == ("2.50", 3)
    assert "columns_joined" in {repair.kind for repair in mapped.layout.repairs}


def test_strips_of_several_pages_one_after_the_other(catalog: Catalog) -> None:
    more: Rows = [LEFT_PART[0], *([f"2100{n}", f"别的{n}", "3.00", "2.00"] for n in range(1, 5))]
    joined = with_columns_joined(
        pages(("支出决算表", LEFT_PART), ("", more), ("", RIGHT_PART), ("", RIGHT_PART[:5])), catalog
    )
    assert [sheet.grids[0].beside if sheet.grids else None for sheet in joined[1:]] == [(4,), (5,), None, None]


def test_a_page_that_names_another_table_or_has_other_rows_is_none(catalog: Catalog) -> None:
    named = pages(("支出决算表", LEFT_PART), ("财政拨款“三公”经费支出决算表", RIGHT_PART))
    assert with_columns_joined(named, catalog) == named
    fewer = pages(("支出决算表", LEFT_PART), ("", RIGHT_PART[:4]))
    assert with_columns_joined(fewer, catalog) == fewer
