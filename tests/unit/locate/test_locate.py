"""Which pages hold which table, and which documents hold none."""

from __future__ import annotations

import pytest

from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.locate.accounts import locate
from juesuan_extract.locate.span import Located
from juesuan_extract.locate.walk import without_captions
from juesuan_extract.model.message import message
from juesuan_extract.model.page import PageContent
from juesuan_extract.model.table import Span
from tests.support.grids import LEFT, Rows, grid, sheet
from tests.support.words import all_en, en

THREE = ["1.00", "0.50", "0.50"]
EXPENDITURE: Rows = [
    ["科目编码", "科目名称", "本年支出合计", "基本支出", "项目支出", "上缴上级支出", "经营支出", "对附属单位补助支出"],
    ["", "合计", *THREE, "", "", ""],
    ["208", "社会保障和就业支出", *THREE, "", "", ""],
    ["20801", "人力资源和社会保障管理事务", *THREE, "", "", ""],
]
MORE: Rows = [["2080108", "信息化建设", *THREE, "", "", ""], ["2080109", "社会保险经办机构", "", "", "", "", "", ""]]
GENERAL: Rows = [
    ["科目编码", "科目名称", "合计", "基本支出", "项目支出"],
    ["", "合计", *THREE],
    ["208", "社会保障和就业支出", *THREE],
]
FUND: Rows = [
    ["科目编码", "科目名称", "年初结转和结余", "本年收入", "合计", "基本支出", "项目支出", "年末结转和结余"],
    ["", "合计", "", "1.00", *THREE, ""],
    ["212", "城乡社区支出", "", "1.00", *THREE, ""],
]
CAPITAL: Rows = [*GENERAL[:2], ["223", "国有资本经营预算支出", *THREE]]
INCOME: Rows = [
    ["科目编码", "科目名称", "本年收入合计", "财政拨款收入", "上级补助收入", "事业收入", "经营收入", "其他收入"],
    ["", "合计", "1.00", "1.00", "", "", "", ""],
    ["208", "社会保障和就业支出", "1.00", "1.00", "", "", "", ""],
]
UNTITLED: Rows = [*INCOME, *([code, f"某某支出{code}", "1.00", "1.00", "", "", "", ""] for code in ("20801", "20805"))]
VEHICLES: Rows = [
    ["项目", "行次", "决算数"],
    ["合计", "1", "2.00"],
    ["1.因公出国（境）费", "2", "0.00"],
    ["2.公务用车购置及运行维护费", "3", "1.50"],
    ["3.公务接待费", "6", "0.50"],
]
COVER = sheet(1, "某市教育局2023年度部门决算")
NINE = [
    "收入支出决算总表",
    "收入决算表",
    "支出决算表",
    "财政拨款收入支出决算总表",
    "一般公共预算财政拨款支出决算表",
    "一般公共预算财政拨款基本支出决算表",
    "财政拨款“三公”经费支出决算表",
    "政府性基金预算财政拨款收入支出决算表",
    "国有资本经营预算财政拨款支出决算表",
]


def tables(located: Located) -> dict[str | None, tuple[int, ...]]:
    """Pages by table of the only account."""
    (spans,) = located.accounts
    return {span.table_id: span.pages for span in spans}


def only(located: Located) -> Span:
    ((span,),) = located.accounts
    return span


# -- what is a table --------------------------------------------------------------------------------------------------


def test_a_table_with_what_is_printed_around_it(catalog: Catalog) -> None:
    page = sheet(
        2,
        "支 出 决 算 表",
        "公开 03 表",
        "编制单位：某市教育局 金额单位：元",
        EXPENDITURE,
        "注：本表反映单位本年度支出。",
    )
    span = only(locate([COVER, page], catalog))
    assert (span.table_id, span.title, span.number) == ("gk03", "支出决算表", "公开03表")
    assert (span.unit, span.unit_name, span.notes) == ("元", "某市教育局", ("注：本表反映单位本年度支出。",))


def test_a_note_goes_on_in_the_next_line(catalog: Catalog) -> None:
    first, rest = "注：1.本表反映“三公”经费支出，包括当年一般公共预算财政拨款和以前年度", "结转资金安排的实际支出。"
    page = sheet(2, "三公经费支出决算表", VEHICLES, first, rest, "2.本单位无因公出国（境）费支出", "—12—")
    assert only(locate([COVER, page], catalog)).notes == (first + rest, "2.本单位无因公出国（境）费支出")


