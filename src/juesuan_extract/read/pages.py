"""Every page once, the cheap thing first: text, then rulings, then characters, and only where that finds nothing the
slower ways to a grid."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from juesuan_extract.knowledge.catalog import Catalog, title_label
from juesuan_extract.model.message import message
from juesuan_extract.model.page import Box, Grid, Line, Page, PageContent, Rulings
from juesuan_extract.options import ReaderName
from juesuan_extract.read.engines import READERS
from juesuan_extract.read.grid import find_grids, plain_lines
from juesuan_extract.read.pdfium.page import PdfiumDocument, PdfiumPage
from juesuan_extract.read.unruled.grid import stream_grid
from juesuan_extract.recognise.captions import is_caption
from juesuan_extract.recognise.head import cover
from juesuan_extract.recognise.titles import match_title
from juesuan_extract.values.geometry import rules_across, union
from juesuan_extract.values.labels import is_blank, normal, squeeze

PROSE = 6  # sentences; a page with as many that names no table and follows none holds none
CONTENTS = 3  # a page that names so many tables and shows no figure is a list of contents
MARGIN = 2.0  # pt
LONG = 0.4  # of the page's width: a ruling that goes along a whole table

_SENTENCE_END = re.compile("[。；]")
_SCATTERED = re.compile(r"(?:\n[\u4e00-\u9fff]){4}")  # PDFium has taken a title apart
_PAGE_NUMBER = re.compile(r"^[-—－–]*第?\d{1,4}页?[-—－–]*$")
_FIGURE = re.compile(r"\d\.\d\d")
# the 合计 of an empty table, 行次 before dashes or zeros, or a row of codes and names alone
_EMPTY_ROW = re.compile(r"^(?:(?:合计|总计)\d{0,2}[-0]*$|[1-5]\d\d(?:\d\d){0,2}[\u4e00-\u9fff])")
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
                sheets.append(_sheet(page, sheets[-1] if sheets else None, catalog))
    if reader in READERS:
        found = READERS[reader](data, [s.number for s in sheets if s.grids])
        sheets = [replace(s, grids=tuple(found.get(s.number, ()))) if s.grids else s for s in sheets]
    return sheets


def _sheet(page: PdfiumPage, before: PageContent | None, catalog: Catalog) -> PageContent:
    text = page.text()
    if is_blank(text) and page.is_picture():
        return PageContent(page.number, "", width=page.width, height=page.height, picture=True)
    named = _tables_named(text, catalog)
    follows = before is not None and bool(before.grids)
    continues = before is not None and any(g.reader == "stream" for g in before.grids[-1:])
    prose = len(_SENTENCE_END.findall(text)) >= PROSE and not follows
    contents = named >= CONTENTS and not _FIGURE.search(unicodedata.normalize("NFKC", squeeze(text)))
    unruled = continues or (named and not contents)  # there may be a table even without rulings
    if not unruled and ((prose and not named) or not _crossing(page.rulings())):
        return PageContent(page.number, text, plain_lines(text), (), page.width, page.height)
    content = page.read()
    grids, lines = find_grids(content)
    grids = [_completed(grid, content, catalog) for grid in grids]
    if named or (continues and not grids):
        grids, lines = _with_unruled(page, content, grids, lines, before if continues else None, catalog)
    return PageContent(page.number, text, tuple(lines), tuple(grids), content.width, content.height)


def _crossing(rulings: Rulings) -> bool:
    """Whether lines cross or repeat, so that it pays to read where the characters stand."""
    across, down = len(rulings.horizontal), len(rulings.vertical)
    return (across >= 2 and down >= 2) or across >= 3


def _tables_named(text: str, catalog: Catalog) -> int:
    """How many lines of a page are a table's title; of a page drawn character by character whether it names one."""
    if _SCATTERED.search(text):
        whole = title_label(squeeze(text))
        return int(any(alias in whole for alias, _ in catalog.aliases))
    lines = [line for line in text.split("\n") if "表" in line]
    return sum(match_title(squeeze(line), catalog) is not None for line in lines)


# -- grids whose rulings are incomplete ------------------------------------------------------------------------------


def _completed(grid: Grid, page: Page, catalog: Catalog) -> Grid:
    """A grid, or where its cells hold several figures one with the missing edges put in."""
    dotted = (cell for cell in grid.cells if cell.text.count(".") > 1)
    if not any(sum(bool(_FIGURE.search(t)) for t in c.lines) > 1 or _TWO_FIGURES.search(c.text) for c in dotted):
        return grid
    table = cover(grid)
    rows = len(table)
    xs = tuple(
        grid.xs[e] for e in range(1, len(grid.xs) - 1) if sum(line[e - 1] is not line[e] for line in table) * 2 > rows
    )
    ys = tuple(grid.ys[1:-1])
    found = stream_grid(page, grid.box, catalog, xs, ys)
    return replace(found, doubts=(message("table.rulings_missing"),)) if found else grid


