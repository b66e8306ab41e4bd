"""Which documents are found, and under which names."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest

from juesuan_extract.batch.sources import discover
from juesuan_extract.errors import UnreadableDocument, UsageError


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
