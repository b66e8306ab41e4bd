"""Sheets that are lists: the identities that fail, and the doubtful figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from juesuan_extract.excel.doubts import CellRow, Failed, Wording, percent
from juesuan_extract.excel.workbook import BEYOND, MAX_ROWS, DoubtKind, Workbook, Worksheet, exact, width

HEADING: dict[str, Any] = {"border": 1, "align": "center", "bold": True, "text_wrap": True, "bg_color": "#D9E1F2"}
MAX_LINES = 20  # of a row
HEAD = 2  # row of the headings; title and remark stand above
Lead = tuple[str | int | None, ...]  # what stands before the row of a document: 单位, 年度, 文件


class Listed:
    """Rows below one another under a title and headings, on further sheets where one is full."""

    def __init__(
        self,
        book: Workbook,
        name: str,
        title: str,
        remark: str,
        columns: Sequence[tuple[str, float]],
        freeze: int = 0,
        max_rows: int = MAX_ROWS,
    ) -> None:
        self._book, self._name, self._title, self._remark = book, name, title, remark
        self._columns, self._freeze, self._max_rows = columns, freeze, max_rows
        self.sheet = self._begin()
        self.first = self.sheet.name
        self.count = 0

    def row(self, lines: int = 1) -> int:
        """The number of the next row, which is `lines` high; `sheet` is where to write it."""
        if self._row + 1 >= self._max_rows:
            self._finish()
            self.sheet = self._begin()
        self._row += 1
        self.count += 1
        if lines > 1:
            self.sheet.height(self._row, 14.0 * lines)
        return self._row

    def close(self, nothing: str = "") -> None:
        """Finish the sheet. nothing: what to say where no row was written."""
        if not self.count and nothing:
            self._row += 1
            self.sheet.text(self._row, 0, nothing)
        self._finish()

    def _begin(self) -> Worksheet:
        sheet = self._book.sheet(self._name)
        sheet.widths([wide for _, wide in self._columns])
        sheet.height(0, 26)
        sheet.text(0, 0, self._title, bold=True, font_size=14)
        sheet.text(1, 0, self._remark, font_color="#595959")
        sheet.height(HEAD, 30)
        for column, (text, _) in enumerate(self._columns):
            sheet.text(HEAD, column, text, **HEADING)
        self._row = HEAD
        return sheet

    def _finish(self) -> None:
        self.sheet.finish(HEAD, self._row + 1, len(self._columns), freeze=(HEAD + 1, self._freeze))


def lines(values: Sequence[Any], columns: Sequence[tuple[str, float]]) -> int:
    """How many lines the longest text of a row takes in its column."""
    texts = ((value, wide) for value, (_, wide) in zip(values, columns, strict=True) if isinstance(value, str))
    return min(MAX_LINES, max((1 + int(width(text) * 1.05 / wide) for text, wide in texts), default=1))


def put(sheet: Worksheet, row: int, column: int, value: Any, doubt: DoubtKind = "", **style: Any) -> None:
    """Write a value by its type; None leaves the cell out unless it is coloured."""
    if isinstance(value, Decimal):
        sheet.amount(row, column, value, doubt, **style)
        if not exact(value):
            sheet.note(row, column, BEYOND)
    elif isinstance(value, int):
        sheet.number(row, column, value, **style)
    elif value is not None and value != "":
        sheet.text(row, column, value, doubt, **style)
    elif doubt:
        sheet.amount(row, column, None, doubt, **style)


def write_checks(
    book: Workbook,
    lead: Sequence[tuple[str, float]],
    failed: Iterator[tuple[Lead, Failed]],
    wording: Wording,
    passed: int,
    max_rows: int = MAX_ROWS,
) -> str:
    """Write the sheet 核对; returns its name."""
    columns = (
        *lead,
        ("编号", 26),
        ("勾稽关系", 36),
        ("左边", 40),
        ("左边金额", 18),
        ("", 4),
        ("右边", 60),
        ("右边金额", 18),
        ("差额（左－右）", 18),
        ("允许误差", 12),
    )
    remark = f"单位：元。共 {passed} 项勾稽关系成立；下列各项不成立，可能是公布的数字有误，也可能是读取有误。"
    sheet = Listed(book, "核对", "核对：不成立的勾稽关系", remark, columns, len(lead), max_rows)
    for before, check in failed:
        values = (
            *before,
            check.check_id,
            wording.says(check),
            wording.side(check.left),
            check.left_yuan,
            wording.relation(check),
            wording.side(check.right),
            check.right_yuan,
            check.residual,
            check.tolerance,
        )
        row = sheet.row(lines(values, columns))
        for column, value in enumerate(values):
            doubt: DoubtKind = "conflict" if column == len(lead) + 7 else ""
            put(sheet.sheet, row, column, value, doubt, text_wrap=isinstance(value, str))
    sheet.close("没有不成立的勾稽关系。")
    return sheet.first


def write_doubts(
    book: Workbook,
    lead: Sequence[tuple[str, float]],
    cells: Iterator[tuple[Lead, CellRow]],
    wording: Wording,
    max_rows: int = MAX_ROWS,
) -> None:
    """Write the sheet 存疑数字."""
    columns = (
        *lead,
        ("表", 24),
        ("行", 36),
        ("栏", 26),
        ("页", 6),
        ("印为", 18),
        ("金额（元）", 18),
        ("状态", 12),
        ("可信度", 10),
        ("原因", 80),
    )
    remark = "单位：元。这些数字没有得到勾稽关系的证明，或与勾稽关系矛盾，请对照原文件核对。"
    sheet = Listed(book, "存疑数字", "存疑数字", remark, columns, len(lead), max_rows)
    for before, cell in cells:
        values = (
            *before,
            wording.table(cell.table_id),
            wording.row(cell.table_id, cell.row_id, cell.row_name),
            wording.column(cell.table_id, cell.column_id),
            cell.page,
            "（空白）" if cell.is_blank else cell.text,
            cell.amount,
            wording.status(cell.status) if cell.doubt != "low" else "可信度偏低",
            percent(cell.confidence),
            "；".join(wording.reasons(cell)),
        )
        row = sheet.row(lines(values, columns))
        for column, value in enumerate(values):
            doubt: DoubtKind = cell.doubt if column == len(lead) + 6 else ""
            style = {"align": "right"} if column in (len(lead) + 4, len(lead) + 7) else {"text_wrap": True}
            put(sheet.sheet, row, column, value, doubt, **(style if isinstance(value, str) else {}))
    sheet.close("没有存疑数字。")
