"""The workbook of one document: its tables as published, what is doubtful coloured, and what does not add up."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from juesuan_extract.excel import forms, lists
from juesuan_extract.excel.doubts import CELL_COLUMNS, CHECK_COLUMNS, FAILED, CellRow, Failed, Wording, by_cell, percent
from juesuan_extract.excel.parquet import ParquetFolder
from juesuan_extract.excel.workbook import BEYOND, COLOURS, MONEY, DoubtKind, Workbook, Worksheet, clean, exact, width

if TYPE_CHECKING:
    from juesuan_extract.knowledge.catalog import Catalog

BORDER: dict[str, Any] = {"border": 1}
HEADING: dict[str, Any] = {"border": 1, "align": "center", "bold": True, "text_wrap": True, "bg_color": "#F2F2F2"}
NAME_WIDTH = (14, 42)
AMOUNT_WIDTH = (13, 24)
NOTES_WIDTH = 76
TITLE = 1.8  # width of a character of the title in characters of the table
LEGEND: tuple[tuple[DoubtKind, str], ...] = (
    ("conflict", "有矛盾：勾稽关系不成立，可能是这个数错了"),
    ("unverified", "待核对：没有勾稽关系能证明它，或它的位置、名称有疑问"),
    ("repaired", "已更正：与读到的不同，只有这样各项勾稽关系才成立"),
    ("low", "可信度偏低：有勾稽关系支持，但证据较弱"),
)
COLOURED: dict[str, DoubtKind] = {"conflict": "conflict", "failed": "conflict", "unverified": "unverified"}  # by status
_NUMBER = re.compile(r"公开\d{1,2}表")
_TABLE_COLUMNS = (
    "table_id", "published_no", "published_title", "pages", "unit", "status", "confidence", "notes", "notes_codes",
)  # fmt: skip


class Info(NamedTuple):
    """A row of documents.parquet."""

    doc_id: str
    source: str
    unit_name: str | None
    fiscal_year: int | None
    pages: int | None
    tables_found: int | None
    status: str
    confidence: float | None
    error: str | None
    sha256: str

    @property
    def duplicate(self) -> bool:
        """Its content is that of another file, whose doc_id it has; the tables stand there."""
        return self.status == "duplicate"

    @property
    def remark(self) -> str:
        """Why it failed, or of which file it is a copy."""
        if self.duplicate:
            return f"内容与 {self.error} 相同"
        return self.error or ""

    @property
    def unit(self) -> str:
        """Name of the unit; empty where none is printed."""
        return self.unit_name or ""

    @property
    def year(self) -> str:
        """The year; empty where it isn't known."""
        return str(self.fiscal_year) if self.fiscal_year else ""


class _Table(NamedTuple):
    table_id: str
    published_no: str | None
    published_title: str | None
    pages: str | None
    unit: str | None
    status: str
    confidence: float | None
    notes: str | None
    notes_codes: str | None


def write_single(book: Workbook, stored: ParquetFolder, info: Info, catalog: Catalog) -> None:
    """Write the sheets of one document; `stored` must be limited to it."""
    wording = Wording(catalog)
    tables = {row[0]: _Table(*row) for row in stored.rows("tables", _TABLE_COLUMNS)}
    places: dict[tuple[str, int, str], tuple[float, float]] = {}
    cells: dict[str, list[CellRow]] = {}
    for row in stored.rows("cells", (*CELL_COLUMNS, "x0", "top")):
        cell = CellRow(*row[:-2])
        cells.setdefault(cell.table_id, []).append(cell)
        places[cell.table_id, cell.row_no, cell.column_id] = row[-2:]
    failed = [Failed(*row) for row in stored.rows("checks", CHECK_COLUMNS, FAILED)]
    passed = sum(1 for _ in stored.rows("checks", ("passed",))) - len(failed)
    blamed = by_cell(failed)

    first = book.sheet("文件")
    numbered = any(table.published_no for table in tables.values())
    names = _sheet_names(tables, catalog, wording)
    made: dict[str, str] = {}
    for table_id, name in sorted(names.items(), key=lambda pair: pair[1]):
        own = cells.get(table_id, [])
        sheet = book.sheet(name)
        made[table_id] = sheet.name
        spec = catalog.tables[table_id]
        form = forms.form(spec, own, catalog, lambda cell: places[cell.table_id, cell.row_no, cell.column_id])
        table = tables.get(table_id)
        number = table.published_no if table else ""
        if not number and not numbered:
            number = f"公开{table_id.removeprefix('gk')}表"
        _form_sheet(sheet, form, table, info, spec.title, number or "", wording, blamed)
    checked = lists.write_checks(book, [], iter([((), check) for check in failed]), wording, passed)
    doubtful = [cell for table in cells.values() for cell in table if cell.doubt]
    lists.write_doubts(book, [], iter([((), cell) for cell in doubtful]), wording)
    made["核对"] = checked
    _overview(
        first, info, tables, made, Counter(cell.doubt for cell in doubtful), len(failed), passed, catalog, wording
    )