@pytest.mark.parametrize("after", ["国有资产占用情况表", "收入决算表", "部门：某市教育局", "第三部分情况说明。"])
def test_what_follows_a_note_is_no_part_of_it(after: str, catalog: Catalog) -> None:
    note = "注：本表反映“三公”经费支出" + "。" * after.endswith("。")
    page = sheet(2, "三公经费支出决算表", VEHICLES, note, after)
    assert only(locate([COVER, page], catalog)).notes == (note,)


def test_contents_naming_all_nine_titles_are_no_tables(catalog: Catalog) -> None:
    contents = sheet(2, "目录", "第二部分 2023年度部门决算表", *(f"{t}…………{i}" for i, t in enumerate(NINE, 5)))
    located = locate([COVER, contents, sheet(3, "支出决算表", EXPENDITURE)], catalog)
    assert tables(located) == {"gk03": (3,)}
    assert located.gridless == ()
    assert only(located).title == "支出决算表"


def test_contents_at_the_foot_of_a_page_name_no_table_of_the_next(catalog: Catalog) -> None:
    contents = sheet(2, "目录", *NINE)
    located = locate([COVER, contents, sheet(3, UNTITLED)], catalog)
    assert all_en(only(located).evidence) == ("no title; its headings are those of no other table", "unit 万元 assumed")


def test_narrative_and_glossary_are_no_tables(catalog: Catalog) -> None:
    narrative = [f"{t}中，本年合计353.06万元，其中基本支出284.66万元。" for t in NINE]
    glossary = [f"{i}、{t}：反映单位本年度的收入和支出情况。" for i, t in enumerate(NINE, 1)]
    pages = [
        COVER,
        sheet(2, "支出决算表", EXPENDITURE),
        sheet(3, "第三部分 情况说明", *narrative),
        sheet(4, "第四部分 名词解释", *glossary),
    ]
    located = locate(pages, catalog)
    assert tables(located) == {"gk03": (2,)}
    assert located.gridless == ()


def test_the_longest_known_title_wins_whatever_the_number(catalog: Catalog) -> None:
    pages = [
        COVER,
        sheet(2, "一般公共预算财政拨款支出决算表", "公开03表", GENERAL),
        sheet(3, "国有资本经营预算财政拨款支出决算表", "公开05表", CAPITAL),
        sheet(4, "支出决算表", "公开09表", EXPENDITURE),
    ]
    assert tables(locate(pages, catalog)) == {"gk03": (4,), "gk05": (2,), "gk09": (3,)}


@pytest.mark.parametrize(
    ("title", "rows", "table_id"),
    [
        ("一般公共预算财政拨款“三公”经费支出决算表", VEHICLES, "gk07"),
        ("政府性基金预算财政拨款收入支出决算表", FUND, "gk08"),
        ("国有资本经营预算财政拨款支出决算表", CAPITAL, "gk09"),
    ],
)
def test_the_seventh_table_is_what_its_title_says(title: str, rows: Rows, table_id: str, catalog: Catalog) -> None:
    span = only(locate([COVER, sheet(2, title, "公开07表", "单位：万元", rows)], catalog))
    assert (span.table_id, span.number) == (table_id, "公开07表")


@pytest.mark.parametrize(
    "title", ["项目支出决算表", "支出决算表（分单位）", "财政专户管理资金收入支出决算表", "国有资产占用情况表"]
)
def test_printed_tables_that_are_none_of_the_nine(title: str, catalog: Catalog) -> None:
    located = locate([COVER, sheet(2, "支出决算表", EXPENDITURE), sheet(3, title, GENERAL)], catalog)
    assert tables(located) == {"gk03": (2,)}
    assert located.others == ((title, (3,)),)


