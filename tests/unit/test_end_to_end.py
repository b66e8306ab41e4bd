"""One wrong digit in a published table, from the PDF to the box on the page picture."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from juesuan_extract import convert, read_pdf

WIDTH, HEIGHT, TOP, ROW = 842, 595, 510, 22  # pt
EDGES = (60, 120, 300, 380, 460, 540, 620, 700, 790)
HEADINGS = [
    "科目编码",
    "项目",
    "本年支出合计",
    "基本支出",
    "项目支出",
    "上缴上级支出",
    "经营支出",
    "对附属单位补助支出",
]
ROWS = [
    ["", "合计", "300.00", "200.00", "100.00"],
    ["205", "教育支出", "250.00", "170.00", "80.00"],
    ["20502", "普通教育", "250.00", "170.00", "80.00"],
    ["2050202", "小学教育", "250.00", "107.00", "80.00"],  # 170.00
    ["221", "住房保障支出", "50.00", "30.00", "20.00"],
    ["22102", "住房改革支出", "50.00", "30.00", "20.00"],
    ["2210201", "住房公积金", "50.00", "30.00", "20.00"],
]


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A final account whose 支出决算表 has transposed digits in one cell."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    path = tmp_path_factory.mktemp("faulty") / "决算.pdf"
    canvas = Canvas(str(path), pagesize=(WIDTH, HEIGHT))
    canvas.setFont("STSong-Light", 24)
    canvas.drawCentredString(421, 400, "某市教育局 2023 年度部门决算")
    canvas.showPage()
    canvas.setFont("STSong-Light", 16)
    canvas.drawCentredString(421, 540, "支出决算表")
    canvas.setFont("STSong-Light", 9)
    canvas.drawString(60, 520, "部门：某市教育局")
    canvas.drawRightString(780, 535, "公开03表")
    canvas.drawRightString(780, 520, "单位：万元")
    lines = [HEADINGS, *([*row, "0.00", "0.00", "0.00"] for row in ROWS)]
    bottom = TOP - ROW * len(lines)
    for x in EDGES:
        canvas.line(x, TOP, x, bottom)
    for number in range(len(lines) + 1):
        canvas.line(EDGES[0], TOP - ROW * number, EDGES[-1], TOP - ROW * number)
    for number, line in enumerate(lines):
        for x, text in zip(EDGES, line, strict=False):
            canvas.drawString(x + 4, TOP - ROW * number - 15, text)
    canvas.showPage()
    canvas.save()
    return path


def test_the_cell_is_accused_and_kept_as_printed(faulty: Path) -> None:
    doc = read_pdf(faulty)
    assert (doc.status, doc.unit_name, doc.fiscal_year) == ("conflict", "某市教育局", 2023)
    accused = doc.cells[doc.cells["status"] == "conflict"]
    assert accused[["row_id", "column_id", "amount_text"]].values.tolist() == [["2050202", "basic", "107.00"]]
    assert set(doc.checks.loc[~doc.checks["passed"], "check_id"]) == {"I03.row[2050202]", "I03.hierarchy[20502,basic]"}


def test_the_report_boxes_it_on_the_picture(faulty: Path, tmp_path: Path) -> None:
    summary = convert(faulty, tmp_path)
    assert [str(notice) for notice in summary.notices] == [
        "决算.pdf, page 2, gk03 支出决算表: 2 checks fail; compare 小学教育 107.00 with the page"
    ]
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    told = " ".join(re.sub("<[^>]*>", "", html).split())
    assert "107.00 + 80.00 = 187.00 ≠ 250.00 差difference 63.00 万元" in told
    assert "rounding allows 0.015" in told
    (mark,) = re.findall(
        r'class="mark conflict" [^>]*style="left:([\d.]+)%;top:([\d.]+)%;width:([\d.]+)%;height:([\d.]+)%', html
    )
    left, top, width, height = map(float, mark)
    x, y = EDGES[3] + 10, HEIGHT - TOP + ROW * 4.5  # inside the wrong figure's cell
    assert left < 100 * x / WIDTH < left + width
    assert top < 100 * y / HEIGHT < top + height
    with (tmp_path / "tables.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["status"] for row in csv.DictReader(file)].count("conflict") == 1
