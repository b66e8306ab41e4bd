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
from juesuan_extract.catalog import Catalog
from juesuan_extract.geometry import hull, union
from juesuan_extract.heads import Heading, headings_of
from juesuan_extract.model import Box, Cell, Floats, Grid, Page, Word
from juesuan_extract.text import label, normal, strip_ordinal

WORD_GAP = 0.55  # of a character's height: a larger step right begins a new word
KIND_GAP = 0.2  # the same between a figure and a name
FIGURE_GAP = 0.12  # the same between the decimals of a figure and the next figure or code
LONG_RULE = 0.7  # of the table's width
SAME_RUN = 0.3  # of a character's height: characters of one word stand no farther up or down
SAME_LINE = 0.4  # of a line's height: words nearer than this stand side by side
AT_ROW = 0.3  # of a line's height: a line nearer than this to a row's height stands in the row

INSET = 2.0  # pt; by how much a column of the page before is narrower than its edges
ALONE = 80.0  # pt; what it costs to leave a stripe of words without a heading

_CODE = re.compile(r"^(?:[1-5]\d\d(?:\d\d){0,2})$")
_FIGURE_END = re.compile(r"\.\d\d(?=-?\d)")
_PART = re.compile(r"^\d\d(?:\d)?(?:\d\d){0,2}$")
_SENTENCE = re.compile(r"[。；]|^(?:注|说明|备注)[:：1]")
_TOTALS = frozenset({"合计", "总计", "小计"})

IsLabel = Callable[[str], bool]
Interval = tuple[float, float]


def words_of(page: Page, region: Box) -> list[list[Word]]:
    """Lines of words in a region, top to bottom, each from left to right.

    A word is a run of characters drawn one after the other on one line.
    """
    boxes = page.chars.boxes
    middle_x, middle_y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    inside = (middle_x >= region.x0) & (middle_x <= region.x1) & (middle_y >= region.top) & (middle_y <= region.bottom)
    index = np.flatnonzero(inside)
    if len(index) == 0:
        return []
    own = boxes[index]
    height = np.maximum(own[:, 3] - own[:, 1], 1.0)
    printed = [page.chars.text[i] for i in index.tolist()]
    plain = [unicodedata.normalize("NFKC", c)[:1] for c in printed]
    digit = np.array([c in "0123456789.," for c in plain])
    gap = own[1:, 0] - own[:-1, 2]
    step = np.abs(own[1:, 1] - own[:-1, 1]) / height[1:]
    apart = (
        (np.diff(index) != 1)
        | (step > SAME_RUN)
        | (gap > WORD_GAP * height[1:])
        | (gap < -height[1:])
        | ((digit[1:] != digit[:-1]) & (gap > KIND_GAP * height[1:]))
    )
    apart |= _figures_apart(page, index, plain, gap, height)
    starts = np.flatnonzero(np.concatenate(([True], apart))).tolist()
    words = [
        Word("".join(printed[start:end]), hull(own[start:end]))
        for start, end in zip(starts, [*starts[1:], len(index)], strict=True)
    ]
    return _lines_of(words)


def _figures_apart(page: Page, index: np.ndarray, plain: list[str], gap: Floats, height: Floats) -> np.ndarray:
    """Where one figure ends and the next, or a code, begins closely behind it (0.00302 for 0.00 and 302)."""
    apart = np.zeros(len(gap), dtype=bool)
    ends = np.array([m.end() - 1 for m in _FIGURE_END.finditer("".join(plain))], dtype=np.intp)
    apart[ends] = gap[ends] > FIGURE_GAP * height[ends]
    if page.chars.runs is not None:
        run = page.chars.runs[index]
        size = np.bincount(run)[run]
        digit = np.array([c.isdigit() for c in plain])
        new = (run[1:] != run[:-1]) & digit[1:] & digit[:-1]
        apart |= new & ((size[1:] > 1) | (size[:-1] > 1))
        apart[ends] |= new[ends]
    return apart


