"""The sides that are compared. Each opens a PDF from its bytes or path, reads it, and closes it.

Cell readers return how many cells hold a figure such as 12.30, which shows that all do the same work.
"""

from __future__ import annotations

import io
import logging
import re
import warnings
from collections.abc import Iterable
from pathlib import Path

import pypdfium2

from bench.caches import forget
from juesuan_extract import Document, read_pdf
from juesuan_extract.knowledge.catalog import load_catalog
from juesuan_extract.read.pages import read_sheets

_FIGURE = re.compile(r"\d\.\d\d")


def silence() -> None:
    """Keep what the other libraries complain about out of the report."""
    warnings.simplefilter("ignore")
    for name in ("pdfminer", "pdfplumber", "camelot", "pypdf"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def our_cells(data: bytes) -> int:
    """The cells as the first stage of juesuan-extract reads them, with the titles and lines around the tables."""
    forget()
    sheets = read_sheets(data, load_catalog())
    return _figures(cell.text for sheet in sheets for grid in sheet.grids for cell in grid.cells)


def plumber_cells(data: bytes) -> int:
    """The cells as pdfplumber's `find_tables` and `extract` read them."""
    import pdfplumber

    found = 0
    with pdfplumber.open(io.BytesIO(data)) as document:
        for page in document.pages:
            for table in page.find_tables():
                found += _figures(cell for row in table.extract() for cell in row)
            page.close()
    return found


def camelot_cells(data: bytes, engine: str = "combined") -> int:
    """The cells as camelot's lattice parser reads them; the engine is camelot's own default unless given.

    split_text: as juesuan-extract itself asks camelot, which then finds more of the figures.
    """
    import camelot

    tables = camelot.read_pdf(data, pages="all", flavor="lattice", engine=engine, split_text=True, suppress_stdout=True)
    return _figures(cell.text for table in tables for row in table.cells for cell in row)


def our_document(path: Path) -> Document:
    """A whole document through all stages of juesuan-extract."""
    forget()
    return read_pdf(path)


def plumber_text(path: Path) -> int:
    """The text of all pages as pdfplumber's `extract_text` reads it; its length in characters."""
    import pdfplumber

    length = 0
    with pdfplumber.open(path) as document:
        for page in document.pages:
            length += len(page.extract_text())
            page.close()
    return length


def pdfium_text(path: Path) -> int:
    """The text of all pages as pypdfium2 reads it; its length in characters."""
    length = 0
    with pypdfium2.PdfDocument(path) as document:
        for page in document:
            text_page = page.get_textpage()
            length += len(text_page.get_text_range())
            text_page.close()
            page.close()
    return length


def _figures(cells: Iterable[str | None]) -> int:
    return sum(bool(cell and _FIGURE.search(cell)) for cell in cells)
