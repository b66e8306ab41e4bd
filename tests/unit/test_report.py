"""report.html is self-contained, keeps hostile text as text, and puts boxes where the cells are."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from make_account import FAILS, account, doubtful, fact, failed, png

from juesuan_extract.catalog import load_catalog
from juesuan_extract.emit import report as module
from juesuan_extract.emit.report import Report
from juesuan_extract.emit.view import AccountView, view
from juesuan_extract.model import Account, Box, Picture

VOID = {"meta", "img", "br"}


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
    report = Report(folder / "report.html", load_catalog())
    for one in accounts:
        report.add([one])
    report.close(interrupted)
    return (folder / "report.html").read_text(encoding="utf-8")


def shown(one: Account, room: int = 1 << 20) -> AccountView:
    return view(one, load_catalog(), room)


def test_overview_names_every_document(tmp_path: Path) -> None:
    page = Page(render(tmp_path, account(), doubtful(), failed()))
    for text in ("a.pdf", "b.pdf", "c.pdf", "not a PDF; download it again", "某市教育局", "2023", "1 / 9"):
        assert text in page.text
    targets = {attrs["id"] for _, attrs in page.tags if "id" in attrs}
    links = {(attrs["href"] or "").removeprefix("#") for tag, attrs in page.tags if tag == "a"}
    assert links == targets == {"d1", "d2"}


def test_document_section_tells_what_to_look_at(tmp_path: Path) -> None:
    text = Page(render(tmp_path, doubtful())).text
    for expected in (
        "支出决算表", "公开03表", "7, 8", "本表无数据。", "I03.row[208] fails; no other witness", "208 | 合计",
        "其中：基建", "收入决算表（分单位）", "1,234.56 ≠ 0.00", "1,234.56 − 0.00 = 1,234.56",
    ):  # fmt: skip
        assert expected in re.sub(r"\s+", " ", text), expected


def test_arithmetic_is_in_the_unit_of_the_table() -> None:
    one = doubtful()
    in_yuan = tuple(t if t.status == "missing" else type(t)(**{**_fields(t), "unit": "元"}) for t in one.tables)
    failure = shown(doubtful(tables=in_yuan)).failures[0]
    assert (failure.residual, failure.unit) == ("12,345,600.00", "元")
    assert (shown(one).failures[0].residual, shown(one).failures[0].tolerance) == ("1,234.56", "0.015")


def _fields(table: Any) -> dict[str, Any]:
    return {name: getattr(table, name) for name in table.__dataclass_fields__}


@pytest.mark.parametrize("hostile", ["<img src=x onerror=alert(1)>", "</style><script>x</script>", '" onmouseover="x'])
def test_hostile_text_stays_text(tmp_path: Path, hostile: str) -> None:
    facts = (
        fact(1, "total", "extra." + hostile, 1, row_name=hostile, text=hostile, status="conflict", reasons=(hostile,)),
    )
    page = Page(render(tmp_path, doubtful(hostile, facts=facts, unit_name=hostile, error=hostile)))
    assert hostile in page.text
    assert not [tag for tag, _ in page.tags if tag == "script"]
    assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on")]


def test_nothing_is_fetched(tmp_path: Path) -> None:
    html = render(tmp_path, doubtful())
    page = Page(html)
    assert {tag for tag, _ in page.tags}.isdisjoint({"script", "link", "iframe", "object"})
    assert all((attrs["src"] or "").startswith("data:image/png;base64,") for tag, attrs in page.tags if tag == "img")
    assert not re.search(r"https?:|@import|url\(", html)
    policy = [attrs["content"] for tag, attrs in page.tags if tag == "meta" and "http-equiv" in attrs]
    assert policy == ["default-src 'none'; img-src data:; style-src 'unsafe-inline'"]


def test_boxes_are_in_percent_of_the_page() -> None:
    facts = (fact(1, "total", "total", 1, box=Box(100.0, 50.0, 150.0, 60.0), status="conflict"),)
    pictures = (Picture(7, 200.0, 100.0, png()),)
    (page,) = shown(account(facts=facts, pictures=pictures)).pages
    (mark,) = page.marks
    assert page.ratio == 2.0
    assert (mark.left, mark.top, mark.width, mark.height) == (50.0, 50.0, 25.0, 10.0)
    assert (mark.number, mark.status) == (1, "conflict")


def test_boxes_never_leave_the_page_and_stay_on_theirs() -> None:
    facts = (
        fact(1, "total", "total", 1, box=Box(-10.0, 90.0, 300.0, 1e9), status="conflict"),
        fact(2, "208", "total", 1, page=8, status="conflict"),
    )
    (page,) = shown(account(facts=facts, pictures=(Picture(7, 200.0, 100.0, png()),))).pages
    (mark,) = page.marks
    assert (mark.left, mark.top, mark.width, mark.height) == (0.0, 90.0, 100.0, 10.0)


def test_verified_and_blank_cells_are_no_doubts() -> None:
    facts = (
        fact(1, "total", "total", 1),
        fact(1, "total", "basic", None, status="unverified"),
        fact(1, "total", "project", None, status="unverified", is_blank=False, text="—"),
        fact(2, "208", "total", 1, status="repaired"),
    )
    assert [doubt.figure.status for doubt in shown(account(facts=facts)).doubts] == ["unverified", "repaired"]


def test_long_lists_are_cut() -> None:
    facts = tuple(fact(i, f"unmapped.{i}", "total", 1, status="conflict") for i in range(1, 301))
    found = shown(account(facts=facts))
    assert (len(found.doubts), found.doubts_total) == (200, 300)


def test_pictures_stop_when_there_is_no_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    size = len(png())
    pictures = tuple(Picture(page, 595.0, 842.0, png()) for page in (7, 8, 9))
    found = shown(doubtful(pictures=pictures), room=2 * size)
    assert [page.page for page in found.pages] == [7, 8]
    assert found.pictures_left_out == (9,)
    monkeypatch.setattr(module, "ALL_PICTURE_BYTES", 4 * size)
    html = render(tmp_path, doubtful("a.pdf", pictures=pictures), doubtful("b.pdf", pictures=pictures))
    assert html.count("data:image/png") == 4
    assert "No picture of page 8, 9" in html


def test_a_thousand_quiet_documents_stay_small(tmp_path: Path) -> None:
    html = render(tmp_path, *(account(f"{i}.pdf") for i in range(1000)))
    assert len(html.encode()) < 10_000_000


def test_interrupted_and_empty_runs_say_so(tmp_path: Path) -> None:
    text = Page(render(tmp_path, interrupted=True)).text
    assert "interrupted" in text
    assert "no documents" in text


def test_arithmetic_with_sums_and_subtraction() -> None:
    amounts = {"total": 600, "208": 100, "210": 0, "213": 200, "closing": 7, "opening": 3}
    facts = tuple(fact(i, row, "total", amount * 10_000) for i, (row, amount) in enumerate(amounts.items(), 1))
    check = FAILS._replace(
        left="gk03[total].total",
        right="sum gk03[classes].total + gk03[closing].total - gk03[opening].total",
        cells=tuple(("gk03", row, "total") for row in amounts),
    )
    (failure,) = shown(account(facts=facts, checks=(check, check._replace(verdict="holds")))).failures
    assert (failure.left_terms, failure.sign) == ("6.00", "≠")
    assert failure.right_terms == "1.00 + 2.00 + 0.07 - 0.03"
    bounded = check._replace(relation="<=", right="sum gk03[classes].total", cells=check.cells[:1])
    (failure,) = shown(account(facts=facts, checks=(bounded,))).failures
    assert (failure.sign, failure.right_terms) == (">", "0.00")
