"""The smallest account that proves itself: two tables on two pages, 3 KB."""

from __future__ import annotations

from functools import lru_cache

from reportlab.pdfgen.canvas import Canvas

from tests.support import pdfs

ROWS = [
    ["合计", "", "353.06", "284.66", "68.40"],
    ["208", "社会保障和就业支出", "262.95", "194.55", "68.40"],
    ["20801", "人力资源和社会保障管理事务", "262.95", "194.55", "68.40"],
    ["2080150", "事业运行", "262.95", "194.55", "68.40"],
    ["221", "住房保障支出", "90.11", "90.11", ""],
    ["22102", "住房改革支出", "90.11", "90.11", ""],
    ["2210201", "住房公积金", "90.11", "90.11", ""],
]
MORE = ["上缴上级支出", "经营支出", "对附属单位补助支出"]


@lru_cache(maxsize=1)
def tiny() -> bytes:
    """Tables 03 and 05 of an account; both are verified."""
    head = ["科目编码", "科目名称", "本年支出合计", "基本支出", "项目支出"]

    def third(canvas: Canvas) -> None:
        _page(canvas, "支出决算表", "公开03表")
        pdfs.table(canvas, [[*head, *MORE], *([*row, "", "", ""] for row in ROWS)], x=40, top=750, width=64)

    def fifth(canvas: Canvas) -> None:
        _page(canvas, "一般公共预算财政拨款支出决算表", "公开05表")
        pdfs.table(canvas, [head, *ROWS], x=40, top=750, width=100)

    return pdfs.pdf(third, fifth)


def _page(canvas: Canvas, title: str, number: str) -> None:
    canvas.drawCentredString(297, 800, title)
    canvas.drawString(480, 780, number)
    canvas.drawString(40, 765, "部门：西山市博物馆")
    canvas.drawString(250, 765, "2023年度")
    canvas.drawString(480, 765, "金额单位：万元")
