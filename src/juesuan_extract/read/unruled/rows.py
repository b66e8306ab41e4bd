"""Which words of a table without rulings are one row: those at the height of its code, its label or its 行次."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np

from juesuan_extract.model.page import Word
from juesuan_extract.read.unruled.words import SAME_LINE, TOTALS, is_code, is_figure, is_total, lines_of, middle
from juesuan_extract.values.amounts import parse
from juesuan_extract.values.labels import label, normal, strip_ordinal

AT_ROW = 0.3  # of a line's height: a line nearer than this to a row's height stands in the row

_CUT_DECIMALS = re.compile(r"^-?[\d,]+(?:\.\|\d\d|\.\d\|\d|\|\.\d\d)$")  # 12.|34, 12.3|4, 12|.34
_PART = re.compile(r"^\d\d(?:\d)?(?:\d\d){0,2}$")

IsLabel = Callable[[str], bool]
Align = Literal["middle", "top", "bottom"]
ALIGNS: tuple[Align, ...] = ("middle", "top", "bottom")


class RowBlock(NamedTuple):
    """Lines of one column that are one wrapped text."""

    column: int
    words: tuple[Word, ...]

    @property
    def middle(self) -> float:
        return (min(w.box.top for w in self.words) + max(w.box.bottom for w in self.words)) / 2

    def at(self, align: Align) -> float:
        """The height at which it stands where the cells of a row are aligned so."""
        if align == "middle":
            return self.middle
        return middle(self.words[0 if align == "top" else -1])

    @property
    def text(self) -> str:
        return "".join(w.text for w in self.words)


def rows_of(body: list[Word], xs: list[float], is_label: IsLabel, ys: tuple[float, ...]) -> list[list[RowBlock]]:
    """Words of the body as rows of blocks, top to bottom."""
    words: dict[int, list[Word]] = {}
    for word in body:
        at = int(np.clip(np.searchsorted(xs, (word.box.x0 + word.box.x1) / 2) - 1, 0, len(xs) - 2))
        words.setdefault(at, []).append(word)
    _move_totals(words, len(xs) - 2)
    height = float(np.median([w.box.bottom - w.box.top for w in body]))
    anchors, align = _anchors(words, is_label, height)
    blocks = [b for column, own in sorted(words.items()) for b in _blocks(column, own, anchors, is_label, height)]
    figures = [b for b in blocks if parse(b.text).kind in ("amount", "dash") and not _is_anchor(b.text, is_label)]
    shift = _shift(figures, anchors)
    middles = np.array(anchors)
    rows: dict[int, list[RowBlock]] = {i: [] for i in range(len(anchors))}
    loose: list[RowBlock] = []
    homes: list[tuple[float, int, RowBlock]] = []
    for block in blocks:
        off = shift if block in figures else 0.0
        own = block.at(align)
        band = [i for i, a in enumerate(anchors) if _band(a, ys) == _band(own, ys)] or list(rows)
        nearest = min(band, key=lambda i: abs(middles[i] - own + off))
        homes.append((abs(middles[nearest] - own + off), nearest, block))
    for _, home, block in sorted(homes, key=lambda h: h[0] if h[2] in figures else 0.0):  # the nearest figure first
        if block in figures and any(b.column == block.column for b in rows[home]):
            loose.append(block)  # a line of figures without a label
        else:
            rows[home].append(block)
    placed = [(anchors[i], row) for i, row in rows.items()]
    for line in _side_by_side(loose, height):
        placed.append((line[0].middle - shift, line))
    return [row for _, row in sorted(placed, key=lambda item: item[0]) if row]


def _move_totals(words: dict[int, list[Word]], last: int) -> None:
    """公用经费合计, set in the middle of several columns, to the label column right of the figures where it stands."""
    for column, own in list(words.items()):
        totals = [w for w in own if label(w.text).endswith(TOTALS)]
        if totals and column < last and 2 * sum(is_figure(w.text) for w in own) > len(own):
            words[column] = [w for w in own if w not in totals]
            words.setdefault(column + 1, []).extend(totals)


def _blocks(column: int, words: list[Word], anchors: list[float], is_label: IsLabel, height: float) -> list[RowBlock]:
    """The words of one column as blocks: the lines of one wrapped text are one.

    A line that stands at a row's height begins a block unless the block has none yet; other lines belong to the block
    above when they follow it closely.
    """
    lines = lines_of(words)
    heights = [middle(line[0]) for line in lines]
    steps = [b - a for a, b in pairwise(heights) if b - a > 0.6 * height]
    closest = min(steps, default=height)
    at_row = [min((abs(y - a) for a in anchors), default=height) < AT_ROW * height for y in heights]
    blocks: list[RowBlock] = []
    current: list[Word] = []
    has_row = False
    for number, line in enumerate(lines):
        follows = number > 0 and heights[number] - heights[number - 1] < 1.25 * closest
        begins = at_row[number] and has_row
        if current and (begins or not follows or not _goes_on(current, line, is_label)):
            blocks.append(RowBlock(column, tuple(current)))
            current, has_row = [], False
        current.extend(line)
        has_row = has_row or at_row[number]
    blocks.append(RowBlock(column, tuple(current)))
    return blocks


def _goes_on(before: list[Word], line: list[Word], is_label: IsLabel) -> bool:
    """Whether a line can be the rest of a wrapped text."""
    text, rest = "".join(w.text for w in before), "".join(w.text for w in line)
    if _CUT_DECIMALS.match(normal(f"{text}|{rest}")):
        return True
    if _PART.match(normal(rest)) or strip_ordinal(rest) != rest or _is_anchor(rest, is_label):
        return False
    if _is_anchor(text, is_label) and not is_label(text + rest) and (is_code(text) or is_total(text)):
        return False
    if is_figure(text) or is_figure(rest):  # a figure over two lines: 1,234, / 567.89
        joined = parse(text + rest)
        return "." not in text and joined.kind == "amount" and not joined.odd
    return True


def _is_anchor(text: str, is_label: IsLabel) -> bool:
    return is_code(text) or is_total(text) or is_label(text)


def _anchors(words: dict[int, list[Word]], is_label: IsLabel, height: float) -> tuple[list[float], Align]:
    """Heights at which rows stand: of codes and totals where there are codes, else of labels and 行次; and how the
    cells of a row are aligned, as far as the labels of several columns tell."""
    align: Align = "middle"
    codes = {c: [w for w in own if is_code(w.text)] for c, own in words.items()}
    totals = [w for own in words.values() for w in own if is_total(w.text) or ("合计" in w.text and is_label(w.text))]
    if sum(map(len, codes.values())) >= 2:
        parts = [w for c, own in words.items() if codes[c] for w in own if _PART.match(normal(w.text))]
        heights = [middle(w) for w in (*(w for own in codes.values() for w in own), *parts, *totals)]
    else:
        heights = _ordinals(words)
        if not heights:
            texts = {c: [w for w in own if not is_figure(w.text) and not w.text.isdigit()] for c, own in words.items()}
            figures = [middle(w) for own in words.values() for w in own if is_figure(w.text)]
            blocks = [b for c, own in texts.items() if own for b in _blocks(c, own, figures, is_label, height)]
            align = min(ALIGNS, key=lambda one: len(_groups([b.at(one) for b in blocks], height)))
            heights = [b.at(align) for b in blocks]
        heights = heights or [middle(w) for own in words.values() for w in own]
    return [sum(group) / len(group) for group in _groups(heights, height)], align


def _groups(heights: list[float], height: float) -> list[list[float]]:
    """Heights that are one line's."""
    groups: list[list[float]] = []
    for at in sorted(heights):
        if groups and at - groups[-1][0] < SAME_LINE * height:
            groups[-1].append(at)
        else:
            groups.append([at])
    return groups


