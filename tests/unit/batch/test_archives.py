"""ZIP archives, honest and hostile: every member that is wanted has a place or a reason."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from juesuan_extract.batch.sources import archives
from juesuan_extract.batch.sources.archives import Member
from juesuan_extract.batch.sources.discover import Source, discover
from juesuan_extract.batch.sources.location import Refused
from juesuan_extract.errors import UnreadableDocument, UsageError

PDF = b"%PDF-1.4 " + bytes(range(256))
Entry = tuple[zipfile.ZipInfo, bytes]


def entry(name: str, data: bytes = PDF, mode: int = 0o100644, method: int = zipfile.ZIP_DEFLATED) -> Entry:
    info = zipfile.ZipInfo("x")
    info.filename = name  # as it is: the constructor cuts at NUL
    info.external_attr = mode << 16
    info.compress_type = method
    return info, data


def archive(path: Path, *entries: Entry) -> Path:
    with zipfile.ZipFile(path, "w") as file:
        for info, data in entries:
            file.writestr(info, data)
    return path


def unflagged(path: Path, names: Iterable[bytes]) -> Path:
    """An archive of names in some encoding that is not told."""
    names = list(names)
    stand_ins = [str(number).zfill(len(name)) for number, name in enumerate(names)]
    archive(path, *(entry(name) for name in stand_ins))
    data = path.read_bytes()
    for stand_in, name in zip(stand_ins, names, strict=True):
        data = data.replace(stand_in.encode(), name)
    path.write_bytes(data)
    return path


def reasons(found: Iterable[Source]) -> dict[str, str]:
    """Why each source can't be read; empty where it can."""
    told: dict[str, str] = {}
    for source in found:
        try:
            source.place.digest()
            told[source.name] = ""
        except UnreadableDocument as error:
            told[source.name] = str(error) if error.advice else "without advice"
    return told


def test_members_are_named_by_archive_and_path(tmp_path: Path) -> None:
    path = archive(
        tmp_path / "b.ZIP",
        entry("x.pdf"),
        entry("deep/er/y.PDF", method=zipfile.ZIP_STORED),
        entry("deep/", b""),
        entry("readme.txt"),
        entry("__MACOSX/._x.pdf"),
        entry("win\\z.pdf"),
    )
    found = discover([path])
    assert [source.name for source in found] == ["b.ZIP/deep/er/y.PDF", "b.ZIP/win/z.pdf", "b.ZIP/x.pdf"]
    assert all(source.place.read() == PDF for source in found)
    assert len({source.place.digest() for source in found}) == 1
    assert found[0].place.path == f"{path}/deep/er/y.PDF"


def test_archives_in_folders_are_opened_where_a_pattern_matches_them(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    archive(tmp_path / "in" / "a.zip", entry("x.pdf"))
    (tmp_path / "in" / "y.pdf").write_bytes(PDF)
    assert [source.name for source in discover([tmp_path])] == ["in/y.pdf"]
    both = discover([tmp_path], ("*.pdf", "*.zip"))
    assert [source.name for source in both] == ["in/a.zip/x.pdf", "in/y.pdf"]


def test_equal_names_in_equal_archives_get_parents_and_numbers(tmp_path: Path) -> None:
    for year in ("2022", "2023"):
        (tmp_path / year).mkdir()
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive(tmp_path / year / "a.zip", entry("x.pdf", year.encode()), entry("x.pdf", b"again " + year.encode()))
    found = discover([tmp_path / "2022" / "a.zip", tmp_path / "2023" / "a.zip"])
    assert [source.name for source in found] == [
        "2022/a.zip/x.pdf",
        "2022/a.zip/x.pdf~2",
        "2023/a.zip/x.pdf",
        "2023/a.zip/x.pdf~2",
    ]
    assert {source.place.read() for source in found} == {b"2022", b"again 2022", b"2023", b"again 2023"}


@pytest.mark.parametrize("encoding", ["gbk", "utf-8", "gb18030"])
@pytest.mark.parametrize("name", ["2023年度部门决算.pdf", "市财政局/决算（公开）.pdf", "联通.pdf", "年.pdf"])
def test_chinese_names_without_the_utf_8_flag(tmp_path: Path, encoding: str, name: str) -> None:
    path = unflagged(tmp_path / "a.zip", [name.encode(encoding)])
    assert [source.name for source in discover([path])] == [f"a.zip/{name}"]


def test_flagged_and_unknown_names(tmp_path: Path) -> None:
    flagged = archive(tmp_path / "a.zip", entry("决算é.pdf"))
    assert [source.name for source in discover([flagged])] == ["a.zip/决算é.pdf"]
    neither = unflagged(tmp_path / "b.zip", [b"\xff\xff.pdf"])
    assert [source.name for source in discover([neither])] == ["b.zip/\u00a0\u00a0.pdf"], "cp437, as it stands"


def test_hostile_members_have_a_row_and_a_harmless_name(tmp_path: Path) -> None:
    locked = entry("locked.pdf")
    path = archive(
        tmp_path / "a.zip",
        entry("../up.pdf"),
        entry("in/../../up.pdf"),
        entry("..\\win.pdf"),
        entry("/etc/passwd.pdf"),
        entry("C:\\Windows\\x.pdf"),
        entry("x.exe\0.pdf"),
        entry("link.pdf", b"/etc/passwd", mode=0o120777),
        entry("pipe.pdf", b"", mode=0o010644),
        entry("inner.zip"),
        entry("inner/inner.RAR"),
        entry("lzma.pdf", method=zipfile.ZIP_LZMA),
        entry("CON.pdf"),
        entry("n" * 255 + ".pdf"),
        entry("two\nlines\x1b[31m.pdf"),
        locked,
    )
    data = bytearray(path.read_bytes())
    for at in (locked[0].header_offset + 6, data.rindex(b"PK\x01\x02") + 8):
        data[at] |= 1
    path.write_bytes(data)
    outside = "a name that leads out of the archive"
    assert reasons(discover([path])) == {
        r"a.zip/\x2e\x2e/up.pdf": outside,
        r"a.zip/in/\x2e\x2e/\x2e\x2e/up.pdf": outside,
        r"a.zip/\x2e\x2e/win.pdf": outside,
        "a.zip/etc/passwd.pdf": outside,
        "a.zip/C:/Windows/x.pdf": outside,
        r"a.zip/x.exe\x00.pdf": outside,
        "a.zip/link.pdf": "no file but a link or a device in an archive",
        "a.zip/pipe.pdf": "no file but a link or a device in an archive",
        "a.zip/inner.zip": "an archive inside an archive is not opened",
        "a.zip/inner/inner.RAR": "an archive inside an archive is not opened",
        "a.zip/lzma.pdf": "packed by a method that is not read (14)",
        "a.zip/locked.pdf": "protected by the archive's password",
        "a.zip/CON.pdf": "",
        f"a.zip/{'n' * 255}.pdf": "",
        "a.zip/two\nlines\x1b[31m.pdf": "",
    }


def test_a_member_that_unpacks_to_too_much(tmp_path: Path) -> None:
    bomb = archive(tmp_path / "a.zip", entry("bomb.pdf", bytes(50 << 20)), entry("good.pdf"))
    assert reasons(discover([bomb])) == {
        "a.zip/bomb.pdf": "unpacks to more than 100 times its size",
        "a.zip/good.pdf": "",
    }


def test_an_archive_whose_members_share_their_bytes(tmp_path: Path) -> None:
    """As the bomb of D. Fifield: each member is in order, together they unpack to thousands of times the archive."""
    kernel = entry("0000.pdf", zlib.compress(bytes(30 << 20), 1) + bytes(4 << 20), method=zipfile.ZIP_STORED)
    path = archive(tmp_path / "a.zip", kernel)
    data = path.read_bytes()
    start = data.index(b"PK\x01\x02")
    central = data[start : data.index(b"PK\x05\x06")]
    many = b"".join(central.replace(b"0000.pdf", b"%04d.pdf" % number) for number in range(500))
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 500, 500, len(many), start, 0)
    path.write_bytes(data[:start] + many + end)
    assert reasons(discover([path])) == {"a.zip": "an archive that unpacks to more than 100 times its size"}


