"""juesuan-extract's first stage: text, rulings and grids of every page; nothing is mapped, mended or proven."""

from __future__ import annotations

from pathlib import Path

from bench.caches import forget
from bench.peers.found import FoundCell, FoundTable
from juesuan_extract.knowledge.catalog import load_catalog
from juesuan_extract.read.pages import read_sheets


def tables(path: str) -> list[FoundTable]:
    """The tables of all pages."""
    forget()
    sheets = read_sheets(Path(path).read_bytes(), load_catalog())
    return [
        FoundTable(sheet.number, [FoundCell(*cell.box, "\n".join(cell.lines)) for cell in grid.cells])
        for sheet in sheets
        for grid in sheet.grids
    ]
