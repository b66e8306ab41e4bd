"""tablers as it comes."""

from __future__ import annotations

from tablers import Document, find_tables

from bench.peers.found import FoundCell, FoundTable


def tables(path: str) -> list[FoundTable]:
    """The tables of all pages."""
    found = []
    with Document(path) as document:
        for number, page in enumerate(document.pages(), 1):
            for table in find_tables(page, extract_text=True):
                found.append(FoundTable(number, [FoundCell(*cell.bbox, cell.text) for cell in table.cells]))
    return found