@pytest.mark.parametrize(
    ("title", "rows", "table_id"),
    [("收入决算表", VEHICLES, "gk07"), ("收入决算表", EXPENDITURE, "gk03"), ("支出决算表", INCOME, "gk02")],
)
def test_headings_that_contradict_the_title_decide(title: str, rows: Rows, table_id: str, catalog: Catalog) -> None:
    located = locate([COVER, sheet(2, title, rows)], catalog)
    span = only(located)
    assert (span.table_id, span.title) == (table_id, title)
    (doubt,) = span.doubts
    assert en(doubt).startswith(f"its title is {title}, but its headings and rows are those of {table_id}")
    assert [(f.code, f.pages) for f in located.findings] == [("title_contradicted", (2,))]


def test_of_several_tables_that_the_headings_could_be_none_is_taken(catalog: Catalog) -> None:
    general = [*GENERAL, *(["2080" + i, "某某支出", *THREE] for i in "15")]
    located = locate([COVER, sheet(2, "支出决算表", EXPENDITURE), sheet(3, "收入决算表", general)], catalog)
    assert tables(located) == {"gk03": (2,)}
    assert located.others == (("收入决算表", (3,)),)
    assert "gk05" in en(located.rejected[0].evidence[0])


def test_of_two_titles_the_one_that_the_headings_bear_out_counts(catalog: Catalog) -> None:
    span = only(locate([COVER, sheet(2, "支出决算表", "收入决算表", EXPENDITURE)], catalog))
    assert (span.table_id, span.title, span.doubts) == ("gk03", "支出决算表", ())


def test_a_contradicted_title_gives_way_to_a_table_with_both(catalog: Catalog) -> None:
    pages = [COVER, sheet(2, "一般公共预算财政拨款支出决算表", EXPENDITURE), sheet(3, "支出决算表", EXPENDITURE)]
    (spans,) = locate(pages, catalog).accounts
    assert [(s.table_id, s.pages, bool(s.doubts)) for s in spans] == [("gk03", (3,), False), ("gk05", (2,), True)]


def test_state_capital_under_the_title_of_the_funds(catalog: Catalog) -> None:
    fund = [FUND[0], FUND[1], ["223", "国有资本经营预算支出", *FUND[2][2:]]]
    span = only(locate([COVER, sheet(2, "政府性基金预算财政拨款收入支出决算表", fund)], catalog))
    assert (span.table_id, bool(span.doubts)) == ("gk09", True)


def test_internal_tables_bear_the_same_titles(catalog: Catalog) -> None:
    pages = [COVER, sheet(2, "支出决算表", "财决04表", EXPENDITURE), sheet(3, "支出决算表", "公开03表", EXPENDITURE)]
    located = locate(pages, catalog)
    assert tables(located) == {"gk03": (3,)}


def test_a_table_without_title_is_known_by_its_headings(catalog: Catalog) -> None:
    span = only(locate([COVER, sheet(2, UNTITLED)], catalog))
    assert (span.table_id, span.title) == ("gk02", "")
    general = [*GENERAL, *(["2080" + i, "某某支出", *THREE] for i in "15")]
    located = locate([COVER, sheet(2, general)], catalog)
    assert located.accounts == (), "合计, 基本支出, 项目支出 could be 03, 05 or 09"
    (rejected,) = located.rejected
    assert all_en(rejected.evidence) == ("no title; its headings are those of no table alone",)


def test_an_untitled_03_with_all_its_columns_is_no_05(catalog: Catalog) -> None:
    more = [*EXPENDITURE, *([code, f"某某支出{code}", *THREE, "", "", ""] for code in ("20805", "20807"))]
    assert only(locate([COVER, sheet(2, more)], catalog)).table_id == "gk03"


def test_of_two_tables_for_09_the_one_titled_expenditure_counts(catalog: Catalog) -> None:
    both = [
        sheet(2, "国有资本经营预算财政拨款收入支出决算表", "公开11表", FUND),
        sheet(3, "国有资本经营预算财政拨款支出决算表", "公开12表", CAPITAL),
    ]
    located = locate([COVER, *both], catalog)
    assert tables(located) == {"gk09": (3,)}
    assert located.others == (("国有资本经营预算财政拨款收入支出决算表", (2,)),)
    assert tables(locate([COVER, both[0]], catalog)) == {"gk09": (2,)}


# -- where a table begins and ends ------------------------------------------------------------------------------------


