"""Headings without rulings: which words are one heading, and which heading stands over which others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import inf

from juesuan_extract.model.page import Box, Word
from juesuan_extract.read.unruled.columns import Interval
from juesuan_extract.values.geometry import union
from juesuan_extract.values.labels import label

NEAR = 0.6  # of a line's height: lines nearer than this can be one heading broken over lines
FAR = 1.0  # the same where together they are a known heading
LOOSER = 0.3  # the same, beyond what stands between the closest lines of the head
SHARED = 0.3  # of the narrower word's width: how far words of one heading overlap
SAME_LEVEL = 0.5  # of a line's height
CENTRED = 0.06  # of the width of what stands below: how far off its middle a heading may be
FEW = 4  # headings; a lone one above no more is no title of the whole table
LEFT_OUT = 20.0  # pt; what it costs to leave a column out of all shares


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; first and last: the boxes of the leftmost and rightmost leaf below it (itself for a leaf)."""

    text: str
    box: Box
    depth: int  # 0 for the uppermost
    leaf: bool
    first: Box
    last: Box


@dataclass(frozen=True, slots=True)
class _Block:
    text: str
    box: Box

    @property
    def x(self) -> float:
        return (self.box.x0 + self.box.x1) / 2

    @property
    def y(self) -> float:
        return (self.box.top + self.box.bottom) / 2


def headings_of(words: list[Word], is_known: Callable[[str], bool], extent: Interval) -> list[Heading]:
    """The headings of a table's head, parents before their children.

    is_known: whether a text is a heading of its own; extent: left and right edge of the table, in pt. Words broken
    over lines are joined; 项目 over 科目编码 and 科目名称 is left out.
    """
    blocks = _without_groups(_blocks(words, is_known))
    levels = _levels(blocks)
    if len(blocks) > FEW and len(levels[0]) == 1 and _over_all(blocks[levels[0][0]], extent):
        blocks = [block for i, block in enumerate(blocks) if i != levels[0][0]]
        levels = _levels(blocks)
    parent = _parents(blocks, levels, extent)
    if levels:
        halves = _halves(blocks, levels[0], parent, extent)
        parent |= {i: p for i, p in halves.items() if blocks[p].y < blocks[i].y}
    children: dict[int, list[int]] = {}
    for child, above in parent.items():
        children.setdefault(above, []).append(child)
    headings = []
    for index, block in enumerate(blocks):
        leaves = sorted(_leaves(index, children), key=lambda i: blocks[i].x)
        depth, at = 0, index
        while at in parent:
            depth, at = depth + 1, parent[at]
        first, last = blocks[leaves[0]].box, blocks[leaves[-1]].box
        headings.append(Heading(block.text, block.box, depth, index not in children, first, last))
    return sorted(headings, key=lambda h: (h.depth, h.box.x0))


