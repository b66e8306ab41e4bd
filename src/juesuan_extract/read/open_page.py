"""An open page as the page readers see it: what is on it, each thing worked out once, and what the page before held."""

from __future__ import annotations

import re
import unicodedata
from functools import cached_property
from typing import Protocol

from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.model.page import Grid, Line, Page, PageContent, Rulings
from juesuan_extract.read.grid import find_grids
from juesuan_extract.recognise.titles import match_title, names_table
from juesuan_extract.values.labels import squeeze
from juesuan_extract.values.prose import FIGURE, sentences

PROSE = 6  # sentences; a page with as many that names no table and follows none holds none
CONTENTS = 3  # a page that names so many tables and shows no figure is a list of contents

_SCATTERED = re.compile(r"(?:\n[\u4e00-\u9fff]){4}")  # PDFium has taken a title apart


class PdfPage(Protocol):
    """What a page of a PDF offers, the cheap things first; lengths in pt on the displayed page."""

    number: int  # from 1
    width: float
    height: float

    def text(self) -> str:
        """All text, line by line."""

    def lines(self) -> tuple[Line, ...]:
        """The same with the box of every line."""

    def rulings(self) -> Rulings:
        """Its straight lines."""

    def is_picture(self) -> bool:
        """Whether pictures take half of it or more."""

    def raster_rulings(self) -> Rulings:
        """Straight lines of its picture."""

    def read(self, runs: bool = False) -> Page:
        """Characters and rulings; with runs also which characters one text object draws."""


class OpenPage:
    """A page that is being read. `before`: the page before it, as it was read; None for the first."""

    def __init__(self, page: PdfPage, before: PageContent | None, catalog: Catalog) -> None:
        self.page = page
        self.before = before
        self.catalog = catalog

    @cached_property
    def text(self) -> str:
        """All text of it."""
        return self.page.text()

    @cached_property
    def named(self) -> int:
        """How many lines are a table's title; of a page drawn character by character whether it names one."""
        if _SCATTERED.search(self.text):
            return int(names_table(self.text, self.catalog))
        lines = [line for line in self.text.split("\n") if "表" in line]
        return sum(match_title(squeeze(line), self.catalog) is not None for line in lines)

    @cached_property
    def goes_on(self) -> Grid | None:
        """The grid without rulings, or with rulings that are a picture, with which the page before ends; it may go
        on here."""
        grids = self.before.grids[-1:] if self.before is not None else ()
        return grids[0] if grids and grids[0].source.reader in ("stream", "raster") else None

    @cached_property
    def may_be_unruled(self) -> bool:
        """Whether there may be a table even without rulings."""
        if self.goes_on is not None:
            return True
        contents = self.named >= CONTENTS and not FIGURE.search(unicodedata.normalize("NFKC", squeeze(self.text)))
        return bool(self.named) and not contents

    @cached_property
    def prose(self) -> bool:
        """Whether it is a page of sentences that goes on with no table."""
        follows = self.before is not None and bool(self.before.grids)
        return sentences(self.text) >= PROSE and not follows

    @cached_property
    def content(self) -> Page:
        """Its characters and rulings."""
        return self.page.read()

    @cached_property
    def ruled(self) -> tuple[list[Grid], list[Line]]:
        """Its ruled grids and the lines outside them."""
        return find_grids(self.content)

    def as_read(self, grids: list[Grid], lines: list[Line] | tuple[Line, ...]) -> PageContent:
        """The page with these grids and the lines outside them."""
        return PageContent(self.page.number, self.text, tuple(lines), tuple(grids), self.page.width, self.page.height)


def crossing(rulings: Rulings) -> bool:
    """Whether lines cross or repeat, so that it pays to read where the characters stand."""
    across, down = len(rulings.horizontal), len(rulings.vertical)
    return (across >= 2 and down >= 2) or across >= 3
