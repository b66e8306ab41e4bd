"""A workbook that is written row by row: formats, exact amounts, text that stays text, notes and further sheets.

Nothing in the file depends on time or machine.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal
from unicodedata import east_asian_width

import xlsxwriter

MAX_ROWS = 1_048_576  # of a sheet
MAX_TEXT = 32_000  # characters of a cell; Excel takes 32,767 UTF-16 units
MAX_NOTES = 10_000  # of a workbook; beyond them programs become slow, and doubtful cells are coloured only
CREATED = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # the same input gives the same bytes
FONT = "宋体"
MONEY = "#,##0.00"
ONE_PAGE = 52  # rows of a form that are still legible on one printed page
BEYOND = "这个数超过 15 位有效数字，表格软件只能存近似值，因此按文本存放，一位不差。"

DoubtKind = Literal["", "conflict", "unverified", "repaired", "low"]
# fill and font as in the styles Bad, Neutral and Good that Excel ships
COLOURS: dict[DoubtKind, tuple[str, str]] = {
    "conflict": ("#FFC7CE", "#9C0006"),
    "unverified": ("#FFEB9C", "#7F6000"),
    "repaired": ("#DDEBF7", "#1F4E78"),
    "low": ("#FFF2CC", "#7F6000"),
}
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # no character of XML 1.0
_LINES = re.compile("[\t\n\r\u2028\u2029]+")
_FORMULA = tuple("=+-@＝＋－＠")


def clean(text: str) -> str:
    r"""Text that a cell can hold: on one line, without characters that XML forbids, and not too long.

    >>> clean("a\x00b\nc")
    'a\ufffdb c'
    """
    text = _ILLEGAL.sub("\ufffd", _LINES.sub(" ", text))
    # XlsxWriter takes <r>…</r> for markup of its own
    return (text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…") + (" " if text.startswith("<r>") else "")


def exact(amount: Decimal) -> bool:
    """Whether the amount comes back from a workbook: a double in the 16 digits that XlsxWriter writes."""
    return Decimal("%.16G" % float(amount)) == amount  # noqa: UP031  # as it does


def width(text: str) -> int:
    """Columns that a text takes: two for a Chinese character."""
    return sum(2 if east_asian_width(char) in "WFA" else 1 for char in text)


class Workbook:
    """A workbook. streams: rows are written to disk at once, each sheet from top to bottom, in bounded memory."""

    def __init__(self, path: Path, folder: Path, streams: bool) -> None:
        self._book = xlsxwriter.Workbook(
            str(path),
            {
                "constant_memory": streams,
                "tmpdir": str(folder),
                "strings_to_formulas": False,
                "strings_to_numbers": False,
                "strings_to_urls": False,
                "default_format_properties": {"font_name": FONT, "font_size": 10},
            },
        )
        self._book.set_properties({"created": CREATED, "author": "juesuan-extract"})
        self._styles: dict[tuple[tuple[str, Any], ...], Any] = {}
        self._names: set[str] = set()
        self.notes_left = MAX_NOTES

    def sheet(self, name: str) -> Worksheet:
        """A new sheet; a name that is taken already gets a number."""
        plain = re.sub(r"[\[\]:*?/\\']", " ", clean(name)).strip()[:31] or "-"
        unique, count = plain, 1
        while unique.casefold() in self._names:
            count += 1
            unique = f"{plain[: 31 - len(str(count)) - 3]} ({count})"
        self._names.add(unique.casefold())
        return Worksheet(self, self._book.add_worksheet(unique), unique)

    def style(self, **properties: Any) -> Any:
        """A format; equal ones are made once."""
        key = tuple(sorted(properties.items()))
        if key not in self._styles:
            self._styles[key] = self._book.add_format({"valign": "vcenter", **properties})
        return self._styles[key]

    def close(self) -> None:
        """Write the file."""
        self._book.close()


class Worksheet:
    """One sheet. Rows and columns count from 0."""

    def __init__(self, book: Workbook, sheet: Any, name: str) -> None:
        self._book = book
        self._sheet = sheet
        self.name = name

    def text(self, row: int, column: int, text: str, doubt: DoubtKind = "", **style: Any) -> None:
        """Write a text; it is never taken for a formula, a number or a link."""
        if text.startswith(_FORMULA):
            style["quote_prefix"] = True  # stays a text when somebody edits the cell
        self._sheet.write_string(row, column, clean(text), self._book.style(**style, **_colour(doubt)))

    def amount(self, row: int, column: int, amount: Decimal | None, doubt: DoubtKind = "", **style: Any) -> None:
        """Write an amount as a number, or as a text where a number would not be exact; None: a blank cell."""
        style = {"num_format": MONEY, "align": "right", **style, **_colour(doubt)}
        if amount is None:
            self._sheet.write_blank(row, column, None, self._book.style(**style))
        elif exact(amount):
            self._sheet.write_number(row, column, float(amount), self._book.style(**style))
        else:
            self._sheet.write_string(row, column, f"{amount:,.2f}", self._book.style(**{**style, "num_format": "@"}))

    def number(self, row: int, column: int, number: float, **style: Any) -> None:
        """Write a count or a probability."""
        self._sheet.write_number(row, column, number, self._book.style(**style))

    def link(self, row: int, column: int, sheet: str, text: str, **style: Any) -> None:
        """Write a link to a sheet of the workbook."""
        form = self._book.style(font_color="#0563C1", underline=1, **style)
        self._sheet.write_url(row, column, f"internal:'{sheet}'!A1", form, clean(text))

    def span(self, top: int, left: int, bottom: int, right: int, text: str, **style: Any) -> None:
        """Write a text over several cells. In a workbook that streams they must stand in one row."""
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                if (row, column) != (top, left):
                    self._sheet.write_blank(row, column, None, self._book.style(**style))
        if (top, left) != (bottom, right):
            self._sheet.merge_range(top, left, bottom, right, "", self._book.style(**style))
        self.text(top, left, text, **style)

    def note(self, row: int, column: int, text: str) -> None:
        """Add a note to a cell, while the workbook has room for notes."""
        if not text or self._book.notes_left <= 0:
            return
        self._book.notes_left -= 1
        text = _ILLEGAL.sub("\ufffd", text)[:2_000]
        lines = sum(1 + width(line) // 48 for line in text.split("\n"))
        options = {"width": 330, "height": 18 + 17 * lines, "font_name": FONT, "font_size": 9}
        self._sheet.write_comment(row, column, text, options)

    def widths(self, widths: Sequence[float]) -> None:
        """Set the widths of the first columns, in characters."""
        for column, wide in enumerate(widths):
            self._sheet.set_column(column, column, wide)

    def height(self, row: int, points: float) -> None:
        """Set the height of a row, before it is written."""
        self._sheet.set_row(row, points)

    def finish(self, head: int, rows: int, columns: int, *, freeze: tuple[int, int], form: bool = False) -> None:
        """Set up frozen panes and printing.

        head: first and last row of the headings, repeated on every printed page; rows, columns: how many are used;
        form: a printed form, without grid lines; otherwise a list with a filter.
        """
        sheet = self._sheet
        sheet.freeze_panes(*freeze)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 1 if form and rows <= ONE_PAGE else 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        sheet.set_footer("&C第 &P 页，共 &N 页")
        if rows:
            sheet.print_area(0, 0, rows - 1, max(0, columns - 1))
        if rows > freeze[0]:
            sheet.repeat_rows(0 if form else head, freeze[0] - 1)
        if form:
            sheet.hide_gridlines(2)
            sheet.center_horizontally()
        elif rows > head:
            sheet.autofilter(head, 0, rows - 1, columns - 1)
        sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{MAX_ROWS}"})


def _colour(doubt: DoubtKind) -> dict[str, Any]:
    if not doubt:
        return {}
    fill, font = COLOURS[doubt]
    return {"bg_color": fill, "font_color": font}
