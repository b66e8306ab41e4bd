"""The workbook of many documents: every table as one list, with the unit, the year and the file in front."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc

from juesuan_extract.excel.doubts import (
    CELL_COLUMNS,
    CHECK_COLUMNS,
    DOUBTFUL,
    FAILED,
    CellRow,
    Failed,
    Wording,
    by_cell,
    percent,
)
from juesuan_extract.excel.lists import Lead, Listed, put, write_checks, write_doubts
from juesuan_extract.excel.one import COLOURED, LEGEND, Info
from juesuan_extract.excel.parquet import Beside, ParquetFolder, SourceKey, ranks
from juesuan_extract.excel.workbook import BEYOND, MAX_ROWS, Workbook, exact
from juesuan_extract.values.ids import is_code

if TYPE_CHECKING:
    from juesuan_extract.knowledge.catalog import Catalog
    from juesuan_extract.knowledge.specs import TableSpec

LEAD = (("单位", 26.0), ("年度", 7.0), ("文件", 30.0))
FROZEN = 2  # 单位 and 年度 stay in sight
_WIDE = ("doc_id", "unit_name", "fiscal_year", "row_no", "row_id", "row_name", "level")
_LEVELS = {"款": 1, "项": 2}
_SIDES = {"income": "收入", "expenditure": "支出", "function": "支出"}


def write_batch(
    book: Workbook, stored: ParquetFolder, infos: Sequence[Info], catalog: Catalog, max_rows: int = MAX_ROWS
) -> None:
    """Write the sheets of all documents."""
    wording = Wording(catalog)
    order = ranks(stored)
    leads = {info.doc_id: (info.unit, info.fiscal_year, info.source) for info in infos if not info.duplicate}
    failed = Counter(row[0] for row in stored.rows("checks", ("doc_id",), FAILED))
    passed = sum(1 for _ in stored.rows("checks", ("doc_id",), pc.field("passed")))
    doubts = Counter(row[0] for row in stored.rows("cells", ("doc_id",), DOUBTFUL))
    _overview(book, infos, failed, doubts, wording, max_rows)
    for spec in catalog.tables.values():
        _table(book, stored, spec, wording, order, max_rows)
    lead = list(LEAD)
    checks = (Failed(*row) for row in stored.rows("checks", CHECK_COLUMNS, FAILED))
    write_checks(book, lead, ((_lead(leads, check.doc_id), check) for check in checks), wording, passed, max_rows)
    cells = (CellRow(*row) for row in stored.rows("cells", CELL_COLUMNS, DOUBTFUL))
    write_doubts(book, lead, ((_lead(leads, cell.doc_id), cell) for cell in cells), wording, max_rows)


def _lead(leads: Mapping[str, Lead], doc_id: str) -> Lead:
    return leads.get(doc_id, ("", None, ""))


def _overview(
    book: Workbook,
    infos: Sequence[Info],
    failed: Mapping[str, int],
    doubtful: Mapping[str, int],
    wording: Wording,
    max_rows: int,
) -> None:
    counts = Counter(info.status for info in infos)
    said = "，".join(f"{wording.status(status)} {count}" for status, count in sorted(counts.items()))
    columns = (
        *LEAD, ("状态", 12.0), ("可信度", 10.0), ("页数", 7.0), ("读到的表", 10.0), ("不成立的勾稽关系", 12.0),
        ("存疑数字", 10.0), ("说明", 60.0), ("doc_id", 20.0),
    )  # fmt: skip
    remark = f"{len(infos)} 份文件：{said}。颜色：" + "；".join(text for _, text in LEGEND)
    sheet = Listed(book, "文件", "部门决算公开表汇总", remark, columns, FROZEN, max_rows)
    for info in infos:
        row = sheet.row()
        counted = (None, None) if info.duplicate else (failed.get(info.doc_id), doubtful.get(info.doc_id))
        values: tuple[Any, ...] = (
            info.unit, info.fiscal_year, info.source, wording.status(info.status), percent(info.confidence),
            info.pages, info.tables_found, *counted,
            info.remark, info.doc_id,
        )  # fmt: skip
        for column, value in enumerate(values):
            put(sheet.sheet, row, column, value, COLOURED.get(info.status, "") if column == 3 else "")
    sheet.close()


def _table(
    book: Workbook,
    stored: ParquetFolder,
    spec: TableSpec,
    wording: Wording,
    order: Mapping[SourceKey, int],
    max_rows: int,
) -> None:
    """One of the nine tables of all documents."""
    amounts = tuple(name for name in stored.columns(spec.id) if name in spec.columns)
    labels: tuple[tuple[str, float], ...] = (("科目编码", 11.0), ("科目名称", 36.0))
    two_sides = spec.id in ("gk01", "gk04")
    if spec.kind == "named":
        labels = (("收支", 6.0), ("项目", 36.0)) if two_sides else (("项目", 36.0),)
    headings = [(spec.column_titles.get(name, name), 18.0) for name in amounts]
    sheet = Listed(
        book, wording.table(spec.id), spec.title, "单位：元。着色的格子带有批注，说明原因；全部存疑数字见“存疑数字”。",
        (*LEAD, *labels, *headings), FROZEN, max_rows,
    )  # fmt: skip
    of_table = pc.field("table_id") == spec.id
    doubts = Beside(stored.groups("cells", CELL_COLUMNS, DOUBTFUL & of_table), lambda place: order.get(place, -1))
    checks = Beside(stored.groups("checks", CHECK_COLUMNS, FAILED), lambda place: order.get(place, -1))
    for place, rows in stored.groups(spec.id, (*_WIDE, *amounts)):
        cells = _by_place(CellRow(*row) for row in doubts.at(place))
        blamed = by_cell(Failed(*row) for row in checks.at(place)) if cells else {}
        rows.sort(key=lambda row: row[0])  # accounts of one source one after the other; stable
        for _, own in groupby(rows, key=lambda row: row[0]):
            side = ""
            for row in own:
                doc_id, unit, year, row_no, row_id, name, level = row[:7]
                side = _SIDES.get(row_id.partition(".")[0], side)
                number = sheet.row()
                to = sheet.sheet
                put(to, number, 0, unit)
                put(to, number, 1, year, align="center")
                put(to, number, 2, place.source)
                column = len(LEAD)
                if len(labels) == 2:
                    code = row_id if is_code(row_id) else ""
                    put(to, number, column, side if two_sides else code)
                    column += 1
                strong = row_id.rpartition(".")[2] in ("total", "subtotal")
                style = {"indent": _LEVELS[level]} if level in _LEVELS else {"bold": True} if strong else {}
                put(to, number, column, name, **style)
                for amount, heading in zip(row[7:], amounts, strict=True):
                    column += 1
                    cell = cells.get((doc_id, row_no, row_id, heading))
                    if cell is None:
                        if amount is not None:
                            to.amount(number, column, amount)
                            if not exact(amount):
                                to.note(number, column, BEYOND)
                        continue
                    if amount is None and not cell.is_blank:
                        to.text(number, column, cell.text, cell.doubt, align="right")
                    else:
                        to.amount(number, column, amount, cell.doubt)
                    key = doc_id, spec.id, row_id, heading
                    to.note(number, column, wording.note(cell, blamed.get(key, ())))
    sheet.close("没有文件含有这张表。")


def _by_place(cells: Iterator[CellRow]) -> dict[tuple[str, int, str, str], CellRow]:
    return {(cell.doc_id, cell.row_no, cell.row_id, cell.column_id): cell for cell in cells}
