"""A file that is damaged may have been an account: it is failed, and never said to be none."""

from __future__ import annotations

import pytest

from juesuan_extract.errors import UnreadableDocument
from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.options import Options
from juesuan_extract.pipeline import extract
from juesuan_extract.read.pdf_file import damage
from tests.support.paths import PDFS, SHARED

PUBLISHED = sorted(path for name in ("real", "cases/pdf", "scans/pdf") for path in (SHARED / name).rglob("*.pdf"))


@pytest.mark.parametrize("path", [*sorted(PDFS.glob("*.pdf")), *PUBLISHED], ids=lambda path: path.stem)
def test_whole_files_are_not_damaged(path) -> None:  # type: ignore[no-untyped-def]
    assert damage(path.read_bytes()) == ""


def stream_spoilt(data: bytes) -> bytes:
    """The longest stream with something else in its middle."""
    streams = []
    at = data.find(b"stream\n")
    while at >= 0:
        end = data.find(b"endstream", at)
        streams.append((end - at, at))
        at = data.find(b"stream\n", end + 9)
    length, start = max(streams)
    middle = start + length // 2
    return data[:middle] + b"\xff\x00\xff\x00" * 8 + data[middle + 32 :]


@pytest.mark.parametrize(
    "spoil", [lambda data: data[: len(data) * 3 // 4], stream_spoilt], ids=["cut off", "a stream spoilt"]
)
@pytest.mark.parametrize("name", ["report_mixed_decoy", "budget_writer_decoy", "fuzhou_2023_writer"])
def test_damaged_files_are_failed_or_read(name: str, spoil, catalog: Catalog) -> None:  # type: ignore[no-untyped-def]
    data = spoil((PDFS / f"{name}.pdf").read_bytes())
    try:
        accounts = extract(data, "x.pdf", Options(), catalog)
    except UnreadableDocument:
        return
    assert all(account.status != "not_final_account" for account in accounts)
