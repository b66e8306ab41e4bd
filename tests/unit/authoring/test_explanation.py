"""`juesuan explain`: what everything was taken for, and which line of the knowledge files made it so."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from juesuan_extract.authoring.aliases import Alias, Aliases, read_places
from juesuan_extract.authoring.explanation import Explanation, HeadingTaken, RowTaken, TableTaken, explain
from juesuan_extract.knowledge.catalog import Catalog, schemas_folder
from juesuan_extract.locate.accounts import locate
from juesuan_extract.model.page import PageContent
from tests.support.grids import ABOVE, LEFT, Rows, sheet
from tests.support.paths import PDFS
from tests.support.words import all_en

Explained = Callable[..., Explanation]
COVER = sheet(1, "某市教育局2023年度部门决算")
THREE = ["3.00", "2.00", "1.00"]
EXPENDITURE: Rows = [
    ["科目编码", LEFT, LEFT, "科目名称", "本年支出合计", "基本支出", "项目支出", "上缴上级支出", "没见过的支出"],
    ["类", "款", "项", "合计", *THREE, "", ""],
    ["208", "", "", "社会保障和就业支出", *THREE, "", ""],
    ["208", "05", "", "某某支出", *THREE, "", ""],
    ["", "", "", "没见过的行", *THREE, "", ""],
]
INCOME_AND_OUT: Rows = [
    ["收入", LEFT, LEFT, "支出", LEFT],
    ["项目", "行次", "决算数", "项目", "决算数"],
    ["一、一般公共预算财政拨款收入", "1", "3.00", "一、一般公共服务支出", "3.00"],
    ["二、事业收入", "2", "", "二、文化体育与传媒支出", ""],
    ["其中：教育收费", "3", "", "三、没见过的支出", ""],
    ["本年收入合计", "4", "3.00", "本年支出合计", "3.00"],
    ["年初结转和结余", "5", "", "年末结转和结余", ""],
    ["总计", "6", "3.00", "总计", "3.00"],
]
HORIZONTAL: Rows = [
    ["合计", "因公出国（境）费", "公务用车购置及运行维护费", LEFT, LEFT, "公务接待费"],
    [ABOVE, ABOVE, "小计", "公务用车购置费", "公务用车运行费", ABOVE],
    ["3.00", "", "2.00", "", "2.00", "1.00"],
]


@pytest.fixture(scope="module")
def places() -> Aliases:
    return read_places(schemas_folder())


@pytest.fixture
def explained(catalog: Catalog, places: Aliases) -> Explained:
    def of(*sheets: PageContent) -> Explanation:
        pages = [COVER, *sheets]
        return explain("x.pdf", pages, locate(pages, catalog), catalog, places)

    return of


def stands(alias: Alias) -> bool:
    """Whether an alias stands where it says."""
    lines = (schemas_folder() / alias.file).read_text(encoding="utf-8").split("\n")
    return alias.text in lines[alias.line - 1]


def heading(taken: TableTaken, leaf: str) -> HeadingTaken:
    return next(h for h in taken.headings if h.path[-1] == leaf)


def row(taken: TableTaken, printed: str) -> RowTaken:
    return next(r for r in taken.rows if printed in r.printed)


def test_places_are_where_the_aliases_stand(places: Aliases, catalog: Catalog) -> None:
    aliases = [
        *places.titles.values(),
        *places.frames.values(),
        *places.headings.values(),
        *places.rows.values(),
        *places.classes.values(),
    ]
    aliases += [alias for found in places.patterns.values() for _, alias in found]
    aliases += [alias for _, alias in places.internal_numbers]
    assert len(aliases) > 500
    assert [alias for alias in aliases if not stands(alias) and "'" not in alias.text] == []
    assert {match.alias for _, match in catalog.aliases} == {label for _, label in places.titles}


def test_a_table_with_title_headings_and_rows(explained: Explained) -> None:
    (taken,) = explained(sheet(2, "2023年度支出决算表", "公开03表", EXPENDITURE)).tables
    assert taken.alias is not None
    assert (taken.alias.text, taken.alias.file) == ("expenditure", "tables/gk03.yaml")
    assert [fit.table_id for fit in taken.fits][:1] == ["gk03"]
    assert len(taken.fits) == 9
    assert taken.fits[0].score > taken.fits[1].score
    levels = [h.column_id for h in taken.headings if h.path[0] == "科目编码"]
    assert levels == ["code"] * 3
    basic = heading(taken, "基本支出")
    assert basic.alias is not None
    assert (basic.column_id, basic.alias.text, basic.unknown) == ("basic", "基本支出", False)
    strange = heading(taken, "没见过的支出")
    assert (strange.column_id, strange.alias, strange.unknown) == ("extra.没见过的支出", None, True)
    assert [(r.row_id, r.why) for r in taken.rows[1:3]] == [
        ("208", "by its code"),
        ("20805", "by its code, put together from its parts"),
    ]
    assert taken.rows[0].row_id == "total"
    assert (row(taken, "没见过的行").row_id, row(taken, "没见过的行").unknown) == ("unmapped.4", True)
    assert "a figure in the unknown row 没见过的行" in all_en(taken.doubts)


def test_named_rows_of_other_years(explained: Explained) -> None:
    (taken,) = explained(sheet(2, "收支决算总表", INCOME_AND_OUT)).tables
    culture = row(taken, "文化体育与传媒支出")
    assert culture.alias is not None
    assert (culture.row_id, culture.alias.file) == ("function.207", "codes/function_codes.csv")
    fees = row(taken, "教育收费")
    assert fees.alias is not None
    assert (fees.row_id, fees.alias.file, fees.unknown) == ("unmapped.3", "headings.yaml", False)
    assert row(taken, "没见过的支出").unknown
    ordinal = heading(taken, "行次")
    assert ordinal.alias is not None
    assert (ordinal.column_id, ordinal.alias.file) == ("ordinal", "headings.yaml")
    assert [r.row_id for r in taken.rows if "总计" in r.printed] == ["income.total", "expenditure.total"]


def test_headings_that_name_rows(explained: Explained) -> None:
    (taken,) = explained(sheet(2, "财政拨款“三公”经费支出决算表", HORIZONTAL)).tables
    assert taken.rows == ()
    assert [h.row_id for h in taken.headings] == [
        "total", "abroad", "vehicle", "vehicle_purchase", "vehicle_operation", "reception",
    ]  # fmt: skip
    assert all("row by tables/gk07.yaml:" in h.why for h in taken.headings)


def test_titles_that_were_not_taken(explained: Explained) -> None:
    contents = sheet(2, "目录", "收入决算表", "支出决算表", "资产负债情况表")
    pages = [
        contents,
        sheet(3, "支出决算表", EXPENDITURE),
        sheet(4, "没见过的情况表", EXPENDITURE),
        sheet(5, "资产负债情况表", EXPENDITURE),
        sheet(6, "支出决算表", "财决04表", EXPENDITURE),
        sheet(7, [["姓名", "电话"], ["张三", "1"]]),
        sheet(8, "支出决算表", "收入决算表", EXPENDITURE),
        sheet(9, "政府性基金预算财政拨款收入支出决算表", "本表无数据。"),
        sheet(10, "收入支出决算总表"),
    ]
    found = explained(*pages)
    assert {
        (r.pages[0], r.title, r.why, r.alias.file if r.alias else "") for r in found.rejected if r.pages[0] != 8
    } == {
        (2, "收入决算表", "in a list of contents", "tables/gk02.yaml"),
        (2, "支出决算表", "in a list of contents", "tables/gk03.yaml"),
        (2, "资产负债情况表", "in a list of contents", "other_tables.yaml"),
        (4, "没见过的情况表", "in no knowledge file", ""),
        (5, "资产负债情况表", "a table that is none of the nine", "other_tables.yaml"),
        (6, "支出决算表", "number 财决04表 is of the internal set", "document.yaml"),
        (7, "", "no title; its headings are those of no table alone", ""),
        (
            9,
            "政府性基金预算财政拨款收入支出决算表",
            "only a sentence is printed instead of a table",
            "tables/gk08.yaml",
        ),
        (10, "收入支出决算总表", "no table follows it", "tables/gk01.yaml"),
    }
    unknown = next(r for r in found.rejected if r.pages == (4,))
    assert (unknown.fits[0].table_id, unknown.fits[0].unknown) == ("gk03", ("没见过的支出",))


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "juesuan_extract", "explain", *arguments]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def test_the_command() -> None:
    file = str(PDFS / "fuzhou_2023_reportlab.pdf")
    short = run(file)
    assert (short.returncode, short.stderr) == (0, "")
    assert short.stdout.startswith("fuzhou_2023_reportlab.pdf  25 pages\nknowledge files: those shipped\n")
    assert all(f"\ngk0{number}  page " in short.stdout for number in range(1, 10))
    assert "11 by code, 1 by name, 0 unmapped" in short.stdout
    assert "2080505" not in short.stdout
    assert "\x1b" not in short.stdout, "no colours in a pipe"
    full = run(file, "--table", "支出决算表")
    assert "2080505" in full.stdout
    assert "\ngk01" not in full.stdout
    assert run(file, "--table", "gk99").returncode == 2


def test_a_table_that_is_not_there() -> None:
    found = run(str(PDFS / "fuzhou_2023_reportlab.pdf"), "--table", "gk05", "--schemas", str(schemas_folder()))
    assert found.returncode == 0
    assert f"knowledge files: {schemas_folder()}" in found.stdout


def test_no_pdf(tmp_path: Path) -> None:
    (tmp_path / "x.pdf").write_bytes(b"no")
    found = run(str(tmp_path / "x.pdf"))
    assert (found.returncode, found.stdout) == (1, "")
    assert "Traceback" not in found.stderr
