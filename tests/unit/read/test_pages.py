"""Tables whose rulings are missing, or are a picture."""

from __future__ import annotations

import pytest

from juesuan_extract.model.message import message
from juesuan_extract.read import pages
from juesuan_extract.read.pages import read_sheets
from tests.support import pdfs
from tests.unit.read.test_pdfium import texts

TITLE = "支出决算表"
BODY = [
    ["科目编码", "科目名称", "本年支出合计", "基本支出", "项目支出"],
    ["合计", "", "1,353.06", "284.66", "68.40"],
    ["208", "社会保障和就业支出", "353.06", "284.66", "68.40"],
    ["20801", "人力资源和社会保障管理", "353.06", "284.66", "68.40"],
    ["2080108", "信息化建设", "1,000.00", "", "0.00"],
]


def page(draw_table):
    def draw(canvas):
        canvas.drawCentredString(297, 760, TITLE)
        canvas.drawString(60, 740, "单位：福州市某中心")
        canvas.drawRightString(510, 740, "单位：万元")
        draw_table(canvas)
        canvas.drawString(60, 560, "注：本表反映单位本年度各项支出情况。")

    return pdfs.pdf(draw)


def grid(data, catalog):
    (sheet,) = read_sheets(data, catalog)
    (found,) = sheet.grids
    return found


def body(found):
    rows = [row for row in texts(found) if any(row)]
    return rows[next(i for i, row in enumerate(rows) if "合计" in row[0]) :]


@pytest.mark.parametrize(
    "style",
    [{"vertical": False}, {"vertical": False, "horizontal": False}, {"horizontal": False}, {"outer": False}],
    ids=["no verticals", "no rulings", "no horizontals", "no outer borders"],
)
def test_missing_rulings(style, catalog):
    found = grid(page(lambda c: pdfs.table(c, BODY, top=720, **style)), catalog)
    assert body(found) == BODY[1:]


def test_three_line_table(catalog):
    def three_lines(canvas):
        pdfs.table(canvas, BODY, top=720, vertical=False, horizontal=False)
        for y in (720, 700, 620):
            canvas.line(60, y, 510, y)

    found = grid(page(three_lines), catalog)
    assert found.source.reader == "stream"
    assert body(found) == BODY[1:]


def test_frame_and_head_only(catalog):
    def framed(canvas):
        pdfs.table(canvas, BODY, top=720, horizontal=False)
        canvas.line(60, 720, 510, 720)
        canvas.line(60, 700, 510, 700)
        canvas.line(60, 620, 510, 620)

    found = grid(page(framed), catalog)
    assert body(found) == BODY[1:]
    assert message("table.rulings_missing") in found.doubts


def test_wrapped_name_without_rulings(catalog):
    rows = [[*r] for r in BODY]

    def draw(canvas):
        pdfs.table(canvas, rows[:3], top=720, vertical=False, horizontal=False, height=26)
        y = 720 - 3 * 26
        canvas.drawString(63, y - 16, "2080505")
        canvas.drawString(153, y - 11, "机关事业单位基本养老")
        canvas.drawString(153, y - 21, "保险缴费支出")
        for column, text in enumerate(("24.35", "24.35", "0.00"), 3):
            canvas.drawRightString(60 + column * 90 - 3, y - 16, text)

    found = grid(page(draw), catalog)
    assert body(found)[-1] == ["2080505", "机关事业单位基本养老保险缴费支出", "24.35", "24.35", "0.00"]


def test_rulings_that_are_a_picture(catalog):
    def picture(canvas):
        canvas.drawImage(pdfs.picture_of_rulings(5, 5, 90, 20), 60, 620, 451, 101)
        pdfs.table(canvas, BODY, top=721, vertical=False, horizontal=False)

    found = grid(page(picture), catalog)
    assert found.source.reader == "raster"
    assert body(found) == BODY[1:]


def test_prose_costs_only_its_text(catalog):
    def prose(canvas):
        for i in range(8):
            canvas.drawString(60, 700 - i * 20, "本单位按照规定编制决算。")
        pdfs.table(canvas, top=400)

    (sheet,) = read_sheets(pdfs.pdf(prose), catalog)
    assert sheet.grids == ()
    assert sheet.lines[0].text == "本单位按照规定编制决算。"


def test_lines_of_a_page_without_a_table_have_boxes_in_pt(catalog):
    def draw(canvas):
        canvas.drawString(60, 700, "第一部分 部门概况")
        canvas.drawRightString(510, 600, "单位：万元")

    (sheet,) = read_sheets(pdfs.pdf(draw), catalog)
    first, second = sheet.lines
    assert (first.text, second.text) == ("第一部分部门概况", "单位：万元")
    height = sheet.height
    assert first.box.x0 == pytest.approx(60, abs=2)
    assert second.box.x1 == pytest.approx(510, abs=2)
    assert first.box.top < height - 700 < first.box.bottom < second.box.top < height - 600 < second.box.bottom


def test_the_first_reader_that_is_sure_tells_what_stands_on_a_page(monkeypatch, catalog):
    asked = []

    def not_sure(page):
        asked.append(page.page.number)

    readers = (not_sure, pages.text_alone, pages.ruled, pages.unruled)
    monkeypatch.setattr(pages, "PAGE_READERS", readers)
    assert body(grid(page(lambda c: pdfs.table(c, BODY, top=720)), catalog)) == BODY[1:]
    assert asked == [1]
