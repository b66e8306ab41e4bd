"""The PDFs that are measured, which of their pages hold tables, and new PDFs made of their pages."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pypdfium2

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "fixtures" / "pdfs"
ACCOUNT = "fuzhou_2023_*.json"  # of the fixtures only this account, so that figures stay comparable over time
REAL = ROOT.parent / "shared" / "real"  # published documents; not part of the repository


class Sample(NamedTuple):
    """One PDF. table_pages: the pages, from 1, that hold one of the nine tables; broken: it prints planted faults."""

    path: Path
    table_pages: tuple[int, ...]
    broken: bool

    @property
    def name(self) -> str:
        """What it is called in a report."""
        return self.path.stem


def samples(quick: bool, folder: Path = REAL) -> list[Sample]:
    """The founding account and, where they are present, the real documents in `folder`; quick: one of each."""
    fixtures = list(_samples(FIXTURES, FIXTURES, ACCOUNT))
    real = list(_samples(folder, folder / "truth"))
    return fixtures[:1] + real[:1] if quick else fixtures + real


def with_truth(folder: Path = REAL) -> Iterator[tuple[Sample, Path]]:
    """Every fixture and every real document with a table, each with its truth file."""
    for pdfs, truths in ((FIXTURES, FIXTURES), (folder, folder / "truth")):
        for file in sorted(truths.glob("*.json")):
            yield from ((sample, file) for sample in _samples(pdfs, truths, file.name))


def _samples(folder: Path, truths: Path, pattern: str = "*.json") -> Iterator[Sample]:
    for file in sorted(truths.glob(pattern)):
        truth = json.loads(file.read_text(encoding="utf-8"))
        path = folder / truth["source"]
        pages = sorted({page for table in truth["tables"] for page in table["pages"]})
        if pages and path.exists():
            yield Sample(path, tuple(pages), bool(truth["faults"]))


def page_count(data: bytes) -> int:
    """How many pages a PDF has."""
    with pypdfium2.PdfDocument(data) as document:
        return len(document)


def selected(data: bytes, pages: Sequence[int]) -> bytes:
    """A PDF of some pages of a PDF; pages count from 1."""
    return _joined([(data, [page - 1 for page in pages])])


def repeated(data: bytes, times: int) -> bytes:
    """A PDF with all pages of a PDF, several times over; to the program each time is an account of its own."""
    return _joined([(data, None)] * times)


def _joined(parts: Sequence[tuple[bytes, list[int] | None]]) -> bytes:
    with pypdfium2.PdfDocument.new() as result:
        for data, indices in parts:
            with pypdfium2.PdfDocument(data) as source:
                result.import_pages(source, indices)
        buffer = io.BytesIO()
        result.save(buffer)
        return buffer.getvalue()


def copies(count: int, folder: Path) -> None:
    """Write `count` PDFs, the fixtures in turn, each with a comment after its end: alike, and no two the same bytes."""
    originals = [sample.path.read_bytes() for sample in _samples(FIXTURES, FIXTURES, ACCOUNT)]
    for number in range(count):
        data = originals[number % len(originals)]
        (folder / f"{number:04}.pdf").write_bytes(data + f"\n% copy {number}\n".encode())
