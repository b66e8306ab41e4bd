"""pdfplumber as it comes: rulings make the tables, pages are closed when they are done."""

from __future__ import annotations

import pdfplumber

from bench.peers.found import FoundCell, FoundTable


def tables(path: str) -> list[FoundTable]:
    """The tables of all pages."""
    found = []
    with pdfplumber.open(path) as document:
        for page in document.pages:
            for table in page.find_tables():
                cells = [
                    FoundCell(*map(float, box), text or "")
                    for row, texts in zip(table.rows, table.extract(), strict=True)
                    for box, text in zip(row.cells, texts, strict=True)
                    if box is not None
                ]
                found.append(FoundTable(page.page_number, cells))
            page.close()
    return found
