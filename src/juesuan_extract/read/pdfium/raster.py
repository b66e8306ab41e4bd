"""Rulings of a page whose table lines are a picture or a pattern: the page is rendered and its lines are looked for."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING

import numpy as np
import pypdfium2.raw as pdfium

from juesuan_extract.model.page import Floats, Rulings

if TYPE_CHECKING:
    from juesuan_extract.read.pdfium.page import PdfiumPage

DPI = 120
SHORTEST = 24.0  # pt; strokes of glyphs are shorter
THICKEST = 4.0  # pt
MAX_PIXELS = 40_000_000


def render_gray(page: PdfiumPage, dpi: float) -> np.ndarray:
    """The page as displayed as an array of grey values, height × width."""
    scale = dpi / 72
    width, height = max(1, round(page.width * scale)), max(1, round(page.height * scale))
    if width * height > MAX_PIXELS:
        scale = (MAX_PIXELS / (page.width * page.height)) ** 0.5
        width, height = max(1, int(page.width * scale)), max(1, int(page.height * scale))
    bitmap = pdfium.FPDFBitmap_CreateEx(width, height, pdfium.FPDFBitmap_Gray, None, 0)
    try:
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
        pdfium.FPDF_RenderPageBitmap(bitmap, page.handle, 0, 0, width, height, 0, pdfium.FPDF_ANNOT)
        stride = pdfium.FPDFBitmap_GetStride(bitmap)
        pointer = ctypes.cast(pdfium.FPDFBitmap_GetBuffer(bitmap), ctypes.POINTER(ctypes.c_ubyte))
        return np.ctypeslib.as_array(pointer, shape=(height, stride))[:, :width].copy()
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)


def raster_rulings(page: PdfiumPage) -> Rulings:
    """Straight lines found in the picture of a page, in pt on the displayed page."""
    import cv2

    gray = render_gray(page, DPI)
    scale = page.width / gray.shape[1]  # pt per px
    dark = cv2.adaptiveThreshold(gray, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 25, 12)
    length = max(8, round(SHORTEST / scale))
    found: list[Floats] = []
    for kernel in ((length, 1), (1, length)):
        lines = cv2.morphologyEx(dark, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_RECT, kernel))
        _, _, stats, _ = cv2.connectedComponentsWithStats(lines, connectivity=8)
        boxes = stats[1:, :4].astype(np.float64) * scale  # left, top, width, height
        across = 2 if kernel[0] > 1 else 3
        thick = boxes[:, 5 - across]
        boxes = boxes[(boxes[:, across] >= SHORTEST) & (thick <= THICKEST)]
        if across == 2:
            found.append(np.stack((boxes[:, 1] + boxes[:, 3] / 2, boxes[:, 0], boxes[:, 0] + boxes[:, 2]), axis=1))
        else:
            found.append(np.stack((boxes[:, 0] + boxes[:, 2] / 2, boxes[:, 1], boxes[:, 1] + boxes[:, 3]), axis=1))
    return Rulings(found[0], found[1])