def _lines_of(words: list[Word]) -> list[list[Word]]:
    """Words that stand side by side, top to bottom."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=_middle):
        first = lines[-1][0] if lines else None
        if first is not None and _middle(word) - _middle(first) < SAME_LINE * (first.box.bottom - first.box.top):
            lines[-1].append(word)
        else:
            lines.append([word])
    return [sorted(line, key=lambda w: w.box.x0) for line in lines]


def _middle(word: Word) -> float:
    return (word.box.top + word.box.bottom) / 2


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

    lines = _without_notes(words_of(page, region))
    first = next((i for i, line in enumerate(lines) if _begins_body(line, is_label)), None)
    if first is None:
        return None
    first = _below_rule(page, region, lines, first)
    head = [line for line in lines[:first] if not _numbers_columns(line)]
    body = [word for line in lines[first:] for word in line]
    headings = headings_of([word for line in head for word in line], catalog.is_heading)
    leaves = [(h.box.x0, h.box.x1) for h in headings if h.leaf]
    if not leaves and earlier is not None:
        leaves = [(a + INSET, b - INSET) for a, b in pairwise(earlier.xs)]
    columns = _columns(leaves, _placed(lines[first:], catalog), region, xs)
    if len(columns) < 3:
        return None
    rows = _rows(body, columns, is_label, ys)
    return _grid(page.number, headings, rows, columns)


def _placed(lines: list[list[Word]], catalog: Catalog) -> list[Word]:
    """Words that stand within one column: without 合计, which is set in the middle of several, unless it is a heading
    (合计 基本支出 项目支出 in the 合计 row)."""
    placed = []
    for line in lines:
        headed = sum(label(w.text) in catalog.any_heading and not _total(w.text) for w in line) >= 2
        placed += [w for number, w in enumerate(line) if not _total(w.text) or (headed and number > 0)]
    return placed


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
    if any(is_label(w.text) and strip_ordinal(w.text) != w.text for w in line):
        return True
    return len(line) == 1 and _total(line[0].text)


def _below_rule(page: Page, region: Box, lines: list[list[Word]], first: int) -> int:
    """The first line of the body, or the first one below the long ruling above it: a wrapped label may begin higher."""
    rules = page.rulings.horizontal
    top = min(w.box.top for w in lines[first])
    long = rules[rules[:, 2] - rules[:, 1] > LONG_RULE * (region.x1 - region.x0)]
    above = long[(long[:, 0] > min(w.box.bottom for w in lines[0])) & (long[:, 0] < top + 1.0)]
    if len(above) == 0:
        return first
    edge = float(above[:, 0].max())
    return next((i for i in range(first + 1) if _middle(lines[i][0]) > edge), first)


def _numbers_columns(line: list[Word]) -> bool:
    texts = [label(w.text) for w in line]
    return all(t.isdigit() and len(t) <= 2 or t in ("栏次", "行次", "栏", "次") for t in texts) and len(texts) > 1


# -- columns ------------------------------------------------------------------------------------------------------------


def _columns(leaves: list[Interval], body: list[Word], region: Box, xs: tuple[float, ...]) -> list[float]:
    """Column edges: drawn ones, and the middles between the stripes of headings and figures.

    body: words that stand within one column.
    """
    stripes = _merged((w.box.x0, w.box.x1) for w in body if len(w.text) <= 24)
    low, high = region.x0, region.x1
    known = [low, *(x for x in xs if low + 1 < x < high - 1), high]
    if len(known) == 2:
        places = _matched(leaves, stripes)
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
    words: dict[int, list[Word]] = {}
    for word in body:
        at = int(np.clip(np.searchsorted(xs, (word.box.x0 + word.box.x1) / 2) - 1, 0, len(xs) - 2))
        words.setdefault(at, []).append(word)
    height = float(np.median([w.box.bottom - w.box.top for w in body]))
    anchors = _anchors(words, is_label, height)
    blocks = [b for column, own in sorted(words.items()) for b in _blocks(column, own, anchors, is_label, height)]
    figures = [b for b in blocks if parse(b.text).kind in ("amount", "dash") and not _is_anchor(b.text, is_label)]
    shift = _shift(figures, anchors)
    middles = np.array(anchors)
    rows: dict[int, list[_Block]] = {i: [] for i in range(len(anchors))}
    loose: list[_Block] = []
    for block in blocks:
        off = shift if block in figures else 0.0
        band = [i for i, a in enumerate(anchors) if _band(a, ys) == _band(block.middle, ys)] or list(rows)
        nearest = min(band, key=lambda i: abs(middles[i] - block.middle + off))
        if block in figures and any(b.column == block.column for b in rows[nearest]):
            loose.append(block)  # a line of figures without a label
        else:
            rows[nearest].append(block)
    placed = [(anchors[i], row) for i, row in rows.items()]
    for line in _side_by_side(loose, height):
        placed.append((line[0].middle - shift, line))
    return [row for _, row in sorted(placed, key=lambda item: item[0]) if row]


def _blocks(column: int, words: list[Word], anchors: list[float], is_label: IsLabel, height: float) -> list[_Block]:
    """The words of one column as blocks: the lines of one wrapped text are one.

    A line that stands at a row's height begins a block unless the block has none yet; other lines belong to the block
    above when they follow it closely.
    """
    lines = _lines_of(words)
    heights = [_middle(line[0]) for line in lines]
    steps = [b - a for a, b in pairwise(heights) if b - a > 0.6 * height]
    closest = min(steps, default=height)
    at_row = [min((abs(y - a) for a in anchors), default=height) < AT_ROW * height for y in heights]
    blocks: list[_Block] = []
    current: list[Word] = []
    has_row = False
    for number, line in enumerate(lines):
        follows = number > 0 and heights[number] - heights[number - 1] < 1.25 * closest
        begins = at_row[number] and has_row
        if current and (begins or not follows or not _goes_on(current, line, is_label)):
            blocks.append(_Block(column, tuple(current)))
            current, has_row = [], False
        current.extend(line)
        has_row = has_row or at_row[number]
    blocks.append(_Block(column, tuple(current)))
    return blocks


def _goes_on(before: list[Word], line: list[Word], is_label: IsLabel) -> bool:
    """Whether a line can be the rest of a wrapped text."""
    text, rest = "".join(w.text for w in before), "".join(w.text for w in line)
    if _PART.match(normal(rest)) or strip_ordinal(rest) != rest or _is_anchor(rest, is_label):
        return False
    if _is_anchor(text, is_label) and not is_label(text + rest) and (_CODE.match(normal(text)) or _total(text)):
        return False
    if _figure(text) or _figure(rest):  # a figure over two lines: 1,234, / 567.89
        joined = parse(text + rest)
        return (text.endswith(",") or "." not in text) and joined.kind == "amount" and not joined.odd
    return True


def _total(text: str) -> bool:
    return label(text) in _TOTALS


def _is_anchor(text: str, is_label: IsLabel) -> bool:
    return _CODE.match(normal(text)) is not None or _total(text) or is_label(text)


def _anchors(words: dict[int, list[Word]], is_label: IsLabel, height: float) -> list[float]:
    """Heights at which rows stand: of codes and totals where there are codes, else of labels and 行次."""
    codes = {c: [w for w in own if _CODE.match(normal(w.text))] for c, own in words.items()}
    totals = [w for own in words.values() for w in own if _total(w.text) or ("合计" in w.text and is_label(w.text))]
    if sum(map(len, codes.values())) >= 2:
        parts = [w for c, own in words.items() if codes[c] for w in own if _PART.match(normal(w.text))]
        heights = [_middle(w) for w in (*(w for own in codes.values() for w in own), *parts, *totals)]
    else:
        heights = _ordinals(words)
        if not heights:
            texts = {c: [w for w in own if not _figure(w.text) and not w.text.isdigit()] for c, own in words.items()}
            figures = [_middle(w) for own in words.values() for w in own if _figure(w.text)]
            for column, own in texts.items():
                if own:
                    heights += [b.middle for b in _blocks(column, own, figures, is_label, height)]
        heights = heights or [_middle(w) for own in words.values() for w in own]
    groups: list[list[float]] = []
    for at in sorted(heights):
        if groups and at - groups[-1][0] < SAME_LINE * height:
            groups[-1].append(at)
        else:
            groups.append([at])
    return [sum(group) / len(group) for group in groups]


def _ordinals(words: dict[int, list[Word]]) -> list[float]:
    """Heights of the numbers of a 行次 column; none where there is no such column."""
    for own in words.values():
        numbers = [int(w.text) for w in sorted(own, key=_middle) if w.text.isdigit() and len(w.text) <= 3]
        if len(numbers) >= 4 and len(numbers) == len(own) and all(b == a + 1 for a, b in pairwise(numbers)):
            return [_middle(w) for w in own]
    return []


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
