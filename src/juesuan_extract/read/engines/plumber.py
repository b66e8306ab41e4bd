"""The second opinion: pdfplumber, an independent reader of text and rulings."""

from __future__ import annotations

import io
import logging

from juesuan_extract.errors import UnreadableDocument
from juesuan_extract.model.page import Box, Grid, Source
from juesuan_extract.read.grid import grid_from_boxes

NAME = "plumber"


def read_grids(data: bytes, pages: list[int]) -> dict[int, list[Grid]]:
    """Ruled tables by page number, as pdfplumber finds them; boxes in pt on the displayed page.

    Raises UnreadableDocument when pdfplumber can't read the file.
    """
    import pdfplumber
    from pdfminer.psexceptions import PSException
    from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException

    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    found: dict[int, list[Grid]] = {}
    try:
        with pdfplumber.open(io.BytesIO(data), pages=pages) as document:
            for page in document.pages:
                grids = []
                for table in page.find_tables():
                    texts = table.extract()
                    boxes = [
                        (Box(*(float(v) for v in box)), text or "")
                        for row, line in zip(table.rows, texts, strict=True)
                        for box, text in zip(row.cells, line, strict=True)
                        if box is not None
                    ]
                    grid = grid_from_boxes(page.page_number, boxes, Source(NAME))
                    if grid is not None:
                        grids.append(grid)
                found[page.page_number] = sorted(grids, key=lambda g: (g.box.top, g.box.x0))
                page.close()
    except (
        PSException, PdfminerException, MalformedPDFException,
        ValueError, KeyError, TypeError, IndexError, RecursionError,
    ) as error:  # fmt: skip
        # raised on files that PDFium still reads; the caller keeps the first reader's tables
        raise UnreadableDocument(f"pdfplumber can't read the file ({type(error).__name__}: {error})") from error
    return found
