"""camelot's lattice with the engine that it takes by default: rulings from the file and from the page's picture."""

from __future__ import annotations

from bench.peers.adapters.camelot_lattice import lattice
from bench.peers.found import FoundTable


def tables(path: str) -> list[FoundTable]:
    """The tables of all pages."""
    return lattice(path, "combined")
