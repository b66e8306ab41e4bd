"""The fast reader: characters and rulings of a page through PDFium's raw API.

PDFium is not thread-safe; one process reads one document at a time.
"""

from __future__ import annotations

import ctypes
from itertools import repeat
from types import TracebackType
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium

from juesuan_extract.errors import LimitExceeded, PasswordRequired, UnreadableDocument
from juesuan_extract.model.page import Chars, Floats, Line, Page, Rulings
from juesuan_extract.read.pdfium.calls import address, ask, direct, rows_of
from juesuan_extract.read.pdfium.objects import ObjectWalk, box_through, rulings_of
from juesuan_extract.values.geometry import Matrix, hulls, median, to_displayed
from juesuan_extract.values.labels import squeeze

MAX_SIDE = 14_400.0  # pt; the largest page side that PDF allows (ISO 32000-1, annex C)
BELOW, ABOVE = -0.12, 0.88  # of the font size: the em box of CJK fonts about the baseline (OpenType ideographic em-box)
MAX_CHARS = 1_000_000  # on one page; published pages have under 5,000
TALL = 1.5  # of the em: no font of Chinese characters reaches so high

_ERRORS = {
    pdfium.FPDF_ERR_FILE: "can't be opened",
    pdfium.FPDF_ERR_FORMAT: "is no PDF or is damaged",
    pdfium.FPDF_ERR_PASSWORD: "is protected by a password",
    pdfium.FPDF_ERR_SECURITY: "uses an encryption that can't be read",
}
_initialised = False
_loose_box = direct(pdfium.FPDFText_GetLooseCharBox)
_char_index = direct(pdfium.FPDFText_GetCharIndexFromTextIndex)
_text_object = direct(pdfium.FPDFText_GetTextObject)


def _initialise() -> None:
    global _initialised
    if not _initialised:
        pdfium.FPDF_InitLibrary()
        _initialised = True


class PdfiumDocument:
    """An open PDF; use it as a context manager.

    Raises UnreadableDocument (PasswordRequired) from the constructor when PDFium can't open `data`.
    """

    def __init__(self, data: bytes) -> None:
        _initialise()
        if not data:
            raise UnreadableDocument("the file is empty", "download it again")
        self._data = data  # PDFium reads from this memory as long as the document is open
        self._handle = pdfium.FPDF_LoadMemDocument64(data, len(data), None)
        if not self._handle:
            code = pdfium.FPDF_GetLastError()
            message = f"the file {_ERRORS.get(code, 'can not be read')}"
            if code == pdfium.FPDF_ERR_PASSWORD:
                raise PasswordRequired(message)
            raise UnreadableDocument(message)
        self.page_count: int = pdfium.FPDF_GetPageCount(self._handle)
        if self.page_count < 1:
            self.close()
            raise UnreadableDocument("the file has no pages")

    def __enter__(self) -> PdfiumDocument:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Free PDFium's memory; safe to call twice."""
        if self._handle:
            pdfium.FPDF_CloseDocument(self._handle)
            self._handle = None

    def page(self, number: int) -> PdfiumPage:
        """Page `number`, from 1; use it as a context manager."""
        return PdfiumPage(self._handle, number)


