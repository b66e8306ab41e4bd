"""camelot's lattice with its fast engine: rulings from the file alone."""

from __future__ import annotations

from bench.peers.adapters.camelot_lattice import lattice
from bench.peers.found import FoundTable


def tables(path: str) -> list[FoundTable]:
    """The tables of all pages."""
    return lattice(path, "vector")
