"""report.html is self-contained, keeps hostile text as text, and puts boxes where the cells are."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from juesuan_extract.emit.report import html as module
from juesuan_extract.emit.report.html import Report
from juesuan_extract.emit.report.view import AccountView, view
from juesuan_extract.knowledge.catalog import load_catalog
from juesuan_extract.model.account import Account
from juesuan_extract.model.page import Box, Picture
from tests.support.accounts import account, disputed, doubtful, fact, failed, missing, png, table

VOID = {"meta", "img", "br", "input"}


class Page(HTMLParser):
    """Collects tags and text; checks that tags are balanced."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def with_class(self, name: str) -> list[dict[str, str | None]]:
        return [attrs for _, attrs in self.tags if name in (attrs.get("class") or "").split()]


def render(folder: Path, *accounts: Account, interrupted: bool = False) -> str:
    report = Report(folder / "report.html")
    for one in accounts:
        report.add([module.shown(one, load_catalog())])
    report.close(interrupted)
    return (folder / "report.html").read_text(encoding="utf-8")


def shown(one: Account, room: int = 1 << 20) -> AccountView:
    return view(one, load_catalog(), room)


def words_of(page: Page) -> str:
    return re.sub(r"\s+", " ", page.text)


def test_overview_names_every_document(tmp_path: Path) -> None:
    page = Page(render(tmp_path, account(), doubtful(), failed()))
    for text in ("a.pdf", "b.pdf", "c.pdf", "not a PDF; download it again", "某市教育局", "2023", "1 / 9"):
        assert text in page.text
    sections = {attrs["id"] for tag, attrs in page.tags if tag == "section" and "id" in attrs}
    assert sections == {f"d{account().doc_id}", f"d{doubtful().doc_id}"}


def test_every_link_has_a_target(tmp_path: Path) -> None:
    page = Page(render(tmp_path, account(), doubtful(), disputed(), failed()))
    targets = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    links = {attrs["href"] or "" for tag, attrs in page.tags if tag == "a"}
    assert len(targets) == len(set(targets))
    assert {link.removeprefix("#") for link in links} <= set(targets)
    labelled = {name for _, attrs in page.tags if (name := attrs.get("aria-labelledby"))}
    assert labelled <= set(targets)


def test_document_section_tells_what_to_look_at(tmp_path: Path) -> None:
    text = words_of(Page(render(tmp_path, doubtful())))
    for expected in (
        "支出决算表", "公开03表", "第 7、8 页", "pages 7, 8", "本表无数据。", "no other witness",
        "208 | 合计", "其中：基建", "收入决算表（分单位）", "0.00 ≠ 1 1,234.56 差difference 1,234.56 万元",
        "rounding allows 0.015", "九张表找到 1 张",
    ):  # fmt: skip
        assert expected in text, expected


def test_conflicts_show_their_explanations_and_proposals(tmp_path: Path) -> None:
    text = words_of(Page(render(tmp_path, disputed())))
    for expected in (
        "矛盾 1：1 项勾稽关系不成立", "Conflict 1: 1 check fails", "1,234.56 → 应为 1,000.00would have to be 1,000.00",
        "疑为一位数字写错; looks like one digit changed", "1 项加总关系、2 处相同数字", "1 sum and 2 copies",
        "page 3 says “支出1,000.00万元”", "可能属“210”行", "改动最少的解释只有这一种",
    ):  # fmt: skip
        assert expected in text.replace("；疑", "疑"), expected
    assert "I03.row[208]" in text
    assert text.count("四舍五入容许") == 1, "a check that stands in a conflict is told there alone"


def test_arithmetic_is_in_the_unit_of_the_table() -> None:
    one = doubtful()
    in_yuan = tuple(t if t.status == "missing" else replace(t, unit="元") for t in one.tables)
    (failure,) = shown(doubtful(tables=in_yuan)).failures
    assert (failure.zh.difference, failure.zh.unit) == ("12,345,600.00", "元")
    assert (shown(one).failures[0].zh.difference, shown(one).failures[0].en.tolerance) == ("1,234.56", "0.015")


