"""Located tables to rows: blocks side by side, pages aligned, nothing printed lost."""

from __future__ import annotations

from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.map.layout import lay_out
from juesuan_extract.model.message import message
from juesuan_extract.model.table import Layout, RawRow
from tests.support.grids import ABOVE, LEFT, Rows, grid, span
from tests.support.words import all_en

HEAD = ["科目编码", "科目名称", "本年支出合计", "基本支出", "项目支出"]
TOTAL = ["合计", LEFT, "3.00", "2.00", "1.00"]
SOCIAL = ["208", "社会保障和就业支出", "3.00", "2.00", "1.00"]


def laid(table_id: str, catalog: Catalog, *pages: Rows, **options: float) -> Layout:
    """The layout of a table whose pages are given; options: how the later pages are drawn."""
    grids = [grid(rows, number, **(options if number > 1 else {})) for number, rows in enumerate(pages, 1)]  # type: ignore[arg-type]
    return lay_out(span(table_id, *grids), catalog.tables[table_id], catalog)


def shown(row: RawRow) -> tuple[str, str, list[str]]:
    return row.code, row.name, [cell.text for _, cell in row.amounts]


def kinds(layout: Layout) -> set[str]:
    return {repair.kind for repair in layout.repairs}


def test_rows_in_printed_order(catalog: Catalog) -> None:
    layout = laid("gk03", catalog, [HEAD, TOTAL, SOCIAL])
    assert [shown(row) for row in layout.rows] == [
        ("", "合计", ["3.00", "2.00", "1.00"]),
        ("208", "社会保障和就业支出", ["3.00", "2.00", "1.00"]),
    ]
    assert (layout.repairs, layout.findings, layout.doubts) == ((), (), ())


def test_blocks_side_by_side_are_read_one_after_the_other(catalog: Catalog) -> None:
    rows = [
        ["收入", LEFT, LEFT, "支出", LEFT, LEFT],
        ["项目", "行次", "决算数", "项目", "行次", "决算数"],
        ["一、一般公共预算财政拨款收入", "1", "5.00", "一、一般公共服务支出", "9", "4.00"],
        ["", "", "", "二、外交支出", "10", "1.00"],
        ["总计", "2", "5.00", "总计", "11", "5.00"],
    ]
    layout = laid("gk01", catalog, rows)
    assert [(row.block, row.side, row.name, row.amounts[0][1].text) for row in layout.rows] == [
        (0, "income", "一、一般公共预算财政拨款收入", "5.00"),
        (0, "income", "总计", "5.00"),
        (1, "expenditure", "一、一般公共服务支出", "4.00"),
        (1, "expenditure", "二、外交支出", "1.00"),
        (1, "expenditure", "总计", "5.00"),
    ]
    assert kinds(layout) == {"ordinal_column"}, "行次 are no amounts"


def test_code_parts_are_joined_with_a_bar(catalog: Catalog) -> None:
    head = ["科目编码", LEFT, LEFT, *HEAD[1:]]
    rows = [head, ["类", "款", "项", *TOTAL[0:1], *TOTAL[2:]], ["208", "01", "08", "信息化建设", *SOCIAL[2:]]]
    layout = laid("gk03", catalog, rows)
    assert [row.code for row in layout.rows] == ["", "208|01|08"]
    assert layout.rows[0].name == "合计"
    assert "heading_in_total_row" in kinds(layout)


def test_code_and_name_in_one_cell(catalog: Catalog) -> None:
    layout = laid(
        "gk03", catalog, [["项目", *HEAD[2:]], ["208社会保障和就业支出", *SOCIAL[2:]], ["20801某某事务", *SOCIAL[2:]]]
    )
    assert [(row.code, row.name) for row in layout.rows] == [("208", "社会保障和就业支出"), ("20801", "某某事务")]


def test_the_row_that_numbers_the_columns_is_left_out(catalog: Catalog) -> None:
    layout = laid("gk03", catalog, [HEAD, ["栏次", LEFT, "1", "2", "3"], TOTAL, SOCIAL])
    assert [row.name for row in layout.rows] == ["合计", "社会保障和就业支出"]
    assert kinds(layout) == {"ordinal_row"}


def test_a_row_of_numbers_below_the_row_of_the_total(catalog: Catalog) -> None:
    head = ["科目编码", LEFT, LEFT, *HEAD[1:]]
    levels, numbers = ["类", "款", "项", "合计", *TOTAL[2:]], ["", "", "", "栏次", "1", "2", "3"]
    layout = laid("gk03", catalog, [head, levels, numbers, ["208", "", "", *SOCIAL[1:]]])
    assert [row.name for row in layout.rows] == ["合计", "社会保障和就业支出"]


def test_pages_without_a_head_are_joined_by_the_place_of_their_columns(catalog: Catalog) -> None:
    layout = laid("gk03", catalog, [HEAD, TOTAL], [SOCIAL], x=125.0)
    assert [(row.page, *shown(row)) for row in layout.rows] == [
        (1, "", "合计", ["3.00", "2.00", "1.00"]),
        (2, "208", "社会保障和就业支出", ["3.00", "2.00", "1.00"]),
    ]
    assert kinds(layout) == {"continuation"}


