"""The report in a real browser: it opens from disk, sorts, filters, leads to the figure and boxes it on the picture."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pdfplumber
import pytest

from juesuan_extract import convert
from juesuan_extract.emit.output import Output
from juesuan_extract.emit.piece import make_piece
from juesuan_extract.knowledge.catalog import load_catalog
from juesuan_extract.model.account import Account
from juesuan_extract.options import Options
from juesuan_extract.pipeline import extract
from juesuan_extract.read.pdf_file import read_file
from tests.support.accounts import account, disputed, doubtful, failed
from tests.support.paths import PDFS

PDF = PDFS / "shanghai_mixed_wrong_digit.pdf"
PAGE, WRONG = 5, "86.62"  # where the planted digit stands; the truth beside the PDF says 866200.00 for 666200.00
HOSTILE = "<img src=x onerror=alert(1)>"
Browse = Callable[..., Any]


def write(folder: Path, accounts: list[Account]) -> Path:
    with Output(folder, load_catalog(), Options()) as output:
        for one in accounts:
            output.add(make_piece([one], load_catalog()))
        output.finish({})
    return folder / "report.html"


@pytest.fixture(scope="session")
def planted() -> Account:
    """The account with a planted error, read for real."""
    (found,) = extract(read_file(PDF), PDF.name, Options(pictures=True), load_catalog())
    return found


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of one file, converted for real."""
    convert(PDF, tmp_path_factory.mktemp("small"))
    return Path(tmp_path_factory.getbasetemp()) / "small0" / "report.html"


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory, planted: Account) -> Path:
    """A report of many files: the planted error among documents of every status."""
    quiet = [account(f"县级/{i:02}.pdf", fiscal_year=2000 + i % 20, pages=100 - i) for i in range(40)]
    odd = [doubtful("市级/b.pdf", unit_name=HOSTILE), disputed("市级/d.pdf", unit_name="某市卫生局"), failed()]
    return write(tmp_path_factory.mktemp("large"), [*quiet, *odd, planted])


def rows(page: Any) -> list[str]:
    """Names of the files shown, in order."""
    return page.locator("#documents tbody tr:visible th").all_inner_texts()


def column(page: Any, number: int) -> list[str]:
    return page.locator(f"#documents tbody tr:visible > :nth-child({number})").all_inner_texts()


def test_pages_open_from_disk_in_silence(browse: Browse, small: Path, large: Path) -> None:
    watched = browse()
    for path in (small, large, *sorted((large.parent / "report").iterdir())[:3]):
        page = watched.open(path)
        assert page.locator("h1:visible, h2:visible").first.inner_text()
        assert page.evaluate("document.compatMode") == "CSS1Compat"
    assert all(url.startswith(("file:", "data:")) for url in watched.fetched)


# -- the overview -----------------------------------------------------------------------------------------------------


def test_filter_by_mouse(browse: Browse, large: Path) -> None:
    page = browse().open(large)
    assert len(rows(page)) == 44
    page.get_by_role("button", name="有矛盾 3").click()
    assert rows(page) == ["市级/b.pdf", "市级/d.pdf", PDF.name]
    page.get_by_role("button", name="读取失败 1").click()
    assert len(rows(page)) == 4
    page.get_by_label("查找单位或文件").fill("卫生")
    assert rows(page) == ["市级/d.pdf"]
    assert "显示 1 / 44" in page.locator(".shown").inner_text()
    page.get_by_label("查找单位或文件").fill("没有这样的单位")
    assert page.get_by_text("没有符合条件的文件。").is_visible()
    page.get_by_role("button", name="全部显示").click()
    assert len(rows(page)) == 44


def test_filter_and_sort_by_keyboard(browse: Browse, large: Path) -> None:
    page = browse().open(large)
    page.keyboard.press("/")
    page.keyboard.type("市级")
    assert rows(page) == ["市级/b.pdf", "市级/d.pdf"]
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("Delete")
    page.get_by_role("button", name="年度").focus()
    page.keyboard.press("Enter")
    years = [int(text) for text in column(page, 4) if text]
    assert years == sorted(years, reverse=True)
    assert page.get_by_role("columnheader", name="年度").get_attribute("aria-sort") == "descending"
    page.keyboard.press("Space")
    years = [int(text) for text in column(page, 4) if text]
    assert years == sorted(years)
    assert column(page, 4)[-1] == "", "blanks are last either way"
    assert page.get_by_role("columnheader", name="年度").get_attribute("aria-sort") == "ascending"


