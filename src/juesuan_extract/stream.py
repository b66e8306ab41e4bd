"""A grid from the places of words alone, for tables whose rulings are missing in part or altogether.

三线表 have no vertical rulings, some forms rule only the head, some draw nothing. Columns are the stripes of the body
that no word crosses; rows hang on the lines that print a code, a figure or a known row label, and a line without any
belongs to the nearest of them (a wrapped name).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from juesuan_extract.amounts import parse
from juesuan_extract.geometry import hull, union
from juesuan_extract.grid import reading_order
from juesuan_extract.model import Box, Cell, Floats, Grid, Page
from juesuan_extract.text import normal, strip_ordinal
import itertools

WORD_GAP = 0.55  # of a character's height: a larger step right begins a new word
KIND_GAP = 0.2  # the same between a figure and a name
RULE_REACH = 14.0  # pt; a rule so near below a heading carries it over the columns that the rule spans

_CODE = re.compile(r"^[1-5]\d\d(?:\d\d){0,2}$")
_SENTENCE = re.compile(r"[。；]|^(?:注|说明|备注)[:：1]")


class Word(NamedTuple):
    """Characters that stand together on one line."""

    text: str
    box: Box

    @property
    def figure(self) -> bool:
        """Whether it is an amount with decimals or separators, or a dash."""
        amount = parse(self.text)
        return amount.kind == "dash" or (amount.kind == "amount" and (amount.decimals > 0 or "," in self.text))

    @property
    def code(self) -> bool:
        """Whether it is a classification code."""
        return _CODE.match(normal(self.text)) is not None


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
    digit = np.array([page.chars.text[i] in "0123456789.," for i in placed.tolist()])
    apart = (gap > WORD_GAP * height[1:]) | ((digit[1:] != digit[:-1]) & (gap > KIND_GAP * height[1:]))
    apart = np.concatenate(([True], apart))
    starts = np.flatnonzero(new_line | apart).tolist()
    lines: list[list[Word]] = []
    for start, end in zip(starts, [*starts[1:], len(order)], strict=True):
        text = "".join(page.chars.text[i] for i in placed[start:end].tolist())
        if new_line[start]:
            lines.append([])
        lines[-1].append(Word(text, hull(own[start:end])))
    return lines


def stream_grid(
    page: Page,
    region: Box,
    is_label: Callable[[str], bool],
    xs: tuple[float, ...] = (),
    ys: tuple[float, ...] = (),
) -> Grid | None:
    """The table in a region, None when there is none.

    is_label: whether a text is a known row label; xs, ys: edges that are drawn all the way and hold in any case.
    """
    lines = _without_notes(words_of(page, region))
    first = next((i for i, line in enumerate(lines) if _begins_body(line, is_label)), None)
    if first is None:
        return None
    head, body = lines[:first], lines[first:]
    columns = _columns(head, body, region, xs)
    if len(columns) < 3:
        return None
    rows = _rows(body, is_label, ys)
    head = [line for line in head if line]
    heights = [union([w.box for w in line]) for line in head]
    tops = [b.top for b in heights] + [union([w.box for line in row for w in line]).top for row in rows]
    bottoms = [b.bottom for b in heights] + [union([w.box for line in row for w in line]).bottom for row in rows]
    edges_y = [tops[0], *((a + b) / 2 for a, b in zip(bottoms, tops[1:], strict=False)), bottoms[-1]]
    cells = [
        cell
        for number, line in enumerate(head)
        for cell in _head_cells(line, number, columns, edges_y, page.rulings.horizontal)
    ]
    for number, row in enumerate(rows, len(head)):
        cells += _body_cells(row, number, columns, edges_y)
    box = Box(columns[0], edges_y[0], columns[-1], edges_y[-1])
    return Grid(page.number, box, tuple(columns), tuple(edges_y), tuple(cells), "stream", ())


def _without_notes(lines: list[list[Word]]) -> list[list[Word]]:
    """Lines up to the first note or sentence below figures."""
    figures = False
    for index, line in enumerate(lines):
        text = "".join(w.text for w in line)
        if figures and _SENTENCE.search(text):
            return lines[:index]
        figures = figures or any(w.figure or w.code for w in line)
    return lines


def _begins_body(line: list[Word], is_label: Callable[[str], bool]) -> bool:
    if any(w.figure or w.code for w in line):
        return True
    first = line[0].text
    return strip_ordinal(first) != first and is_label(first)


def _columns(head: list[list[Word]], body: list[list[Word]], region: Box, xs: tuple[float, ...]) -> list[float]:
    """Column edges: drawn ones, and the middles of the stripes that no word of the body crosses."""
    labels = ("合计", "总计", "小计")
    spans = [
        (w.box.x0, w.box.x1)
        for line in body
        for w in line
        if normal(w.text) not in labels and not (len(line) == 1 and len(w.text) > 20)
    ]
    stripes = _merged(spans)
    low, high = region.x0, region.x1
    if not xs:
        stripes = _with_empty_columns(stripes, head)
    edges = [(a[1] + b[0]) / 2 for a, b in itertools.pairwise(stripes)]
    known = [low, *(x for x in xs if low + 1 < x < high - 1), high]
    middles = np.array([(w.box.x0 + w.box.x1) / 2 for line in body for w in line])
    kept = []
    for edge in edges:  # between drawn edges a further one needs words on both of its sides
        before, after = max(k for k in known if k <= edge), min(k for k in known if k >= edge)
        left = ((middles > before) & (middles < edge)).any()
        right = ((middles > edge) & (middles < after)).any()
        if left and right:
            kept.append(edge)
    return sorted([*known, *kept])


def _with_empty_columns(stripes: list[tuple[float, float]], head: list[list[Word]]) -> list[tuple[float, float]]:
    """Columns without any figure are known by their headings alone.

    A heading beside its column's figures (set to the left over figures set to the right) is no column of its own: it
    belongs to the nearest stripe that no heading stands over.
    """
    words = sorted({(w.box.x0, w.box.x1) for w in _leaves(head)})
    over = {s for s in stripes if any(x1 >= s[0] and x0 <= s[1] for x0, x1 in words)}
    bare = [s for s in stripes if s not in over]
    found = list(stripes)
    for x0, x1 in words:
        if any(x1 >= a and x0 <= b for a, b in stripes):
            continue
        nearest = min(bare, key=lambda s: max(s[0] - x1, x0 - s[1]), default=None)
        if nearest is not None and not any(
            min(nearest[1], x1) <= a and b <= max(nearest[0], x0) for a, b in [*stripes, *words]
        ):
            bare.remove(nearest)
        else:
            found.append((x0, x1))
    return _merged(found)


def _leaves(head: list[list[Word]]) -> list[Word]:
    """Headings with no heading below them."""

    def covers(upper: Word, lower: Word) -> bool:
        shared = min(upper.box.x1, lower.box.x1) - max(upper.box.x0, lower.box.x0)
        return shared > 0.3 * min(upper.box.x1 - upper.box.x0, lower.box.x1 - lower.box.x0)

    return [
        word
        for number, line in enumerate(head)
        for word in line
        if not any(covers(word, lower) for below in head[number + 1 :] for lower in below)
    ]


def _merged(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    merged: list[tuple[float, float]] = []
    for x0, x1 in sorted(spans):
        if merged and x0 <= merged[-1][1] + 0.5:
            merged[-1] = (merged[-1][0], max(merged[-1][1], x1))
        else:
            merged.append((x0, x1))
    return merged


def _rows(body: list[list[Word]], is_label: Callable[[str], bool], ys: tuple[float, ...]) -> list[list[list[Word]]]:
    """Lines of the body grouped into rows."""
    middles = [_middle(line) for line in body]
    anchors = [i for i, line in enumerate(body) if any(w.figure or w.code or is_label(w.text) for w in line)]
    rows: dict[int, list[list[Word]]] = {a: [] for a in anchors}
    for index, line in enumerate(body):
        band = _band(middles[index], ys)
        same = [a for a in anchors if _band(middles[a], ys) == band] or anchors
        nearest = min(same, key=lambda a: (abs(middles[a] - middles[index]), a))
        rows[nearest].append(line)
    return [rows[a] for a in anchors]


def _middle(line: list[Word]) -> float:
    return sum((w.box.top + w.box.bottom) / 2 for w in line) / len(line)


def _band(y: float, ys: tuple[float, ...]) -> int:
    return sum(edge < y for edge in ys)


def _head_cells(line: list[Word], row: int, xs: list[float], ys: list[float], rules: Floats) -> list[Cell]:
    """Headings of one line; one over a rule that spans several columns belongs to all of them."""
    cells = []
    for word in line:
        x0, x1 = word.box.x0, word.box.x1
        for y, left, right in rules.tolist():
            spans_word = left <= x0 + 1 and right >= x1 - 1
            if spans_word and 0 < y - word.box.bottom < RULE_REACH and right - left < 0.9 * (xs[-1] - xs[0]):
                x0, x1 = min(x0, left), max(x1, right)
        touched = [
            c for c in range(len(xs) - 1) if min(x1, xs[c + 1]) - max(x0, xs[c]) > 0.3 * min(x1 - x0, xs[c + 1] - xs[c])
        ] or [int(np.clip(np.searchsorted(xs, (x0 + x1) / 2) - 1, 0, len(xs) - 2))]
        first, last = touched[0], touched[-1]
        box = Box(xs[first], ys[row], xs[last + 1], ys[row + 1])
        cells.append(Cell(row, first, 1, last - first + 1, word.text, (word.text,), box, word.box))
    return cells


def _body_cells(row: list[list[Word]], number: int, xs: list[float], ys: list[float]) -> list[Cell]:
    """One cell per column; the words of each by line."""
    by_column: dict[int, list[list[Word]]] = {}
    for line in row:
        for word in line:
            centre = (word.box.x0 + word.box.x1) / 2
            column = int(np.clip(np.searchsorted(xs, centre) - 1, 0, len(xs) - 2))
            lines = by_column.setdefault(column, [])
            if (lines and lines[-1][-1].box.top == word.box.top) or (lines and lines[-1][-1] in line):
                lines[-1].append(word)
            else:
                lines.append([word])
    cells = []
    for column in range(len(xs) - 1):
        box = Box(xs[column], ys[number], xs[column + 1], ys[number + 1])
        words = by_column.get(column, [])
        texts = tuple("".join(w.text for w in line) for line in words)
        ink = union([w.box for line in words for w in line]) if words else None
        cells.append(Cell(number, column, 1, 1, "".join(texts), texts, box, ink))
    return cells
