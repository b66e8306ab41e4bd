"""Small geometry on numpy arrays. Lengths in pt, origin top left, boxes as (x0, top, x1, bottom)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from juesuan_extract.model.page import Box, Floats


class Matrix(NamedTuple):
    """A PDF transformation: x' = a·x + c·y + e, y' = b·x + d·y + f (ISO 32000-1, 8.3.3)."""

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float

    def after(self, first: Matrix) -> Matrix:
        """The transformation that applies `first` and then this one."""
        return Matrix(
            first.a * self.a + first.b * self.c,
            first.a * self.b + first.b * self.d,
            first.c * self.a + first.d * self.c,
            first.c * self.b + first.d * self.d,
            first.e * self.a + first.f * self.c + self.e,
            first.e * self.b + first.f * self.d + self.f,
        )

    def point(self, x: float, y: float) -> tuple[float, float]:
        """A point transformed."""
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def boxes(self, corners: Floats) -> Floats:
        """N×4 boxes (x0, y0, x1, y1), any two opposite corners, as upright boxes after the transformation."""
        one, other = self._points(corners[:, 0], corners[:, 1]), self._points(corners[:, 2], corners[:, 3])
        result = np.empty((len(corners), 4))
        for axis in (0, 1):
            np.minimum(one[axis], other[axis], out=result[:, axis])
            np.maximum(one[axis], other[axis], out=result[:, axis + 2])
        if (self.b or self.c) and (self.a or self.d):  # neither along nor across: the other corners count
            third, fourth = self._points(corners[:, 0], corners[:, 3]), self._points(corners[:, 2], corners[:, 1])
            for axis in (0, 1):
                np.minimum(result[:, axis], np.minimum(third[axis], fourth[axis]), out=result[:, axis])
                np.maximum(result[:, axis + 2], np.maximum(third[axis], fourth[axis]), out=result[:, axis + 2])
        return result

    def _points(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f


IDENTITY = Matrix(1, 0, 0, 1, 0, 0)


def to_displayed(box: tuple[float, float, float, float], rotation: int) -> tuple[Matrix, float, float]:
    """From PDF user space to the page as displayed.

    box: the page's visible box (left, bottom, right, top) in user space; rotation: quarter turns clockwise (/Rotate).
    Returns the transformation and the displayed width and height.
    """
    left, bottom, right, top = box
    width, height = right - left, top - bottom
    match rotation % 4:
        case 0:
            return Matrix(1, 0, 0, -1, -left, top), width, height
        case 1:
            return Matrix(0, 1, 1, 0, -bottom, -left), height, width
        case 2:
            return Matrix(-1, 0, 0, 1, right, -bottom), width, height
        case _:
            return Matrix(0, -1, -1, 0, top, right), height, width


def hulls(boxes: Floats, starts: np.ndarray) -> list[Box]:
    """The smallest box around each run of N×4 boxes; the runs begin at `starts`, ascending from 0."""
    sides = (np.minimum, np.minimum, np.maximum, np.maximum)
    reduced = [side.reduceat(boxes[:, i], starts).tolist() for i, side in enumerate(sides)]
    return list(map(Box, *reduced))


def median(values: Floats) -> float:
    """The middle value, of an even number the higher of the two; many times faster than NumPy's on short arrays."""
    middle = len(values) // 2
    return float(np.partition(values, middle)[middle])


def union(boxes: list[Box]) -> Box:
    """The smallest box around all of `boxes`; at least one."""
    x0, top, x1, bottom = zip(*boxes, strict=True)
    return Box(min(x0), min(top), max(x1), max(bottom))


def cluster(values: Floats, gap: float) -> tuple[Floats, np.ndarray]:
    """Sorted values chained into clusters where neighbours are at most `gap` apart.

    Returns the mean of each cluster, ascending, and for each value the number of its cluster.
    """
    if len(values) == 0:
        return values, np.zeros(0, dtype=np.intp)
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    number = np.concatenate(([0], (ordered[1:] - ordered[:-1] > gap).cumsum()))
    means = np.bincount(number, weights=ordered) / np.bincount(number)
    labels = np.empty(len(values), dtype=np.intp)
    labels[order] = number
    return means, labels


def rules_across(horizontal: Floats, shortest: float) -> Floats:
    """Horizontal rulings, in one piece or in several on one line, of which at least `shortest` pt is drawn.

    horizontal: N×3 of (y, x0, x1). Returns the same of whole lines, gaps included.
    """
    ys, line = cluster(horizontal[:, 0], 1.0)
    drawn = np.bincount(line, weights=horizontal[:, 2] - horizontal[:, 1], minlength=len(ys))
    whole = np.array([[y, np.inf, -np.inf] for y in ys]).reshape(-1, 3)
    np.minimum.at(whole[:, 1], line, horizontal[:, 1])
    np.maximum.at(whole[:, 2], line, horizontal[:, 2])
    return whole[drawn >= shortest]