def _parents(blocks: list[_Block], levels: list[list[int]], extent: Interval) -> dict[int, int]:
    """Parent by child.

    The children of a heading are the headings of the level in which one stands nearest below it, as far as no heading
    of another level (set in the middle between the two, it heads a column of its own) stands between them and it.
    """
    level_of = {i: number for number, level in enumerate(levels) for i in level}
    below: dict[int, int] = {}  # level of the children by parent
    for index, block in enumerate(blocks):
        lower = [i for i in level_of if blocks[i].box.top >= block.box.bottom - 1.0]
        nearest = min(lower, key=lambda i: (_apart(blocks[i], block), level_of[i]), default=None)
        if nearest is not None:
            near_level = [i for i in lower if level_of[i] == level_of[nearest]]
            if _apart(blocks[nearest], block) == 0 or _stands_over(block, [blocks[i] for i in near_level]):
                below[index] = level_of[nearest]
    parent: dict[int, int] = {}
    for index in sorted(level_of, key=lambda i: blocks[i].y):
        over = [p for p, level in below.items() if level == level_of[index]]
        best = min(over, key=lambda p: abs(blocks[p].x - blocks[index].x), default=None)
        if best is None:
            continue
        low, high = sorted((blocks[best].x, blocks[index].x))
        top, bottom = blocks[best].box.bottom + 1.0, blocks[index].box.bottom - 1.0
        others = [blocks[i] for i in level_of if level_of[i] != level_of[index]]
        if not any(low < b.x < high and b.box.bottom > top and b.box.top < bottom for b in others):
            parent[index] = best
    over = sorted(set(levels[0]) & set(parent.values()), key=lambda p: blocks[p].x) if levels else []
    if len({below[p] for p in over}) == 1:  # the nearest heading is the wrong one where columns differ much in width
        own = sorted((i for i, p in parent.items() if p in over), key=lambda i: blocks[i].x)
        spans = [(blocks[i].box.x0, blocks[i].box.x1) for i in own]
        shares = _shares([blocks[p].x for p in over], spans, [[] for _ in over], extent)
        parent |= {own[i]: p for p, share in zip(over, shares, strict=False) for i in share}
        if shares:  # label columns stand left of all shares
            parent = {i: p for i, p in parent.items() if i not in own[: shares[0].start]}
    for above in set(parent.values()):
        own = [i for i, p in parent.items() if p == above]
        low, high = min(blocks[i].box.x0 for i in own), max(blocks[i].box.x1 for i in own)
        if not low <= blocks[above].x <= high:  # a heading beside, not over, its would-be children
            parent = {i: p for i, p in parent.items() if p != above}
    return {i: p for i, p in parent.items() if blocks[p].y < blocks[i].y}  # never in a ring


def _apart(one: _Block, other: _Block) -> float:
    """How far the middle of `other` stands beside `one`, in pt; 0 when it stands over it."""
    return max(0.0, one.box.x0 - other.x, other.x - one.box.x1)


def _stands_over(block: _Block, below: list[_Block]) -> bool:
    """Whether a heading stands between two of those below it."""
    return any(b.x < block.x for b in below) and any(b.x > block.x for b in below)


def _halves(blocks: list[_Block], top: list[int], parent: dict[int, int], extent: Interval) -> dict[int, int]:
    """Parents of what has none yet, where the uppermost headings part the whole table among them.

    收入 | 支出 and 预算数 | 决算数 do.
    """
    roots = sorted((i for i in range(len(blocks)) if i not in parent and i not in top), key=lambda i: blocks[i].x)
    if len(top) < 2 or not roots:
        return {}

    def hull(index: int) -> tuple[float, float]:
        own = [i for i in range(len(blocks)) if _root(i, parent) == index]
        return min(blocks[i].box.x0 for i in own), max(blocks[i].box.x1 for i in own)

    held = [[(blocks[c].box.x0, blocks[c].box.x1) for c in range(len(blocks)) if c != t and _root(c, parent) == t]
            for t in top]  # fmt: skip
    shares = _shares([blocks[t].x for t in top], [hull(i) for i in roots], held, extent)
    return {roots[i]: t for t, share in zip(top, shares, strict=False) for i in share}


def _shares(tops: list[float], spans: list[Interval], held: list[list[Interval]], extent: Interval) -> list[range]:
    """Headings side by side, parted among those above them so that each of these stands over the middle of its share.

    tops: middles of the headings above; spans: from left to right, what is parted; held: what a heading above has
    anyway; extent: of the table. A share reaches halfway to the next; what stands left of the first is in none. The
    partition with the least distance in all is found by dynamic programming; [] when none is centred.
    """

    edges = [extent[0], *((a[1] + b[0]) / 2 for a, b in pairwise(spans)), extent[1]]

    def cost(place: int, start: int, end: int) -> float:
        own = [*held[place], *([(edges[start], edges[end])] if end > start else [])]
        if not own:
            return inf
        low, high = min(x for x, _ in own), max(x for _, x in own)
        off = abs((low + high) / 2 - tops[place])
        return off if off <= CENTRED * (high - low) + 4.0 else inf

    @cache
    def best(place: int, start: int) -> tuple[float, tuple[int, ...]]:
        """Least cost of parting the spans from `start` among the headings from `place`, with the end of each share."""
        if place == len(tops):
            return (0.0, ()) if start == len(spans) else (inf, ())
        options = []
        for end in range(start, len(spans) + 1):
            rest, ends = best(place + 1, end)
            options.append((cost(place, start, end) + rest, (end, *ends)))
        return min(options)

    total, begin, ends = min(
        (best(0, start)[0] + LEFT_OUT * start, start, best(0, start)[1]) for start in range(len(spans) + 1)
    )
    return [] if total == inf else [range(start, end) for start, end in pairwise((begin, *ends))]


