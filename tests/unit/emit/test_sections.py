"""Sections of the report that were kept hold what this program writes, and nothing that runs or leads elsewhere."""

from __future__ import annotations

import pytest

from juesuan_extract.emit.report.html import shown
from juesuan_extract.emit.report.sections import is_section
from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.options import Options
from juesuan_extract.pipeline import extract
from tests.support.accounts import account, disputed
from tests.support.paths import PDFS


@pytest.mark.parametrize("path", sorted(PDFS.glob("*.pdf"))[::3], ids=lambda path: path.stem)
def test_our_own_sections_are(path: object, catalog: Catalog) -> None:
    for found in extract(path.read_bytes(), "x.pdf", Options(pictures=True), catalog):  # type: ignore[attr-defined]
        assert is_section(shown(found, catalog).section)


def test_hostile_text_is_text(catalog: Catalog) -> None:
    for text in ("<script>", 'a" onclick="x', "<img src=x onerror=y>", "&lt;", "<!--", "]]>"):
        assert is_section(shown(account(unit_name=text), catalog).section)
        assert is_section(shown(disputed(text), catalog).section)


@pytest.mark.parametrize(
    "section",
    [
        "<script>alert(1)</script>",
        '<p onclick="x">',
        '<a href="javascript:alert(1)">',
        '<a href="https://example.org">',
        '<img src="https://example.org/x.png">',
        '<img src="data:image/svg+xml;base64,AAAA">',
        '<p style="background:url(x)">',
        '<p style="position:fixed">',
        "<iframe>",
        "<p class=x>",
        "<p class='x'>",
        "<!-- x -->",
        "<svg/onload=x>",
        "<P>",
        "<p",
        '<input type="submit">',
        '<form action="#">',
        "<style>",
    ],
)
def test_others_are_none(section: str) -> None:
    assert not is_section(f"<section>{section}</section>")
