"""docs/check.md runs as it stands, and names every key of the JSON."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from juesuan_extract.cli.check_json import document
from juesuan_extract.knowledge.catalog import load_catalog
from tests.support.checked import DISPUTED, checked
from tests.support.pages import lived, with_juesuan
from tests.support.paths import DOCS

PAGE = DOCS / "check.md"
PDFS = DOCS.parent / "fixtures" / "pdfs"


def test_every_command_prints_what_the_page_shows(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    text = PAGE.read_text(encoding="utf-8")
    for name in set(re.findall(r"\w+\.pdf", text)):
        shutil.copy(PDFS / name, tmp_path)
    now = "".join(lived(text, with_juesuan(tmp_path)))
    if request.config.getoption("--update-golden"):
        PAGE.write_text(now, encoding="utf-8")
        pytest.skip("written")
    assert now == text, "--update-golden writes the page anew; look at the difference"


def test_every_key_is_named() -> None:
    named = set(re.findall(r"`(\w+)`", PAGE.read_text(encoding="utf-8")))
    assert keys(document(checked(DISPUTED), load_catalog())) - named == set()


def keys(value: Any) -> set[str]:
    """All keys at any depth."""
    if isinstance(value, list):
        return {key for one in value for key in keys(one)}
    return set(value) | keys(list(value.values())) if isinstance(value, dict) else set()
