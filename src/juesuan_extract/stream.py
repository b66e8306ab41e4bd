"""A grid from the places of words alone, for tables whose rulings are missing in part or altogether.

三线表 have no vertical rulings, some forms rule only the head, some draw nothing. What is left is how people set
tables: headings stand over their columns, every column is a stripe that no word of another crosses, and every row has a
code or a label, to which the figures and the lines of a wrapped name belong.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from juesuan_extract.amounts import parse
from juesuan_extract.geometry import hull, union
from juesuan_extract.grid import reading_order
from juesuan_extract.heads import Heading, headings_of
from juesuan_extract.model import Box, Cell, Grid, Page, Word
from juesuan_extract.text import label, normal, strip_ordinal

WORD_GAP = 0.55  # of a character's height: a larger step right begins a new word
KIND_GAP = 0.2  # the same between a figure and a name
FIGURE_GAP = 0.12  # the same between the decimals of a figure and the next figure or code
SAME_LINE = 0.5  # of a line's height: words nearer than this stand side by side
SAME_BLOCK = 0.6  # of a line's height: lines nearer than this are one wrapped text

ALONE = 80.0  # pt; what it costs to leave a stripe of words without a heading

_CODE = re.compile(r"^(?:[1-5]\d\d(?:\d\d){0,2})$")
_FIGURE_END = re.compile(r"\.\d\d(?=-?\d)")
_PART = re.compile(r"^\d\d(?:\d)?(?:\d\d){0,2}$")
_SENTENCE = re.compile(r"[。；]|^(?:注|说明|备注)[:：1]")
_TOTALS = frozenset({"合计", "总计", "小计"})

IsLabel = Callable[[str], bool]
Interval = tuple[float, float]


def words_of(page: Page, region: Box) -> list[list[Word]]:
    """Lines of words in a region, top to bottom."""
    boxes = page.chars.boxes
    middle_x, middle_y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    inside = (middle_x >= region.x0) & (middle_x <= region.x1) & (middle_y >= region.top) & (middle_y <= region.bottom)
    index = np.flatnonzero(inside)
    if len(index) == 0:
        return []
    own = boxes[index]
    order, _, new_line = reading_order(own, np.zeros(len(index), dtype=np.intp))
    placed, own = index[order], own[order]
    height = own[:, 3] - own[:, 1]
    gap = own[1:, 0] - own[:-1, 2]
    text = unicodedata.normalize("NFKC", "".join(page.chars.text[i] for i in placed.tolist()))
    if len(text) != len(placed):  # a ligature; the plain characters keep their places
        text = "".join(page.chars.text[i] for i in placed.tolist())
    digit = np.array([c in "0123456789.," for c in text])
    apart = (gap > WORD_GAP * height[1:]) | ((digit[1:] != digit[:-1]) & (gap > KIND_GAP * height[1:]))
    for match in _FIGURE_END.finditer(text):  # 0.00302 is 0.00 and the code 302 when there is some space between
        at = match.end() - 1
        apart[at] |= gap[at] > FIGURE_GAP * height[at]
    starts = np.flatnonzero(new_line | np.concatenate(([True], apart))).tolist()
    lines: list[list[Word]] = []
    for start, end in zip(starts, [*starts[1:], len(order)], strict=True):
        printed = "".join(page.chars.text[i] for i in placed[start:end].tolist())
        if new_line[start]:
            lines.append([])
        lines[-1].append(Word(printed, hull(own[start:end])))
    return lines


def stream_grid(
    page: Page, region: Box, is_label: IsLabel, xs: tuple[float, ...] = (), ys: tuple[float, ...] = ()
) -> Grid | None:
    """The table in a region, None when there is none.

    is_label: whether a text is a known row label; xs, ys: inner edges that are drawn all the way and hold in any case.
    """
    lines = _without_notes(words_of(page, region))
    first = next((i for i, line in enumerate(lines) if _begins_body(line, is_label)), None)
    if first is None:
        return None
    head = [line for line in lines[:first] if not _numbers_columns(line)]
    body = [word for line in lines[first:] for word in line]
    headings = headings_of([word for line in head for word in line])
    columns = _columns(headings, body, region, xs)
    if len(columns) < 3:
        return None
    rows = _rows(body, columns, is_label, ys)
    return _grid(page.number, headings, rows, columns)


def _figure(text: str) -> bool:
    """Whether a word is an amount with decimals or separators, or a dash."""
    amount = parse(text)
    return amount.kind == "dash" or (amount.kind == "amount" and (amount.decimals > 0 or "," in text))


def _without_notes(lines: list[list[Word]]) -> list[list[Word]]:
    """Lines up to the first note or sentence below figures."""
    figures = False
    for index, line in enumerate(lines):
        if figures and _SENTENCE.search("".join(w.text for w in line)):
            return lines[:index]
        figures = figures or any(_figure(w.text) or _CODE.match(normal(w.text)) for w in line)
    return lines


def _begins_body(line: list[Word], is_label: IsLabel) -> bool:
    if any(_figure(w.text) or _CODE.match(normal(w.text)) for w in line):
        return True
    first = line[0].text
    return is_label(first) and (strip_ordinal(first) != first or label(first) in _TOTALS and len(line) == 1)


def _numbers_columns(line: list[Word]) -> bool:
    texts = [label(w.text) for w in line]
    return all(t.isdigit() and len(t) <= 2 or t in ("栏次", "行次", "栏", "次") for t in texts) and len(texts) > 1


# -- columns ------------------------------------------------------------------------------------------------------------


def _columns(headings: list[Heading], body: list[Word], region: Box, xs: tuple[float, ...]) -> list[float]:
    """Column edges: drawn ones, and the middles between the stripes of headings and figures."""
    stripes = _merged((w.box.x0, w.box.x1) for w in body if label(w.text) not in _TOTALS and len(w.text) <= 24)
    low, high = region.x0, region.x1
    known = [low, *(x for x in xs if low + 1 < x < high - 1), high]
    if len(known) == 2:
        places = _matched([(h.box.x0, h.box.x1) for h in headings if h.leaf], stripes)
        return [low, *(_between(a, b) for a, b in pairwise(places)), high]
    middles = np.array([(w.box.x0 + w.box.x1) / 2 for w in body])
    kept = []
    for edge in ((a[1] + b[0]) / 2 for a, b in pairwise(stripes)):
        # between drawn edges a further one needs words on both of its sides
        before, after = max(k for k in known if k <= edge), min(k for k in known if k >= edge)
        if ((middles > before) & (middles < edge)).any() and ((middles > edge) & (middles < after)).any():
            kept.append(edge)
    return sorted([*known, *kept])


class _Place(NamedTuple):
    """A column: the stripe of its words, its heading, or both."""

    stripe: Interval | None
    leaf: Interval | None


def _matched(leaves: list[Interval], stripes: list[Interval]) -> list[_Place]:
    """Stripes of the body with the headings over them, in order; a heading alone is an empty column.

    The assignment that keeps the order and has the least distance in all is found by dynamic programming.
    """
    leaves, stripes = sorted(leaves), sorted(stripes)
    rows, columns = len(stripes), len(leaves)
    cost = np.full((rows + 1, columns + 1), np.inf)
    cost[0, :] = 0.0
    cost[:, 0] = ALONE * np.arange(rows + 1)
    for i in range(1, rows + 1):
        for j in range(1, columns + 1):
            pair = cost[i - 1, j - 1] + _distance(stripes[i - 1], leaves[j - 1])
            cost[i, j] = min(pair, cost[i, j - 1], cost[i - 1, j] + ALONE)
    places: list[_Place] = []
    i, j = rows, columns
    while i or j:
        if i and j and cost[i, j] == cost[i - 1, j - 1] + _distance(stripes[i - 1], leaves[j - 1]):
            i, j = i - 1, j - 1
            places.append(_Place(stripes[i], leaves[j]))
        elif j and cost[i, j] == cost[i, j - 1]:
            j -= 1
            places.append(_Place(None, leaves[j]))
        else:
            i -= 1
            places.append(_Place(stripes[i], None))
    return places[::-1]


def _between(left: _Place, right: _Place) -> float:
    """Where one column ends and the next begins: between their words, and where one has none, its heading."""
    a = left.stripe or left.leaf
    b = right.stripe or right.leaf
    assert a is not None
    assert b is not None
    return (a[1] + b[0]) / 2


def _distance(a: Interval, b: Interval) -> float:
    """The gap between two intervals, 0 when they overlap, with a little for how far apart their middles are."""
    gap = max(0.0, a[0] - b[1], b[0] - a[1])
    return gap + 0.05 * abs(a[0] + a[1] - b[0] - b[1])


def _merged(spans: Iterable[Interval]) -> list[Interval]:
    merged: list[Interval] = []
    for x0, x1 in sorted(spans):
        if merged and x0 <= merged[-1][1] + 0.5:
            merged[-1] = (merged[-1][0], max(merged[-1][1], x1))
        else:
            merged.append((x0, x1))
    return merged


# -- rows ---------------------------------------------------------------------------------------------------------------


class _Block(NamedTuple):
    """Lines of one column that are one wrapped text."""

    column: int
    words: tuple[Word, ...]

    @property
    def middle(self) -> float:
        return (min(w.box.top for w in self.words) + max(w.box.bottom for w in self.words)) / 2

    @property
    def text(self) -> str:
        return "".join(w.text for w in self.words)


def _rows(body: list[Word], xs: list[float], is_label: IsLabel, ys: tuple[float, ...]) -> list[list[_Block]]:
    """Words of the body as rows of blocks, top to bottom."""
    blocks = _blocks(body, xs)
    height = float(np.median([w.box.bottom - w.box.top for w in body]))
    anchors = _anchors(blocks, is_label, height)
    if not anchors:
        return []
    figures = [b for b in blocks if _figure(b.text) or parse(b.text).kind == "amount" and not _is_anchor(b, is_label)]
    shift = _shift(figures, anchors)
    middles = np.array(anchors)
    rows: dict[int, list[_Block]] = {i: [] for i in range(len(anchors))}
    loose: list[_Block] = []
    for block in blocks:
        at = block.middle - (shift if block in figures else 0.0)
        band = [i for i, a in enumerate(anchors) if _band(a, ys) == _band(block.middle, ys)] or list(rows)
        nearest = min(band, key=lambda i: abs(middles[i] - at))
        if block in figures and any(b.column == block.column for b in rows[nearest]):
            loose.append(block)  # a line of figures without a label
        else:
            rows[nearest].append(block)
    placed = [(anchors[i], row) for i, row in rows.items()]
    for line in _side_by_side(loose, height):
        placed.append((line[0].middle - shift, line))
    return [row for _, row in sorted(placed, key=lambda item: item[0])]


def _blocks(body: list[Word], xs: list[float]) -> list[_Block]:
    """Words by column, lines that follow closely joined; figures and codes always stand for themselves."""
    by_column: dict[int, list[Word]] = {}
    for word in body:
        middle = (word.box.x0 + word.box.x1) / 2
        column = int(np.clip(np.searchsorted(xs, middle) - 1, 0, len(xs) - 2))
        by_column.setdefault(column, []).append(word)
    blocks = []
    for column, words in sorted(by_column.items()):
        current: list[Word] = []
        for word in sorted(words, key=lambda w: (round(w.box.top), w.box.x0)):
            if current and not _goes_on(current[-1], word):
                blocks.append(_Block(column, tuple(current)))
                current = []
            current.append(word)
        blocks.append(_Block(column, tuple(current)))
    return blocks


def _goes_on(before: Word, word: Word) -> bool:
    """Whether a word is the rest of the one before it: beside it, or closely below it."""
    height = before.box.bottom - before.box.top
    if abs(word.box.top - before.box.top) < SAME_LINE * height:
        return not (_figure(before.text) and _figure(word.text))
    if _PART.match(normal(word.text)) or strip_ordinal(word.text) != word.text:
        return False
    if _figure(word.text) or _figure(before.text):  # a figure over two lines: 1,234, / 567.89
        joined = parse(before.text + word.text)
        if not (before.text.endswith(",") or "." not in before.text) or joined.kind != "amount" or joined.odd:
            return False
    return word.box.top - before.box.bottom < SAME_BLOCK * height


def _is_anchor(block: _Block, is_label: IsLabel) -> bool:
    return _CODE.match(normal(block.text)) is not None or label(block.text) in _TOTALS or is_label(block.text)


def _anchors(blocks: list[_Block], is_label: IsLabel, height: float) -> list[float]:
    """Heights at which rows stand: of codes and totals where there are codes, else of labels."""
    codes = [b for b in blocks if _CODE.match(normal(b.text))]
    if len(codes) >= 2:
        columns = {b.column for b in codes}
        own = codes + [b for b in blocks if b.column in columns and _PART.match(normal(b.text)) and b not in codes]
        own += [b for b in blocks if label(b.text) in _TOTALS or (is_label(b.text) and "合计" in b.text)]
    else:
        own = [b for b in blocks if not _figure(b.text) and not b.text.isdigit()]
        own += [b for b in blocks if b.text.isdigit() and len(b.text) <= 2]  # 行次
        own = own or blocks  # one line of figures under headings that name them
    heights = sorted(b.middle for b in own)
    anchors: list[list[float]] = []
    for at in heights:
        if anchors and at - anchors[-1][-1] < SAME_LINE * height:
            anchors[-1].append(at)
        else:
            anchors.append([at])
    return [sum(group) / len(group) for group in anchors]


def _shift(figures: list[_Block], anchors: list[float]) -> float:
    """How far the figures stand off their rows' middle lines, in pt; the same in the whole table."""
    if not figures:
        return 0.0
    middles = np.array(anchors)
    offsets = [b.middle - middles[np.abs(middles - b.middle).argmin()] for b in figures]
    return float(np.median(offsets))


