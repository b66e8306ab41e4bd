"""What camelot's two engines share: lattice with split_text, without which words that touch share a cell.

Camelot cuts merged cells into pieces and says which edges are drawn; the pieces are joined again.
"""

from __future__ import annotations

from typing import Any

import camelot

from bench.peers.found import FoundCell, FoundTable

Place = tuple[int, int]


def lattice(path: str, engine: str) -> list[FoundTable]:
    """The tables of all pages, by one of the engines."""
    found = camelot.read_pdf(path, pages="all", flavor="lattice", engine=engine, split_text=True, suppress_stdout=True)
    return [FoundTable(int(table.page), _whole(table.cells, float(table.pdf_size[1]))) for table in found]


def _whole(cells: list[list[Any]], height: float) -> list[FoundCell]:
    owner: dict[Place, Place] = {}
    members: dict[Place, list[Any]] = {}
    for r, row in enumerate(cells):
        for c, cell in enumerate(row):
            first = owner[r, c - 1] if c and not cell.left else owner[r - 1, c] if r and not cell.top else (r, c)
            owner[r, c] = first
            members.setdefault(first, []).append(cell)
    return [
        FoundCell(
            min(cell.x1 for cell in own),
            height - max(cell.y2 for cell in own),  # its origin is the lower left corner
            max(cell.x2 for cell in own),
            height - min(cell.y1 for cell in own),
            "\n".join(cell.text.strip() for cell in own if cell.text.strip()),
        )
        for own in members.values()
    ]