def test_continuation_pages_without_title_and_head(catalog: Catalog) -> None:
    pages = [COVER, sheet(2, "支出决算表", EXPENDITURE), sheet(3, MORE), sheet(4, MORE)]
    assert tables(locate(pages, catalog)) == {"gk03": (2, 3, 4)}


def test_continuation_pages_with_the_head_or_the_title_again(catalog: Catalog) -> None:
    pages = [COVER, sheet(2, "支出决算表", EXPENDITURE), sheet(3, [EXPENDITURE[0], *MORE])]
    assert tables(locate(pages, catalog)) == {"gk03": (2, 3)}
    pages = [COVER, sheet(2, "支出决算表", EXPENDITURE), sheet(3, "支出决算表", "单位：万元", [EXPENDITURE[0], *MORE])]
    assert tables(locate(pages, catalog)) == {"gk03": (2, 3)}


def test_a_page_of_text_ends_a_table(catalog: Catalog) -> None:
    prose = sheet(3, "第三部分。", "本单位收入增加。", "本单位支出减少。", "特此说明。")
    located = locate([COVER, sheet(2, "支出决算表", EXPENDITURE), prose, sheet(4, MORE)], catalog)
    assert tables(located) == {"gk03": (2,)}


def test_figures_after_a_page_of_text_say_nothing_about_the_table(catalog: Catalog) -> None:
    prose = sheet(3, "第三部分。", "本单位收入增加。", "本单位支出减少。", "特此说明。")
    figures = sheet(4, "增加353.06万元")
    assert only(locate([COVER, sheet(2, "支出决算表", EXPENDITURE), prose, figures], catalog)).doubts == ()


def test_a_title_at_the_foot_of_the_page_before(catalog: Catalog) -> None:
    pages = [COVER, sheet(2, "收入决算表", "单位：万元", INCOME, "支出决算表", "单位：元"), sheet(3, EXPENDITURE)]
    (spans,) = locate(pages, catalog).accounts
    assert [(s.table_id, s.pages, s.unit) for s in spans] == [("gk02", (2,), "万元"), ("gk03", (3,), "元")]


def test_two_tables_on_one_page(catalog: Catalog) -> None:
    page = sheet(
        2, "政府性基金预算财政拨款收入支出决算表", FUND, "注：无。", "国有资本经营预算财政拨款支出决算表", CAPITAL
    )
    (spans,) = locate([COVER, page], catalog).accounts
    assert [(s.table_id, s.pages, len(s.grids)) for s in spans] == [("gk08", (2,), 1), ("gk09", (2,), 1)]
    assert spans[1].grids[0].box.top > spans[0].grids[0].box.bottom


def test_one_title_over_two_grids_on_a_page(catalog: Catalog) -> None:
    page = sheet(2, "支出决算表", EXPENDITURE, MORE)
    assert len(only(locate([COVER, page], catalog)).grids) == 2


def test_captions_in_the_grids_own_first_rows(catalog: Catalog) -> None:
    wide = [LEFT] * 4
    rows = [
        ["一般公共预算财政拨款支出决算表", *wide],
        ["", *wide],
        ["编制单位：某市教育局2023年度金额单位：万元", *wide],
        *GENERAL,
        ["注：本表反映单位本年度支出情况。", *wide],
    ]
    captions, rest, notes = without_captions(grid(rows), catalog)
    assert captions == ["一般公共预算财政拨款支出决算表", "编制单位：某市教育局2023年度金额单位：万元"]
    assert notes == ["注：本表反映单位本年度支出情况。"]
    assert [c.text for c in rest.cells] == [text for row in GENERAL for text in row]
    span = only(locate([COVER, sheet(2, rows)], catalog))
    assert (span.table_id, span.unit_name, span.unit, span.notes) == ("gk05", "某市教育局", "万元", tuple(notes))


def test_figures_on_a_page_after_a_table_are_a_doubt_about_its_end(catalog: Catalog) -> None:
    loose = sheet(3, "2080108 信息化建设 1.00 0.50 0.50")
    (doubt,) = only(locate([COVER, sheet(2, "支出决算表", EXPENDITURE), loose], catalog)).doubts
    assert en(doubt) == "page 3 prints figures in no table"


