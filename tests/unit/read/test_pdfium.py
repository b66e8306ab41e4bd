"""The fast reader and the grid: every way in which publishers draw a table yields the same cells."""

from __future__ import annotations

import io
import time

import numpy as np
import pypdfium2
import pytest

from juesuan_extract.errors import LimitExceeded, PasswordRequired, UnreadableDocument
from juesuan_extract.model.page import Chars, Grid, Page, Rulings
from juesuan_extract.read.grid import _components, find_grids
from juesuan_extract.read.pdfium.page import PdfiumDocument
from tests.support import pdfs
from tests.support.paths import PDFS

FIXTURES = PDFS


def grids_of(data: bytes, page: int = 1) -> list[Grid]:
    with PdfiumDocument(data) as document, document.page(page) as opened:
        return find_grids(opened.read())[0]


def texts(grid: Grid) -> list[list[str]]:
    rows = [[""] * (len(grid.xs) - 1) for _ in range(len(grid.ys) - 1)]
    for cell in grid.cells:
        rows[cell.row][cell.column] = cell.text
    return rows


def only(data: bytes) -> list[list[str]]:
    grids = grids_of(data)
    assert len(grids) == 1
    return texts(grids[0])


def turned(data: bytes, angle: int) -> bytes:
    """The page with /Rotate; its content is turned back first, so that it is displayed upright."""
    document = pypdfium2.PdfDocument(data)
    page = document[0]
    page.set_rotation(angle)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("rule", [None, pdfs.thin_rectangle, pdfs.curve], ids=["strokes", "rectangles", "curves"])
def test_ways_to_draw_a_ruling(rule):
    assert only(pdfs.pdf(lambda c: pdfs.table(c, rule=rule))) == pdfs.TABLE


def test_rectangles_edges_are_rulings():
    def draw(canvas):
        for r, row in enumerate(pdfs.TABLE):
            for c, text in enumerate(row):
                x, y = 60 + c * 90, 700 - (r + 1) * 20
                canvas.rect(x, y, 90, 20)
                pdfs.cell_text(canvas, x, y, 90, 20, text)

    assert only(pdfs.pdf(draw)) == pdfs.TABLE


def test_one_path_of_many_thin_rectangles():
    def draw(canvas):
        path = canvas.beginPath()
        for i in range(5):
            path.rect(60, 700 - i * 20 - 0.25, 450, 0.5)
        for i in range(6):
            path.rect(60 + i * 90 - 0.25, 620, 0.5, 80)
        canvas.drawPath(path, stroke=0, fill=1)
        pdfs.table(canvas, horizontal=False, vertical=False)

    assert only(pdfs.pdf(draw)) == pdfs.TABLE


def test_double_borders_and_backgrounds():
    def draw(canvas):
        canvas.setFillGray(0.85)
        canvas.rect(60, 680, 450, 20, stroke=0, fill=1)
        canvas.setFillGray(0)
        canvas.rect(57.8, 617.8, 454.4, 84.4)
        pdfs.table(canvas)

    assert only(pdfs.pdf(draw)) == pdfs.TABLE


def test_missing_outer_borders():
    assert only(pdfs.pdf(lambda c: pdfs.table(c, outer=False)))[1:-1] == pdfs.TABLE[1:-1]


def test_flat_glyph_stays_in_its_line():
    assert only(pdfs.pdf(lambda c: pdfs.table(c)))[2][1] == "一般公共服务支出"


def test_form_xobjects_and_their_matrices():
    def draw(canvas):
        canvas.beginForm("inner")
        canvas.setFont(pdfs.FONT, 9)
        pdfs.table(canvas)
        canvas.endForm()
        canvas.beginForm("outer")
        canvas.translate(10, -40)
        canvas.doForm("inner")
        canvas.endForm()
        canvas.saveState()
        canvas.scale(0.9, 0.9)
        canvas.doForm("outer")
        canvas.restoreState()

    assert only(pdfs.pdf(draw)) == pdfs.TABLE


def test_form_that_is_turned():
    def draw(canvas):
        canvas.beginForm("turned")
        canvas.setFont(pdfs.FONT, 9)
        canvas.rotate(-90)
        canvas.translate(-842, 0)
        pdfs.table(canvas, x=60, top=500)
        canvas.endForm()
        canvas.translate(842, 0)
        canvas.rotate(90)
        canvas.doForm("turned")

    grids = grids_of(pdfs.pdf(draw, size=(842, 842)))
    assert len(grids) == 1
    assert texts(grids[0]) == pdfs.TABLE


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_rotated_page_reads_as_displayed(angle):
    def draw(canvas):
        if angle == 90:
            canvas.translate(595, 0)
        elif angle == 180:
            canvas.translate(595, 842)
        else:
            canvas.translate(0, 842)
        canvas.rotate(angle)
        pdfs.table(canvas, top=560)

    data = turned(pdfs.pdf(draw), angle)
    grids = grids_of(data)
    assert texts(grids[0]) == pdfs.TABLE
    width, height = (842, 595) if angle in (90, 270) else (595, 842)
    assert grids[0].box.x0 == pytest.approx(60, abs=1)
    assert grids[0].box.top == pytest.approx(height - 560, abs=1)
    assert grids[0].box.x1 <= width


