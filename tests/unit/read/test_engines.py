"""What damaged files do to the readers that are asked second."""

from __future__ import annotations

import re

import pytest

from bench.surgery import put_together, taken_apart
from juesuan_extract.errors import UnreadableDocument
from juesuan_extract.read.engines import plumber
from juesuan_extract.read.engines.camelot import read_grids
from tests.support import pdfs
from tests.support.paths import PDFS

DECOY = PDFS / "report_chromium_decoy.pdf"


def test_a_stream_whose_length_is_wrong_does_not_hold_it_up() -> None:
    """Camelot's own reader looked for the end of this stream for ever."""
    pdf = taken_apart(pdfs.pdf(lambda canvas: None, pdfs.table))
    place = next(place for place, item in enumerate(pdf.items) if item.draws)
    body = re.sub(rb"/Length \d+", b"/Length -1" + b"0" * 30, pdf.items[place].body)
    grids = read_grids(put_together(pdf.with_item(place, pdf.items[place]._replace(body=body))), [2])
    assert {page: [len(grid.cells) for grid in found] for page, found in grids.items()} == {2: [20]}


def test_no_page_is_no_error() -> None:
    """`--reader camelot` failed on documents without a ruled table."""
    assert read_grids(DECOY.read_bytes(), []) == {}


def test_a_box_of_words_is_no_internal_error() -> None:
    """PDFium takes another size for such a page and reads it."""
    pdf = taken_apart(pdfs.pdf(pdfs.table))
    place = next(place for place, item in enumerate(pdf.items) if b"/MediaBox" in item.body)
    body = re.sub(rb"/MediaBox *\[[^]]*\]", b"/MediaBox [0 0 inf nan]", pdf.items[place].body)
    with pytest.raises(UnreadableDocument, match="pdfplumber can't read the file"):
        plumber.read_grids(put_together(pdf.with_item(place, pdf.items[place]._replace(body=body))), [1])
