"""The questions of docs/load.md run as they stand, and the page names every table and view."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from juesuan_extract.database.version import VERSION_TABLE
from juesuan_extract.database.views import VIEWS
from tests.database.places import TABLES, Place, write
from tests.support.accounts import account, doubtful
from tests.support.paths import DOCS

PAGE = (DOCS / "load.md").read_text(encoding="utf-8")
QUESTIONS = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("kind", ["duckdb", "postgresql"])
def test_every_question_runs(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    place: Place
    if kind == "postgresql":
        place = request.getfixturevalue("postgres")
    else:
        place = Place("duckdb", f"duckdb:///{tmp_path / 'test.duckdb'}")
    unit = "福州市社会保险技术服务保障中心"
    place.load(write(tmp_path / "out", account("a.pdf", unit_name=unit), doubtful("b.pdf")))
    answers = [place.run(question) for question in QUESTIONS]
    assert len(answers) == 5
    assert [len(answers[number]) for number in (0, 3, 4)] == [2, 1, 2]


def test_every_table_and_view_is_named() -> None:
    named = set(re.findall(r"`(\w+)`", PAGE)) | {f"gk0{number}" for number in range(1, 10)}
    assert {table.name for table in (*TABLES, VERSION_TABLE, *VIEWS)} - named == set()
