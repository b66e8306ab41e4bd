"""The Python examples of the pages print what the pages show."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import get_args

import pandas as pd
import pytest

from juesuan_extract.knowledge.catalog import load_catalog
from juesuan_extract.model.account import Status, TableStatus
from juesuan_extract.model.fact import CellStatus
from tests.support.pages import spoken
from tests.support.paths import DOCS


@pytest.mark.parametrize("name", ["python.md", "outputs.md"])
def test_every_example_prints_what_the_page_shows(
    name: str, converted: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.chdir(converted)
    page = DOCS / name
    text = page.read_text(encoding="utf-8")
    with pd.option_context("display.width", 100, "display.max_columns", 20):
        now = "".join(spoken(text))
    if request.config.getoption("--update-golden"):
        page.write_text(now, encoding="utf-8")
        pytest.skip("written")
    assert now == text, "--update-golden writes the page anew; look at the difference"


def test_every_file_key_status_and_kind_is_named(converted: Path) -> None:
    text = (DOCS / "outputs.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([\w.-]+)/?`", text))
    out = converted / "out"
    files = {path.stem for path in out.glob("*.parquet") if not path.stem.startswith("gk")}
    words = {*get_args(Status), *get_args(TableStatus), *get_args(CellStatus)}
    run = json.loads((out / "run.json").read_text(encoding="utf-8"))
    kinds = {code.removeprefix("kind.") for code in load_catalog().messages.root if code.startswith("kind.")}
    assert {*files, *words, *run, *run["documents"][0], *kinds} - named == set()
    assert {path.name for path in out.iterdir() if path.suffix not in (".csv", ".parquet")} - named == set()
