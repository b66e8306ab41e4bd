"""Pictures of the pages on which some cell is in doubt, for the report."""

from __future__ import annotations

from dataclasses import replace

from juesuan_extract.model.account import Account
from juesuan_extract.model.page import Picture
from juesuan_extract.read.pdfium.page import PdfiumDocument

DPI = 90
MOST_PAGES = 12  # per account; a document in which every page is doubtful is looked at as a whole


def with_pictures(account: Account, data: bytes) -> Account:
    """The account with a picture of each page that holds a doubtful cell, the first twelve of them."""
    pages = sorted({fact.page for fact in account.facts if fact.doubtful})[:MOST_PAGES]
    if not pages:
        return account
    import cv2

    from juesuan_extract.read.pdfium.raster import render_gray

    pictures = []
    with PdfiumDocument(data) as document:
        for number in pages:
            with document.page(number) as page:
                gray = render_gray(page, DPI)
                width, height = page.width, page.height
            # sixteen greys are enough for text and make the file a third as large
            done, png = cv2.imencode(".png", gray & 0xF0 | gray >> 4, [cv2.IMWRITE_PNG_COMPRESSION, 9])
            if done:
                pictures.append(Picture(number, width, height, png.tobytes()))
    return replace(account, pictures=tuple(pictures))