# -- tables without rulings ------------------------------------------------------------------------------------------


def _with_unruled(
    page: PdfiumPage, content: Page, grids: list[Grid], lines: list[Line], before: PageContent | None, catalog: Catalog
) -> tuple[list[Grid], list[Line]]:
    """Grids for the titles of a page that have none below them: from the page's picture, else from the words."""
    regions: list[tuple[Box, Grid | None]] = [
        (region, None) for region in _open_regions(content, grids, lines, catalog)
    ]
    if before is not None and not grids:
        rest = _rest_above(content, lines, catalog)
        regions = [*([(rest, before.grids[-1])] if rest else []), *regions]
    if not regions:
        return grids, lines
    if not grids:
        drawn = _drawn(page, content)
        if drawn:
            return drawn, find_grids(replace(content, rulings=_rulings_of(drawn)))[1]
    content = page.read(runs=True)
    found = []
    for region, earlier in regions:
        grid = stream_grid(content, region, catalog, earlier=earlier)
        if grid is not None:
            found.append(grid)
    if not found:
        return grids, lines
    outside = [
        line for line in lines if not any(g.box.top - MARGIN <= _middle(line) <= g.box.bottom + MARGIN for g in found)
    ]
    return sorted([*grids, *found], key=lambda g: g.box.top), outside


def _middle(line: Line) -> float:
    return (line.box.top + line.box.bottom) / 2


def _rest_above(content: Page, lines: list[Line], catalog: Catalog) -> Box | None:
    """The space above the first title of a page, when figures of the table before it stand there."""
    titles = [line.box.top for line in lines if match_title(squeeze(line.text), catalog)]
    bottom = min(titles, default=content.height)
    if titles and not any(_middle(line) < bottom and _FIGURE.search(normal(line.text)) for line in lines):
        return None
    return _extent(content, lines, 0.0, bottom, catalog)


def _open_regions(content: Page, grids: list[Grid], lines: list[Line], catalog: Catalog) -> list[Box]:
    """The space below each title that is followed by figures and no grid."""
    titles = [line for line in lines if match_title(squeeze(line.text), catalog)]
    figures = [line for line in lines if _FIGURE.search(text := normal(line.text)) or _EMPTY_ROW.match(text)]
    if not figures and len(titles) >= CONTENTS:
        return []
    regions = []
    for index, title in enumerate(titles):
        bottom = titles[index + 1].box.top if index + 1 < len(titles) else content.height
        below = [g.box.top for g in grids if g.box.top >= title.box.top]
        limit = min([bottom, *below])
        if limit < bottom or not any(title.box.bottom < _middle(f) < limit for f in figures):
            continue
        regions.append(_extent(content, lines, title.box.bottom, limit, catalog))
    return regions


def _extent(content: Page, lines: list[Line], top: float, bottom: float, catalog: Catalog) -> Box:
    """The place of an unruled table between two heights: within its long rulings, else where its words stand."""
    rules = rules_across(content.rulings.horizontal, LONG * content.width)
    inside = rules[(rules[:, 0] > top) & (rules[:, 0] < bottom)]
    if len(inside) >= 2:
        return Box(
            float(inside[:, 1].min()) - MARGIN,
            float(inside[:, 0].min()) - MARGIN,
            float(inside[:, 2].max()) + MARGIN,
            float(inside[:, 0].max()) + MARGIN,
        )
    own = [
        line.box
        for line in lines
        if top < _middle(line) < bottom
        and not _PAGE_NUMBER.match(squeeze(line.text))
        and not is_caption(line.text, catalog)
    ]
    if not own:
        return Box(0.0, top, content.width, bottom)
    box = union(own)
    return Box(box.x0 - MARGIN, box.top - MARGIN, box.x1 + MARGIN, box.bottom + MARGIN)


def _drawn(page: PdfiumPage, content: Page) -> list[Grid]:
    """Grids whose rulings are a picture or a pattern."""
    from juesuan_extract.read.pdfium.raster import raster_rulings

    rulings = raster_rulings(page)
    if not _crossing(rulings):
        return []
    found = find_grids(replace(content, rulings=rulings), "raster")[0]
    figures = len(_FIGURE.findall(normal(content.chars.text)))
    inside = sum(bool(_FIGURE.search(normal(c.text))) for g in found for c in g.cells)
    return found if 2 * inside >= figures else []  # a watermark has lines too


def _rulings_of(grids: list[Grid]) -> Rulings:
    import numpy as np

    across = [(y, g.box.x0, g.box.x1) for g in grids for y in g.ys]
    down = [(x, g.box.top, g.box.bottom) for g in grids for x in g.xs]
    return Rulings(np.array(across, dtype=np.float64), np.array(down, dtype=np.float64))
