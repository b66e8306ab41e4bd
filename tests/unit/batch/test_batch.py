"""A folder of good and bad files becomes one complete set of output files."""

from __future__ import annotations

import csv
import hashlib
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from juesuan_extract.batch import Interrupted, Progress, Serial, Summary, convert
from juesuan_extract.batch.sources.discover import discover
from juesuan_extract.batch.sources.location import LocalFile
from juesuan_extract.batch.workers import task as task_module
from juesuan_extract.batch.workers.task import Outcome, Task, attempt, in_order
from juesuan_extract.errors import LimitExceeded, PasswordRequired, UsageError
from juesuan_extract.knowledge.catalog import Catalog, load_catalog
from juesuan_extract.model.account import Account
from juesuan_extract.options import Options
from juesuan_extract.say.notice import notice
from tests.support.accounts import account, doubtful, fact, missing, table
from tests.support.paths import PDFS

FIXTURE = PDFS / "fuzhou_2023_chromium.pdf"


def read(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def content(folder: Path) -> dict[str, bytes]:
    """Everything that must not differ between two runs."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "run.json" and ".juesuan" not in path.parts
    }


def pdf(path: Path, what: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"%PDF-1.4 " + what.encode())


def fake(data: bytes, source: str, options: Options, catalog: Catalog) -> tuple[Account, ...]:
    """What a PDF made by `pdf` says it is."""
    what = data.removeprefix(b"%PDF-1.4 ").decode()
    sha256 = hashlib.sha256(data).hexdigest()
    same = {"source": source, "sha256": sha256, "doc_id": sha256[:16]}
    if what == "password":
        raise PasswordRequired("the PDF is encrypted")
    if what == "bug":
        raise KeyError("no such key")
    if what == "absurd":
        return (account(**same, facts=[fact(1, "total", "total", 10**20)]),)
    if what == "two":
        return (account(**same), account(**{**same, "doc_id": sha256[:16] + "-2"}, unit_name="某中学"))
    if what == "conflict":
        return (doubtful(**same),)
    return (account(**same, unit_name=what),)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Summary]:
    """Converts tmp_path/in into tmp_path/out in this process, with `fake` in place of the pipeline."""
    monkeypatch.setattr(task_module, "extract", fake)

    def start(**more: Any) -> Summary:
        return convert(tmp_path / "in", tmp_path / "out", executor=Serial(load_catalog()), **more)

    return start


def test_documents_in_order_with_summary_and_progress(tmp_path: Path, run: Callable[..., Summary]) -> None:
    for name in ("b.pdf", "a/z.pdf", "a.pdf"):
        pdf(tmp_path / "in" / name, name)
    pdf(tmp_path / "in" / "two.pdf", "two")
    seen: list[Progress] = []
    summary = run(progress=seen.append)
    documents = read(tmp_path / "out", "documents")
    assert [row["source"] for row in documents] == ["a.pdf", "a/z.pdf", "b.pdf", "two.pdf", "two.pdf"]
    assert documents[4]["doc_id"].endswith("-2")
    assert seen[-1] == Progress(4, 4, "two.pdf", "verified", "", False, {"verified": 5})
    assert summary.counts == {"verified": 5}
    assert (summary.exit_code(), summary.exit_code(strict=True)) == (0, 0)
    assert summary.report == tmp_path / "out" / "report.html"


def test_equal_content_is_converted_once(tmp_path: Path, run: Callable[..., Summary]) -> None:
    for name in ("b.pdf", "a.pdf", "c.pdf"):
        pdf(tmp_path / "in" / name, "某局")
    summary = run()
    first, *others = read(tmp_path / "out", "documents")
    assert (first["source"], first["status"]) == ("a.pdf", "verified")
    assert [(row["status"], row["error"], row["doc_id"]) for row in others] == [
        ("duplicate", "a.pdf", first["doc_id"])
    ] * 2
    assert all(row["unit_name"] == "某局" and row["kind"] == "final_account" for row in others)
    assert {row["source"] for row in read(tmp_path / "out", "cells")} == {"a.pdf"}
    assert summary.exit_code(strict=True) == 0


def test_each_failure_costs_its_own_row(tmp_path: Path, run: Callable[..., Summary]) -> None:
    folder = tmp_path / "in"
    for what in ("good", "password", "bug", "absurd"):
        pdf(folder / f"{what}.pdf", what)
    (folder / "empty.pdf").write_bytes(b"")
    (folder / "web.pdf").write_bytes(b"<html>404</html>")
    (folder / "dangling.pdf").symlink_to(folder / "gone")
    (folder / "folder.pdf").mkdir()
    pdf(folder / "folder.pdf" / "inside.pdf", "inside")
    os.mkfifo(folder / "pipe.pdf")
    pdf(folder / '=two\nlines "of" 决算.pdf', "named")
    summary = run()
    rows = {row["source"]: row for row in read(tmp_path / "out", "documents")}
    assert len(rows) == 11
    verified = {name for name, row in rows.items() if row["status"] == "verified"}
    assert verified == {"good.pdf", "folder.pdf/inside.pdf", '\'=two\nlines "of" 决算.pdf'}
    errors = {name: row["error"] for name, row in rows.items() if row["status"] == "failed"}
    assert errors == {
        "password.pdf": "the PDF is encrypted; save a copy without the password",
        "bug.pdf": "internal error, KeyError: 'no such key'; please report it with this file",
        "absurd.pdf": "an amount of 10^18 元 or more; check that this is the published file",
        "empty.pdf": "the file is empty; download it again",
        "web.pdf": "not a PDF but a web page; download it again; the site sent a page instead",
        "dangling.pdf": "a link to a file that is not there; restore the file or remove the link",
        "folder.pdf": "a folder named like a file; rename it; the PDFs inside it are read all the same",
        "pipe.pdf": "not a regular file; give a file that is stored on a disk",
    }
    assert "Traceback" in (tmp_path / "out" / "run.json").read_text(encoding="utf-8")
    assert summary.counts == {"verified": 3, "failed": 8}
    assert summary.exit_code() == 1


def test_a_file_that_changes_while_it_is_read_fails(tmp_path: Path, run: Callable[..., Summary]) -> None:
    pdf(tmp_path / "in" / "a.pdf", "one")
    place = LocalFile(str(tmp_path / "in" / "a.pdf"))
    (found,) = attempt(Task("a", place, "0" * 64), Options(), load_catalog())
    assert found.error == "the file changed while it was read; convert it again"
    assert found.sha256 == "", "nobody knows which content that is about"


def test_exit_codes(tmp_path: Path) -> None:
    def code(strict: bool = False, **counts: int) -> int:
        return Summary(tmp_path, counts, (), 0, 0.0).exit_code(strict)  # type: ignore[arg-type]

    assert code(verified=1, unverified=1) == 0
    assert code(verified=1, unverified=1, strict=True) == 3
    assert code(not_final_account=1, strict=True) == 3
    assert code(failed=1, strict=True) == code(failed=1) == 1


def test_equal_content_that_only_the_workers_know(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Objects are not hashed before; a file may equal an object that comes before its own first source."""
    monkeypatch.setattr(task_module, "extract", fake)
    for name, text in {"a": "1", "b": "password", "c": "1", "d": "password", "e": "1", "f": "2", "g": "2"}.items():
        pdf(tmp_path / "in" / f"{name}.pdf", text)
    digest = LocalFile.digest
    for objects in ("acdf", "", "abcdefg"):
        monkeypatch.setattr(
            LocalFile, "digest", lambda at, limit=0.0, some=objects: "" if at.path[-5] in some else digest(at)
        )
        convert(tmp_path / "in", tmp_path / f"out{objects}", executor=Serial(load_catalog()))
        given = in_order(Serial(load_catalog()), discover([tmp_path / "in"]), Options())
        rows = [(row["source"], row["status"], row["error"]) for row in read(tmp_path / f"out{objects}", "documents")]
        assert rows == [
            ("a.pdf", "verified", ""),
            ("b.pdf", "failed", rows[1][2]),
            ("c.pdf", "duplicate", "a.pdf"),
            ("d.pdf", "duplicate", "b.pdf"),
            ("e.pdf", "duplicate", "a.pdf"),
            ("f.pdf", "verified", ""),
            ("g.pdf", "duplicate", "f.pdf"),
        ]
        assert [(one.source, one.status, one.error) for (one,) in given] == rows


class Half:
    """An executor that is interrupted after the first document; a later one is finished, too."""

    def __init__(self, inner: Serial) -> None:
        self._inner = inner

    def run(self, *given: Any) -> Iterator[Outcome[Any]]:
        outcomes = list(self._inner.run(*given))
        return iter([outcomes[0], *outcomes[2:]])


def test_an_interrupted_run_keeps_what_is_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task_module, "extract", fake)
    for name, what in (("a", "a"), ("b", "same"), ("c", "same"), ("d", "d")):
        pdf(tmp_path / "in" / f"{name}.pdf", what)
    with pytest.raises(Interrupted) as caught:
        convert([tmp_path / "in"], tmp_path / "out", executor=Half(Serial(load_catalog())))
    assert caught.value.summary.exit_code() == 130
    sources = [row["source"] for row in read(tmp_path / "out", "documents")]
    assert sources == ["a.pdf", "d.pdf"], "c is a duplicate of a document that isn't there"