def test_tables_are_shown_as_printed() -> None:
    facts = (
        fact(1, "income.total", "amount", 7_000_000, "gk04", row_name="总计"),
        fact(2, "function.208", "total", 7_000_000, "gk04", row_name="社会保障和就业支出", page=8),
        fact(
            2, "function.208", "extra.其中：新增", None, "gk04", page=8, text="—", is_blank=False, status="unverified"
        ),
        fact(3, "expenditure.total", "total", 7_000_000, "gk04", row_name="总计", page=9),
    )
    tables = tuple(table("gk04", pages=(7, 8, 9)) if i == 4 else missing(f"gk0{i}") for i in range(1, 10))
    (sheet,) = shown(account(facts=facts, tables=tables)).sheets
    income, expenditure = sheet.blocks
    assert (income.columns, income.parts[0].rows[0].cells) == (("收入金额",), ("7.00",))
    assert expenditure.columns == ("合计", "其中：新增")
    assert [(part.page, part.quiet) for part in expenditure.parts] == [(8, False), (9, True)]
    dashed, total = (part.rows[0] for part in expenditure.parts)
    assert dashed.cells == ("7.00", sheet.doubts[0])
    assert (total.name, total.cells) == ("总计", ("7.00", ""))
    assert (sheet.doubts[0].number, sheet.doubts[0].printed, sheet.least) == (1, "—", sheet.doubts[0])


@pytest.mark.parametrize("hostile", ["<img src=x onerror=alert(1)>", "</style><script>x</script>", '" onmouseover="x'])
def test_hostile_text_stays_text(tmp_path: Path, hostile: str) -> None:
    facts = (
        fact(1, "total", "extra." + hostile, 1, row_name=hostile, text=hostile, status="conflict", reasons=(hostile,)),
    )
    page = Page(render(tmp_path, doubtful(hostile, facts=facts, unit_name=hostile, error=hostile)))
    assert hostile in page.text
    assert [tag for tag, _ in page.tags].count("script") == 2
    assert not [attrs for tag, attrs in page.tags if tag == "img" and not (attrs["src"] or "").startswith("data:")]
    assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on")]


def test_nothing_is_fetched_and_only_our_scripts_run(tmp_path: Path) -> None:
    html = render(tmp_path, doubtful())
    page = Page(html)
    assert {tag for tag, _ in page.tags}.isdisjoint({"link", "iframe", "object", "base"})
    assert all((attrs["src"] or "").startswith("data:image/png;base64,") for tag, attrs in page.tags if tag == "img")
    assert not re.search(r"https?:|@import|url\(|innerHTML|eval\(", html)
    (policy,) = [attrs["content"] or "" for tag, attrs in page.tags if tag == "meta" and "http-equiv" in attrs]
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
    assert policy == (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
        f"script-src {allowed}; base-uri 'none'; form-action 'none'"
    )


def test_boxes_are_in_percent_of_the_page() -> None:
    facts = (fact(1, "total", "total", 1, box=Box(100.0, 50.0, 150.0, 60.0), status="conflict"),)
    pictures = (Picture(7, 200.0, 100.0, png()),)
    (page,) = shown(account(facts=facts, pictures=pictures)).sheets[0].pages
    (mark,) = page.marks
    assert page.ratio == 2.0
    assert (mark.left, mark.top, mark.width, mark.height) == (50.0, 50.0, 25.0, 10.0)
    assert (mark.number, mark.status) == (1, "conflict")


def test_boxes_never_leave_the_page_and_stay_on_theirs() -> None:
    facts = (
        fact(1, "total", "total", 1, box=Box(-10.0, 90.0, 300.0, 1e9), status="conflict"),
        fact(2, "208", "total", 1, page=8, status="conflict"),
    )
    (page,) = shown(account(facts=facts, pictures=(Picture(7, 200.0, 100.0, png()),))).sheets[0].pages
    (mark,) = page.marks
    assert (mark.left, mark.top, mark.width, mark.height) == (0.0, 90.0, 100.0, 10.0)


def test_verified_and_blank_cells_are_no_doubts() -> None:
    facts = (
        fact(1, "total", "total", 1),
        fact(1, "total", "basic", None, status="unverified"),
        fact(1, "total", "project", None, status="unverified", is_blank=False, text="—"),
        fact(2, "208", "total", 1, status="repaired"),
    )
    assert [doubt.status for doubt in shown(account(facts=facts)).doubts] == ["unverified", "repaired"]


