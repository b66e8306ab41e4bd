"""Pages with boxes around their figures, coloured by status, and tables beside them: what a notebook shows."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from juesuan_extract.model.fact import CellStatus, Fact
from juesuan_extract.read.pdfium.page import PdfiumDocument

if TYPE_CHECKING:
    import numpy as np

    from juesuan_extract.emit.report.tables import Doubtful, ReportBlock, ReportTable, Row

DPI = 90
COLOURS: dict[CellStatus, str] = {
    "verified": "#2e8b57",
    "repaired": "#2f6fd0",
    "unverified": "#d08700",
    "conflict": "#d02f2f",
}
_TINT = 0.16  # how much of its colour a box lays over the page
_GREYS = 0xF0  # sixteen are enough for text and make a picture a third as large

_STYLE = Markup(
    "<style>.juesuan{{display:flex;gap:1.5em;align-items:flex-start;overflow-x:auto;color:#222;background:#fff;padding:.6em}}"
    ".juesuan table{{border-collapse:collapse;font-size:85%}}"
    ".juesuan table td,.juesuan table th{{border:1px solid #ccc;padding:.15em .5em}}"
    ".juesuan table td,.juesuan table th{{text-align:left!important;white-space:nowrap}}"  # notebooks say right
    ".juesuan table td.figure{{text-align:right!important;font-variant-numeric:tabular-nums}}"
    ".juesuan img{{max-width:none;border:1px solid #ccc}}{}</style>"
).format(
    Markup("").join(
        Markup(".juesuan .{}{{background:{}33;box-shadow:inset 0 0 0 2px {}}}").format(status, colour, colour)
        for status, colour in COLOURS.items()
    )
)


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page as a PNG picture. number: of the page, from 1; width, height: px."""

    number: int
    width: int
    height: int
    png: bytes = field(repr=False)

    def save(self, path: str | Path) -> None:
        """Write the picture to a file."""
        Path(path).write_bytes(self.png)

    def _repr_png_(self) -> bytes:
        return self.png

    def _repr_html_(self) -> str:
        return str(self.html())

    def html(self) -> Markup:
        """An img element that holds the picture."""
        data = base64.b64encode(self.png).decode()
        return Markup('<img alt="page {}" width="{}" src="data:image/png;base64,{}">').format(
            self.number, self.width, data
        )


def page_picture(data: bytes, number: int, facts: Iterable[Fact], dpi: float = DPI) -> PagePicture:
    """A page with a box around each of these cells that stands on it; blank cells are left out.

    data: the PDF; number: of the page, from 1; dpi: px per inch. Raises ValueError where there is no such page.
    """
    import cv2

    from juesuan_extract.read.pdfium.raster import render_gray

    with PdfiumDocument(data) as document:
        if not 1 <= number <= document.page_count:
            raise ValueError(f"page {number} of {document.page_count}")
        with document.page(number) as page:
            gray = render_gray(page, dpi)
            scale = gray.shape[1] / page.width  # px per pt
    picture = cv2.cvtColor(gray & _GREYS | gray >> 4, cv2.COLOR_GRAY2BGR)
    for fact in facts:
        if fact.page == number and not fact.is_blank:
            _frame(picture, fact, scale)
    done, png = cv2.imencode(".png", picture, [cv2.IMWRITE_PNG_COMPRESSION, 9])
    assert done
    return PagePicture(number, picture.shape[1], picture.shape[0], png.tobytes())


def _frame(picture: np.ndarray, fact: Fact, scale: float) -> None:
    import cv2

    box = fact.box
    height, width = picture.shape[:2]
    x0, x1 = (min(max(round(x * scale), 0), width - 1) for x in (box.x0, box.x1))
    y0, y1 = (min(max(round(y * scale), 0), height - 1) for y in (box.top, box.bottom))
    colour = tuple(int(COLOURS[fact.status][place : place + 2], 16) for place in (5, 3, 1))  # OpenCV has blue first
    inside = picture[y0 : y1 + 1, x0 : x1 + 1]
    inside[:] = (inside * (1 - _TINT) + [part * _TINT for part in colour]).astype(inside.dtype)
    cv2.rectangle(picture, (x0, y0), (x1, y1), colour, 1)


@dataclass(frozen=True, slots=True)
class TableView:
    """A table as read, beside the pages that it stands on. Shown by notebooks."""

    title: str
    sheet: ReportTable
    pages: tuple[PagePicture, ...]

    def _repr_html_(self) -> str:
        blocks = Markup("").join(_block(block) for block in self.sheet.blocks)
        pages = Markup("").join(page.html() for page in self.pages)
        head = Markup("<p><b>{}</b> · {} · {}</p>").format(self.title, self.sheet.table.status, self.sheet.table.unit)
        body = Markup('<div class="juesuan"><div>{}{}</div><div>{}</div></div>').format(head, blocks, pages)
        return str(_STYLE + body)

    def __repr__(self) -> str:
        return f"<TableView {self.title}, page {', '.join(str(page.number) for page in self.pages)}>"


def _block(block: ReportBlock) -> Markup:
    heads = (("科目编码", "科目名称") if block.coded else ("项目",)) + block.columns
    head = Markup("").join(Markup("<th>{}</th>").format(title) for title in heads)
    rows = Markup("").join(_row(row, block.coded) for part in block.parts for row in part.rows)
    return Markup("<table><tr>{}</tr>{}</table>").format(head, rows)


def _row(row: Row, coded: bool) -> Markup:
    cells: Sequence[str | Doubtful] = row.cells
    figures = Markup("").join(
        Markup('<td class="figure">{}</td>').format(cell)
        if isinstance(cell, str)
        else Markup('<td class="figure {}" title="{}">{}</td>').format(
            cell.status, "; ".join(said.en for said in cell.reasons), cell.taken or cell.printed
        )
        for cell in cells
    )
    code = Markup("<td>{}</td>").format(row.code) if coded else Markup("")
    name = Markup('<td style="padding-left:{}em">{}</td>').format(0.5 + row.level, row.name)
    return Markup("<tr>{}{}{}</tr>").format(code, name, figures)
