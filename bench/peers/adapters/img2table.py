"""img2table on the page's picture with the text of the file; implicit_rows finds a handful of cells more."""

from __future__ import annotations

from img2table.document import PDF

from bench.peers.found import FoundCell, FoundTable

_POINTS = 72 / 200  # of a pixel; it draws pages at 200 dpi


def tables(path: str) -> list[FoundTable]:
    """The tables of all pages."""
    found = []
    for page, some in PDF(path).extract_tables(implicit_rows=True).items():
        for table in some:
            # a merged cell comes once for every place that it fills
            boxes = {
                (c.bbox.x1, c.bbox.y1, c.bbox.x2, c.bbox.y2): c.value for row in table.content.values() for c in row
            }
            cells = [FoundCell(*(_POINTS * side for side in box), text or "") for box, text in boxes.items()]
            found.append(FoundTable(page + 1, cells))
    return found