def test_a_head_that_is_repeated_holds_no_rows(catalog: Catalog) -> None:
    layout = laid(
        "gk03", catalog, [HEAD, ["栏次", LEFT, "1", "2", "3"], TOTAL], [HEAD, ["栏次", LEFT, "1", "2", "3"], SOCIAL]
    )
    assert [row.name for row in layout.rows] == ["合计", "社会保障和就业支出"]


def test_figures_below_a_strip_that_holds_no_head(catalog: Catalog) -> None:
    layout = laid("gk03", catalog, [["", "", "", "", ""]], [HEAD, TOTAL])
    assert [shown(row) for row in layout.rows] == [("", "合计", ["3.00", "2.00", "1.00"])]


def test_columns_keep_their_place_when_later_pages_are_cut_otherwise(catalog: Catalog) -> None:
    """On the second page the name column is drawn as two."""
    narrow = ["20801", "人力资源", LEFT, "3.00", "2.00", "1.00"]
    first = grid([HEAD, TOTAL, SOCIAL])
    second = grid([narrow, ["2080108", "信息化建设", "", "3.00", "", "1.00"]], 2, widths=[90, 45, 45, 90, 90, 90])
    layout = lay_out(span("gk03", first, second), catalog.tables["gk03"], catalog)
    assert [shown(row) for row in layout.rows[2:]] == [
        ("20801", "人力资源", ["3.00", "2.00", "1.00"]),
        ("2080108", "信息化建设", ["3.00", "", "1.00"]),
    ]


def test_one_label_over_two_lines_of_figures(catalog: Catalog) -> None:
    below = [ABOVE, ABOVE, "3.00", "2.00", "1.00"]
    joined = laid("gk03", catalog, [HEAD, TOTAL, ["208", "社会保障和就业支出", "", "", ""], below])
    assert [shown(row) for row in joined.rows][1:] == [("208", "社会保障和就业支出", ["3.00", "2.00", "1.00"])]
    both = laid("gk03", catalog, [HEAD, TOTAL, SOCIAL, [ABOVE, ABOVE, "9.00", "9.00", "0.00"]])
    assert [shown(row) for row in both.rows][1:] == [
        ("208", "社会保障和就业支出", ["3.00", "2.00", "1.00"]),
        ("", "", ["9.00", "9.00", "0.00"]),
    ]


def test_rows_without_label_and_figures_are_nothing(catalog: Catalog) -> None:
    layout = laid("gk03", catalog, [HEAD, TOTAL, [""] * 5, SOCIAL, [""] * 5])
    assert len(layout.rows) == 2


def test_an_unknown_amount_column_is_a_finding(catalog: Catalog) -> None:
    layout = laid("gk03", catalog, [[*HEAD, "其中：基建"], [*TOTAL, "0.50"], [*SOCIAL, "0.50"]])
    assert [column.column_id for column in layout.columns][-1] == "extra.其中：基建"
    assert [finding.code for finding in layout.findings] == ["unknown_heading"]
    assert shown(layout.rows[0])[2] == ["3.00", "2.00", "1.00", "0.50"]


def test_figures_that_stand_in_no_row_and_column_are_a_doubt(catalog: Catalog) -> None:
    beside = [["序号", *HEAD], ["", *TOTAL], ["7.77", *SOCIAL]]
    layout = laid("gk03", catalog, beside)
    assert all_en(layout.doubts) == ("1 figures stand outside its rows and columns: 7.77",)


MISSING = message("table.rulings_missing")


def test_doubts_of_the_reader_are_kept(catalog: Catalog) -> None:
    from dataclasses import replace

    first = replace(grid([HEAD, TOTAL, SOCIAL]), doubts=(MISSING,))
    assert lay_out(span("gk03", first), catalog.tables["gk03"], catalog).doubts == (MISSING,)


def test_one_line_of_figures_below_headings_that_name_rows(catalog: Catalog) -> None:
    rows = [
        ["合计", "因公出国（境）费", "公务用车购置及运行维护费", LEFT, LEFT, "公务接待费"],
        [ABOVE, ABOVE, "小计", "公务用车购置费", "公务用车运行维护费", ABOVE],
        ["0.95", "", "", "", "", "0.95"],
    ]
    (row,) = laid("gk07", catalog, rows).rows
    assert {column.row_id: cell.text for column, cell in row.amounts} == {
        "total": "0.95", "abroad": "", "vehicle": "", "vehicle_purchase": "", "vehicle_operation": "",
        "reception": "0.95",
    }  # fmt: skip


def test_totals_alone_on_a_page_stand_over_several_blocks(catalog: Catalog) -> None:
    """The rulings of that page part 人员经费合计 and 公用经费合计 from their amounts, and nothing else."""
    head = ["科目编码", "科目名称", "决算数"] * 3
    codes = ["301", "工资福利支出", "5.00", "302", "商品和服务支出", "2.00", "310", "资本性支出", "1.00"]
    totals = ["人员经费合计", "5.00", "公用经费合计", "3.00"]
    layout = laid("gk06", catalog, [head, codes], [totals], widths=[180.0, 90.0, 450.0, 90.0])
    assert [shown(row) for row in layout.rows if row.has_figures] == [
        ("301", "工资福利支出", ["5.00"]),
        ("", "人员经费合计", ["5.00"]),
        ("302", "商品和服务支出", ["2.00"]),
        ("310", "资本性支出", ["1.00"]),
        ("", "公用经费合计", ["3.00"]),
    ]