def test_summary_lists_a_bounded_number_of_notices(
    tmp_path: Path, run: Callable[..., Summary], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["juesuan_extract.batch.convert"], "MAX_NOTICES", 2)
    for number in range(5):
        (tmp_path / "in").mkdir(exist_ok=True)
        (tmp_path / "in" / f"{number}.pdf").write_bytes(b"no PDF " + bytes([48 + number]))
    summary = run()
    assert [str(found) for found in summary.notices] == [
        "0.pdf: not a PDF; download it again",
        "1.pdf: not a PDF; download it again",
    ]
    assert summary.unlisted == 3


def test_usage_errors(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="jobs"):
        convert(tmp_path, tmp_path / "out", jobs=0)
    with pytest.raises(UsageError, match="no PDF"):
        convert(tmp_path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_notices_say_file_page_table_and_what_to_do() -> None:
    catalog = load_catalog()
    assert notice(account(), catalog) is None
    assert str(notice(doubtful(), catalog)) == (
        "b.pdf, page 7, gk03 支出决算表: a check fails; compare 社会保障和就业支出 1,234.56 with the page"
    )
    alone = account(
        status="unverified",
        facts=[fact(3, "213", "total", 5_000_000, status="unverified", row_name="农林水支出", page=9)],
        tables=(table("gk03", status="unverified"), table("gk05", status="unverified"), missing("gk09")),
    )
    assert str(notice(alone, catalog)) == (
        "a.pdf, page 9, gk03 支出决算表: no check speaks for 农林水支出 5.00; "
        "compare it with the page (and one more table)"
    )


def test_a_limit_is_a_failure_of_the_document() -> None:
    with pytest.raises(LimitExceeded):
        task_module._check((account(facts=[fact(1, "total", "total", -(10**20))]),))


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Real PDFs among broken ones."""
    folder = tmp_path_factory.mktemp("mixed")
    data = FIXTURE.read_bytes()
    shutil.copy(FIXTURE, folder / "good.pdf")
    (folder / "again.pdf").write_bytes(data)
    (folder / "cut.pdf").write_bytes(data[: len(data) // 2])
    (folder / "empty.pdf").write_bytes(b"")
    (folder / "noise.pdf").write_bytes(b"%PDF-1.7\n" + bytes(range(256)) * 20)
    return folder


def test_the_bytes_do_not_depend_on_jobs(tmp_path: Path, mixed: Path) -> None:
    one = convert(mixed, tmp_path / "1", jobs=1)
    two = convert(mixed, tmp_path / "2", jobs=2)
    assert content(tmp_path / "1") == content(tmp_path / "2")
    assert one.counts == two.counts
    rows = {row["source"]: row for row in read(tmp_path / "1", "documents")}
    assert (rows["good.pdf"]["status"], rows["good.pdf"]["error"]) == ("duplicate", "again.pdf")
    assert rows["again.pdf"]["tables_found"] == "9"
    assert {name for name, row in rows.items() if row["status"] == "failed"} >= {"empty.pdf", "noise.pdf"}
    assert all(row["error"] for row in rows.values() if row["status"] == "failed")