def test_a_page_of_text_with_figures_after_a_table_is_no_doubt(catalog: Catalog) -> None:
    text = sheet(3, "第三部分 2023年度部门决算情况说明", "2023年度收入总计353.06万元，", "支出总计353.06万元。")
    assert only(locate([COVER, sheet(2, "支出决算表", EXPENDITURE), text], catalog)).doubts == ()


def test_an_unnamed_grid_with_figures_on_the_page_after_a_table_is_a_doubt(catalog: Catalog) -> None:
    rest = sheet(3, [["内容", "数量"], ["其他", "1.00"]])
    span = only(locate([COVER, sheet(2, "支出决算表", EXPENDITURE), rest], catalog))
    assert all_en(span.doubts) == ("page 3 begins with a table that goes on with none",)


def test_pages_that_name_a_table_and_show_no_grid(catalog: Catalog) -> None:
    bare = sheet(3, "收入决算表", "合计 353.06 353.06 0.00", "208 社会保障和就业支出 353.06 353.06 0.00")
    located = locate([COVER, sheet(2, "支出决算表", EXPENDITURE), bare], catalog)
    assert located.gridless == (3,)


# -- empty tables -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sentence",
    [
        "说明：某局本年度没有政府性基金预算财政拨款收入和支出，故本表无数据。",
        "注：某局无政府性基金预算财政拨款支出，故本表无数据。",
        "本单位2023年度没有使用政府性基金预算拨款安排的支出。",
        "本表为空表。",
    ],
)
def test_a_table_of_which_only_a_sentence_is_printed(sentence: str, catalog: Catalog) -> None:
    page = sheet(3, "政府性基金预算财政拨款收入支出决算表", "公开08表", sentence)
    (spans,) = locate([COVER, sheet(2, "支出决算表", EXPENDITURE), page], catalog).accounts
    (empty,) = (s for s in spans if s.table_id == "gk08")
    assert (empty.grids, empty.notes, empty.number) == ((), (sentence,), "公开08表")


def test_an_empty_ruled_table_is_found(catalog: Catalog) -> None:
    page = sheet(2, "政府性基金预算财政拨款收入支出决算表", [FUND[0], ["", "合计", *[""] * 6]], "注：本表无数据。")
    span = only(locate([COVER, page], catalog))
    assert (span.table_id, span.pages, span.notes) == ("gk08", (2,), ("注：本表无数据。",))


def test_a_sentence_instead_of_a_table_may_share_a_page_with_other_tables(catalog: Catalog) -> None:
    """国有资本 支出 is declared empty, so the 收入支出 table above it is not taken in its place."""
    names = ("国有资本经营预算财政拨款收入支出决算表", "国有资本经营预算财政拨款支出决算表")
    page = sheet(3, names[0], FUND, names[1], "公开12表", "本表为空表。")
    (spans,) = locate([COVER, sheet(2, "支出决算表", EXPENDITURE), page], catalog).accounts
    (capital,) = (s for s in spans if s.table_id == "gk09")
    assert (capital.title, capital.grids, capital.notes) == (names[1], (), ("本表为空表。",))


def test_a_sentence_above_a_grid_is_the_grids(catalog: Catalog) -> None:
    page = sheet(2, "政府性基金预算财政拨款收入支出决算表", "本单位没有政府性基金预算拨款安排的支出。", FUND)
    span = only(locate([COVER, page], catalog))
    assert (span.table_id, len(span.grids)) == ("gk08", 1)


# -- which document ---------------------------------------------------------------------------------------------------


def budget(*pages: PageContent) -> list[PageContent]:
    return [sheet(1, "某市教育局2025年度部门预算"), *pages]


def test_budgets_are_no_final_accounts(catalog: Catalog) -> None:
    located = locate(
        budget(
            sheet(2, "收支预算总表", EXPENDITURE),
            sheet(3, "部门支出总表", EXPENDITURE),
            sheet(4, "三公经费情况表", VEHICLES),
        ),
        catalog,
    )
    assert (located.kind, located.accounts) == ("budget", ())


def test_words_that_budgets_share_count_only_in_a_final_account(catalog: Catalog) -> None:
    page = sheet(2, "部门支出总体情况表", EXPENDITURE)
    assert locate(budget(page), catalog).kind == "budget"
    assert tables(locate([COVER, page], catalog)) == {"gk03": (2,)}


