"""Every page once, the cheap thing first: text, then rulings, then characters, and only where that finds nothing the
slower ways to a grid."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.model.message import message
from juesuan_extract.model.page import Grid, Page, PageContent
from juesuan_extract.options import ReaderName
from juesuan_extract.read.engines import READERS
from juesuan_extract.read.open_page import OpenPage, crossing
from juesuan_extract.read.pdfium.page import PdfiumDocument
from juesuan_extract.read.unruled.grid import stream_grid
from juesuan_extract.read.unruled.regions import with_unruled
from juesuan_extract.recognise.head import cover
from juesuan_extract.values.labels import is_blank
from juesuan_extract.values.prose import FIGURE

_TWO_FIGURES = re.compile(r"\d\.\d\d-?\d[\d,]*\.\d\d")


def read_sheets(data: bytes, catalog: Catalog, reader: ReaderName = "auto") -> list[PageContent]:
    """All pages of a PDF with what the locator needs.

    reader: `plumber` or `camelot` take the place of the fast reader on every page that may hold a table. Raises
    UnreadableDocument.
    """
    sheets: list[PageContent] = []
    with PdfiumDocument(data) as document:
        for number in range(1, document.page_count + 1):
            with document.page(number) as page:
                sheets.append(read_page(OpenPage(page, sheets[-1] if sheets else None, catalog)))
    if reader in READERS:
        found = READERS[reader](data, [s.number for s in sheets if s.grids])
        sheets = [replace(s, grids=tuple(found.get(s.number, ()))) if s.grids else s for s in sheets]
    return sheets


# -- ways to read a page, the cheap ones first; None: this way is not sure of it ---------------------------------------

PageReader = Callable[[OpenPage], PageContent | None]


def picture(page: OpenPage) -> PageContent | None:
    """A picture without a text layer."""
    if not is_blank(page.text) or not page.page.is_picture():
        return None
    return PageContent(page.page.number, "", width=page.page.width, height=page.page.height, picture=True)


def text_alone(page: OpenPage) -> PageContent | None:
    """Text that holds no table."""
    if page.may_be_unruled or not ((page.prose and not page.named) or not crossing(page.page.rulings())):
        return None
    return page.as_read([], page.page.lines())


def ruled(page: OpenPage) -> PageContent | None:
    """Ruled tables; not sure where a table is named, which may stand there without rulings, too."""
    grids, lines = page.ruled
    if page.named or (page.goes_on and not grids):
        return None
    return page.as_read([_completed(grid, page.content, page.catalog) for grid in grids], lines)


def unruled(page: OpenPage) -> PageContent | None:
    """Tables with rulings, without, and with rulings that are drawn as a picture."""
    grids, lines = page.ruled
    grids = [_completed(grid, page.content, page.catalog) for grid in grids]
    return page.as_read(*with_unruled(page, grids, lines))


PAGE_READERS: tuple[PageReader, ...] = (picture, text_alone, ruled, unruled)


def read_page(page: OpenPage) -> PageContent:
    """What stands on a page, told by the first reader that is sure; the last one always is."""
    return next(content for read in PAGE_READERS if (content := read(page)) is not None)


# -- grids whose rulings are incomplete ------------------------------------------------------------------------------


def _completed(grid: Grid, page: Page, catalog: Catalog) -> Grid:
    """A grid, or where its cells hold several figures one with the missing edges put in."""
    dotted = (cell for cell in grid.cells if cell.text.count(".") > 1)
    if not any(sum(bool(FIGURE.search(t)) for t in c.lines) > 1 or _TWO_FIGURES.search(c.text) for c in dotted):
        return grid
    table = cover(grid)
    rows = len(table)
    xs = tuple(
        grid.xs[e] for e in range(1, len(grid.xs) - 1) if sum(line[e - 1] is not line[e] for line in table) * 2 > rows
    )
    ys = tuple(grid.ys[1:-1])
    found = stream_grid(page, grid.box, catalog, xs, ys)
    return replace(found, doubts=(message("table.rulings_missing"),)) if found else grid