def test_sort_by_mouse(browse: Browse, large: Path) -> None:
    page = browse().open(large)
    page.get_by_role("button", name="状态").click()
    assert [text.split()[-1] for text in column(page, 1)[:5]] == ["有矛盾", "有矛盾", "有矛盾", "读取失败", "已验证"]
    page.get_by_role("button", name="可信度").click()
    values = [float(text) for text in column(page, 9) if text]
    assert values == sorted(values)
    page.get_by_role("button", name="页数").click()
    assert page.locator("th[aria-sort]").count() == 1
    assert column(page, 5)[0] == "100"


def test_tab_reaches_everything_in_reading_order(browse: Browse, large: Path) -> None:
    page = browse().open(large)
    met = []
    for _ in range(30):
        page.keyboard.press("Tab")
        met.append(page.evaluate("(document.activeElement.name || '') + '|' + document.activeElement.innerText.trim()"))
    places = [
        next(i for i, text in enumerate(met) if wanted in text)
        for wanted in ("跳到正文", "lang|", "theme|", "有矛盾", "find|", "状态", "可信度", "县级/00.pdf")
    ]
    assert places == sorted(places)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/report/[0-9a-f]{16}\.html"))


def test_j_and_k_go_through_what_is_shown(browse: Browse, large: Path) -> None:
    page = browse().open(large)
    page.get_by_role("button", name="有矛盾 3").click()
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.innerText") == "市级/d.pdf"
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url("**/report/*.html")
    assert page.locator(".place").inner_text() == "1 / 3"
    page.keyboard.press("j")
    page.get_by_role("heading", level=2, name="某市卫生局").wait_for()
    page.get_by_role("link", name="下一份").click()
    page.get_by_role("heading", level=2, name="渠江县司法局").wait_for()
    assert page.get_by_role("link", name="下一份").count() == 0, "it is the last of those that were shown"
    page.get_by_role("link", name="全部文件").click()
    page.locator("#documents").wait_for()
    assert len(rows(page)) == 3, "the filter is kept"


def test_going_back_keeps_filter_and_order(browse: Browse, large: Path) -> None:
    page = browse().open(large)
    page.get_by_label("查找单位或文件").fill("市级")
    page.get_by_role("button", name="文件").click()
    page.get_by_role("button", name="文件").click()
    assert rows(page) == ["市级/d.pdf", "市级/b.pdf"]
    page.get_by_role("link", name="市级/b.pdf").click()
    page.wait_for_url("**/report/*.html")
    page.go_back()
    page.locator("#documents").wait_for()
    assert rows(page) == ["市级/d.pdf", "市级/b.pdf"]


def test_a_thousand_documents(browse: Browse, tmp_path: Path) -> None:
    path = write(tmp_path, [account(f"市级部门/教育/{i}年度部门决算.pdf", unit_name=f"第{i}中学") for i in range(1000)])
    assert path.stat().st_size <= 10_000_000
    page = browse().open(path)
    assert page.locator("#documents tbody tr").count() == 1000
    page.get_by_label("查找单位或文件").fill("第99")
    assert len(rows(page)) == 11
    page.get_by_role("link", name="市级部门/教育/997年度部门决算.pdf").click()
    assert page.get_by_role("heading", level=2, name="第997中学").is_visible()


# -- one document -----------------------------------------------------------------------------------------------------


def test_the_planted_conflict_is_one_click_away(browse: Browse, large: Path) -> None:
    page = browse().open(large)
    page.get_by_role("link", name=PDF.name).click()
    page.get_by_role("heading", level=2, name="渠江县司法局").wait_for()
    assert page.locator(".figures .conflict").inner_text().split()[-1] == WRONG
    assert "7,980.51 + 86.62 = 8,067.13 ≠ 8,047.13" in page.locator("main").inner_text()
    assert page.locator(".mark").count() == 1