def test_a_document_without_tables_is_neither(catalog: Catalog) -> None:
    located = locate(
        [sheet(1, "某市教育局关于教师节的通知"), sheet(2, "名单", [["姓名", "电话"], ["张三", "1"]])], catalog
    )
    assert (located.kind, located.accounts, located.filers[0].unit_name) == ("other", (), "")


def test_a_cover_alone_is_no_final_account_table(catalog: Catalog) -> None:
    assert locate([COVER], catalog).accounts == ()


def test_two_accounts_in_one_file(catalog: Catalog) -> None:
    def account(first: int, unit: str) -> list[PageContent]:
        return [
            sheet(first, "收入决算表", f"部门：{unit}", INCOME),
            sheet(first + 1, "支出决算表", f"部门：{unit}", EXPENDITURE),
        ]

    located = locate([COVER, *account(2, "某市教育局"), *account(4, "某市第一中学")], catalog)
    assert [[(s.table_id, s.pages) for s in spans] for spans in located.accounts] == [
        [("gk02", (2,)), ("gk03", (3,))],
        [("gk02", (4,)), ("gk03", (5,))],
    ]
    assert [identity.unit_name for identity in located.filers] == ["某市教育局", "某市第一中学"]


def test_a_table_that_comes_again_without_title_begins_no_account(catalog: Catalog) -> None:
    """Pages of 项目支出明细 look like 06 and may not repeat their title."""
    block = ["科目编码", "科目名称", "金额"]
    economic = [["301", "工资福利支出", "2.00"], ["30101", "基本工资", "1.00"], ["30102", "津贴补贴", "1.00"]]
    pages = [
        COVER,
        sheet(2, "一般公共预算财政拨款基本支出决算表", [block, *economic]),
        sheet(3, "一般公共预算财政拨款项目支出决算明细表", [block, *economic]),
        sheet(4, [block * 2, *(row * 2 for row in economic)]),
    ]
    located = locate(pages, catalog)
    span = only(located)
    assert (span.table_id, span.pages) == ("gk06", (2,))
    assert all_en(span.doubts) == ("page 4 prints such a table again without a title",)


# -- money units ------------------------------------------------------------------------------------------------------


def test_the_money_unit_is_read_per_table(catalog: Catalog) -> None:
    pages = [
        COVER,
        sheet(2, "收入决算表", "单位：元", INCOME),
        sheet(3, "支出决算表", "单位：元", EXPENDITURE),
        sheet(4, "财政拨款“三公”经费支出决算表", "单位：万元", VEHICLES),
        sheet(5, "一般公共预算财政拨款支出决算表", GENERAL),
    ]
    (spans,) = locate(pages, catalog).accounts
    assert {s.table_id: s.unit for s in spans} == {"gk02": "元", "gk03": "元", "gk05": "元", "gk07": "万元"}
    assert next(s for s in spans if s.table_id == "gk05").evidence[-1] == message("span.unit_assumed", unit="元")


def test_a_table_whose_last_rows_stood_on_a_lost_page_is_in_doubt(catalog: Catalog) -> None:
    """A damaged page is drawn blank; nothing contradicts that the 项 of the last 款 are missing."""
    cut = EXPENDITURE  # down to 20801
    whole = [*EXPENDITURE, *MORE[:1]]
    doubts = [
        only(locate([COVER, sheet(2, "支出决算表", rows), *rest], catalog)).doubts
        for rows, rest in (
            (cut, [sheet(3)]),
            (cut, [sheet(3, "- 3 -")]),
            (whole, [sheet(3)]),
            (cut, []),
            (cut, [sheet(3, "名词解释")]),
        )
    ]
    assert [len(some) for some in doubts] == [1, 1, 0, 0, 0]


def ids(located: Located, account: int = 0) -> list[str | None]:
    return [s.table_id for s in located.accounts[account]]


def test_captions_that_differ_alone_split_no_account(catalog: Catalog) -> None:
    pages = [
        COVER,
        sheet(2, "收入决算表", "单位：某市教育局 附表1", INCOME),
        sheet(3, "支出决算表", "单位：某市教育局 附表2", EXPENDITURE),
        sheet(4, "一般公共预算财政拨款支出决算表", "单位：某市教", GENERAL),
    ]
    located = locate(pages, catalog)
    assert [ids(located)] == [["gk02", "gk03", "gk05"]]
    assert located.filers[0].unit_name == "某市教育局"
    assert [s.number for s in located.accounts[0]] == ["附表1", "附表2", ""]


