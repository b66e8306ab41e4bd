"""A table between the page and its facts: where it stands, its head, columns and rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from juesuan_extract.model.message import Finding, Message, Repair
from juesuan_extract.model.page import Box, Cell, Grid


@dataclass(frozen=True, slots=True)
class Span:
    """One table of a document: its grids in reading order, and what was printed around them."""

    table_id: str | None  # None: a table that is none of the nine
    grids: tuple[Grid, ...]
    title: str  # as printed, without white space; "" when none is printed
    number: str  # 公开01表 …, as printed, without white space
    unit: str  # 万元, 元 …
    unit_name: str  # 部门：… or 单位：… beside the table; "" when none is printed
    notes: tuple[str, ...] = ()  # sentences as printed
    evidence: tuple[Message, ...] = ()
    doubts: tuple[Message, ...] = ()  # about its extent

    @property
    def pages(self) -> tuple[int, ...]:
        """Numbers of the pages it stands on, ascending."""
        return tuple(sorted({page for grid in self.grids for page in (grid.page, *grid.beside)}))


ColumnKind = Literal["code", "name", "ordinal", "amount", "other"]


class TableColumn(NamedTuple):
    """A column of a laid out table."""

    number: int  # from 0
    x0: float  # pt on the page of the first grid
    x1: float
    kind: ColumnKind
    path: tuple[str, ...]  # headings as printed, from the top
    column_id: str  # of an amount column; extra.… when unknown; "" for label columns
    row_id: str = ""  # where the headings name a row (horizontal 三公)


class RawRow(NamedTuple):
    """A body row of one block: what is printed, before it has an id."""

    page: int
    code: str  # digits; parts of several code columns joined with |, empty ones in front kept; "" when none is printed
    name: str  # as printed, lines joined
    amounts: tuple[tuple[TableColumn, Cell], ...]
    label_box: Box | None
    block: int
    side: str  # income, expenditure or ""
    paired: bool = False  # its label is not the one that is printed beside its figures

    @property
    def has_figures(self) -> bool:
        """Whether any amount cell of the row is printed."""
        return any(cell.text for _, cell in self.amounts)

    @property
    def has_label(self) -> bool:
        """Whether a code or a name is printed."""
        return bool(self.code or self.name)


@dataclass(frozen=True, slots=True)
class Layout:
    """A located table taken apart: its columns and body rows in printed order, block by block."""

    span: Span
    columns: tuple[TableColumn, ...]
    rows: tuple[RawRow, ...]
    repairs: tuple[Repair, ...] = ()
    findings: tuple[Finding, ...] = ()
    doubts: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class HeadColumn:
    """A column of cells before it has a meaning: its elementary columns, edges in pt, headings, and what it holds."""

    first: int
    last: int
    x0: float
    x1: float
    path: tuple[str, ...]
    content: ColumnKind


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a grid. body: first body row; mixed: a row that holds headings and figures, or None."""

    body: int
    mixed: int | None
    ordinal_rows: tuple[int, ...]
    places: tuple[HeadColumn, ...]
    heading_rows: tuple[int, ...]


class MappedRow(NamedTuple):
    """A row with its id."""

    row_id: str
    name: str
    raw: RawRow


Places = NDArray[np.intp]  # numbers of facts


Plane = Places  # those of a block by line and column, -1 where there is none
