"""Which documents are found, and under which names."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import unicodedata
from pathlib import Path

import pytest

from juesuan_extract.batch.sources.discover import discover
from juesuan_extract.batch.sources.location import LocalFile
from juesuan_extract.errors import LimitExceeded, UnreadableDocument, UsageError


def touch(*paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"%PDF-1.4")


def names(*given: Path) -> list[str]:
    return [source.name for source in discover(given)]


def test_folders_are_searched_and_sorted_by_name(tmp_path: Path) -> None:
    touch(
        tmp_path / "b.pdf",
        tmp_path / "a" / "z.PDF",
        tmp_path / "a.pdf",
        tmp_path / "a" / "deep" / "x.Pdf",
        tmp_path / "no.txt",
    )
    assert names(tmp_path) == ["a.pdf", "a/deep/x.Pdf", "a/z.PDF", "b.pdf"]


def test_a_file_is_taken_whatever_its_name(tmp_path: Path) -> None:
    touch(tmp_path / "x.bin")
    assert names(tmp_path / "x.bin") == ["x.bin"]


def test_names_are_nfc_and_writable(tmp_path: Path) -> None:
    touch(tmp_path / unicodedata.normalize("NFD", "é.pdf"))
    touch(Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.pdf")))
    touch(tmp_path / 'two\nlines "and" quotes.pdf')
    assert names(tmp_path) == [r"\xff.pdf", 'two\nlines "and" quotes.pdf', "é.pdf"]


def test_a_folder_named_like_a_file_is_listed_and_searched(tmp_path: Path) -> None:
    touch(tmp_path / "x.pdf" / "inside.pdf")
    assert names(tmp_path) == ["x.pdf", "x.pdf/inside.pdf"]


def test_links(tmp_path: Path) -> None:
    touch(tmp_path / "in" / "a.pdf", tmp_path / "elsewhere" / "b.pdf")
    (tmp_path / "in" / "link.pdf").symlink_to(tmp_path / "elsewhere" / "b.pdf")
    (tmp_path / "in" / "dangling.pdf").symlink_to(tmp_path / "gone")
    (tmp_path / "in" / "loop").symlink_to(tmp_path / "in")
    assert names(tmp_path / "in") == ["a.pdf", "dangling.pdf", "link.pdf"]
    assert names(tmp_path / "in" / "dangling.pdf") == ["dangling.pdf"], "it exists, so it gets its row"


def test_a_file_reached_twice_is_listed_once(tmp_path: Path) -> None:
    touch(tmp_path / "a" / "x.pdf")
    assert names(tmp_path / "a", tmp_path / "a" / "x.pdf", tmp_path / "a" / ".." / "a") == ["x.pdf"]


def test_equal_names_get_as_many_parents_as_it_takes(tmp_path: Path) -> None:
    touch(
        *(tmp_path / year / kind / "x.pdf" for year in ("2022", "2023") for kind in ("a", "b")),
        tmp_path / "2022" / "y.pdf",
    )
    assert names(tmp_path / "2022", tmp_path / "2023") == [
        "2022/a/x.pdf",
        "2022/b/x.pdf",
        "2023/a/x.pdf",
        "2023/b/x.pdf",
        "y.pdf",
    ]
    assert names(tmp_path / "2022" / "a", tmp_path / "2023" / "a") == ["2022/a/x.pdf", "2023/a/x.pdf"]


def test_names_that_differ_only_in_their_form_are_numbered(tmp_path: Path) -> None:
    touch(*(tmp_path / unicodedata.normalize(form, "é.pdf") for form in ("NFC", "NFD")))
    found = names(tmp_path)
    assert len(set(found)) == 2
    assert all(name == unicodedata.normalize("NFC", name) for name in found)
    assert any(name.endswith("~2") for name in found)


def test_a_folder_that_can_not_be_listed_is_a_failure_not_a_silence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch(tmp_path / "a.pdf", tmp_path / "closed" / "b.pdf")
    scandir = os.scandir

    def refuse(path: str) -> object:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    listed, closed = discover([tmp_path])
    assert (listed.name, closed.name) == ("a.pdf", "closed/")
    assert listed.place.read() == b"%PDF-1.4"
    with pytest.raises(UnreadableDocument, match="can't be listed: permission denied"):
        closed.place.digest()


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file or folder"):
        discover([tmp_path / "gone"])
    with pytest.raises(UsageError, match="no PDF in"):
        discover([tmp_path])


def test_patterns(tmp_path: Path) -> None:
    touch(
        *(tmp_path / name for name in ("2023/决算.pdf", "2023/预算.pdf", "2022/决算.PDF", "2023/决算.bin", "x.pdf/y"))
    )

    def found(*glob: str) -> list[str]:
        return [source.name for source in discover([tmp_path], glob)]

    assert found("*决算*.pdf") == ["2022/决算.PDF", "2023/决算.pdf"]
    assert found("2023/*.PDF") == ["2023/决算.pdf", "2023/预算.pdf"]
    assert found("*.bin", "y") == ["2023/决算.bin", "x.pdf/y"]
    assert found("*")[-2:] == ["x.pdf", "x.pdf/y"], "a folder named like a file, but no other folder"
    with pytest.raises(UsageError, match=r"no file that matches \*.doc in"):
        found("*.doc")
    with pytest.raises(UsageError, match="empty"):
        found("")


def test_a_list_of_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch(
        *(tmp_path / "in" / name for name in ("a.pdf", "some/b.bin", "folder/deep/c.pdf", "two  spaces .pdf")),
        tmp_path / "elsewhere" / "d.pdf",
        tmp_path / "elsewhere" / "sub" / "e.pdf",
    )
    lines = [
        "# the accounts of 2023",
        "",
        "  a.pdf\t",
        "./some/../some/b.bin",
        "folder",
        "two  spaces .pdf",
        "../elsewhere/d.pdf",
        str(tmp_path / "elsewhere" / "sub"),
        "gone.pdf",
        "a.pdf",
        f"file://{tmp_path}/in/a%2Epdf",
        "list.txt",
    ]
    paths = tmp_path / "in" / "list.txt"
    monkeypatch.chdir("/")
    for encoding, end in (("utf-8", "\n"), ("utf-8-sig", "\r\n")):
        paths.write_text(end.join(lines), encoding=encoding, newline="")
        found = discover([paths])
        assert [source.name for source in found] == [
            "a.pdf",
            "d.pdf",
            "e.pdf",
            "folder/deep/c.pdf",
            "gone.pdf",
            "list.txt",
            "some/b.bin",
            "two  spaces .pdf",
        ]
        with pytest.raises(UnreadableDocument, match="no such file"):
            found[4].place.read()


@pytest.mark.parametrize(
    ("data", "what"),
    [
        ("决算.pdf".encode("gbk"), "is no text in UTF-8"),
        ("决算.pdf".encode("utf-16"), "is no text in UTF-8"),
        (b"a\0.pdf", "is no text in UTF-8"),
    ],
)
def test_a_list_in_another_encoding(tmp_path: Path, data: bytes, what: str) -> None:
    (tmp_path / "list.txt").write_bytes(data)
    with pytest.raises(UsageError, match=what) as caught:
        discover([tmp_path / "list.txt"])
    assert "UTF-8" in caught.value.advice


def test_a_bad_line_costs_that_line(tmp_path: Path) -> None:
    touch(tmp_path / "a.pdf", tmp_path / "b.pdf")
    secret = "s3cret"
    lines = [
        b"a.pdf", b"\xff\xfe.pdf", b"x\0.pdf", b"s3://", b"gopher://somewhere/x.pdf", b"file://elsewhere/x.pdf",
        b"file:///x%00.pdf", f"s3://me:{secret}@bucket/x.pdf".encode(), f"s3://bucket/x.pdf?key={secret}".encode(),
        f"http://me:{secret}@host/x.pdf?key={secret}#{secret}".encode(), b"b.pdf",
    ]  # fmt: skip
    (tmp_path / "list.txt").write_bytes(b"\n".join(lines))
    found = discover([tmp_path / "list.txt"])
    assert [source.name for source in found if not source.name.startswith("list.txt:")] == ["a.pdf", "b.pdf"]
    assert [source.name for source in found if source.name.startswith("list.txt:")] == sorted(
        f"list.txt:{number}" for number in range(2, 11)
    )
    for source in found:
        assert secret not in source.name
        assert secret not in source.place.path
        if source.name.startswith("list.txt:"):
            with pytest.raises(UnreadableDocument) as raised:
                source.place.read()
            assert secret not in f"{raised.value} {raised.value.advice}"


def test_secrets_of_a_url_are_not_repeated() -> None:
    for url in ("s3://me:s3cret@bucket/x.pdf", "s3://bucket/x.pdf?key=s3cret", "oss://bucket/x/?a=s3cret"):
        with pytest.raises((UsageError, UnreadableDocument)) as raised:
            discover([url])
        assert "s3cret" not in f"{raised.value} {raised.value.advice}"


def test_an_empty_list_and_one_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("# nothing\n")
    with pytest.raises(UsageError, match="no PDF in"):
        discover([tmp_path / "list.txt"])
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(UsageError, match="not a regular file"):
        discover([tmp_path / "pipe.txt"])


def test_file_urls(tmp_path: Path) -> None:
    touch(tmp_path / "决 算" / "a%b.pdf")
    url = (tmp_path / "决 算").as_uri()
    assert [source.name for source in discover([url])] == ["a%b.pdf"]
    assert [source.name for source in discover([f"{url}/a%25b.pdf"])] == ["a%b.pdf"]
    for wrong in ("file://x.pdf", "file://host/x.pdf", "file:///x%00.pdf", "ftp://host/x.pdf", "s3://", "s3:/b/x.pdf"):
        with pytest.raises(UsageError):
            discover([wrong])


def test_what_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "loop.pdf").symlink_to(tmp_path / "loop.pdf")
    (tmp_path / "device.pdf").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "pipe.pdf")
    with socket.socket(socket.AF_UNIX) as server, contextlib.chdir(tmp_path):
        server.bind("socket.pdf")
    reasons = {}
    for source in discover([tmp_path]):
        with pytest.raises(UnreadableDocument) as caught:
            source.place.digest()
        reasons[source.name] = str(caught.value)
    assert reasons == {
        "loop.pdf": "a link that leads back to itself",
        "device.pdf": "not a regular file",
        "pipe.pdf": "not a regular file",
        "socket.pdf": "not a regular file",
    }


def test_a_pipe_put_in_the_place_of_a_file_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch(tmp_path / "a.pdf")
    regular = (tmp_path / "a.pdf").stat()
    (tmp_path / "a.pdf").unlink()
    os.mkfifo(tmp_path / "a.pdf")
    monkeypatch.setattr(Path, "stat", lambda path: regular)
    with pytest.raises(UnreadableDocument, match="not a regular file"):
        LocalFile(str(tmp_path / "a.pdf")).read()


def test_a_file_beyond_the_limit_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "a.pdf").open("wb") as file:
        file.truncate((1 << 30) + 1)
    for read in (LocalFile(str(tmp_path / "a.pdf")).digest, LocalFile(str(tmp_path / "a.pdf")).read):
        with pytest.raises(LimitExceeded, match="larger than 1024 MB"):
            read()


def test_long_and_deep_names(tmp_path: Path) -> None:
    longest = "长" * 83 + "ab.pdf"
    assert len(longest.encode()) == 255
    touch(tmp_path / longest)
    with contextlib.chdir(tmp_path):  # deeper than Python's stack, and than a path may be
        for _ in range(2200):
            os.mkdir("d")
            os.chdir("d")
        Path("x.pdf").touch()
    try:
        deep, long = names(tmp_path)
    finally:
        subprocess.run(["rm", "-rf", "d"], cwd=tmp_path, check=True)  # shutil.rmtree can't
    assert long == longest
    assert set(deep.strip("/").split("/")) == {"d"}, "the folder that can't be listed has its row"