def _ordinals(words: dict[int, list[Word]]) -> list[float]:
    """Heights of the numbers of a 行次 column; none where there is no such column."""
    for own in words.values():
        numbers = [int(w.text) for w in sorted(own, key=middle) if w.text.isdecimal() and len(w.text) <= 3]
        if len(numbers) >= 4 and len(numbers) == len(own) and all(b == a + 1 for a, b in pairwise(numbers)):
            return [middle(w) for w in own]
    return []


def _shift(figures: list[RowBlock], anchors: list[float]) -> float:
    """How far the figures stand off their rows' middle lines, in pt; the same in the whole table."""
    if not figures:
        return 0.0
    middles = np.array(anchors)
    offsets = [b.middle - middles[np.abs(middles - b.middle).argmin()] for b in figures]
    return float(np.median(offsets))


def _side_by_side(blocks: list[RowBlock], height: float) -> list[list[RowBlock]]:
    lines: list[list[RowBlock]] = []
    for block in sorted(blocks, key=lambda b: b.middle):
        if lines and block.middle - lines[-1][0].middle < SAME_LINE * height:
            lines[-1].append(block)
        else:
            lines.append([block])
    return lines


def _band(y: float, ys: tuple[float, ...]) -> int:
    return sum(edge < y for edge in ys)