def test_crop_box_shifts_the_origin():
    document = pypdfium2.PdfDocument(pdfs.pdf(lambda c: pdfs.table(c)))
    document[0].set_cropbox(40, 500, 560, 800)
    buffer = io.BytesIO()
    document.save(buffer)
    (grid,) = grids_of(buffer.getvalue())
    assert texts(grid) == pdfs.TABLE
    assert grid.box.x0 == pytest.approx(20, abs=1)
    assert grid.box.top == pytest.approx(100, abs=1)


def test_fake_bold_is_read_once():
    def draw(canvas):
        for shift in (0, 0.3):
            canvas.saveState()
            canvas.translate(shift, 0)
            pdfs.table(canvas, [[*row] for row in pdfs.TABLE])
            canvas.restoreState()

    assert only(pdfs.pdf(draw)) == pdfs.TABLE


def test_invisible_and_white_text_is_left_out():
    def draw(canvas):
        pdfs.table(canvas)
        text = canvas.beginText(340, 668)
        text.setTextRenderMode(3)
        text.textOut("999.99")
        canvas.drawText(text)
        canvas.setFillGray(1)
        canvas.drawString(430, 668, "888.88")

    assert only(pdfs.pdf(draw)) == pdfs.TABLE


def test_white_text_on_a_dark_background_stays():
    def draw(canvas):
        canvas.setFillGray(0.2)
        canvas.rect(60, 680, 450, 20, stroke=0, fill=1)
        canvas.setFillGray(1)
        pdfs.table(canvas, pdfs.TABLE[:1], rule=lambda *_: None)
        canvas.setFillGray(0)
        pdfs.table(canvas, [[""] * 5, *pdfs.TABLE[1:]])

    assert only(pdfs.pdf(draw)) == pdfs.TABLE


def test_name_that_overflows_into_the_next_cell():
    rows = [pdfs.HEAD, ["2080505", "机关事业单位基本养老保险缴费支出", "24.35", "24.35", "0.00"]]
    assert only(pdfs.pdf(lambda c: pdfs.table(c, rows))) == rows


def test_figure_off_its_rows_middle_line_belongs_to_its_cell():
    def draw(canvas):
        pdfs.table(canvas, [[*row[:4], ""] for row in pdfs.TABLE], height=40)
        for r, text in enumerate(row[4] for row in pdfs.TABLE):
            canvas.drawRightString(60 + 5 * 90 - 3, 700 - r * 40 - 9, text)

    assert only(pdfs.pdf(draw)) == pdfs.TABLE


def test_wrapped_lines_are_joined():
    def draw(canvas):
        pdfs.table(canvas, [["", "", ""], ["", "", ""]], height=40)
        canvas.drawString(63, 688, "机关事业单位")
        canvas.drawString(63, 676, "养老保险")
        canvas.drawRightString(237, 688, "1,234,")
        canvas.drawRightString(237, 676, "567.89")

    (grid,) = grids_of(pdfs.pdf(draw))
    assert texts(grid)[0][:2] == ["机关事业单位养老保险", "1,234,567.89"]


def test_merged_cells_have_spans():
    def draw(canvas):
        for x0, y0, x1, y1 in [
            (60, 700, 240, 700), (60, 680, 240, 680), (60, 660, 240, 660), (60, 640, 240, 640),
            (60, 640, 60, 700), (240, 640, 240, 700), (150, 640, 150, 680),
        ]:  # fmt: skip
            canvas.line(x0, y0, x1, y1)
        canvas.drawCentredString(150, 686, "项目")
        canvas.drawString(63, 666, "编码")
        canvas.drawString(153, 666, "名称")

    (grid,) = grids_of(pdfs.pdf(draw))
    head = grid.cells[0]
    assert (head.text, head.row_span, head.column_span) == ("项目", 1, 2)


def test_ruling_with_a_gap():
    def rule(canvas, x0, y0, x1, y1):
        if x0 == x1:
            canvas.line(x0, y0, x1, y0 + 0.3 * (y1 - y0))
            canvas.line(x0, y0 + 0.36 * (y1 - y0), x1, y1)
        else:
            canvas.line(x0 - 2, y0, x1 + 2, y1)

    assert only(pdfs.pdf(lambda c: pdfs.table(c, rule=rule))) == pdfs.TABLE


def test_two_tables_on_one_page():
    def draw(canvas):
        pdfs.table(canvas, top=760)
        pdfs.table(canvas, [["甲", "乙"], ["1.00", "2.00"]], top=500)

    first, second = grids_of(pdfs.pdf(draw))
    assert texts(first) == pdfs.TABLE
    assert texts(second) == [["甲", "乙"], ["1.00", "2.00"]]


def test_table_inside_a_frame_around_the_page():
    def draw(canvas):
        canvas.rect(20, 20, 555, 802)
        pdfs.table(canvas)

    assert texts(grids_of(pdfs.pdf(draw))[0]) == pdfs.TABLE