class PdfiumPage:
    """An open page. What it offers is computed when asked for, in the cheapest order: text, rulings, characters."""

    def __init__(self, document: Any, number: int) -> None:
        self.number = number
        self._text_page: Any = None
        self._text: tuple[np.ndarray, int] | None = None
        self._rulings: Rulings | None = None
        self.handle = pdfium.FPDF_LoadPage(document, number - 1)
        if not self.handle:
            raise UnreadableDocument(f"page {number} is damaged")
        box = pdfium.FS_RECTF()
        pdfium.FPDF_GetPageBoundingBox(self.handle, box)
        self.rotation: int = max(0, pdfium.FPDFPage_GetRotation(self.handle))
        self._visible = (box.left, box.bottom, box.right, box.top)
        self._to_displayed, self.width, self.height = to_displayed(self._visible, self.rotation)
        if not (0 < self.width <= MAX_SIDE and 0 < self.height <= MAX_SIDE):
            size = f"{self.width:.0f} × {self.height:.0f} pt"
            self.close()
            raise LimitExceeded(f"page {number} has an impossible size, {size}")

    def __enter__(self) -> PdfiumPage:
        self._text_page = pdfium.FPDFText_LoadPage(self.handle)
        if not self._text_page:
            self.close()
            raise UnreadableDocument(f"the text of page {self.number} is damaged")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Free PDFium's memory; safe to call twice."""
        if self._text_page:
            pdfium.FPDFText_ClosePage(self._text_page)
            self._text_page = None
        if self.handle:
            pdfium.FPDF_ClosePage(self.handle)
            self.handle = None

    def text(self) -> str:
        """All text in PDFium's own reading order with its line breaks; cheap."""
        return self._raw_text().replace("\r\n", "\n")

    def _raw_text(self) -> str:
        return self._units()[0].tobytes().decode("utf-16-le", "replace").rstrip("\0")

    def _units(self) -> tuple[np.ndarray, int]:
        """The text in UTF-16 with room for one unit per character, and how many there are; read once."""
        if self._text is None:
            count = pdfium.FPDFText_CountChars(self._text_page)
            if count > MAX_CHARS:
                raise LimitExceeded(f"page {self.number} has over {MAX_CHARS} characters")
            buffer = (ctypes.c_ushort * (count + 1))()
            units = pdfium.FPDFText_GetText(self._text_page, 0, count, buffer) - 1
            self._text = np.frombuffer(buffer, dtype="<u2"), units
        return self._text

    def lines(self) -> tuple[Line, ...]:
        """The lines of `text`, white space taken out, each with the box from its first character to its last; cheap."""
        texts, ends, place = [], [], 0
        for line in self._raw_text().split("\n"):
            if text := squeeze(line):
                texts.append(text)
                ends += [place + len(line) - len(line.lstrip()), place + len(line.rstrip()) - 1]
            place += len(line) + 1
        raw = np.zeros((len(ends), 4), dtype=np.float32)
        text_page = address(self._text_page)
        ask(_loose_box, repeat(text_page), ask(_char_index, repeat(text_page), ends).tolist(), rows_of(raw))
        boxes = self._to_displayed.boxes(raw.astype(np.float64))
        return tuple(map(Line, texts, hulls(boxes, np.arange(0, len(ends), 2))))

    def rulings(self) -> Rulings:
        """Rulings in displayed coordinates; the page's objects are visited once."""
        if self._rulings is None:
            self._objects = ObjectWalk(self.number)
            self._objects.visit_page(self.handle)
            boxes = self._objects.lines
            boxes = self._to_displayed.boxes(boxes[np.isfinite(boxes).all(axis=1)])
            self._rulings = rulings_of(boxes, self.width, self.height)
        return self._rulings

    def raster_rulings(self) -> Rulings:
        """Straight lines of the page's picture, in displayed coordinates; the page is rendered."""
        from juesuan_extract.read.pdfium.raster import raster_rulings

        return raster_rulings(self)

    def is_picture(self) -> bool:
        """Whether pictures take half of the page or more."""
        self.rulings()
        area = sum((x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in self._objects.pictures)
        return 2 * area >= self.width * self.height

    def read(self, runs: bool = False) -> Page:
        """Characters and rulings in displayed coordinates; with runs also which characters one text object draws."""
        rulings = self.rulings()
        return Page(self.number, self.width, self.height, self._chars(self._objects.hidden(), runs), rulings)

    # -- characters ---------------------------------------------------------------------------------------------

    def _chars(self, hidden: frozenset[int], runs: bool) -> Chars:
        handle = self._text_page
        count = len(self._units()[0]) - 1
        codes = self._codes(count)
        text_page = address(handle)
        raw = np.zeros((count, 4), dtype=np.float32)  # left, top, right, bottom in user space
        ask(_loose_box, repeat(text_page), range(count), rows_of(raw))
        boxes = raw.astype(np.float64)
        # white space, generated characters and unmapped glyphs have no ink of their own
        keep = (codes > 32) & (codes != 0xA0) & (codes != 0x3000) & (codes != 0xFFFE) & np.isfinite(boxes).all(axis=1)
        owners = np.zeros(count, dtype=np.int64)
        if hidden or runs:
            owners = np.array([_text_object(text_page, i) or 0 for i in range(count)], dtype=np.int64)
            keep &= ~np.isin(owners, np.array(list(hidden), dtype=np.int64))
        kept = np.flatnonzero(keep)
        codes, boxes = codes[kept], boxes[kept]
        shown = self._to_displayed.boxes(boxes)
        flat = np.flatnonzero(_flat(shown)).tolist()
        for place in flat:
            boxes[place] = self._turned_box(int(kept[place]))
        if flat:
            shown = self._to_displayed.boxes(boxes)
        tall = _tall(codes, shown)
        if tall:
            for place, index in enumerate(kept.tolist()):
                boxes[place] = self._em_box(index, boxes[place])
        strayed = np.flatnonzero(self._strayed(boxes)).tolist()
        for place in strayed:
            boxes[place] = self._object_box(int(kept[place]))
        boxes = self._to_displayed.boxes(boxes) if tall or strayed else shown
        seen = _first_drawn(codes, boxes) & (boxes[:, 3] > boxes[:, 1])  # nobody sees text of no height
        seen &= (boxes[:, 2] > 0) & (boxes[:, 0] < self.width) & (boxes[:, 3] > 0) & (boxes[:, 1] < self.height)
        text = codes[seen].astype("<u4").tobytes().decode("utf-32-le", "replace")
        numbers = np.unique(owners[kept][seen], return_inverse=True)[1] if runs else None
        return Chars(text, boxes[seen], numbers)

    def _codes(self, count: int) -> np.ndarray:
        """Code points by character index."""
        text, units = self._units()
        if units == count:
            codes = text[:count].astype(np.uint32)
            if not ((codes >= 0xD800) & (codes < 0xE000)).any():
                return codes
        unicode = pdfium.FPDFText_GetUnicode  # text and indices are out of step: pairs or unmapped glyphs
        codes = np.array([unicode(self._text_page, i) for i in range(count)], dtype=np.uint32)
        codes[(codes > 0x10FFFF) | ((codes >= 0xD800) & (codes < 0xE000))] = 0
        return codes

    def _strayed(self, boxes: Floats) -> np.ndarray:
        """Which boxes in user space lie off the page."""
        x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
        left, bottom, right, top = self._visible
        outside: np.ndarray = (x < left) | (x > right) | (y < bottom) | (y > top)
        return outside

    def _object_box(self, index: int) -> tuple[float, float, float, float]:
        """The em box of a character at the place where its text object is drawn, in user space.

        PDFium gives the boxes of some lone characters (一 and 入 in titles printed by Chromium) a quarter turn about
        the origin, off the page, and draws them where they belong.
        """
        matrix = pdfium.FS_MATRIX()
        pdfium.FPDFText_GetMatrix(self._text_page, index, matrix)
        size = pdfium.FPDFText_GetFontSize(self._text_page, index)
        place = Matrix(matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)
        return box_through(place, (0.0, BELOW * size, size, ABOVE * size))

    def _em_box(self, index: int, box: Floats) -> Floats:
        """A loose box in user space as high as the em box, where it is much higher than that and not turned."""
        matrix = pdfium.FS_MATRIX()
        pdfium.FPDFText_GetMatrix(self._text_page, index, matrix)
        size = abs(matrix.d) * pdfium.FPDFText_GetFontSize(self._text_page, index)
        if matrix.b or matrix.c or not 0 < TALL * size < abs(box[3] - box[1]):
            return box
        x, y = ctypes.c_double(), ctypes.c_double()
        pdfium.FPDFText_GetCharOrigin(self._text_page, index, x, y)
        return np.array([box[0], y.value + BELOW * size, box[2], y.value + ABOVE * size])

    def _turned_box(self, index: int) -> tuple[float, float, float, float]:
        """A loose box in user space from tight box, origin, matrix and font size; for text in any direction."""
        handle = self._text_page
        tight = [ctypes.c_double() for _ in range(4)]
        pdfium.FPDFText_GetCharBox(handle, index, *tight)
        left, right, bottom, top = (c.value for c in tight)
        x, y = ctypes.c_double(), ctypes.c_double()
        pdfium.FPDFText_GetCharOrigin(handle, index, x, y)
        matrix = pdfium.FS_MATRIX()
        pdfium.FPDFText_GetMatrix(handle, index, matrix)
        size = pdfium.FPDFText_GetFontSize(handle, index)
        up_x, up_y = matrix.c * size, matrix.d * size
        ends = [(x.value + k * up_x, y.value + k * up_y) for k in (BELOW, ABOVE)]
        if abs(up_y) >= abs(up_x):
            return left, min(e[1] for e in ends), right, max(e[1] for e in ends)
        return min(e[0] for e in ends), bottom, max(e[0] for e in ends), top


def _flat(boxes: Floats) -> np.ndarray:
    """Which displayed loose boxes are degenerate: turned text, or a font without ascent and descent."""
    width, height = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    usual = median(height) if len(height) else 0.0
    return (width < 0.01) | (height < max(0.01, 0.5 * usual))


def _tall(codes: np.ndarray, boxes: Floats) -> bool:
    """Whether Chinese characters have displayed loose boxes much higher than wide.

    LibreOffice embeds a font in parts of 255 glyphs, and the ascent of a part may be twice that of another; the
    middles of characters on one line then lie far apart.
    """
    some = boxes[(codes >= 0x4E00) & (codes < 0xA000)]
    return bool((some[:, 3] - some[:, 1] > TALL * (some[:, 2] - some[:, 0])).any())


def _first_drawn(codes: np.ndarray, boxes: Floats) -> np.ndarray:
    """Which glyphs don't repeat another within a quarter of its size: fake bold draws text twice."""
    middle_x, middle_y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    width, height = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    keep = np.ones(len(codes), dtype=bool)
    high, across = codes.astype(np.int64) << 40, _in_20_bits(middle_x * 64)
    nearest = 64 * 0.25 * width.max(initial=0.0) + 1  # between middles of the same glyph in one band
    for shift in (0.0, 0.5):  # bands of 2 pt, twice, so that no pair falls between two of them
        places = high | (_in_20_bits(middle_y / 2 + shift) << 20) | across
        ordered = np.sort(places)
        if not (ordered[1:] - ordered[:-1] <= nearest).any():
            continue  # the usual page; sorting the numbers alone is much faster
        order = np.argsort(places)
        same = (
            (codes[order][1:] == codes[order][:-1])
            & (np.abs(np.diff(middle_x[order])) < 0.25 * width[order][1:])
            & (np.abs(np.diff(middle_y[order])) < 0.25 * height[order][1:])
        )
        keep[np.maximum(order[:-1][same], order[1:][same])] = False
    return keep


def _in_20_bits(values: Floats) -> np.ndarray:
    return np.minimum(np.maximum(values, 0), (1 << 20) - 1).astype(np.int64)
