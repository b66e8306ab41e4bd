"""Pages that are pictures: nobody reads them yet, and that is said."""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2
import pytest

from juesuan_extract import read_pdf
from juesuan_extract.errors import NoTextLayer
from juesuan_extract.values.labels import page_ranges
from tests.support import pdfs
from tests.support.paths import PDFS

FIXTURE = PDFS / "fuzhou_2023_calc.pdf"
TABLES = range(5, 18)  # its pages with tables


def with_pictures(pages: range, path: Path) -> Path:
    """The fixture with some pages as a scanner would give them."""
    source, copy = pypdfium2.PdfDocument(FIXTURE), pypdfium2.PdfDocument.new()
    for index in range(len(source)):
        if index + 1 in pages:
            picture = io.BytesIO()
            source[index].render(scale=0.5, grayscale=True).to_pil().save(picture, "PDF", resolution=36)
            copy.import_pages(pypdfium2.PdfDocument(picture.getvalue()))
        else:
            copy.import_pages(source, [index])
    copy.save(path)
    return path


def test_an_account_of_which_all_tables_are_pictures_is_not_taken_for_something_else(tmp_path: Path) -> None:
    with pytest.raises(NoTextLayer, match="pages 5–17 are pictures without a text layer") as error:
        read_pdf(with_pictures(TABLES, tmp_path / "scan.pdf"))
    assert "OCR" in error.value.advice


def test_tables_beside_pictures_are_read_and_the_others_missing(tmp_path: Path) -> None:
    doc = read_pdf(with_pictures(range(5, 7), tmp_path / "mixed.pdf"))
    status = dict(zip(doc.tables.table_id, doc.tables.status, strict=True))
    assert status.pop("gk01") == "missing"
    assert set(status.values()) <= {"verified", "unverified"}
    assert [(f.code, f.pages) for f in doc.account.findings if f.code == "no_text_layer"] == [("no_text_layer", (5, 6))]


def test_page_ranges() -> None:
    assert page_ranges([3, 5, 6, 7, 9, 10]) == "3, 5–7, 9–10"


def test_an_account_whose_text_is_lost_is_not_taken_for_something_else(tmp_path: Path) -> None:
    """Pages drawn as outlines, or with damaged streams: nothing is said of what they are."""
    path = tmp_path / "lines.pdf"
    path.write_bytes(pdfs.pdf(lambda canvas: canvas.line(0, 0, 500, 500), lambda canvas: None))
    with pytest.raises(NoTextLayer, match="no page has any text"):
        read_pdf(path)
