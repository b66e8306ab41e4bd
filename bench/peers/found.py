"""What a reader says of a PDF, in the same words for all of them."""

from __future__ import annotations

from typing import NamedTuple, Protocol


class FoundCell(NamedTuple):
    """A cell; a merged one once, as large as it is. Any unit of length, origin at the top left."""

    x0: float
    top: float
    x1: float
    bottom: float
    text: str  # lines parted by \n


class FoundTable(NamedTuple):
    """A table on one page."""

    page: int  # from 1
    cells: list[FoundCell]


class Adapter(Protocol):
    """A module of `bench.peers.adapters`."""

    def tables(self, path: str) -> list[FoundTable]:
        """The tables of all pages of a PDF, with the best settings known."""
