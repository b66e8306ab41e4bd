"""`juesuan export`: what stands in the workbooks, read back with openpyxl."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet
from typer.testing import CliRunner

from juesuan_extract.cli.app import app
from juesuan_extract.errors import UsageError
from juesuan_extract.excel import export
from juesuan_extract.excel.export import NoSuchDocument
from juesuan_extract.excel.parquet import DamagedOutput, NoOutput
from juesuan_extract.excel.workbook import clean, exact
from juesuan_extract.knowledge.catalog import Catalog
from tests.excel.folders import by_year, cell, write_folder

TABLES = [f"gk0{number}" for number in range(1, 10)]
RED, YELLOW = "FFFFC7CE", "FFFFEB9C"


@pytest.fixture(scope="session")
def batch(converted: Path, catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export(converted, tmp_path_factory.mktemp("batch") / "batch.xlsx", catalog).file


def single(folder: Path, doc: str, catalog: Catalog, tmp_path: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(export(folder, tmp_path / "one.xlsx", catalog, [doc]).file)


def sheet(book: openpyxl.Workbook, beginning: str) -> Worksheet:
    return next(sheet for sheet in book.worksheets if sheet.title.startswith(beginning))


def values(sheet: Worksheet) -> set[object]:
    return {value for row in sheet.iter_rows(values_only=True) for value in row if value is not None}


def where(sheet: Worksheet, text: str) -> Iterator[tuple[int, int]]:
    return ((c.row, c.column) for row in sheet.iter_rows() for c in row if c.value == text)


def fill(cell) -> str:
    return cell.fill.fgColor.rgb if cell.fill.fill_type else ""


# -- of a batch -------------------------------------------------------------------------------------------------------


def test_a_batch_has_every_row_of_every_table_with_unit_year_and_file(batch: Path, converted: Path) -> None:
    book = openpyxl.load_workbook(batch)
    assert [s.title.partition(" ")[0] for s in book.worksheets] == [
        "文件", *(f"公开0{n}" for n in range(1, 10)), "核对", "存疑数字",
    ]  # fmt: skip
    for number, table in enumerate(TABLES, start=1):
        wide = pd.read_parquet(converted / f"{table}.parquet").sort_values(["source", "doc_id"], kind="stable")
        amounts = list(wide.columns[8:-2])
        rows = list(sheet(book, f"公开0{number}").iter_rows(min_row=4, values_only=True))
        assert len(rows) == max(1, len(wide))
        for row, (_, stored) in zip(rows, wide.iterrows(), strict=False):
            assert row[:3] == (stored["unit_name"] or None, stored["fiscal_year"], stored["source"])
            figures = [
                Decimal(str(v)).quantize(Decimal("0.01")) if v is not None else None for v in row[-len(amounts) :]
            ]
            assert figures == [stored[name] for name in amounts]


def test_a_batch_lists_documents_failed_identities_and_doubtful_figures(batch: Path, converted: Path) -> None:
    book = openpyxl.load_workbook(batch)
    documents = pd.read_parquet(converted / "documents.parquet")
    assert [row[10] for row in sheet(book, "文件").iter_rows(min_row=4, values_only=True)] == list(documents["doc_id"])
    checks = pd.read_parquet(converted / "checks.parquet")
    failed = checks[~checks["passed"]]
    rows = list(sheet(book, "核对").iter_rows(min_row=4, values_only=True))
    assert [row[3] for row in rows] == list(failed["check_id"])
    assert [Decimal(str(row[10])).quantize(Decimal("0.01")) for row in rows] == list(failed["residual_yuan"])
    cells = pd.read_parquet(converted / "cells.parquet")
    blank = (cells["status"] == "unverified") & cells["is_blank"]
    doubtful = cells[((cells["status"] != "verified") & ~blank) | (cells["confidence"] < 0.99)]
    assert sheet(book, "存疑数字").max_row == 3 + len(doubtful)


def test_headings_stay_in_sight_and_are_printed_on_every_page(batch: Path) -> None:
    for page in openpyxl.load_workbook(batch).worksheets:
        assert page.freeze_panes
        assert page.auto_filter.ref
        assert (page.page_setup.orientation, page.page_setup.fitToHeight) == ("landscape", 0)
        assert page.print_title_rows


def test_by_year_or_in_one_file_the_values_are_the_same(converted: Path, catalog: Catalog, tmp_path: Path) -> None:
    apart = by_year(converted, tmp_path / "apart")
    one, other = (
        openpyxl.load_workbook(export(folder, tmp_path / f"{name}.xlsx", catalog).file)
        for name, folder in (("one", converted), ("other", apart))
    )
    assert one.sheetnames == other.sheetnames
    for name in one.sheetnames:
        rows = [sorted(map(repr, book[name].iter_rows(values_only=True))) for book in (one, other)]
        assert rows[0] == rows[1]
        notes = [
            sorted(c.comment.text for r in book[name].iter_rows() for c in r if c.comment) for book in (one, other)
        ]
        assert notes[0] == notes[1]
    assert not list(tmp_path.glob(".partial-*"))


def test_a_full_sheet_is_continued_on_another(converted: Path, catalog: Catalog, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(export(converted, tmp_path / "b.xlsx", catalog, max_rows=100).file)
    pages = [page for page in book.worksheets if page.title.startswith("公开01")]
    assert [page.title for page in pages][:2] == ["公开01 收入支出总表", "公开01 收入支出总表 (2)"]
    assert all(page.max_row <= 100 for page in book.worksheets)
    assert sum(page.max_row - 3 for page in pages) == len(pd.read_parquet(converted / "gk01.parquet"))


# -- of one document --------------------------------------------------------------------------------------------------


def test_one_document_looks_as_published(converted: Path, catalog: Catalog, tmp_path: Path) -> None:
    book = single(converted, "fuzhou_2023_calc.pdf", catalog, tmp_path)
    page = sheet(book, "公开01")
    assert page["A1"].value == "收入支出决算总表"
    assert {"公开01表", "金额单位：元", "收入", "支出", "项目", "行次", "决算数", "栏次"} <= values(page)
    assert {str(merged) for merged in page.merged_cells.ranges} >= {"A4:C4", "D4:F4"}
    (left, _), (right, _) = next(where(page, "本年收入合计")), next(where(page, "本年支出合计"))
    assert left == right
    first, second = where(page, "总计")
    assert first[0] == second[0]
    assert page.cell(left, 3).value == page.cell(right, 6).value == 3530600
    assert page.cell(left, 3).number_format == "#,##0.00"
    assert not any(fill(c) in (RED, YELLOW) for row in page.iter_rows() for c in row)
    functions = sheet(book, "公开05")
    row, column = next(where(functions, "2080505"))
    assert functions.cell(row, column + 1).alignment.indent == 2
    assert functions.freeze_panes == "C6"
    assert {"本年支出", "栏次"} <= values(functions)


def test_every_amount_of_one_document_is_in_it(converted: Path, catalog: Catalog, tmp_path: Path) -> None:
    cells = pd.read_parquet(converted / "cells.parquet")
    for source in ("fuzhou_2023_calc.pdf", "central_calc_share_page.pdf", "university_calc_extra_columns.pdf"):
        own = cells[cells["source"] == source]
        book = single(converted, source, catalog, tmp_path)
        for table in own["table_id"].unique():
            wanted = sorted(own[own["table_id"] == table]["amount_yuan"].dropna())
            page = next(p for p in book.worksheets if p["A1"].value in set(titles(converted, source, table)))
            found = [c.value for row in page.iter_rows() for c in row if c.number_format == "#,##0.00"]
            numbers = sorted(Decimal(str(v)).quantize(Decimal("0.01")) for v in found if v is not None)
            assert numbers == wanted, (source, table)


def titles(converted: Path, source: str, table: str) -> list[str]:
    tables = pd.read_parquet(converted / "tables.parquet")
    return list(tables[(tables["source"] == source) & (tables["table_id"] == table)]["published_title"])


def test_headings_in_three_lines_where_three_are_printed(converted: Path, catalog: Catalog, tmp_path: Path) -> None:
    book = single(converted, "central_calc_share_page.pdf", catalog, tmp_path)
    page = sheet(book, "公开09")  # the number printed by the central form
    assert page["A1"].value == "财政拨款“三公”经费支出决算表"
    merged = {str(merged) for merged in page.merged_cells.ranges}
    assert {"A4:F4", "A5:A6", "C5:E5"} <= merged
    assert page["C6"].value == "小计"


def test_doubtful_cells_are_coloured_with_a_note_that_says_why(
    converted: Path, catalog: Catalog, tmp_path: Path
) -> None:
    book = single(converted, "case_slip_in_03_05.pdf", catalog, tmp_path)
    page = sheet(book, "公开03")
    row, _ = next(where(page, "212"))
    suspect = page.cell(row, 4)
    assert (suspect.value, fill(suspect)) == (10665100, RED)
    assert "应为 106,615,100.00 元" in suspect.comment.text
    assert "第 6 页印为：1,066.51" in suspect.comment.text
    assert "I03.row[212]：每行：本年支出合计＝" in suspect.comment.text
    assert not re.search(r"explains|would|stands", suspect.comment.text)
    assert "I03.row[212]" in values(sheet(book, "核对"))
    assert "有矛盾" in values(sheet(book, "文件"))


def test_two_accounts_of_one_file_are_a_batch(converted: Path, catalog: Catalog, tmp_path: Path) -> None:
    done = export(converted, tmp_path / "two.xlsx", catalog, ["fujian_calc_two_accounts.pdf"])
    assert done.documents == 2
    rows = list(sheet(openpyxl.load_workbook(done.file), "公开01").iter_rows(min_row=4, values_only=True))
    units = [row[0] for row in rows]
    assert units == sorted(units, key=units.index), "the rows of one unit stand together"
    assert len(set(units)) == 2


def test_a_copy_is_listed_and_its_rows_stand_under_the_first_file(catalog: Catalog, tmp_path: Path) -> None:
    failed = cell("gk05", "total", status="conflict", amount_yuan=Decimal(1))
    rows = {
        "documents": [{}, {"source": "b.pdf", "status": "duplicate", "error": "a.pdf"}],
        "gk05": [{"total": Decimal(1)}],
        "cells": [failed],
    }
    folder = write_folder(tmp_path / "out", catalog, rows)
    book = openpyxl.load_workbook(export(folder, tmp_path / "x.xlsx", catalog).file)
    first, copy = sheet(book, "文件").iter_rows(min_row=4, values_only=True)
    assert (first[8], copy[8], copy[9]) == (1, None, "内容与 a.pdf 相同")
    assert sheet(book, "公开05")["C4"].value == sheet(book, "存疑数字")["C4"].value == "a.pdf"


# -- exact, inert, the same -------------------------------------------------------------------------------------------


@given(st.integers(-(10**17), 10**17))
def test_a_number_that_is_called_exact_is(fen: int) -> None:
    amount = Decimal(fen).scaleb(-2)
    if exact(amount):
        assert Decimal("%.16G" % float(amount)).quantize(Decimal("0.01")) == amount  # noqa: UP031, as XlsxWriter does


def test_what_a_double_can_not_hold_is_text(catalog: Catalog, tmp_path: Path) -> None:
    large, small = Decimal("123456789012345.67"), Decimal("1234567890123.45")
    rows = {
        "documents": [{}, {"doc_id": "b", "source": "b.pdf"}],
        "gk05": [{"total": large, "basic": small}],
        "cells": [cell("gk05", "total", amount_yuan=large), cell("gk05", "basic", amount_yuan=small)],
    }
    folder = write_folder(tmp_path / "out", catalog, rows)
    for docs in ((), ("a.pdf",)):
        page = sheet(openpyxl.load_workbook(export(folder, tmp_path / "x.xlsx", catalog, docs).file), "公开05")
        (row, column) = next(where(page, "123,456,789,012,345.67"))
        assert "15 位有效数字" in page.cell(row, column).comment.text
        assert page.cell(row, column + 1).value == 1234567890123.45


HOSTILE = (
    "=1+1", "+1", "-1+cmd", "@SUM(A1)", "＝1", "<r><t>x</t></r>", "</t></is></c>", "a\x00b\x0bc\x1f", "\ufffe\uffff",
    "_x0041_", "http://example.org", "{=1}", "=HYPERLINK(\"http://example.org\")", "x" * 40_000, "𠮷\u202e", "'",
    "&<>\"", "a\nb", " 　",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str, catalog: Catalog, tmp_path: Path) -> None:
    values = {"unit_name": text, "source": text, "row_name": text, "amount_text": text, "status": "conflict"}
    rows = {
        "documents": [{"source": text, "unit_name": text, "error": text}],
        "tables": [{"source": text, "table_id": "gk03", "pages": "1", "published_no": text, "published_title": text,
                    "notes": text}],
        "cells": [
            cell("gk03", "total", **values, reasons=text, row_id="201"),
            cell("gk03", "extra." + text[:100], **values, row_id="unmapped.2", row_no=2),
        ],
        "gk03": [{**values, "row_id": "201"}],
        "checks": [{"source": text, "check_id": text, "tables": "gk03", "left": text, "right": text, "cells": text,
                    "left_yuan": Decimal(1), "right_yuan": Decimal(2), "residual_yuan": Decimal(-1),
                    "tolerance_yuan": Decimal(0), "passed": False}],
    }  # fmt: skip
    one = write_folder(tmp_path / "one", catalog, rows)
    rows["documents"].append({"doc_id": "b", "source": "b.pdf"})
    for folder in (one, write_folder(tmp_path / "two", catalog, rows)):
        file = export(folder, tmp_path / "x.xlsx", catalog).file
        found = [c for page in openpyxl.load_workbook(file).worksheets for row in page.iter_rows() for c in row]
        assert not [c for c in found if c.data_type == "f"]
        assert not [c for c in found if c.hyperlink and c.hyperlink.target]
        if text.strip() and "_x" not in text:
            assert clean(text)[:50] in {c.value[:50] for c in found if isinstance(c.value, str)}
        with zipfile.ZipFile(file) as parts:
            for name in parts.namelist():
                assert b"<f>" not in parts.read(name)
                ElementTree.fromstring(parts.read(name))


def test_the_same_folder_gives_the_same_bytes(converted: Path, catalog: Catalog, tmp_path: Path) -> None:
    for docs in ((), ("fuzhou_2023_calc.pdf",)):
        files = [export(converted, tmp_path / f"{name}.xlsx", catalog, docs).file for name in "ab"]
        assert files[0].read_bytes() == files[1].read_bytes()


# -- what is refused --------------------------------------------------------------------------------------------------


def test_what_is_refused_says_what_to_do(converted: Path, catalog: Catalog, tmp_path: Path) -> None:
    with pytest.raises(NoOutput, match=r"documents\.parquet") as none:
        export(tmp_path, tmp_path / "x.xlsx", catalog)
    assert none.value.exit_code == 2
    with pytest.raises(NoSuchDocument) as typo:
        export(converted, tmp_path / "x.xlsx", catalog, ["fuzhou_2023_clac.pdf"])
    assert "fuzhou_2023_calc.pdf" in typo.value.advice
    with pytest.raises(UsageError, match="can't write"):
        export(converted, tmp_path / "no" / "x.xlsx", catalog)
    with pytest.raises(UsageError, match="is a folder"):
        export(converted, tmp_path, catalog)
    damaged = write_folder(tmp_path / "out", catalog, {"documents": [{}]})
    (damaged / "cells.parquet").write_bytes(b"PAR1 and nothing else")
    with pytest.raises(DamagedOutput):
        export(damaged, tmp_path / "x.xlsx", catalog)
    (damaged / "documents").mkdir()
    with pytest.raises(DamagedOutput, match="two runs"):
        export(damaged, tmp_path / "x.xlsx", catalog)
    assert not (tmp_path / "x.xlsx").exists()
    assert not list(tmp_path.glob(".partial-*"))


def test_the_command(converted: Path, tmp_path: Path) -> None:
    file = tmp_path / "out.xlsx"
    done = CliRunner().invoke(app, ["export", str(converted), str(file), "--doc", "fuzhou_2023_calc.pdf"])
    assert (done.exit_code, done.output.replace("\n", "")) == (0, f"{file}: 1 document")
    assert file.exists()
    wrong = CliRunner().invoke(app, ["export", str(converted), str(tmp_path / "out.csv")])
    assert isinstance(wrong.exception, UsageError)
