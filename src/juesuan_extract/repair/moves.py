"""The slips that a publisher may have made with the figures of a table, of a few kinds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from juesuan_extract.model.fact import Fact, Key
from juesuan_extract.model.table import Places, Plane

FARTHEST = 6  # rows by which figures are shifted
MOST_LINES = 60  # that are shifted towards a blank one


class Hypothesis(NamedTuple):
    """A slip and what undoes it: to each of `targets` belongs the figure of the place beside it in `sources`.

    lines: whole lines move, or whole columns; otherwise single figures of them.
    """

    kind: str
    targets: Places
    sources: Places  # -1: none
    lines: bool = True

    @property
    def vacated(self) -> Places:
        """Places whose figure is not printed."""
        return self.targets[(self.targets >= 0) & (self.sources < 0)]

    @property
    def moves(self) -> dict[int, int]:
        """Source by target."""
        return {int(t): int(s) for t, s in zip(self.targets.flat, self.sources.flat, strict=True) if t >= 0}


def _rows_by_table(others: dict[Key, int]) -> list[set[str]]:
    """The codes that each of the other tables prints."""
    rows: dict[str, set[str]] = {}
    for table, row, _ in others:
        if row.isdigit():
            rows.setdefault(table, set()).add(row)
    return list(rows.values())


def hypotheses(facts: tuple[Fact, ...], planes: Sequence[Plane], others: dict[Key, int]) -> Iterator[Hypothesis]:
    """Slips of all kinds, the plain ones first. others: amounts of the other tables in fen."""
    rows_elsewhere = _rows_by_table(others)
    printed = np.array([*(bool(fact.amount) for fact in facts), False])  # the last one is no place
    times = Counter((fact.column_id, fact.amount) for fact in facts)
    dear = printed & np.array([*(times[f.column_id, f.amount] == 1 for f in facts), False])  # must not be lost
    total = np.array([*(fact.row_id == "total" for fact in facts), False])
    for plane in planes:
        for rows in rows_elsewhere:
            yield from _labels_put_in(facts, plane, rows)
        yield from _along(plane, dear, total)
    for plane in planes:
        yield from _columns_exchanged(plane)
        yield from _columns_shifted(plane)
        for column in plane.T if plane.shape[1] > 1 else ():
            yield from (one._replace(lines=False) for one in _along(column[:, None], printed, total))


def _labels_put_in(facts: tuple[Fact, ...], plane: Plane, rows: set[str]) -> Iterator[Hypothesis]:
    """Labels that another table prints have no figures here: those of the others follow each other without a gap."""
    own = [next((facts[p].row_id for p in line if p >= 0), "") for line in plane]
    for there in (True, False):  # with all below them: a 类 may hold both
        without = [r.isdigit() and all((o in rows) == there for o in own if o.startswith(r)) for r in own]
        if 0 < sum(without) < len(plane) / 2:
            source = np.cumsum(~np.array(without)) - 1
            sources = np.where(np.array(without)[:, None], -1, plane[source])
            yield Hypothesis("figures_shifted", plane, sources)


def _along(plane: Plane, dear: NDArray[np.bool_], total: NDArray[np.bool_]) -> Iterator[Hypothesis]:
    """Whole lines set beside the wrong labels. dear: which figures nothing may be set upon."""
    yield from _total_moved(plane, np.flatnonzero(total[plane].any(axis=1)))
    yield from _lines_shifted(plane, np.flatnonzero(~dear[plane].any(axis=1)))
    yield from _lines_exchanged(plane)


def _lines_shifted(plane: Plane, free: NDArray[np.intp]) -> Iterator[Hypothesis]:
    """Figures belong some lines further down or up: from a line on to the end, or as far as a line that is free."""
    lines = len(plane)
    for by in (*range(1, FARTHEST + 1), *range(-1, -FARTHEST - 1, -1)):
        for first in range(lines):
            yield _shifted("figures_shifted", plane, first, lines - 1, by)
    for empty in map(int, free):
        for other in range(max(0, empty - MOST_LINES), min(lines, empty + MOST_LINES + 1)):
            if other < empty:
                yield _shifted("figures_shifted", plane, other, empty - 1, 1)
            elif other > empty:
                yield _shifted("figures_shifted", plane, empty + 1, other, -1)


def _shifted(kind: str, plane: Plane, first: int, last: int, by: int) -> Hypothesis:
    """Lines first … last belong `by` lines below (above when negative); what they leave is blank."""
    begin, end = max(0, min(first, first + by)), min(len(plane), max(last, last + by) + 1)
    source = np.arange(begin, end) - by
    inside = (source >= first) & (source <= last)
    sources = np.where(inside[:, None], plane[np.where(inside, source, 0)], -1)
    return Hypothesis(kind, plane[begin:end], sources)


def _total_moved(plane: Plane, totals: NDArray[np.intp]) -> Iterator[Hypothesis]:
    """The figures of the total stand in another line, or its line holds those of another; between, one line off."""
    for total in map(int, totals):
        for line in range(len(plane)):
            if line != total:
                begin, end = sorted((line, total))
                for by in (1, -1):
                    order = np.roll(np.arange(begin, end + 1), by)
                    yield Hypothesis("total_moved", plane[begin : end + 1], plane[order])


def _lines_exchanged(plane: Plane) -> Iterator[Hypothesis]:
    """Two lines; where a line is a single figure, two figures of a column."""
    for one, other in combinations(range(len(plane)), 2):
        if other - one <= FARTHEST:
            yield Hypothesis("rows_exchanged", plane[[one, other]], plane[[other, one]], plane.shape[1] > 1)


def _spans(lines: int) -> Iterator[tuple[slice, bool]]:
    """All lines, those from each one on, each one alone; and whether these are all."""
    yield from ((slice(first, None), not first) for first in range(lines))
    yield from ((slice(line, line + 1), False) for line in range(lines - 1))


def _columns_exchanged(plane: Plane) -> Iterator[Hypothesis]:
    for one, other in combinations(range(plane.shape[1]), 2):
        for span, whole in _spans(len(plane)):
            yield Hypothesis("columns_exchanged", plane[span][:, [one, other]], plane[span][:, [other, one]], whole)


def _columns_shifted(plane: Plane) -> Iterator[Hypothesis]:
    """Figures belong one column further right or left, because a column of zeros was lost or put in."""
    width = plane.shape[1]
    for span, whole in _spans(len(plane)):
        for begin in range(width - 1):
            for end in {begin + 2, width}:
                part = plane[span, begin:end]
                for by in (1, -1):
                    sources = np.roll(part, by, axis=1)
                    sources[:, 0 if by == 1 else -1] = -1
                    yield Hypothesis("columns_shifted", part, sources, whole)
