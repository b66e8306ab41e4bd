"""URLs and paths; passwords are never shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from juesuan_extract.database.url import parse_target
from juesuan_extract.errors import UsageError


@pytest.mark.parametrize(
    ("text", "kind", "path"),
    [
        ("", "duckdb", "OUT/juesuan.duckdb"),
        ("duckdb:///x.duckdb", "duckdb", "x.duckdb"),
        ("duckdb:////tmp/no-such.x", "duckdb", "/tmp/no-such.x"),
        ("DuckDB:///a%20b", "duckdb", "a b"),
        ("sqlite:///x.db", "sqlite", "x.db"),
        ("sqlite:////tmp/决算.db", "sqlite", "/tmp/决算.db"),
        ("x.duckdb", "duckdb", "x.duckdb"),
        ("./X.DB", "sqlite", "X.DB"),
        ("/tmp/x.sqlite", "sqlite", "/tmp/x.sqlite"),
    ],
)
def test_files(text: str, kind: str, path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "OUT").mkdir()
    target = parse_target(text, Path("OUT"))
    assert (target.kind, target.path) == (kind, Path(path))


@pytest.mark.parametrize(
    "text",
    [
        "x.csv",
        "x",
        "mysql://h/d",
        "duckdb://x.duckdb",
        "duckdb:///",
        "sqlite:///",
        "duckdb:///no/such/x",
        "duckdb:////tmp",
    ],
)
def test_what_is_no_target(text: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        parse_target(text, tmp_path)
    assert caught.value.advice


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql://me:pa55word@db:5432/accounts", "postgresql://me@db:5432/accounts"),
        ("postgres://db/accounts?password=pa55word", "postgresql://db/accounts"),
        ("postgresql:///accounts?host=%2Ftmp", "postgresql:///accounts"),
        ("postgresql://me:pa55word@a:1,b:2/x", "postgresql://me@a:1,b:2/x"),
        ("postgresql://me@[::1]:5432/x", "postgresql://me@[::1]:5432/x"),
    ],
)
def test_servers(text: str, shown: str) -> None:
    target = parse_target(text, Path())
    assert (target.shown, target.url) == (shown, text)
    assert "pa55word" not in repr(target)
    assert ("pa55word" in target.hide("FATAL: pa55word")) == ("pa55word" not in text)


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://me:pa/55word@db/accounts",
        "postgresql://me:pa@55word@db/accounts",
        "postgresql://me:pa:55word@db/accounts",
        "postgresql://me:pa?55word@db/accounts",
        "postgresql://me:pa#55word@db/accounts",
        "postgresql://me:55/word@db/accounts",
        "postgresql://me:pa 55word@db/accounts",
        "postgresql://db:55word/accounts",
    ],
)
def test_a_password_that_is_not_encoded_is_not_shown(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_target(text, Path())
    assert "word" not in str(caught.value).replace("password", "")
    assert "%40" in caught.value.advice
