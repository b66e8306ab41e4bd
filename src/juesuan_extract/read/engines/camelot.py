"""The third opinion: camelot's lattice parser, which also sees rulings that are pictures."""

from __future__ import annotations

import io
import logging
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from juesuan_extract.errors import UnreadableDocument
from juesuan_extract.model.page import Box, Grid, Source
from juesuan_extract.read.grid import grid_from_boxes

NAME = "camelot"


def read_grids(data: bytes, pages: list[int]) -> dict[int, list[Grid]]:
    """Ruled tables by page number, as camelot finds them; boxes in pt with the origin at the top left.

    Raises UnreadableDocument when camelot can't read the file.
    """
    if not pages:
        return {}
    with _no_plots():
        from camelot.io import read_pdf
    from pypdfium2 import PdfiumError

    logging.getLogger("playa").setLevel(logging.CRITICAL)  # it tells of every fault in a file, with traces
    found: dict[int, list[Grid]] = {number: [] for number in pages}
    try:
        written = _rewritten(data, pages)
        with warnings.catch_warnings(), _named(written) as file:
            warnings.simplefilter("ignore")
            tables = read_pdf(
                file,
                pages="all",
                flavor="lattice",
                split_text=True,
                suppress_stdout=True,
                backend=_Drawing(written),
                use_fallback=False,  # Ghostscript and poppler are programs, and hostile files are not for them
            )
    except (
        PdfiumError,
        ValueError,
        KeyError,
        TypeError,
        IndexError,
        ZeroDivisionError,
        OSError,
        RecursionError,
    ) as error:
        # camelot passes on what its own readers raise; the caller keeps the first reader's tables
        raise UnreadableDocument(f"camelot can't read the file ({type(error).__name__}: {error})") from error
    for table in tables:
        height = float(table.pdf_size[1]) if getattr(table, "pdf_size", None) else 0.0
        page = pages[int(table.page) - 1]
        grid = grid_from_boxes(page, _boxes(table.cells, height), Source(NAME))
        if grid is not None:
            found[page].append(grid)
    for grids in found.values():
        grids.sort(key=lambda g: (g.box.top, g.box.x0))
    return found


@contextmanager
def _no_plots() -> Iterator[None]:
    """Keep camelot from importing matplotlib, which it can do without: that runs fc-list and writes into the home."""
    absent = "matplotlib" not in sys.modules
    if absent:
        sys.modules["matplotlib"] = None  # type: ignore[assignment]  # what Python takes for "not installed"
    try:
        yield
    finally:
        if absent:
            del sys.modules["matplotlib"]


def _rewritten(data: bytes, pages: list[int]) -> bytes:
    """These pages alone, as PDFium writes them.

    Camelot's own reader looks for minutes for the end of a stream whose length is wrong, and PDFium mends that.
    """
    from pypdfium2 import PdfDocument

    buffer = io.BytesIO()
    with PdfDocument(data) as source, PdfDocument.new() as result:
        result.import_pages(source, [page - 1 for page in pages])
        result.save(buffer)
    return buffer.getvalue()


class _Drawing:
    """Draws pages for camelot with PDFium, from the bytes: PDFium takes only names of files on a disk."""

    def __init__(self, data: bytes) -> None:
        from camelot.backends.pdfium_backend import PdfiumBackend

        self._data = data
        self._pdfium = PdfiumBackend()

    def to_array(self, path: str, page: int = 1) -> Any:
        """The picture of a page; what camelot calls."""
        return self._pdfium.to_array(self._data, page=page)

    def convert(self, path: str, picture: str, page: int = 1) -> None:
        """To be there is all that is asked of it, as `to_array` is."""
        raise NotImplementedError


@contextmanager
def _named(data: bytes) -> Iterator[str | bytes]:
    """A name under which camelot can open the document. It would write it to a temporary file otherwise, which stays
    behind where the process is killed, as it does on systems without files in memory."""
    if not hasattr(os, "memfd_create"):
        yield data
        return
    with open(os.memfd_create("document"), "wb") as file:
        file.write(data)
        file.flush()
        yield f"/proc/self/fd/{file.fileno()}"


def _boxes(cells: list, height: float) -> list[tuple[Box, str]]:  # type: ignore[type-arg]
    """Camelot's cells with those joined that no edge parts; its origin is the lower left corner."""
    rows, columns = len(cells), len(cells[0]) if cells else 0
    owner: dict[tuple[int, int], tuple[int, int]] = {}
    for r in range(rows):
        for c in range(columns):
            place = (r, c)
            if c > 0 and not cells[r][c].left:
                place = owner[r, c - 1]
            elif r > 0 and not cells[r][c].top:
                place = owner[r - 1, c]
            owner[r, c] = place
    groups: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for place, first in owner.items():
        groups.setdefault(first, []).append(place)
    boxes = []
    for members in groups.values():
        own = [cells[r][c] for r, c in members]
        box = Box(
            float(min(cell.x1 for cell in own)),
            height - float(max(cell.y2 for cell in own)),
            float(max(cell.x2 for cell in own)),
            height - float(min(cell.y1 for cell in own)),
        )
        boxes.append((box, "\n".join(cell.text.strip() for cell in own if cell.text.strip())))
    return boxes
