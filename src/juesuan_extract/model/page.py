"""What is printed on a page: characters, rulings, cells, grids and lines.

Lengths are PDF points (pt, 1/72 inch) on the page as displayed, that is after /Rotate, with the origin at the top
left. Types of which a document has thousands are named tuples, because they are made ten times faster than frozen
dataclasses; the others are dataclasses.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from juesuan_extract.model.message import Message

Floats = NDArray[np.float64]


class Box(NamedTuple):
    """A rectangle in pt on the displayed page; `top` < `bottom`."""

    x0: float
    top: float
    x1: float
    bottom: float


class Line(NamedTuple):
    """A line of text, white space taken out, with its box."""

    text: str
    box: Box


class Word(NamedTuple):
    """Characters that stand together on one line."""

    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class Chars:
    """The visible characters of a page in the order in which they are drawn; white space is left out.

    text: one code point per character. boxes: N×4 array (x0, top, x1, bottom) of loose boxes, i.e. the advance width
    by the font's ascent and descent, so that a flat glyph such as 一 is as tall as its neighbours.
    """

    text: str
    boxes: Floats
    runs: NDArray[np.intp] | None = None  # number of the text object that draws each character, where it was asked for


@dataclass(frozen=True, slots=True)
class Rulings:
    """Straight lines of a page.

    horizontal: N×3 array of (y, x0, x1); vertical: N×3 array of (x, top, bottom).
    """

    horizontal: Floats
    vertical: Floats


@dataclass(frozen=True, slots=True)
class Page:
    """What was read from one page."""

    number: int  # from 1
    width: float  # pt, as displayed
    height: float
    chars: Chars
    rulings: Rulings


Method = Literal["text", "ocr"]  # a text layer, or characters recognised in a picture


class Source(NamedTuple):
    """Who read a cell, in which way, and how sure of its characters it is (0 to 1)."""

    reader: str
    method: Method = "text"
    score: float = 1.0


PDFIUM = Source("pdfium")


class Cell(NamedTuple):
    """A cell of a grid; a merged cell has spans above 1."""

    row: int
    column: int
    row_span: int
    column_span: int
    text: str  # lines joined, white space taken out
    lines: tuple[str, ...]
    box: Box
    ink: Box | None  # the box of its characters; None when the cell is blank
    source: Source = PDFIUM
    page: int = 0  # where it stands, when that isn't the page of its grid


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """One ruled (or reconstructed) table on one page."""

    page: int
    box: Box
    xs: tuple[float, ...]  # column edges, pt
    ys: tuple[float, ...]  # row edges, pt
    cells: tuple[Cell, ...]
    source: Source  # of its rulings
    doubts: tuple[Message, ...] = ()  # what the reader wasn't sure of
    beside: tuple[int, ...] = ()  # pages on which its last columns stand
    # what follows from it, worked out once and kept as long as it is: by what it was worked out with
    derived: dict[object, object] = field(default_factory=dict, init=False, repr=False)


@dataclass(frozen=True, slots=True)
class Picture:
    """A rendered page of which some cell is in doubt (for the report)."""

    page: int
    width: float  # pt of the page; boxes scale by pixels / pt
    height: float
    png: bytes


@dataclass(frozen=True, slots=True)
class PageContent:
    """A page as the locator sees it: its text, the lines outside grids, and the grids, each top to bottom."""

    number: int
    text: str
    lines: tuple[Line, ...] = ()
    grids: tuple[Grid, ...] = ()
    width: float = 0.0
    height: float = 0.0
    picture: bool = False  # a picture without a text layer