def test_a_member_larger_than_announced_is_not_unpacked_further(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", entry("x.pdf", bytes(50 << 20)))
    (info,) = zipfile.ZipFile(path).infolist()
    data = path.read_bytes()
    path.write_bytes(data.replace(struct.pack("<L", info.file_size), struct.pack("<L", 1000)))
    assert reasons(discover([path])) == {"a.zip/x.pdf": "damaged inside the archive"}


def test_too_many_members_and_too_long_a_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = archive(tmp_path / "a.zip", *(entry(f"{number}.pdf") for number in range(11)))
    monkeypatch.setattr(archives, "MAX_MEMBERS", 10)
    assert reasons(discover([path])) == {"a.zip": "an archive of more than 10 files"}
    monkeypatch.setattr(archives, "MAX_DIRECTORY", 500)
    assert reasons(discover([path])) == {"a.zip": "an archive with an impossibly long table of contents"}


@pytest.mark.parametrize("data", [b"", b"PK\x05\x06", b"no archive", PDF, b"PK\x03\x04" + bytes(100)])
def test_no_archive(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(data)
    (told,) = reasons(discover([path])).values()
    assert told.startswith("not a ZIP archive, or a damaged one")


def test_an_archive_without_documents(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no PDF in"):
        discover([archive(tmp_path / "a.zip", entry("readme.txt"))])


def test_an_archive_that_changes_is_damaged(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", entry("x.pdf", method=zipfile.ZIP_STORED))
    (source,) = discover([path])
    path.write_bytes(path.read_bytes().replace(b"%PDF-1.4", b"%PDF-1.5"))
    assert reasons([source]) == {"a.zip/x.pdf": "damaged inside the archive"}
    path.write_bytes(b"PK")
    assert reasons([source]) == {"a.zip/x.pdf": "damaged inside the archive"}


def honest() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for number, method in enumerate((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)):
            made.writestr(*entry(f"{number}.pdf", method=method))
    return file.getvalue()


HONEST = honest()


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(0, len(HONEST) - 1), st.integers(0, 255)), min_size=1, max_size=6),
    st.integers(0, 60),
)
def test_a_mangled_archive_gives_rows_and_never_other_bytes(
    tmp_path: Path, changes: list[tuple[int, int]], cut: int
) -> None:
    data = bytearray(HONEST)
    for at, byte in changes:
        data[at] = byte
    path = tmp_path / "a.zip"
    path.write_bytes(data[: len(data) - cut])
    try:
        found = discover([path])
    except UsageError:  # a name is no longer *.pdf
        return
    for source in found:
        assert isinstance(source.place, Member | Refused)
        if not reasons([source])[source.name]:
            assert zlib.crc32(source.place.read()) == source.place.crc  # type: ignore[union-attr]
