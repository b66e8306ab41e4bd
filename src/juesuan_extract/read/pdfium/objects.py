"""The drawing objects of a page: rulings, and text that nobody sees."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from functools import partial
from itertools import compress, pairwise
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium

from juesuan_extract.errors import LimitExceeded
from juesuan_extract.model.page import Floats, Rulings
from juesuan_extract.read.pdfium.calls import address, ask, columns_of, direct, rows_of
from juesuan_extract.values.geometry import IDENTITY, Matrix

THIN = 3.0  # pt; a filled shape at most this thick is a ruling, a thicker one a background
STRAIGHT = 1.0  # pt; how far a ruling may lean and still be horizontal or vertical
SHORTEST = 0.9  # pt; shorter pieces are dots at crossings
MAX_OBJECTS = 400_000  # on one page; published tables have under 3,000
MAX_SEGMENTS = 2_000_000
MAX_DEPTH = 12  # of nested form XObjects
WHITE, DARK = 245, 200  # of 255

_count_objects = direct(pdfium.FPDFPage_CountObjects)
_object = direct(pdfium.FPDFPage_GetObject)
_kind = direct(pdfium.FPDFPageObj_GetType)
_bounds = direct(pdfium.FPDFPageObj_GetBounds)
_matrix = direct(pdfium.FPDFPageObj_GetMatrix)
_fill_colour = direct(pdfium.FPDFPageObj_GetFillColor)
_render_mode = direct(pdfium.FPDFTextObj_GetTextRenderMode)
_count_inner = direct(pdfium.FPDFFormObj_CountObjects)
_inner = direct(pdfium.FPDFFormObj_GetObject)
_draw_mode = direct(pdfium.FPDFPath_GetDrawMode)
_count_segments = direct(pdfium.FPDFPath_CountSegments)
_segment = direct(pdfium.FPDFPath_GetPathSegment)
_point = direct(pdfium.FPDFPathSegment_GetPoint)
_segment_kind = direct(pdfium.FPDFPathSegment_GetType)
_closes = direct(pdfium.FPDFPathSegment_GetClose)


class ObjectWalk:
    """Walks the objects of a page, forms included, and gathers pieces of rulings and pictures as boxes in user space.

    PDFium is asked for one property of all objects at a time, because a page has hundreds of them. Text objects are
    only noted; they are looked at when somebody asks which of them are hidden.
    """

    def __init__(self, page_number: int) -> None:
        self.page_number = page_number
        self.pictures: list[tuple[float, float, float, float]] = []
        self._thin: list[Floats] = []  # N×4
        self._pieces: list[tuple[float, float, float, float]] = []  # of paths that are not thin themselves
        self._texts: list[tuple[list[int], Matrix]] = []  # those of the page and of each form
        self._fills: list[tuple[float, float, float, float]] = []  # of dark backgrounds
        self._objects = 0
        self._segments = 0
        # what PDFium writes its answers to, and where that is
        self._edges = (ctypes.c_float * 4)()
        self._edges_at = [ctypes.addressof(self._edges) + 4 * i for i in range(4)]
        self._colour = (ctypes.c_uint * 4)()
        self._colour_at = [ctypes.addressof(self._colour) + 4 * i for i in range(4)]
        self._mode = (ctypes.c_int * 2)()
        self._mode_at = [ctypes.addressof(self._mode) + 4 * i for i in range(2)]
        self._own = pdfium.FS_MATRIX()
        self._own_at = ctypes.addressof(self._own)

    @property
    def lines(self) -> Floats:
        """Boxes of pieces of rulings, N×4."""
        return np.concatenate([*self._thin, np.array(self._pieces, dtype=np.float64).reshape(-1, 4)])

    def visit_page(self, page: Any) -> None:
        """Gather what a page draws; page: PDFium's handle."""
        handle = address(page)
        self._visit(partial(_object, handle), _count_objects(handle), IDENTITY, 0)

    def hidden(self) -> frozenset[int]:
        """Addresses of text objects drawn invisibly, white on white, or askew (a watermark).

        When all text of the page is invisible it is the text layer under a scanned picture, and kept.
        """
        hidden = frozenset(item for items, matrix in self._texts for item in self._hidden_of(items, matrix))
        return hidden if len(hidden) < sum(len(items) for items, _ in self._texts) else frozenset()

    def _hidden_of(self, items: list[int], matrix: Matrix) -> Iterator[int]:
        own = np.zeros((len(items), 6), dtype=np.float32)
        ask(_matrix, items, rows_of(own))
        colours = np.zeros((len(items), 4), dtype=np.uint32)
        coloured = ask(_fill_colour, items, *columns_of(colours)) != 0
        unseen = (ask(_render_mode, items) == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE) | _askew(own, matrix)
        unseen |= coloured & (colours[:, 3] == 0)
        white = coloured & (colours[:, :3].min(axis=1) >= WHITE)
        for place in np.flatnonzero(unseen | white).tolist():
            if unseen[place] or self._on_white(items[place], matrix):
                yield items[place]

    def _on_white(self, item: int, matrix: Matrix) -> bool:
        """Whether an object stands on no dark background."""
        box = self._box(item, matrix)
        if box is None:
            return False
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        return not any(f[0] <= x <= f[2] and f[1] <= y <= f[3] for f in self._fills)

    def _visit(self, item_at: Callable[[int], int], count: int, matrix: Matrix, depth: int) -> None:
        self._objects += count
        if self._objects > MAX_OBJECTS:
            raise LimitExceeded(f"page {self.page_number} has over {MAX_OBJECTS} drawing objects")
        items = list(map(item_at, range(count)))
        kinds = ask(_kind, items)

        def of_kind(kind: int) -> list[int]:
            return list(compress(items, (kinds == kind).tolist()))

        if texts := of_kind(pdfium.FPDF_PAGEOBJ_TEXT):
            self._texts.append((texts, matrix))
        if paths := of_kind(pdfium.FPDF_PAGEOBJ_PATH):
            self._paths(paths, matrix)
        boxes = (self._box(item, matrix) for item in of_kind(pdfium.FPDF_PAGEOBJ_IMAGE))
        self.pictures += [box for box in boxes if box]
        if depth < MAX_DEPTH:
            for form in of_kind(pdfium.FPDF_PAGEOBJ_FORM):
                inside = max(0, _count_inner(form))
                self._visit(partial(_inner, form), inside, matrix.after(self._own_matrix(form)), depth + 1)

    def _own_matrix(self, item: int) -> Matrix:
        _matrix(item, self._own_at)
        own = self._own
        return Matrix(own.a, own.b, own.c, own.d, own.e, own.f)

    def _box(self, item: int, matrix: Matrix) -> tuple[float, float, float, float] | None:
        if not _bounds(item, *self._edges_at):
            return None
        left, bottom, right, top = self._edges[:]
        return (left, bottom, right, top) if matrix is IDENTITY else box_through(matrix, (left, bottom, right, top))

    @np.errstate(invalid="ignore", over="ignore")
    def _paths(self, items: list[int], matrix: Matrix) -> None:
        edges = np.zeros((len(items), 4), dtype=np.float32)  # left, bottom, right, top
        found = ask(_bounds, items, *columns_of(edges)) != 0
        boxes = edges.astype(np.float64)
        if matrix is not IDENTITY:
            boxes = matrix.boxes(boxes)
        width, height = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
        thin = (width <= THIN) | (height <= THIN)
        ruling = found & thin & (np.maximum(width, height) >= SHORTEST)
        self._thin.append(boxes[ruling])
        for place in np.flatnonzero(found & ~thin).tolist():
            self._thick_path(items[place], boxes[place].tolist(), matrix)

    def _thick_path(self, item: int, box: tuple[float, float, float, float], matrix: Matrix) -> None:
        """A dark background is noted; what is ruled with one path is taken apart."""
        _draw_mode(item, *self._mode_at)
        filled, stroked = (bool(mode) for mode in self._mode)
        if filled and _fill_colour(item, *self._colour_at):
            red, green, blue, alpha = self._colour[:]
            if alpha and min(red, green, blue) < DARK:
                self._fills.append(box)
        if stroked or filled:
            self._segments_of(item, matrix, stroked)

    def _segments_of(self, item: int, matrix: Matrix, stroked: bool) -> None:
        """Straight pieces of a stroked path; of a filled one only the parts that are thin."""
        count = _count_segments(item)
        if count < 2 or (not stroked and count <= 5):
            return  # one filled background
        self._segments += count
        if self._segments > MAX_SEGMENTS:
            raise LimitExceeded(f"page {self.page_number} draws over {MAX_SEGMENTS} line segments")
        total = matrix.after(self._own_matrix(item))
        place = (ctypes.c_float * 2)()
        place_at = [ctypes.addressof(place), ctypes.addressof(place) + 4]
        path: list[tuple[float, float]] = []
        for index in range(count):
            segment = _segment(item, index)
            _point(segment, *place_at)
            if _segment_kind(segment) == pdfium.FPDF_SEGMENT_MOVETO:
                self._subpath(path, stroked)
                path = []
            path.append(total.point(*place[:]))
            if _closes(segment):
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
                    self._pieces.append((min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)))
            return
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        box = (min(xs), min(ys), max(xs), max(ys))
        if box[2] - box[0] <= THIN or box[3] - box[1] <= THIN:
            self._pieces.append(box)


@np.errstate(invalid="ignore", over="ignore")
def _askew(own: np.ndarray, matrix: Matrix) -> np.ndarray:
    """Whether text runs neither along nor across the page: more than about six degrees off.

    own: N×6 matrices of text objects; matrix: that of the form that draws them.
    """
    a, b = own[:, 0].astype(np.float64), own[:, 1].astype(np.float64)
    along, across = np.abs(a * matrix.a + b * matrix.c), np.abs(a * matrix.b + b * matrix.d)
    askew: np.ndarray = np.minimum(along, across) > 0.1 * np.maximum(along, across)
    return askew


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
