"""PyMuPDF's `find_tables` as it comes."""

from __future__ import annotations

import pymupdf

from bench.peers.found import FoundCell, FoundTable


def tables(path: str) -> list[FoundTable]:
    """The tables of all pages."""
    found = []
    with pymupdf.open(path) as document:
        for page in document:
            for table in page.find_tables().tables:
                cells = [
                    FoundCell(*box, text or "")
                    for row, texts in zip(table.rows, table.extract(), strict=True)
                    for box, text in zip(row.cells, texts, strict=True)
                    if box is not None
                ]
                found.append(FoundTable(page.number + 1, cells))
    return found