def _sheet_names(tables: dict[str, _Table], catalog: Catalog, wording: Wording) -> dict[str, str]:
    """Names of sheets by table; with the printed numbers where every found table has its own, else with ours."""
    names = {table_id: wording.table(table_id) for table_id in catalog.tables}
    found = [table for table in tables.values() if table.status != "missing"]
    numbers = [(table.published_no or "").replace("公开0", "公开").replace("公开", "公开0") for table in found]
    if len(set(numbers)) == len(numbers) == len(names) and all(map(_NUMBER.fullmatch, numbers)):
        for table, number in zip(found, numbers, strict=True):
            digits = int(re.sub(r"\D", "", number))
            names[table.table_id] = f"公开{digits:02d} " + names[table.table_id].partition(" ")[2]
    return names


def _form_sheet(
    sheet: Worksheet,
    form: forms.Form,
    table: _Table | None,
    info: Info,
    title: str,
    number: str,
    wording: Wording,
    blamed: dict[tuple[str, str, str, str], list[Failed]],
) -> None:
    last = len(form.columns) - 1
    printed = (table.published_title if table else "") or title
    widths = _widths(form, width(printed))
    sheet.widths(widths)
    sheet.height(0, 30)
    sheet.span(0, 0, 0, last, printed, align="center", bold=True, font_size=16)
    _line(sheet, 1, last, "", number)
    _line(sheet, 2, last, f"单位：{info.unit}" if info.unit else f"文件：{info.source}", "金额单位：元", info.year)
    depth, headings = forms.headings(form.columns)
    for row in range(depth):
        sheet.height(3 + row, 32 if row == depth - 1 else 24)
    for heading in headings:
        sheet.span(3 + heading.top, heading.left, 3 + heading.bottom, heading.right, heading.text, **HEADING)
    row = 3 + depth
    body = row
    for entries in form.rows:
        column = 0
        for entry in entries:
            column += _entry(sheet, row, column, entry, wording, blamed)
        row += 1
    for note in _notes(table, wording):
        long = width(note) > sum(widths)
        if long:
            sheet.height(row, 15.0 * (1 + width(note) // max(20, int(sum(widths)))))
        sheet.span(row, 0, row, last, note, text_wrap=True, font_color="#595959", valign="top" if long else "vcenter")
        row += 1
    names = sum(1 for column in form.columns[:2] if column.kind in ("code", "name"))
    sheet.finish(3, row, last + 1, freeze=(body, 0 if _twice(form) else names), form=True)


def _line(sheet: Worksheet, row: int, last: int, left: str, right: str, middle: str = "") -> None:
    """A line above the headings: something at the left, the year in the middle, something at the right."""
    if last < 1:
        sheet.text(row, 0, "  ".join(filter(None, (left, middle, right))))
        return
    cut = max(0, last - 2) if last > 3 else last - 1
    sheet.span(row, 0, row, cut, "　　".join(filter(None, (left, middle and f"{middle} 年度"))), align="left")
    sheet.span(row, cut + 1, row, last, right, align="right")


def _twice(form: forms.Form) -> bool:
    """Names stand in more than one place, so that the first ones need not stay in sight."""
    return sum(column.kind == "name" for column in form.columns) != 1


def _entry(
    sheet: Worksheet,
    row: int,
    column: int,
    entry: forms.FormEntry,
    wording: Wording,
    blamed: dict[tuple[str, str, str, str], list[Failed]],
) -> int:
    """Write one entry; returns how many columns it takes."""
    if entry is None:
        sheet.amount(row, column, None, **BORDER)
        return 1
    if isinstance(entry, forms.Label):
        style: dict[str, Any] = {**BORDER, "align": entry.align, "bold": entry.bold}
        if entry.indent:
            style["indent"] = entry.indent
        sheet.span(row, column, row, column + entry.across - 1, entry.text, **style)
        return entry.across
    if entry.amount is None and not entry.is_blank:
        sheet.text(row, column, entry.text, entry.doubt, **BORDER, align="right")
    else:
        sheet.amount(row, column, entry.amount, entry.doubt, **BORDER, num_format=MONEY)
    if entry.doubt:
        key = entry.doc_id, entry.table_id, entry.row_id, entry.column_id
        sheet.note(row, column, wording.note(entry, blamed.get(key, ())))
    elif entry.amount is not None and not exact(entry.amount):
        sheet.note(row, column, BEYOND)
    return 1


def _notes(table: _Table | None, wording: Wording) -> list[str]:
    """What is printed by the table, and what is to be said of it."""
    notes = wording.notes(table.notes or "", table.notes_codes or "") if table else []
    if table is None or table.status == "missing":
        notes.append("（文件中没有读到这张表的数据。）")
    elif table.unit and table.unit != "元":
        notes.append(f"（原表以{clean(table.unit)}为单位，这里换算为元。）")
    return notes


def _widths(form: forms.Form, title: int) -> list[float]:
    """Widths in characters: names as long as they are, within limits, amounts as long as the longest.

    Together they are wide enough for the title.
    """
    wide = [0.0] * len(form.columns)
    for entries in form.rows:
        place = 0
        for entry in entries:
            if isinstance(entry, forms.Label):
                if entry.across == 1:
                    wide[place] = max(wide[place], width(entry.text) + 2 * entry.indent + 2)
                place += entry.across
                continue
            if isinstance(entry, CellRow) and entry.amount is not None:
                wide[place] = max(wide[place], len(f"{entry.amount:,.2f}") + 2)
            place += 1
    limits = {
        "name": NAME_WIDTH,
        "amount": AMOUNT_WIDTH if len(form.columns) < 12 else (9, 24),
        "code": (10, 12),
        "line": (6, 6),
    }
    found = [min(max(own, limits[c.kind][0]), limits[c.kind][1]) for own, c in zip(wide, form.columns, strict=True)]
    more = max(1.0, TITLE * title / sum(found))
    return [one * more for one in found]


def _overview(
    sheet: Worksheet,
    info: Info,
    tables: dict[str, _Table],
    names: dict[str, str],
    doubtful: Counter[DoubtKind],
    failed: int,
    passed: int,
    catalog: Catalog,
    wording: Wording,
) -> None:
    sheet.widths((14, 44, 8, 8, 12, 11, NOTES_WIDTH))
    sheet.height(0, 30)
    sheet.span(
        0,
        0,
        0,
        6,
        " ".join(filter(None, (info.unit or info.source, info.year and f"{info.year} 年度", "决算公开表"))),
        align="center",
        bold=True,
        font_size=16,
    )
    facts = [
        ("单位", info.unit),
        ("年度", info.year),
        ("文件", info.source),
        ("页数", str(info.pages or "")),
        ("状态", wording.status(info.status)),
        ("可信度", percent(info.confidence)),
        ("勾稽关系", f"{passed} 项成立，{failed} 项不成立" + ("，见“核对”" if failed else "")),
        ("存疑数字", "、".join(f"{_short(kind)} {doubtful[kind]}" for kind, _ in LEGEND if doubtful[kind]) or "没有"),
        ("说明", info.remark),
        ("SHA-256", info.sha256),
    ]
    row = 1
    for name, value in facts:
        if value:
            sheet.text(row, 0, name, **BORDER, bold=True)
            sheet.span(row, 1, row, 6, value, **BORDER, align="left", text_wrap=True)
            row += 1
    row += 1
    for column, text in enumerate(("工作表", "表名（原文）", "页", "原单位", "状态", "可信度", "备注")):
        sheet.text(row, column, text, **HEADING)
    for table_id, name in ((table_id, name) for table_id, name in names.items() if table_id in catalog.tables):
        row += 1
        table = tables.get(table_id)
        sheet.link(row, 0, name, name.partition(" ")[0], **BORDER)
        doubt = COLOURED.get(table.status, "") if table else ""
        values = (
            (table.published_title if table else "") or catalog.tables[table_id].title,
            (table.pages if table else "") or "",
            (table.unit if table else "") or "",
        )
        for column, text in enumerate(values, start=1):
            sheet.text(row, column, text, **BORDER)
        sheet.text(row, 4, wording.status(table.status if table else "missing"), doubt, **BORDER)
        sheet.text(row, 5, percent(table.confidence) if table else "", **BORDER, align="right")
        notes = " ".join(_notes(table, wording))
        sheet.height(row, 15.0 * (1 + int(width(notes) * 1.1) // NOTES_WIDTH))
        sheet.text(row, 6, notes, **BORDER, text_wrap=True)
    row += 2
    sheet.text(row, 0, "颜色", bold=True)
    for kind, text in LEGEND:
        sheet.span(row, 1, row, 6, text, **BORDER, bg_color=COLOURS[kind][0], font_color=COLOURS[kind][1])
        row += 1
    sheet.span(
        row, 1, row, 6, "着色的格子带有批注，说明原因。没有着色的数字都有成立的勾稽关系证明。", font_color="#595959"
    )
    sheet.finish(0, row + 1, 7, freeze=(1, 0), form=True)


def _short(kind: DoubtKind) -> str:
    return dict(LEGEND)[kind].partition("：")[0]