def test_a_table_printed_twice_with_the_same_figures_is_one(catalog: Catalog) -> None:
    pages = [
        COVER,
        sheet(2, "支出决算表", EXPENDITURE),
        sheet(3, "收入决算表", INCOME),
        sheet(4, "支出决算表", EXPENDITURE),
    ]
    located = locate(pages, catalog)
    assert [ids(located)] == [["gk02", "gk03"]]
    assert [s.pages for s in located.rejected] == [(4,)]


def test_the_same_table_with_other_figures_begins_an_account(catalog: Catalog) -> None:
    other = [*EXPENDITURE[:2], ["208", "社会保障和就业支出", "2.00", "1.00", "1.00", "", "", ""]]
    pages = [COVER, sheet(2, "支出决算表", EXPENDITURE), sheet(3, "收入决算表", INCOME), sheet(4, "支出决算表", other)]
    assert len(locate(pages, catalog).accounts) == 2


def test_a_title_that_leaves_it_open_is_placed_by_number_and_order(catalog: Catalog) -> None:
    pages = [
        COVER,
        sheet(2, "收入决算表", "公开02表", INCOME),
        sheet(3, "支出决算表", "公开03表", EXPENDITURE),
        sheet(4, "一般公共预算财政拨款决算表（一）", "公开05表", GENERAL),
    ]
    assert ids(locate(pages, catalog)) == ["gk02", "gk03", "gk05"]


def test_a_table_of_which_the_title_is_lost_is_placed_by_its_number(catalog: Catalog) -> None:
    pages = [
        COVER,
        sheet(2, "收入决算表", "公开02表", INCOME),
        sheet(3, "支出决算表", "公开03表", EXPENDITURE),
        sheet(4, "公开05表", GENERAL),
        sheet(5, "政府性基金预算财政拨款收入支出决算表", "公开08表", FUND),
    ]
    assert ids(locate(pages, catalog)) == ["gk02", "gk03", "gk05", "gk08"]


AREA: Rows = [["项目", "预算数", "决算数"], *([tax, "3.00", "4.00"] for tax in ("增值税", "企业所得税", "契税"))]


def test_the_account_of_an_area_is_none_of_a_department(catalog: Catalog) -> None:
    tables = [sheet(2, "某县一般公共预算收入决算表", AREA), sheet(3, "某县一般公共预算支出决算表", GENERAL)]
    assert locate([sheet(1, "某县2023年财政决算草案的报告"), *tables], catalog).kind == "other"
    assert locate([sheet(1, "某县2023年决算草案的报告"), *tables], catalog).kind == "other", "rows of taxes"
    assert locate([COVER, sheet(2, "支出决算表", EXPENDITURE), sheet(3, "某表", AREA)], catalog).kind == "final_account"


def test_a_report_that_speaks_of_budgets_is_none(catalog: Catalog) -> None:
    report = sheet(2, "负责编制部门预算和决算，规范财务管理。压减一般性支出43万元。")
    assert locate([sheet(1, "某县商务局2021年度整体支出绩效自评报告"), report], catalog).kind == "other"


def test_a_list_of_contents_says_which_tables_must_be_there(catalog: Catalog) -> None:
    contents = sheet(2, "目录", *NINE[:4])
    located = locate([COVER, contents, sheet(3, "支出决算表", EXPENDITURE)], catalog)
    assert located.contents == {"gk01", "gk02", "gk03", "gk04"}


def test_an_untitled_page_with_a_head_of_its_own_is_no_rest_of_the_table_before(catalog: Catalog) -> None:
    wide: Rows = [[*row, *[""] * (len(FUND[0]) - len(row))] for row in EXPENDITURE]
    pages = [COVER, sheet(2, "支出决算表", wide), sheet(3, "公开08表", FUND), sheet(4, "收入决算表", INCOME)]
    located = locate(pages, catalog)
    assert [s.pages for s in located.accounts[0] if s.table_id == "gk03"] == [(2,)]
