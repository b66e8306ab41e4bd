"""Headings without rulings: which words are one heading, and which heading stands over which others."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from juesuan_extract.geometry import union
from juesuan_extract.model import Box, Word

NEAR = 0.6  # of a line's height: lines nearer than this and set alike are one heading broken over lines
CLOSE = 0.2  # the same where they aren't set alike
ALIGNED = 2.0  # pt
SHARED = 0.3  # of the narrower word's width: how far words of one heading overlap
SAME_LEVEL = 0.5  # of a line's height
CHILDLESS = 30.0  # pt; what it costs to leave an upper heading without anything below it
CENTRED = 0.22  # of the width of what stands below: how far off its middle a heading may be


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


def headings_of(words: list[Word]) -> list[Heading]:
    """The headings of a table's head, parents before their children.

    Words broken over lines are joined. Headings are set in the middle of what they head: those of one level are the
    parents of a lower level when its headings fall into groups with the parents over their middles. A heading that is
    set in the middle between two levels heads nothing and has no parent.
    """
    blocks = _blocks(words)
    levels = _levels(blocks)
    parent: dict[int, int] = {}
    for upper in range(len(levels)):
        for lower in range(upper + 1, len(levels)):
            found = _children(blocks, levels[upper], [i for i in levels[lower] if i not in parent])
            if found:
                parent.update(found)
                break
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


def _leaves(index: int, children: dict[int, list[int]]) -> list[int]:
    below = children.get(index)
    return [leaf for child in below for leaf in _leaves(child, children)] if below else [index]


def _blocks(words: list[Word]) -> list[_Block]:
    """Words that stand closely over one another, joined from top to bottom."""
    groups: list[list[Word]] = []
    for word in sorted(words, key=lambda w: (w.box.top, w.box.x0)):
        home = next((g for g in groups if _goes_on(g[-1], word)), None)
        if home is None:
            groups.append([word])
        else:
            home.append(word)
    return [_Block("".join(w.text for w in group), union([w.box for w in group])) for group in groups]


def _goes_on(before: Word, word: Word) -> bool:
    a, b = before.box, word.box
    shared = min(a.x1, b.x1) - max(a.x0, b.x0)
    gap = b.top - a.bottom
    height = min(a.bottom - a.top, b.bottom - b.top)
    if shared <= SHARED * min(a.x1 - a.x0, b.x1 - b.x0) or gap <= -0.5 * height:
        return False
    centred = abs((a.x0 + a.x1) - (b.x0 + b.x1)) / 2 < ALIGNED or abs(a.x0 - b.x0) < ALIGNED
    return gap < (NEAR if centred else CLOSE) * height


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


def _children(blocks: list[_Block], parents: list[int], candidates: list[int]) -> dict[int, int]:
    """Parent of each candidate, when they fall into groups with the parents over their middles; else nothing.

    The partition into neighbouring groups with the least distance in all is found by dynamic programming; a parent may
    have no child (it is then a heading of its own).
    """
    if not candidates:
        return {}

    def cost(p: int, start: int, end: int) -> float:
        low, high = blocks[candidates[start]].box.x0, blocks[candidates[end - 1]].box.x1
        off = abs((low + high) / 2 - blocks[parents[p]].x)
        return off if off <= CENTRED * (high - low) + 4.0 else float("inf")

    @lru_cache(maxsize=None)
    def best(p: int, start: int) -> tuple[float, tuple[int, ...]]:
        """Least cost of giving candidates from `start` to parents from `p`; with the end of each parent's group."""
        if p == len(parents):
            return (0.0, ()) if start == len(candidates) else (float("inf"), ())
        options = []
        for end in range(start, len(candidates) + 1):
            own = cost(p, start, end) if end > start else CHILDLESS
            if own == float("inf"):
                continue
            rest, ends = best(p + 1, end)
            options.append((own + rest, (end, *ends)))
        return min(options, default=(float("inf"), ()))

    total, ends = best(0, 0)
    if total >= CHILDLESS * len(parents):
        return {}
    found: dict[int, int] = {}
    start = 0
    for p, end in zip(parents, ends, strict=True):
        found.update({candidates[c]: p for c in range(start, end)})
        start = end
    return found