def test_box_of_a_cell_in_points_from_the_top_left():
    (grid,) = grids_of(pdfs.pdf(lambda c: pdfs.table(c)))
    cell = next(c for c in grid.cells if c.text == "284.66")
    assert cell.box == pytest.approx((60 + 3 * 90, 142 + 20, 60 + 4 * 90, 142 + 40), abs=0.6)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n", b"<html><body>404</body></html>", pdfs.pdf(lambda c: None)[:300]])
def test_what_is_no_pdf(data):
    with pytest.raises(UnreadableDocument) as caught:
        PdfiumDocument(data)
    assert caught.value.advice


def test_password():
    from reportlab.lib.pdfencrypt import StandardEncryption

    with pytest.raises(PasswordRequired):
        PdfiumDocument(pdfs.pdf(lambda c: pdfs.table(c), encrypt=StandardEncryption("secret", canPrint=1)))
    opened = pdfs.pdf(lambda c: pdfs.table(c), encrypt=StandardEncryption("", ownerPassword="owner", canPrint=1))
    assert only(opened) == pdfs.TABLE


def test_absurd_page_size():
    with PdfiumDocument(pdfs.pdf(lambda c: None, size=(20000, 30000))) as document, pytest.raises(LimitExceeded):
        document.page(1)


def test_hundred_thousand_rulings_are_no_table():
    def draw(canvas):
        path = canvas.beginPath()
        for i in range(100_000):
            path.moveTo(10, 10 + i * 0.008)
            path.lineTo(585, 10 + i * 0.008)
        for i in range(10):
            path.moveTo(10 + i * 50, 10)
            path.lineTo(10 + i * 50, 800)
        canvas.drawPath(path)

    grids_of(pdfs.pdf(draw))  # comes back, whatever it finds


def lines_of(horizontal: list[tuple[float, float, float]], vertical: list[tuple[float, float, float]]) -> Page:
    """A page of these rulings and one character."""
    chars = Chars("1", np.array([[4.0, 4.0, 6.0, 6.0]]))
    return Page(1, 14_000.0, 14_000.0, chars, Rulings(np.array(horizontal), np.array(vertical)))


def test_a_table_of_a_million_cells_is_none():
    lines = [(4.0 * i, 0.0, 4000.0) for i in range(1001)]
    assert find_grids(lines_of(lines, lines))[0] == []
    few = [line for line in lines if line[0] <= 400]
    (grid,) = find_grids(lines_of([(y, 0.0, 400.0) for y, _, _ in few], [(x, 0.0, 400.0) for x, _, _ in few]))[0]
    assert len(grid.cells) == 100 * 100


def test_rulings_that_touch_one_after_the_other_belong_together():
    """A chain of 1,900: each line was looked at as often as the chain is long."""
    steps = [8.0 * i for i in range(1900)]
    started = time.process_time()
    groups = _components(np.array([(y, y - 8, y) for y in steps]), np.array([(x, x, x + 8) for x in steps]))
    assert [(len(rows), len(columns)) for rows, columns in groups] == [(1900, 1900)]
    assert time.process_time() - started < 5
    apart = [(0.0, 0.0, 50.0), (9.0, 0.0, 50.0), (100.0, 0.0, 50.0), (109.0, 0.0, 50.0), (300.0, 0.0, 50.0)]
    beside = [(0.0, 100.0, 109.0), (50.0, 100.0, 109.0), (0.0, 0.0, 9.0), (900.0, 0.0, 9.0)]
    found = [(rows.tolist(), columns.tolist()) for rows, columns in _components(np.array(apart), np.array(beside))]
    assert found == [([0, 1], [2]), ([2, 3], [0, 1])]


def test_a_page_of_a_million_characters_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("juesuan_extract.read.pdfium.page.MAX_CHARS", 20)
    refused = pytest.raises(LimitExceeded, match="page 1 has over 20 characters")
    with PdfiumDocument(pdfs.pdf(pdfs.table)) as document, document.page(1) as page, refused:
        page.text()


def test_parts_of_a_font_with_another_ascent_stand_on_one_line():
    """LibreOffice embedded one font in two parts; the boxes of one are twice as high as those of the other."""
    (grid,) = grids_of((FIXTURES / "sichuan_writer_bare_pages.pdf").read_bytes(), 29)
    assert texts(grid)[1] == [
        *("合计", "因公出国（境）费", "公务用车购置及运行维护费", "", "", "公务接待费"),
        *("合计", "因公出国（境）费", "公务用车购置及运行维护费", "", "", "公务接待费"),
    ]


def test_text_of_no_height_is_not_seen():
    """Such a word ended the reading of an unruled table with a division by zero."""

    def draw(canvas):
        pdfs.table(canvas)
        text = canvas.beginText()
        text.setFont(pdfs.FONT, 9)
        text.setTextTransform(1, 0, 0, 0, 65, 690)
        text.textOut("支出决算表")
        canvas.drawText(text)

    assert only(pdfs.pdf(draw)) == pdfs.TABLE
