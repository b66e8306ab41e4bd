"""Draws docs/new-layout.pdf, the document of docs/new-layout.md: `python -m tests.support.new_layout`."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.pdfgen.canvas import Canvas

from tests.support.paths import DOCS
from tests.support.pdfs import FONT, cell_text, pdf

PLACE = DOCS / "new-layout.pdf"
SIZE = (842.0, 595.0)
UNIT = "云岭县林业局"

SUMMARY = [
    ["收入", "", "支出", ""],
    ["项目", "决算数", "项目", "决算数"],
    ["一、一般公共预算财政拨款收入", "100.00", "一、社会保障和就业支出", "30.00"],
    ["二、事业收入", "20.00", "二、农林水支出", "95.00"],
    ["本年收入合计", "120.00", "本年支出合计", "125.00"],
    ["弥补收支差额的事业基金", "5.00", "结余分配", "2.00"],
    ["年初结转和结余", "10.00", "年末结转和结余", "8.00"],
    ["总计", "135.00", "总计", "135.00"],
]
INCOME = [
    ["科目编码", "科目名称", "本年收入合计", "财政拨款收入", "上级补助收入", "事业收入", "经营收入",
     "附属单位上缴收入", "其他收入"],
    ["", "合计", "120.00", "100.00", "0.00", "20.00", "0.00", "0.00", "0.00"],
    ["213", "农林水支出", "120.00", "100.00", "0.00", "20.00", "0.00", "0.00", "0.00"],
    ["21302", "林业和草原", "120.00", "100.00", "0.00", "20.00", "0.00", "0.00", "0.00"],
    ["2130204", "事业机构", "120.00", "100.00", "0.00", "20.00", "0.00", "0.00", "0.00"],
]  # fmt: skip
EXPENDITURE = [
    ["科目编码", "科目名称", "本年支出合计", "基本支出", "项目支出", "上解上级支出", "经营支出", "对附属单位补助支出"],
    ["", "合计", "125.00", "80.00", "40.00", "5.00", "0.00", "0.00"],
    ["208", "社会保障和就业支出", "30.00", "30.00", "0.00", "0.00", "0.00", "0.00"],
    ["20805", "行政事业单位养老支出", "30.00", "30.00", "0.00", "0.00", "0.00", "0.00"],
    ["213", "农林水支出", "95.00", "50.00", "40.00", "5.00", "0.00", "0.00"],
    ["21302", "林业和草原", "95.00", "50.00", "40.00", "5.00", "0.00", "0.00"],
]


def draw() -> bytes:
    """A cover and three tables on a page each."""
    return pdf(_cover, _page("收入支出决算一览表", 1, SUMMARY), _page("收入决算表", 2, INCOME),
               _page("支出决算一览表", 3, EXPENDITURE), size=SIZE)  # fmt: skip


def _cover(canvas: Canvas) -> None:
    canvas.setFont(FONT, 24)
    canvas.drawCentredString(SIZE[0] / 2, 320, f"{UNIT}2023年度部门决算")


def _page(title: str, number: int, rows: Sequence[Sequence[str]]):  # type: ignore[no-untyped-def]
    def draw_page(canvas: Canvas) -> None:
        columns, height, x, top = len(rows[0]), 24, 51, 480
        width = 740 / columns
        canvas.setFont(FONT, 18)
        canvas.drawCentredString(SIZE[0] / 2, top + 50, title)
        canvas.setFont(FONT, 9)
        canvas.drawString(x, top + 8, f"部门：{UNIT}")
        canvas.drawRightString(x + 740, top + 24, f"公开{number:02}表")
        canvas.drawRightString(x + 740, top + 8, "单位：万元")
        wide = rows[0].count("") == 2  # 收入 and 支出 stand over two columns each
        for r in range(len(rows) + 1):
            canvas.line(x, top - r * height, x + 740, top - r * height)
        for c in range(columns + 1):
            start = 1 if wide and c % 2 else 0
            canvas.line(x + c * width, top - start * height, x + c * width, top - len(rows) * height)
        for r, row in enumerate(rows):
            for c, text in enumerate(row):
                cell_text(canvas, x + c * width, top - (r + 1) * height, width, height, text)

    return draw_page


if __name__ == "__main__":
    PLACE.write_bytes(draw())