def test_long_lists_are_cut() -> None:
    facts = tuple(fact(i, f"unmapped.{i}", "total", 1, status="conflict") for i in range(1, 301))
    found = shown(account(facts=facts))
    assert (len(found.doubts), found.doubts_total) == (200, 300)


def test_a_picture_stands_beside_the_first_table_that_needs_it() -> None:
    facts = (
        fact(1, "total", "total", 1, "gk02", status="conflict"),
        fact(1, "total", "total", 1, status="conflict"),
        fact(2, "208", "total", 1, page=8, status="conflict"),
    )
    tables = tuple(table(f"gk0{i}") if i in (2, 3) else missing(f"gk0{i}") for i in range(1, 10))
    pictures = tuple(Picture(page, 200.0, 100.0, png()) for page in (7, 8))
    second, third = shown(account(facts=facts, tables=tables, pictures=pictures)).sheets
    assert [page.page for page in second.pages] == [7]
    assert [mark.number for mark in second.pages[0].marks] == [1, 2]
    assert [page.page for page in third.pages] == [8]


def test_pictures_stop_when_there_is_no_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    size = len(png())
    pictures = tuple(Picture(page, 595.0, 842.0, png()) for page in (7, 8, 9))
    facts = tuple(fact(page, f"unmapped.{page}", "total", 1, page=page, status="conflict") for page in (7, 8, 9))
    found = shown(doubtful(facts=facts, pictures=pictures), room=2 * size)
    assert [page.page for page in found.sheets[0].pages] == [7, 8]
    assert found.pictures_left_out == (9,)
    assert [doubt.pictured for doubt in found.doubts] == [True, True, False]
    monkeypatch.setattr(module, "PICTURE_BYTES", size)
    html = render(tmp_path, doubtful("a.pdf", facts=facts, pictures=pictures))
    assert html.count("data:image/png") == 1
    assert "No picture of page 8, 9" in html


# -- one file or many -------------------------------------------------------------------------------------------------


def test_a_small_batch_is_one_file(tmp_path: Path) -> None:
    render(tmp_path, *(account(f"{i}.pdf") for i in range(module.ONE_FILE)))
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_a_larger_batch_has_a_page_for_each_document(tmp_path: Path) -> None:
    accounts = [account("<a>.pdf"), *(doubtful(f"{i}.pdf") for i in range(module.ONE_FILE)), failed()]
    copy = replace(accounts[1], source="z.pdf", status="duplicate", error="0.pdf", tables=(), facts=(), checks=())
    overview = Page(render(tmp_path, *accounts, copy))
    links = [attrs["href"] or "" for tag, attrs in overview.tags if tag == "a" and attrs["href"] != "#main"]
    assert links == [f"report/{one.doc_id}.html" for one in (*accounts[:-1], copy)], "a duplicate leads to its first"
    assert not [tag for tag, _ in overview.tags if tag == "img"]
    names = {path.name for path in (tmp_path / "report").iterdir()}
    assert names == {f"{one.doc_id}.html" for one in accounts[:-1]}
    assert all(module.PAGE_NAME.fullmatch(name) for name in names)
    for one in accounts[:2]:
        page = Page((tmp_path / "report" / f"{one.doc_id}.html").read_text(encoding="utf-8"))
        assert one.source in page.text
        assert {attrs["href"] for _, attrs in page.tags if attrs.get("rel") == "up"} == {"../report.html"}
        assert ("img" in {tag for tag, _ in page.tags}) == (one.status == "conflict")


def test_a_thousand_documents_stay_small(tmp_path: Path) -> None:
    render(tmp_path, *(account(f"市级部门/教育/{i}年度部门决算.pdf") for i in range(1000)))
    assert (tmp_path / "report.html").stat().st_size < 1_000_000
    assert max(path.stat().st_size for path in (tmp_path / "report").iterdir()) < 40_000


def test_interrupted_and_empty_runs_say_so(tmp_path: Path) -> None:
    text = Page(render(tmp_path, interrupted=True)).text
    assert "interrupted" in text
    assert "no documents" in text


def test_a_table_without_a_cell_is_shown(tmp_path: Path) -> None:
    """An empty ruled table is found, and has nothing of which one could be least certain."""
    empty = account(facts=())
    assert "支出决算表" in words_of(Page(render(tmp_path, empty)))