def _side_by_side(blocks: list[_Block], height: float) -> list[list[_Block]]:
    lines: list[list[_Block]] = []
    for block in sorted(blocks, key=lambda b: b.middle):
        if lines and block.middle - lines[-1][0].middle < SAME_LINE * height:
            lines[-1].append(block)
        else:
            lines.append([block])
    return lines


def _band(y: float, ys: tuple[float, ...]) -> int:
    return sum(edge < y for edge in ys)


# -- cells --------------------------------------------------------------------------------------------------------------


def _grid(page: int, headings: list[Heading], rows: list[list[_Block]], xs: list[float]) -> Grid | None:
    if not rows:
        return None
    depth = max((h.depth for h in headings), default=-1) + 1
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
            cells.append(Cell(number, column, 1, 1, "".join(lines), lines, box, ink))
    return Grid(page, Box(xs[0], ys[0], xs[-1], ys[-1]), tuple(xs), tuple(ys), tuple(cells), "stream")


def _head_cell(heading: Heading, xs: list[float], ys: list[float]) -> Cell:
    first, last = (
        int(np.clip(np.searchsorted(xs, (box.x0 + box.x1) / 2) - 1, 0, len(xs) - 2))
        for box in (heading.first, heading.last)
    )
    box = Box(xs[first], ys[heading.depth], xs[last + 1], ys[heading.depth + 1])
    return Cell(heading.depth, first, 1, last - first + 1, heading.text, (heading.text,), box, heading.box)


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
