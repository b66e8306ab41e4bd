"""docs/new-layout.md runs as it stands: every command, every edit, every line of output."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from juesuan_extract.knowledge.catalog import load_catalog
from juesuan_extract.read.pages import read_sheets
from tests.support import new_layout
from tests.support.pages import lived, with_juesuan
from tests.support.paths import DOCS

PAGE = DOCS / "new-layout.md"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with the PDF, and a `juesuan` on the path."""
    shutil.copy(PAGE.with_suffix(".pdf"), tmp_path)
    return with_juesuan(tmp_path)


def test_every_command_prints_what_the_page_shows(place: Path, request: pytest.FixtureRequest) -> None:
    text = PAGE.read_text(encoding="utf-8")
    now = "".join(lived(text, place))
    if request.config.getoption("--update-golden"):
        PAGE.write_text(now, encoding="utf-8")
        pytest.skip("written")
    assert now == text, "--update-golden writes the page anew; look at the difference"


def test_the_page_shows_the_way_from_unknown_to_verified() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text.index("unknown row") < text.index("in no knowledge file") < text.rindex("nothing wrong")
    assert "verified" in text[text.rindex("$ juesuan show") :]


def test_the_document_is_the_one_that_is_drawn() -> None:
    drawn, kept = (read_sheets(data, load_catalog()) for data in (new_layout.draw(), new_layout.PLACE.read_bytes()))
    assert [sheet.text for sheet in drawn] == [sheet.text for sheet in kept]
