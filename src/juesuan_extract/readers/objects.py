"""The drawing objects of a page: rulings, and text that nobody sees."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium

from juesuan_extract.errors import LimitExceeded
from juesuan_extract.geometry import IDENTITY, Matrix
from juesuan_extract.model import Floats, Rulings

THIN = 3.0  # pt; a filled shape at most this thick is a ruling, a thicker one a background
STRAIGHT = 1.0  # pt; how far a ruling may lean and still be horizontal or vertical
SHORTEST = 0.9  # pt; shorter pieces are dots at crossings
MAX_OBJECTS = 400_000  # on one page; published tables have under 3,000
MAX_SEGMENTS = 2_000_000
MAX_DEPTH = 12  # of nested form XObjects
WHITE, DARK = 245, 200  # of 255


class ObjectWalk:
    """Walks the objects of a page, forms included, and gathers pieces of rulings as boxes in user space.

    Text objects are only noted; they are looked at when somebody asks which of them are hidden.
    """

    def __init__(self, page_number: int) -> None:
        self.page_number = page_number
        self.lines: list[tuple[float, float, float, float]] = []
        self._texts: list[tuple[Any, Matrix]] = []
        self._fills: list[tuple[float, float, float, float]] = []  # of dark backgrounds
        self._objects = 0
        self._segments = 0
        self._edges = [ctypes.c_float() for _ in range(4)]
        self._colour = [ctypes.c_uint() for _ in range(4)]
        self._fill, self._stroke = ctypes.c_int(), ctypes.c_int()
        self._matrix = pdfium.FS_MATRIX()

    def visit_page(self, page: Any) -> None:
        get = pdfium.FPDFPage_GetObject
        self._visit((get(page, i) for i in range(pdfium.FPDFPage_CountObjects(page))), IDENTITY, 0)

    def hidden(self) -> frozenset[int]:
        """Addresses of text objects drawn invisibly, white on white, or askew (a watermark).

        When all text of the page is invisible it is the text layer under a scanned picture, and kept.
        """
        hidden = frozenset(address(item) for item, matrix in self._texts if self._is_hidden(item, matrix))
        return hidden if len(hidden) < len(self._texts) else frozenset()

    def _is_hidden(self, item: Any, matrix: Matrix) -> bool:
        if pdfium.FPDFTextObj_GetTextRenderMode(item) == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE:
            return True
        pdfium.FPDFPageObj_GetMatrix(item, self._matrix)
        own = self._matrix
        if (own.b or matrix is not IDENTITY) and _askew(matrix.after(Matrix(own.a, own.b, own.c, own.d, 0, 0))):
            return True
        red, green, blue, alpha = self._colour
        if not pdfium.FPDFPageObj_GetFillColor(item, red, green, blue, alpha):
            return False
        if alpha.value == 0:
            return True
        if min(red.value, green.value, blue.value) < WHITE or (box := self._bounds(item, matrix)) is None:
            return False
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        return not any(f[0] <= x <= f[2] and f[1] <= y <= f[3] for f in self._fills)

    def _visit(self, objects: Iterator[Any], matrix: Matrix, depth: int) -> None:
        kind_of = pdfium.FPDFPageObj_GetType
        for item in objects:
            self._objects += 1
            if self._objects > MAX_OBJECTS:
                raise LimitExceeded(f"page {self.page_number} has over {MAX_OBJECTS} drawing objects")
            kind = kind_of(item)
            if kind == pdfium.FPDF_PAGEOBJ_TEXT:
                self._texts.append((item, matrix))
            elif kind == pdfium.FPDF_PAGEOBJ_PATH:
                self._path(item, matrix)
            elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < MAX_DEPTH:
                inner = pdfium.FS_MATRIX()
                pdfium.FPDFPageObj_GetMatrix(item, inner)
                get = pdfium.FPDFFormObj_GetObject
                count = max(0, pdfium.FPDFFormObj_CountObjects(item))
                own = Matrix(inner.a, inner.b, inner.c, inner.d, inner.e, inner.f)
                self._visit((get(item, i) for i in range(count)), matrix.after(own), depth + 1)

    def _bounds(self, item: Any, matrix: Matrix) -> tuple[float, float, float, float] | None:
        left, bottom, right, top = self._edges
        if not pdfium.FPDFPageObj_GetBounds(item, left, bottom, right, top):
            return None
        box = (left.value, bottom.value, right.value, top.value)
        return box if matrix is IDENTITY else box_through(matrix, box)

    def _path(self, item: Any, matrix: Matrix) -> None:
        box = self._bounds(item, matrix)
        if box is None:
            return
        width, height = box[2] - box[0], box[3] - box[1]
        if width <= THIN or height <= THIN:
            if max(width, height) >= SHORTEST:
                self.lines.append(box)
            return
        pdfium.FPDFPath_GetDrawMode(item, self._fill, self._stroke)
        filled, stroked = bool(self._fill.value), bool(self._stroke.value)
        if filled:
            red, green, blue, alpha = self._colour
            seen = pdfium.FPDFPageObj_GetFillColor(item, red, green, blue, alpha) and alpha.value
            if seen and min(red.value, green.value, blue.value) < DARK:
                self._fills.append(box)
        if stroked or filled:
            self._segments_of(item, matrix, stroked)

    def _segments_of(self, item: Any, matrix: Matrix, stroked: bool) -> None:
        """Straight pieces of a stroked path; of a filled one only the parts that are thin."""
        count = pdfium.FPDFPath_CountSegments(item)
        if count < 2 or (not stroked and count <= 5):
            return  # one filled background
        self._segments += count
        if self._segments > MAX_SEGMENTS:
            raise LimitExceeded(f"page {self.page_number} draws over {MAX_SEGMENTS} line segments")
        own = pdfium.FS_MATRIX()
        pdfium.FPDFPageObj_GetMatrix(item, own)
        total = matrix.after(Matrix(own.a, own.b, own.c, own.d, own.e, own.f))
        x, y = ctypes.c_float(), ctypes.c_float()
        path: list[tuple[float, float]] = []
        for index in range(count):
            segment = pdfium.FPDFPath_GetPathSegment(item, index)
            pdfium.FPDFPathSegment_GetPoint(segment, x, y)
            point = total.point(x.value, y.value)
            if pdfium.FPDFPathSegment_GetType(segment) == pdfium.FPDF_SEGMENT_MOVETO:
                self._subpath(path, stroked)
                path = []
            path.append(point)
            if pdfium.FPDFPathSegment_GetClose(segment):
                path.append(path[0])
                self._subpath(path, stroked)
                path = [path[0]]
        self._subpath(path, stroked)

    def _subpath(self, points: list[tuple[float, float]], stroked: bool) -> None:
        if len(points) < 2:
            return
        if stroked:  # control points of a curve that is drawn as a line lie on it, so they do no harm
            for (ax, ay), (bx, by) in pairwise(points):
                if abs(ax - bx) <= STRAIGHT or abs(ay - by) <= STRAIGHT:
                    self.lines.append((min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)))
            return
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        box = (min(xs), min(ys), max(xs), max(ys))
        if box[2] - box[0] <= THIN or box[3] - box[1] <= THIN:
            self.lines.append(box)


def _askew(matrix: Matrix) -> bool:
    """Whether text runs neither along nor across the page: more than about six degrees off."""
    along, across = abs(matrix.a), abs(matrix.b)
    return min(along, across) > 0.1 * max(along, across)


def address(item: Any) -> int:
    return ctypes.cast(item, ctypes.c_void_p).value or 0


def box_through(matrix: Matrix, box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    points = [matrix.point(x, y) for x in (box[0], box[2]) for y in (box[1], box[3])]
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return min(xs), min(ys), max(xs), max(ys)


def rulings_of(boxes: Floats, width: float, height: float) -> Rulings:
    """Thin boxes in displayed coordinates as horizontal and vertical rulings; those off the page are left out."""
    x0, top, x1, bottom = boxes.T
    seen = (x1 >= 0) & (x0 <= width) & (bottom >= 0) & (top <= height)
    x0, top, x1, bottom = x0[seen], top[seen], x1[seen], bottom[seen]
    across, down = x1 - x0, bottom - top
    flat = (across > down) & (across >= SHORTEST)
    upright = (down > across) & (down >= SHORTEST)
    horizontal = np.stack(((top[flat] + bottom[flat]) / 2, x0[flat], x1[flat]), axis=1)
    vertical = np.stack(((x0[upright] + x1[upright]) / 2, top[upright], bottom[upright]), axis=1)
    return Rulings(horizontal, vertical)
