"""Small PDFs drawn line by line, so that a test knows every ruling and every character."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

FONT = "STSong-Light"  # one of the CJK fonts that every PDF viewer knows; nothing is embedded
PAGE = (595.0, 842.0)

HEAD = ["科目编码", "科目名称", "本年支出合计", "基本支出", "项目支出"]
ROWS = [
    ["合计", "", "353.06", "284.66", "68.40"],
    ["208", "一般公共服务支出", "353.06", "284.66", "68.40"],
    ["20801", "人力资源", "353.06", "284.66", "68.40"],
]
TABLE = [HEAD, *ROWS]

Draw = Callable[[Canvas], None]


def pdf(*pages: Draw, size: tuple[float, float] = PAGE, **options: object) -> bytes:
    """A PDF with one page per drawing function; the origin of the canvas is moved to the top left, y grows upwards."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=size, invariant=True, **options)
    for draw in pages:
        canvas.setFont(FONT, 9)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def cell_text(canvas: Canvas, x: float, y: float, width: float, height: float, text: str) -> None:
    """Text set as publishers set it: figures to the right, everything else to the left."""
    baseline = y + height / 2 - 3
    if text[:1].isdigit() and "." in text:
        canvas.drawRightString(x + width - 3, baseline, text)
    else:
        canvas.drawString(x + 3, baseline, text)


def table(
    canvas: Canvas,
    rows: Sequence[Sequence[str]] = TABLE,
    x: float = 60,
    top: float = 700,
    width: float = 90,
    height: float = 20,
    rule: Callable[[Canvas, float, float, float, float], None] | None = None,
    vertical: bool = True,
    horizontal: bool = True,
    outer: bool = True,
) -> None:
    """A ruled table with its upper left corner at (x, top) in PDF coordinates."""
    line = rule or (lambda c, x0, y0, x1, y1: c.line(x0, y0, x1, y1))
    columns, lines = len(rows[0]), len(rows)
    right, bottom = x + columns * width, top - lines * height
    if horizontal:
        for i in range(lines + 1):
            if outer or 0 < i < lines:
                line(canvas, x, top - i * height, right, top - i * height)
    if vertical:
        for i in range(columns + 1):
            if outer or 0 < i < columns:
                line(canvas, x + i * width, bottom, x + i * width, top)
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            cell_text(canvas, x + c * width, top - (r + 1) * height, width, height, text)


def thin_rectangle(canvas: Canvas, x0: float, y0: float, x1: float, y1: float) -> None:
    """A ruling as Word draws it: a filled rectangle half a point thick."""
    if x0 == x1:
        canvas.rect(x0 - 0.25, y0, 0.5, y1 - y0, stroke=0, fill=1)
    else:
        canvas.rect(x0, y0 - 0.25, x1 - x0, 0.5, stroke=0, fill=1)


def curve(canvas: Canvas, x0: float, y0: float, x1: float, y1: float) -> None:
    """A straight line drawn as a Bézier curve."""
    dx, dy = (x1 - x0) / 3, (y1 - y0) / 3
    canvas.bezier(x0, y0, x0 + dx, y0 + dy, x0 + 2 * dx, y0 + 2 * dy, x1, y1)


def picture_of_rulings(rows: int, columns: int, width: float, height: float) -> ImageReader:
    """The rulings of a table as a grey picture, 3 px per pt."""
    from PIL import Image, ImageDraw

    w, h = int(columns * width * 3), int(rows * height * 3)
    image = Image.new("L", (w + 3, h + 3), 255)
    pen = ImageDraw.Draw(image)
    for i in range(rows + 1):
        pen.line((0, i * height * 3, w, i * height * 3), fill=0, width=2)
    for i in range(columns + 1):
        pen.line((i * width * 3, 0, i * width * 3, h), fill=0, width=2)
    return ImageReader(image)
