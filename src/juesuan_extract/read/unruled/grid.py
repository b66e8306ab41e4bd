"""A grid from the places of words alone, for tables whose rulings are missing in part or altogether.

三线表 have no vertical rulings, some forms rule only the head, some draw nothing. What is left is how people set
tables: headings stand over their columns, every column is a stripe that no word of another crosses, and every row has a
code or a label, to which the figures and the lines of a wrapped name belong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise, takewhile

import numpy as np

from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.model.page import Box, Cell, Grid, Page, Source, Word
from juesuan_extract.read.unruled.columns import column_edges
from juesuan_extract.read.unruled.headings import Heading, headings_of
from juesuan_extract.read.unruled.rows import IsLabel, RowBlock, rows_of
from juesuan_extract.read.unruled.words import SAME_LINE, TOTALS, is_code, is_figure, is_total, middle, words_of
from juesuan_extract.values.geometry import rules_across, union
from juesuan_extract.values.labels import label, normal, strip_ordinal

UNRULED = Source("stream")
LONG_RULE = 0.7  # of the table's width
WRAPPED = 3  # lines of one row
MAX_WORDS = 4000  # of one table on one page; published ones have under 1,000
FORM = 4  # known headings that make a form without a row
HEADINGS = 2  # words between a 合计 and the first figures that make it a heading, too
INSET = 2.0  # pt; by how much a column of the page before is narrower than its edges

_EMPTY_OR_ORDINAL = re.compile(r"^(?:\d{1,2}|-+)$")  # what stands beside the 合计 of an empty table
_SENTENCE = re.compile(r"[。；]|^(?:注|说明|备注)[:：1]")


def stream_grid(
    page: Page,
    region: Box,
    catalog: Catalog,
    xs: tuple[float, ...] = (),
    ys: tuple[float, ...] = (),
    earlier: Grid | None = None,
) -> Grid | None:
    """The table in a region, None when there is none.

    xs, ys: inner edges that are drawn all the way and hold in any case; earlier: the page before of the same table,
    whose columns a page without headings goes on with.
    """

    def is_label(text: str) -> bool:
        return label(strip_ordinal(text)) in catalog.row_labels

    lines = _without_notes(words_of(page, region), is_label)
    begins = (i for i in range(len(lines)) if _begins_body(lines[i], is_label) and not _heads(lines, i, catalog))
    first = next(begins, None)
    if sum(map(len, lines)) > MAX_WORDS:
        return None
    if first is None:
        return _empty_form(page, region, lines, catalog)
    first = _below_rule(page, region, lines, first)
    if earlier is not None and _is_row(lines[:first], earlier, is_label, catalog):
        first = 0  # a page without headings begins with a row
    head = [line for line in lines[:first] if not _numbers_columns(line)]
    body = [word for line in lines[first:] for word in line]
    headings = headings_of([word for line in head for word in line], catalog.is_heading, (region.x0, region.x1))
    leaves = [(h.box.x0, h.box.x1) for h in headings if h.leaf]
    placed = _placed(lines[first:], catalog)
    if leaves or earlier is None:
        columns = column_edges(leaves, placed, region, xs)
    elif _within(placed, earlier):
        columns = list(earlier.xs)
    else:
        leaves = [(a + INSET, b - INSET) for a, b in pairwise(earlier.xs)]
        columns = column_edges(leaves, placed, region, xs)
    if len(columns) < 3:
        return None
    rows = rows_of(body, columns, is_label, ys)
    return _grid(page.number, headings, rows, columns)


def _is_row(lines: list[list[Word]], earlier: Grid, is_label: IsLabel, catalog: Catalog) -> bool:
    """Whether lines above the first figures are of a wrapped row: a few words, no headings, each within a column."""
    words = [w for line in lines for w in line]
    heads = any(catalog.is_heading(w.text) and not is_label(w.text) for w in words)
    return len(lines) <= WRAPPED and _within(words, earlier) and not heads


def _within(words: list[Word], grid: Grid) -> bool:
    """Whether every word stands within one column of a grid."""
    columns = [(a - INSET, b + INSET) for a, b in pairwise(grid.xs)]
    return all(any(a <= w.box.x0 and w.box.x1 <= b for a, b in columns) for w in words)


def _placed(lines: list[list[Word]], catalog: Catalog) -> list[Word]:
    """Words that stand within one column: without 合计 and 公用经费合计, which are set in the middle of several.

    A 合计 that is a heading (合计 基本支出 项目支出 in the 合计 row) stands over its own.
    """
    placed = []
    for line in lines:
        headed = sum(label(w.text) in catalog.any_heading and not is_total(w.text) for w in line) >= 2
        placed += [w for i, w in enumerate(line) if not label(w.text).endswith(TOTALS) or (headed and i > 0)]
    return placed


def _without_notes(lines: list[list[Word]], is_label: IsLabel) -> list[list[Word]]:
    """Lines up to the first note or sentence below figures."""
    figures = False
    for index, line in enumerate(lines):
        if figures and _SENTENCE.search("".join(w.text for w in line)):
            return lines[:index]
        figures = figures or _begins_body(line, is_label)
    return lines


def _begins_body(line: list[Word], is_label: IsLabel) -> bool:
    if any(is_figure(w.text) or is_code(w.text) for w in line):
        return True
    if any(is_label(w.text) and strip_ordinal(w.text) != w.text for w in line):
        return True
    return is_total(line[0].text) and all(_EMPTY_OR_ORDINAL.match(normal(w.text)) for w in line[1:])


def _empty_form(page: Page, region: Box, lines: list[list[Word]], catalog: Catalog) -> Grid | None:
    """A table of which the headings are printed and nothing else; None for lines that are no headings."""
    until = next((i for i, line in enumerate(lines) if _SENTENCE.search("".join(w.text for w in line))), len(lines))
    words = [word for line in lines[:until] for word in line]
    headings = headings_of(words, catalog.is_heading, (region.x0, region.x1)) if words else []
    if sum(catalog.is_heading(h.text) for h in headings) < FORM:
        return None
    columns = column_edges([(h.box.x0, h.box.x1) for h in headings if h.leaf], [], region, ())
    return _grid(page.number, headings, [[]], columns) if len(columns) > 2 else None


def _heads(lines: list[list[Word]], number: int, catalog: Catalog) -> bool:
    """Whether a lone 合计 is a heading: headings stand between it and the first figures, or beside them."""
    if len(lines[number]) > 1:
        return False
    below = (line for line in lines[number + 1 :])
    above_figures = takewhile(lambda line: not any(is_figure(w.text) or is_code(w.text) for w in line), below)
    words = [w.text for line in above_figures for w in line]
    return sum(catalog.is_heading(text) and not is_total(text) for text in words) >= HEADINGS


def _below_rule(page: Page, region: Box, lines: list[list[Word]], first: int) -> int:
    """The first line of the body, or the first one below the long ruling above it: a wrapped label may begin higher."""
    top = min(w.box.top for w in lines[first])
    long = rules_across(page.rulings.horizontal, LONG_RULE * (region.x1 - region.x0))
    above = long[(long[:, 0] > min(w.box.bottom for w in lines[0])) & (long[:, 0] < top + 1.0)]
    if len(above) == 0:
        return first
    edge = float(above[:, 0].max())
    return next((i for i in range(first + 1) if middle(lines[i][0]) > edge), first)


def _numbers_columns(line: list[Word]) -> bool:
    texts = [label(w.text) for w in line]
    return all((t.isdigit() and len(t) <= 2) or t in ("栏次", "行次", "栏", "次") for t in texts) and len(texts) > 1


def _grid(page: int, headings: list[Heading], rows: list[list[RowBlock]], xs: list[float]) -> Grid | None:
    if not rows:
        return None
    depth = max((h.depth for h in headings), default=-1) + 1
    if rows == [[]]:  # a form that is left empty
        last = max(h.box.bottom for h in headings)
        boxes = [Box(xs[0], last, xs[-1], last + 1.0)]
    else:
        boxes = [union([w.box for block in row for w in block.words]) for row in rows]
    top = min((h.box.top for h in headings), default=boxes[0].top)
    step = (boxes[0].top - top) / depth if depth else 0.0
    inner = [(a.bottom + b.top) / 2 for a, b in pairwise(boxes)]
    ys = [*(top + step * i for i in range(depth)), boxes[0].top, *inner, boxes[-1].bottom]
    ys = np.maximum.accumulate(np.array(ys)).tolist()
    cells = [_head_cell(h, xs, ys) for h in headings]
    for number, row in enumerate(rows, depth):
        for column in range(len(xs) - 1):
            words = [w for block in row if block.column == column for w in block.words]
            box = Box(xs[column], ys[number], xs[column + 1], ys[number + 1])
            lines = tuple(_lines(words))
            ink = union([w.box for w in words]) if words else None
            cells.append(Cell(number, column, 1, 1, "".join(lines), lines, box, ink, UNRULED))
    return Grid(page, Box(xs[0], ys[0], xs[-1], ys[-1]), tuple(xs), tuple(ys), tuple(cells), UNRULED)


def _head_cell(heading: Heading, xs: list[float], ys: list[float]) -> Cell:
    first, last = (
        int(np.clip(np.searchsorted(xs, (box.x0 + box.x1) / 2) - 1, 0, len(xs) - 2))
        for box in (heading.first, heading.last)
    )
    box = Box(xs[first], ys[heading.depth], xs[last + 1], ys[heading.depth + 1])
    return Cell(heading.depth, first, 1, last - first + 1, heading.text, (heading.text,), box, heading.box, UNRULED)


def _lines(words: list[Word]) -> Iterable[str]:
    """Words of one cell as lines of text."""
    line: list[Word] = []
    for word in words:
        if line and abs(word.box.top - line[-1].box.top) >= SAME_LINE * (word.box.bottom - word.box.top):
            yield "".join(w.text for w in line)
            line = []
        line.append(word)
    if line:
        yield "".join(w.text for w in line)
