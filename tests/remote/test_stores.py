"""Documents in object stores: what a run writes is what it writes of the same files in a folder."""

from __future__ import annotations

import csv
import io
import sys
import zipfile
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest

from juesuan_extract.batch import convert
from juesuan_extract.batch.sources.discover import discover
from juesuan_extract.batch.sources.remote import RemoteFile
from juesuan_extract.errors import UnreadableDocument, UsageError
from tests.remote.conftest import Put
from tests.support.paths import PDFS

FIXTURES = PDFS
ONE = (FIXTURES / "fuzhou_2023_chromium.pdf").read_bytes()
TWO = (FIXTURES / "fuzhou_2023_reportlab.pdf").read_bytes()


def zipped(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(f"{name}.pdf", data)
    return made.getvalue()


def rows(out: Path) -> dict[str, dict[str, str]]:
    with (out / "documents.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["source"]: row for row in csv.DictReader(file)}


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file() and path.name != "run.json"}


@contextmanager
def refuse(file: RemoteFile) -> None:
    raise AssertionError("the content of an object reaches only its worker")
    yield


def test_a_prefix_gives_what_a_folder_gives(tmp_path: Path, put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        "决算.pdf": ONE,
        "b/again.PDF": ONE,
        "b/c/two [1]?.pdf": TWO,
        "empty.pdf": b"",
        "web.pdf": b"<html>404</html>",
        "web too.pdf": b"<html>404</html>",
        "cut.pdf": ONE[: len(ONE) // 2],
        "readme.doc": b"",
    }
    for name, data in files.items():
        put(f"2023/{name}", data)
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    put("2024/other.pdf", ONE)
    local = convert(tmp_path / "in", tmp_path / "local", jobs=2)
    monkeypatch.setattr(RemoteFile, "open", refuse)
    remote = convert("s3://accounts/2023", tmp_path / "remote", jobs=2)
    assert content(tmp_path / "remote") == content(tmp_path / "local")
    assert remote.counts == local.counts
    found = rows(tmp_path / "remote")
    assert (found["决算.pdf"]["status"], found["决算.pdf"]["error"]) == ("duplicate", "b/again.PDF")
    assert (found["web.pdf"]["status"], found["web.pdf"]["error"]) == ("duplicate", "web too.pdf")
    assert found["web too.pdf"]["sha256"], "even of what is no PDF the content is known"


def test_objects_that_did_not_change_are_not_fetched_again(tmp_path: Path, put: Put) -> None:
    for key, data in {"a.pdf": ONE, "b.pdf": TWO, "c.zip": zipped(one=ONE + b"\n")}.items():
        put(f"2023/{key}", data)

    def run() -> tuple[int, list[str]]:
        """How many were known, and which were read."""
        seen: list[str] = []
        done = convert(
            "s3://accounts/2023/",
            tmp_path / "out",
            glob=("*.pdf", "*.zip"),
            progress=lambda now: None if now.kept else seen.append(now.source),
        )
        return done.kept, sorted(seen)

    assert run() == (0, ["a.pdf", "b.pdf", "c.zip/one.pdf"])
    before = content(tmp_path / "out")
    assert run() == (3, [])
    assert content(tmp_path / "out") == before
    put("2023/b.pdf", TWO + b"\n")
    assert run() == (2, ["b.pdf"])
    put("2023/c.zip", zipped(one=TWO + b"\n\n"))
    assert run() == (2, ["c.zip/one.pdf"])


def test_objects_folders_and_archives_together(tmp_path: Path, put: Put) -> None:
    put("a/one.pdf", ONE)
    put("b/all.zip", zipped(one=ONE, two=TWO))
    (tmp_path / "one.pdf").write_bytes(ONE)
    convert(["s3://accounts/a/one.pdf", "s3://accounts/b/all.zip", tmp_path / "one.pdf"], tmp_path / "out", jobs=2)
    found = {source: (row["status"], row["error"]) for source, row in rows(tmp_path / "out").items()}
    local = next(name for name in found if name.startswith(tmp_path.name))
    assert found == {
        "a/one.pdf": ("verified", ""),
        "all.zip/one.pdf": ("duplicate", "a/one.pdf"),
        "all.zip/two.pdf": ("verified", ""),
        local: ("duplicate", "a/one.pdf"),
    }
    assert [source.name for source in discover(["s3://accounts/"], ("*.zip", "*.pdf"))] == [
        "a/one.pdf",
        "b/all.zip/one.pdf",
        "b/all.zip/two.pdf",
    ]


def test_hostile_keys_have_harmless_names(put: Put) -> None:
    keys = ("x/../../up.pdf", "x//twice.pdf", "x/twice.pdf", "x/a::b.pdf", "x/%2e%2e.pdf", "x/" + "长" * 300 + ".pdf")
    for number, key in enumerate(keys):
        put(key, b"%d" % number)
    found = discover(["s3://accounts/x/"])
    assert {source.name: source.place.read() for source in found} == {
        r"\x2e\x2e/\x2e\x2e/up.pdf": b"0",
        "twice.pdf": b"1",
        "twice.pdf~2": b"2",
        "a::b.pdf": b"3",
        "%2e%2e.pdf": b"4",
        "长" * 300 + ".pdf": b"5",
    }


def test_a_list_of_urls(tmp_path: Path, put: Put) -> None:
    put("2023/one.pdf", ONE)
    put("two.bin", TWO)
    lines = ["s3://accounts/2023/one.pdf", "s3://accounts/two.bin", "s3://accounts/gone.pdf", "s3://nowhere/folder/"]
    (tmp_path / "list.txt").write_text("\n".join(lines))
    assert convert(tmp_path / "list.txt", tmp_path / "out").exit_code() == 1
    found = rows(tmp_path / "out")
    assert {name: row["status"] for name, row in found.items()} == {
        "one.pdf": "verified",
        "two.bin": "verified",
        "gone.pdf": "failed",
        "nowhere/folder/": "failed",
    }
    assert found["gone.pdf"]["error"] == "no such object or bucket; check the URL"
    assert found["nowhere/folder/"]["error"] == "no such object or bucket; check the URL"


def test_what_is_not_there(put: Put) -> None:
    for url in ("s3://accounts/gone/", "s3://accounts", "s3://nowhere/x/"):
        with pytest.raises(UnreadableDocument, match=url):
            discover([url])


def test_a_store_that_does_not_answer(address: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    with pytest.raises(UnreadableDocument, match="s3://accounts/x/: can't be fetched: Could not connect") as caught:
        discover(["s3://accounts/x/"])
    assert "credentials" in caught.value.advice
    with pytest.raises(UnreadableDocument, match="can't be fetched"):
        RemoteFile("s3", "accounts/x.pdf").read()


def test_without_credentials(address: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", "/nowhere")
    with pytest.raises(UnreadableDocument, match="Unable to locate credentials"):
        discover(["s3://accounts/x/"])


def test_credentials_in_a_url_are_neither_used_nor_repeated(address: None) -> None:
    with pytest.raises(UsageError, match="holds neither credentials nor a query") as caught:
        discover(["s3://key:secret@bucket/x.pdf"])
    assert "secret" not in str(caught.value) + caught.value.advice


@pytest.mark.parametrize("package", ["fsspec", "s3fs"])
def test_without_the_extra(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(UsageError, match="s3:// needs the package s3fs") as caught:
        discover(["s3://accounts/x.pdf"])
    assert caught.value.advice == "pip install 'juesuan-extract[remote]'"


def test_oss_urls_reach_the_backend_of_oss(tmp_path: Path, address: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own server can't be had here: a store in memory stands in for it."""
    import fsspec
    from fsspec.implementations.memory import MemoryFileSystem

    class Store(MemoryFileSystem):
        protocol = "oss"
        store: dict[str, object] = {}  # noqa: RUF012  # as its parent has it

    errors = ModuleType("oss2.exceptions")
    errors.OssError = type("OssError", (Exception,), {})  # type: ignore[attr-defined]
    for name, module in {"ossfs": ModuleType("ossfs"), "oss2": ModuleType("oss2"), "oss2.exceptions": errors}.items():
        monkeypatch.setitem(sys.modules, name, module)
    fsspec.register_implementation("oss", Store, clobber=True)
    Store().pipe_file("/accounts/2023/决算.pdf", ONE)
    (source,) = discover(["oss://accounts/2023/"])
    assert (source.name, source.place.path) == ("决算.pdf", "oss://accounts/2023/决算.pdf")
    assert source.place.read() == ONE