def _root(index: int, parent: dict[int, int]) -> int:
    while index in parent:
        index = parent[index]
    return index


def _without_groups(blocks: list[_Block]) -> list[_Block]:
    """Blocks without 项目 where the label columns that it groups are named below it."""

    def grouped(block: _Block) -> bool:
        width = 4 * (block.box.x1 - block.box.x0)
        return any(b.box.top >= block.box.bottom - 1 and abs(b.x - block.x) < width for b in blocks if b is not block)

    return [b for b in blocks if not (label(b.text) == "项目" and grouped(b))]


def _over_all(block: _Block, extent: Interval) -> bool:
    """Whether a heading stands over the middle of the whole table and so tells nothing of any column."""
    return abs(2 * block.x - extent[0] - extent[1]) < 0.02 * (extent[1] - extent[0])


def _leaves(index: int, children: dict[int, list[int]]) -> list[int]:
    below = children.get(index)
    return [leaf for child in below for leaf in _leaves(child, children)] if below else [index]


def _blocks(words: list[Word], is_known: Callable[[str], bool]) -> list[_Block]:
    """Words that stand closely over one another, joined from top to bottom."""
    words = sorted(words, key=lambda w: (w.box.top, w.box.x0))
    gaps = (_gap(a, b) for i, a in enumerate(words) for b in words[i + 1 :])
    usual = min((gap for gap in gaps if gap is not None), default=0.0)  # between the lines of one heading
    groups: list[list[Word]] = []
    for word in words:
        home = next((g for g in groups if _goes_on(g, word, is_known, usual)), None)
        if home is None:
            groups.append([word])
        else:
            home.append(word)
    return [_Block("".join(w.text for w in group), union([w.box for w in group])) for group in groups]


def _gap(above: Word, below: Word) -> float | None:
    """Space between two words that stand closely over one another, as share of their height; None when they don't."""
    a, b = above.box, below.box
    shared = min(a.x1, b.x1) - max(a.x0, b.x0)
    gap = (b.top - a.bottom) / min(a.bottom - a.top, b.bottom - b.top)
    return gap if shared > SHARED * min(a.x1 - a.x0, b.x1 - b.x0) and -0.5 < gap < FAR else None


def _goes_on(before: list[Word], word: Word, is_known: Callable[[str], bool], usual: float) -> bool:
    """Whether a word is the rest of a heading broken over lines: together they are one, or neither is one alone."""
    gap = _gap(before[-1], word)
    if gap is None:
        return False
    text = "".join(w.text for w in before)
    close, both = gap < usual + LOOSER, is_known(text) and is_known(word.text)
    if is_known(text + word.text):
        return close or not (both and len(text) == 2)  # 支出 well above 合计 are two
    return close and gap < NEAR and not both


def _levels(blocks: list[_Block]) -> list[list[int]]:
    """Indices of blocks with one middle height, top to bottom, each from left to right."""
    levels: list[list[int]] = []
    for index in sorted(range(len(blocks)), key=lambda i: blocks[i].y):
        block = blocks[index]
        line = min(b.box.bottom - b.box.top for b in blocks)
        if levels and block.y - blocks[levels[-1][0]].y < SAME_LEVEL * line:
            levels[-1].append(index)
        else:
            levels.append([index])
    return [sorted(level, key=lambda i: blocks[i].x) for level in levels]
