"""Where the columns of a table without rulings are: under its headings, around the stripes of its words."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from juesuan_extract.model.page import Box, Word
from juesuan_extract.read.unruled.words import is_figure

ALONE = 80.0  # pt; what it costs to leave a stripe of words without a heading
WIDEST = 24  # characters; longer words are notes that run over several columns

TOUCH = 3.0  # pt; how far the stripe of a figure column may reach into that of the next

Interval = tuple[float, float]


def column_edges(leaves: list[Interval], body: list[Word], region: Box, xs: tuple[float, ...]) -> list[float]:
    """Column edges: drawn ones, and the middles between the stripes of headings and figures.

    body: words that stand within one column.
    """
    stripes = _stripes([w for w in body if len(w.text) <= WIDEST])
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


class _Stripe(NamedTuple):
    """A column: the stripe of its words, its heading, or both."""

    stripe: Interval | None
    leaf: Interval | None


def _matched(leaves: list[Interval], stripes: list[Interval]) -> list[_Stripe]:
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
    places: list[_Stripe] = []
    i, j = rows, columns
    while i or j:
        if i and j and cost[i, j] == cost[i - 1, j - 1] + _distance(stripes[i - 1], leaves[j - 1]):
            i, j = i - 1, j - 1
            places.append(_Stripe(stripes[i], leaves[j]))
        elif j and cost[i, j] == cost[i, j - 1]:
            j -= 1
            places.append(_Stripe(None, leaves[j]))
        else:
            i -= 1
            places.append(_Stripe(stripes[i], None))
    return places[::-1]


def _between(left: _Stripe, right: _Stripe) -> float:
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


def _stripes(words: list[Word]) -> list[Interval]:
    """Where words stand over one another. Figures set to the right may touch names set to the left beside them."""
    figures = _merged((w.box.x0, w.box.x1) for w in words if is_figure(w.text))
    others = _merged((w.box.x0, w.box.x1) for w in words if not is_figure(w.text))
    stripes: list[Interval] = []
    for stripe in sorted([*figures, *others]):
        if stripes and stripe[0] <= stripes[-1][1] - TOUCH:
            stripes[-1] = (stripes[-1][0], max(stripes[-1][1], stripe[1]))
        else:
            stripes.append(stripe)
    return stripes


def _merged(spans: Iterable[Interval]) -> list[Interval]:
    merged: list[Interval] = []
    for x0, x1 in sorted(spans):
        if merged and x0 <= merged[-1][1] + 0.5:
            merged[-1] = (merged[-1][0], max(merged[-1][1], x1))
        else:
            merged.append((x0, x1))
    return merged