def test_the_box_lies_over_the_wrong_figure(browse: Browse, small: Path) -> None:
    page = browse(viewport={"width": 1440, "height": 1200}).open(small)
    mark, picture = page.locator(".mark"), page.locator(".page img")
    narrow = picture.bounding_box()["width"]
    page.get_by_label("放大").check()
    assert picture.bounding_box()["width"] > 1.5 * narrow
    mark.scroll_into_view_if_needed()
    assert picture.evaluate("image => image.complete && image.naturalWidth > 500")
    box, frame = mark.bounding_box(), picture.bounding_box()
    with pdfplumber.open(PDF) as pdf:
        sheet = pdf.pages[PAGE - 1]
        (word,) = [found for found in sheet.extract_words() if found["text"] == WRONG]
        scale = frame["width"] / float(sheet.width)
    ink = [frame["x"] + word["x0"] * scale, frame["y"] + word["top"] * scale,
           frame["x"] + word["x1"] * scale, frame["y"] + word["bottom"] * scale]  # fmt: skip
    assert box["x"] <= ink[0] < ink[2] <= box["x"] + box["width"]
    assert box["y"] <= (ink[1] + ink[3]) / 2 <= box["y"] + box["height"]
    assert box["height"] < 3 * (ink[3] - ink[1]), "the figure's cell, not more"
    # the figure's dark pixels are where the box is, on the screen
    mark.locator("b").evaluate("number => number.remove()")
    shot = cv2.imdecode(np.frombuffer(page.screenshot(), np.uint8), cv2.IMREAD_GRAYSCALE)
    x0, y0, x1, y1 = (round(v) for v in (box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"]))
    dark = np.argwhere(shot[y0 + 2 : y1 - 2, x0 + 2 : x1 - 2] < 110)
    assert len(dark) > 20
    left = x0 + 2 + dark[:, 1].min()
    assert abs(left - ink[0]) < 4, "and they begin where the figure begins"


def test_cell_and_mark_lead_to_each_other(browse: Browse, small: Path) -> None:
    page = browse().open(small)
    cell, mark = page.locator(".figures .conflict"), page.locator(".mark")
    cell.get_by_role("link").click()
    assert page.evaluate("document.activeElement.className") == "mark conflict"
    assert mark.evaluate("mark => getComputedStyle(mark).outlineWidth") == "4px"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == cell.get_attribute("id")
    assert cell.evaluate("cell => getComputedStyle(cell).outlineStyle") == "solid"


def test_a_link_opens_the_table_it_leads_to(browse: Browse, small: Path) -> None:
    page = browse().open(small)
    sheet = page.locator("details.sheet").nth(3)
    assert sheet.get_attribute("open") is None, "nothing is doubtful in it"
    page.evaluate("id => location.hash = id", sheet.get_attribute("id"))
    page.wait_for_function("id => document.getElementById(id).open", arg=sheet.get_attribute("id"))


def test_conflicts_are_explained_in_both_languages(browse: Browse, large: Path) -> None:
    page = browse().open(large)
    page.get_by_role("link", name="市级/d.pdf").click()
    text = page.locator(".dispute").inner_text()
    assert "应为 1,000.00" in text
    assert "would have to be" not in text
    page.get_by_text("English").click()
    text = page.locator(".dispute").inner_text()
    assert "would have to be 1,000.00" in text
    assert "一位数字写错" not in text
    assert "looks like one digit changed" in text


# -- language, colours, access ----------------------------------------------------------------------------------------


def test_language_follows_the_browser_and_the_choice_is_kept(browse: Browse, large: Path) -> None:
    watched = browse(locale="de-DE")
    page = watched.open(large)
    assert page.get_by_role("heading", name="Final accounts, checked").is_visible()
    assert page.get_by_role("radio", name="English").is_checked()
    page.get_by_role("radio", name="English").focus()
    page.keyboard.press("ArrowLeft")
    assert page.get_by_role("heading", name="决算核对报告").is_visible()
    assert not page.get_by_text("Final accounts, checked").is_visible()
    page.get_by_role("link", name=PDF.name).click()
    assert page.get_by_text("不成立的勾稽关系").first.is_visible(), "on other pages too"
    assert page.get_by_role("radio", name="中文").is_checked()


def test_colours_follow_the_system_and_the_switch(browse: Browse, small: Path) -> None:
    def ground() -> str:
        return page.evaluate("getComputedStyle(document.body).backgroundColor")

    page = browse(color_scheme="dark").open(small)
    dark = ground()
    page.get_by_text("浅色").click()
    assert ground() == "rgb(255, 255, 255)"
    page.get_by_text("自动").click()
    assert ground() == dark != "rgb(255, 255, 255)"
    page.get_by_text("深色").click()
    page.emulate_media(color_scheme="light")
    assert ground() == dark
    page.reload()
    assert ground() == dark, "the choice is kept"


COLOURS = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgb = (colour) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = rgb(getComputedStyle(at).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255, 255];
  };
  const seen = {};
  for (const element of document.querySelectorAll("main *, header *, footer *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own || !element.getClientRects().length || element.closest("button:disabled")) continue;
    const pair = [rgb(getComputedStyle(element).color), ground(element)];
    seen[JSON.stringify(pair)] = [element.tagName, element.className, element.textContent.slice(0, 20), ...pair];
  }
  return Object.values(seen);
}"""


def contrast(one: list[int], other: list[int]) -> float:
    """The ratio of WCAG 2."""

    def luminance(colour: list[int]) -> float:
        parts = [v / 255 for v in colour[:3]]
        linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_contrast(browse: Browse, large: Path, tmp_path: Path, scheme: str) -> None:
    """Every pair of text and ground that is on the screen, badges and marks among them, has 4.5:1."""
    path = write(tmp_path, [disputed("a.pdf"), doubtful("b.pdf"), failed(), account("c.pdf"), repaired()])
    page = browse(color_scheme=scheme).open(path)
    page.evaluate("for (const box of document.querySelectorAll('details')) box.open = true")
    pairs = page.evaluate(COLOURS)
    assert len(pairs) > 10
    assert [pair for pair in pairs if contrast(*pair[3:]) < 4.5] == []


def repaired() -> Account:
    one = account("r.pdf")
    return replace(one, facts=(one.facts[0]._replace(status="repaired", text="1,234.S6"), *one.facts[1:]))


def test_status_is_told_in_words(browse: Browse, large: Path) -> None:
    page = browse().open(large)
    snapshot = page.locator("main").aria_snapshot()
    assert '- heading "决算核对报告" [level=1]' in snapshot
    assert '- columnheader "状态"' in snapshot
    assert '- button "有矛盾 3"' in snapshot
    assert '- searchbox "查找单位或文件"' in snapshot
    assert re.search(r'- row "≠? ?有矛盾 市级/d.pdf 某市卫生局', snapshot)


def test_a_document_has_an_outline(browse: Browse, small: Path) -> None:
    page = browse().open(small)
    levels = [int(level[1]) for level in page.locator(":is(h1,h2,h3,h4,h5)").evaluate_all("h => h.map(e => e.tagName)")]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels)), "no level is left out"
    assert page.locator("table.figures th:not([scope])").count() == 0
    assert page.locator("img:not([alt])").count() == 0
    assert page.locator(".mark:not([aria-label])").count() == 0


def test_a_hostile_name_stays_text(browse: Browse, large: Path) -> None:
    watched = browse()
    page = watched.open(large)
    assert page.get_by_role("cell", name=HOSTILE).is_visible()
    page.get_by_label("查找单位或文件").fill(HOSTILE)
    page.get_by_role("link", name="市级/b.pdf").click()
    assert page.get_by_role("heading", level=2).inner_text().endswith(f"{HOSTILE} 2023")
    assert page.locator('img[src="x"]').count() == 0
    assert watched.dialogs == []


def test_without_scripts_everything_can_be_read(browse: Browse, large: Path) -> None:
    page = browse(java_script_enabled=False).open(large)
    assert len(rows(page)) == 44
    assert not page.get_by_label("查找单位或文件").is_visible()
    page.get_by_text("English").click()
    assert page.get_by_role("heading", name="Final accounts, checked").is_visible()
    page.get_by_role("link", name=PDF.name).click()
    assert page.locator(".figures .conflict").is_visible()


@pytest.mark.parametrize("width", [400, 1440])
def test_nothing_is_wider_than_the_screen(browse: Browse, large: Path, width: int) -> None:
    page = browse(viewport={"width": width, "height": 800}).open(large)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("link", name=PDF.name).click()
    page.locator(".document").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
