"""Where on a page an unruled table may stand: below a title that no grid follows, or above the first one."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.model.page import Box, Grid, Line, Page, Rulings, Source
from juesuan_extract.read.grid import find_grids
from juesuan_extract.read.open_page import CONTENTS, OpenPage, PdfPage, crossing
from juesuan_extract.read.unruled.grid import stream_grid
from juesuan_extract.recognise.captions import is_caption
from juesuan_extract.recognise.titles import match_title
from juesuan_extract.values.geometry import rules_across, union
from juesuan_extract.values.labels import normal, squeeze
from juesuan_extract.values.prose import FIGURE, is_page_number

MARGIN = 2.0  # pt
LONG = 0.4  # of the page's width: a ruling that goes along a whole table

# the 合计 of an empty table, 行次 before dashes or zeros, or a row of codes and names alone
_EMPTY_ROW = re.compile(r"^(?:(?:合计|总计)\d{0,2}[-0]*$|[1-5]\d\d(?:\d\d){0,2}[\u4e00-\u9fff])")


def with_unruled(page: OpenPage, grids: list[Grid], lines: list[Line]) -> tuple[list[Grid], list[Line]]:
    """Grids for the titles of a page that have none below them: from the page's picture, else from the words."""
    content, catalog, before = page.content, page.catalog, page.goes_on
    regions: list[tuple[Box, Grid | None]] = [
        (region, None) for region in _open_regions(content, grids, lines, catalog)
    ]
    if before is not None and not grids:
        rest = _rest_above(content, lines, catalog)
        regions = [*([(rest, before)] if rest else []), *regions]
    if not regions:
        return grids, lines
    if not grids:
        drawn = _drawn(page.page, content)
        if drawn:
            return drawn, find_grids(replace(content, rulings=_rulings_of(drawn)))[1]
    content = page.page.read(runs=True)
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
    if titles and not any(_middle(line) < bottom and FIGURE.search(normal(line.text)) for line in lines):
        return None
    return _extent(content, lines, 0.0, bottom, catalog)


def _open_regions(content: Page, grids: list[Grid], lines: list[Line], catalog: Catalog) -> list[Box]:
    """The space below each title that is followed by figures and no grid."""
    titles = [line for line in lines if match_title(squeeze(line.text), catalog)]
    figures = [line for line in lines if FIGURE.search(text := normal(line.text)) or _EMPTY_ROW.match(text)]
    if not figures and len(titles) >= CONTENTS:
        return []
    regions = []
    for index, title in enumerate(titles):
        bottom = titles[index + 1].box.top if index + 1 < len(titles) else content.height
        below = [g.box.top for g in grids if g.box.top >= title.box.top]
        limit = min([bottom, *below])
        inside = [line for line in lines if title.box.bottom < _middle(line) < limit]
        if limit < bottom or not (any(f in inside for f in figures) or _is_form(inside, catalog)):
            continue
        regions.append(_extent(content, lines, title.box.bottom, limit, catalog))
    return regions


def _is_form(lines: list[Line], catalog: Catalog) -> bool:
    """Whether lines hold the headings of a table that is left empty."""
    return any(catalog.label_headings.search(normal(line.text)) for line in lines)


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
        and not is_page_number(squeeze(line.text))
        and not is_caption(line.text, catalog)
    ]
    if not own:
        return Box(0.0, top, content.width, bottom)
    box = union(own)
    return Box(box.x0 - MARGIN, box.top - MARGIN, box.x1 + MARGIN, box.bottom + MARGIN)


def _drawn(page: PdfPage, content: Page) -> list[Grid]:
    """Grids whose rulings are a picture or a pattern."""
    rulings = page.raster_rulings()
    if not crossing(rulings):
        return []
    found = find_grids(replace(content, rulings=rulings), Source("raster"))[0]
    figures = len(FIGURE.findall(normal(content.chars.text)))
    inside = sum(bool(FIGURE.search(normal(c.text))) for g in found for c in g.cells)
    return found if 2 * inside >= figures else []  # a watermark has lines too


def _rulings_of(grids: list[Grid]) -> Rulings:
    across = [(y, g.box.x0, g.box.x1) for g in grids for y in g.ys]
    down = [(x, g.box.top, g.box.bottom) for g in grids for x in g.xs]
    return Rulings(np.array(across, dtype=np.float64), np.array(down, dtype=np.float64))
