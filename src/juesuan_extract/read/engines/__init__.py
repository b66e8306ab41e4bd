"""Ways to read a page. Every reader turns pages of a PDF into grids of cells in displayed coordinates."""

from __future__ import annotations

from typing import Protocol

from juesuan_extract.model.page import Grid
from juesuan_extract.read.engines import camelot, plumber


class GridReader(Protocol):
    """The interface of the further readers."""

    def __call__(self, data: bytes, pages: list[int]) -> dict[int, list[Grid]]:
        """Ruled tables by page number; raises UnreadableDocument."""


# in the order in which they are asked; their libraries are imported when one is called
READERS: dict[str, GridReader] = {plumber.NAME: plumber.read_grids, camelot.NAME: camelot.read_grids}
