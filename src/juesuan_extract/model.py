"""The frozen types that pass between the stages.

Lengths are PDF points (pt, 1/72 inch) on the page as displayed, that is after /Rotate, with the origin at the top
left. Amounts are integers in fen (分, 1/100 元); no float ever holds money. Types of which a document has thousands
are named tuples, because they are made ten times faster than frozen dataclasses; the others are dataclasses.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

Kind = Literal["final_account", "budget", "other"]
Status = Literal["verified", "unverified", "conflict", "failed", "not_final_account", "duplicate"]
TableStatus = Literal["verified", "unverified", "conflict", "missing"]
CellStatus = Literal["verified", "unverified", "conflict", "repaired"]
Verdict = Literal["holds", "fails", "not_evaluable"]
Method = Literal["text", "ocr"]
Second = Literal["none", "agrees", "adopted", "differs"]  # what a second reader says of a cell

Key = tuple[str, str, str]  # (table_id, row_id, column_id): where identities look for a figure


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


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """One ruled (or reconstructed) table on one page."""

    page: int
    box: Box
    xs: tuple[float, ...]  # column edges, pt
    ys: tuple[float, ...]  # row edges, pt
    cells: tuple[Cell, ...]
    reader: str
    doubts: tuple[str, ...] = ()  # what the reader wasn't sure of


@dataclass(frozen=True, slots=True)
class Span:
    """One table of a document: its grids in reading order, and what was printed around them."""

    table_id: str | None  # None: a table that is none of the nine
    grids: tuple[Grid, ...]
    title: str  # as printed, without white space; "" when none is printed
    number: str  # 公开01表 …, as printed, without white space
    unit: str  # 万元, 元 …
    unit_name: str  # 部门：… or 单位：… beside the table; "" when none is printed
    notes: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()  # about its extent

    @property
    def pages(self) -> tuple[int, ...]:
        """Numbers of the pages it stands on, ascending."""
        return tuple(sorted({grid.page for grid in self.grids}))


class Repair(NamedTuple):
    """One correction of form: what was read, what it was taken for, and why."""

    table_id: str
    page: int
    kind: str
    before: str
    after: str
    evidence: str


class Evidence(NamedTuple):
    """What speaks for a cell and against it; schemas/confidence.yaml says what each word means, the best first.

    Reading a cell fills in reader, place, name and form, the proof adds the rest.
    """

    amount: Literal["figure", "zero", "blank"] = "figure"
    reader: Literal["ruled", "open", "ocr"] = "ruled"
    second: Second = "none"
    place: Literal["clean", "off"] = "clean"
    name: Literal["clean", "none", "differs"] = "clean"
    witnesses: Literal["two", "copy", "sum", "zeros", "none"] = "none"
    failed: Literal["none", "beside", "suspect"] = "none"
    form: Literal["plain", "joined", "paired", "odd", "repeated"] = "plain"


class Fact(NamedTuple):
    """One amount cell of a found table."""

    table_id: str
    row_no: int  # from 1, in printed order
    row_id: str
    row_name: str
    column_id: str
    amount: int | None  # fen; None: blank or a dash
    text: str  # as printed
    is_blank: bool
    page: int
    box: Box
    method: Method = "text"
    confidence: float = 0.0
    status: CellStatus = "unverified"
    reasons: tuple[str, ...] = ()
    evidence: Evidence = Evidence()

    def judged(self, confidence: float, status: CellStatus, reasons: tuple[str, ...], evidence: Evidence) -> Fact:
        """The same with what the proof says of it; many times faster than `_replace`."""
        return Fact(*self[:11], confidence, status, reasons, evidence)

    @property
    def doubtful(self) -> bool:
        """Somebody should look at it: contradicted, corrected, or printed without anything that speaks for it."""
        return self.status in ("conflict", "repaired") or (self.status == "unverified" and not self.is_blank)

    @property
    def key(self) -> Key:
        """Where identities look for it."""
        return self.table_id, self.row_id, self.column_id


class Check(NamedTuple):
    """One accounting identity, applied to one row or column of one document."""

    check_id: str  # identity id, with the row and column it was applied to: I02.row[2080505]
    identity: str  # id in schemas/identities.yaml
    tables: tuple[str, ...]
    left: str  # the terms as text
    right: str
    left_amount: int | None  # fen; None when not evaluable
    right_amount: int | None
    residual: int | None  # left - right, fen
    tolerance: int | None  # fen
    verdict: Verdict
    cells: tuple[Key, ...]  # keys of the facts that stand in it, those of the left side first
    left_cells: int = 0  # how many of them stand on the left
    relation: str = "="
    independent: bool = True  # False: usual practice, or a consequence of other identities; never a witness
    given: tuple[Key, ...] = ()  # facts whose amounts decide whether it applies at all

    @property
    def accuses(self) -> bool:
        """It fails, and that is somebody's fault: usual practice and consequences of other identities accuse nobody."""
        return self.verdict == "fails" and self.independent


class Mention(NamedTuple):
    """A passage of the text outside the tables that holds a figure."""

    page: int
    text: str  # the passage, white space taken out
    printed: bool  # it says what the cell says; otherwise what the cell would have to be


class Suspect(NamedTuple):
    """A cell that may be wrong, and what it would have to be.

    Of the identities that hold with the printed figure and would fail without it, `sums` add several figures up, and
    `copies` print the same figure in another table or, as the only part, in the line above: a slip may be copied.
    """

    key: Key
    printed: int  # fen; 0 for a blank
    least: int | None  # fen: what it would have to be lies between these two, which are equal where the identities
    most: int | None  # leave no room; None: no bound
    wanted: int  # fen: of the amounts between them the one that satisfies most identities exactly
    sums: int = 0
    copies: int = 0
    slip: str = (
        ""  # what makes the one of the other: digit, transposed, lost, added, point, sign; "" where nothing does
    )
    mentions: tuple[Mention, ...] = ()


class Conflict(NamedTuple):
    """Failed identities that share cells, and the smallest sets of cells whose change would satisfy all identities.

    A figure that is printed several times counts once. explanations: the likeliest first; empty when no set was found
    within the bounds of the search. complete: no set that is as small is left out.
    """

    checks: tuple[str, ...]  # check_ids
    explanations: tuple[tuple[Suspect, ...], ...]
    complete: bool


class Finding(NamedTuple):
    """Something a person may want to know: an unknown heading, a page without text …"""

    code: str
    where: str  # page and table
    message: str


@dataclass(frozen=True, slots=True)
class Table:
    """One of the nine tables in one document; also when it was not found."""

    table_id: str
    published_no: str
    published_title: str
    pages: tuple[int, ...]
    unit: str
    rows: int
    columns: int
    status: TableStatus
    confidence: float | None
    method: Method = "text"
    notes: tuple[str, ...] = ()
    reader: str = ""


class OtherTable(NamedTuple):
    """A printed table that is none of the nine."""

    title: str
    pages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A rendered page of which some cell is in doubt (for the report)."""

    page: int
    width: float  # pt of the page; boxes scale by pixels / pt
    height: float
    png: bytes


@dataclass(frozen=True, slots=True)
class Account:
    """One final account, as emitted: everything known about one documents row."""

    doc_id: str
    source: str
    sha256: str
    pages: int
    kind: Kind
    status: Status
    unit_name: str = ""
    fiscal_year: int | None = None
    confidence: float | None = None
    error: str = ""
    tables: tuple[Table, ...] = ()  # the nine, in order, for a final account
    facts: tuple[Fact, ...] = ()
    checks: tuple[Check, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    repairs: tuple[Repair, ...] = ()
    proposals: tuple[Repair, ...] = ()  # what would satisfy every identity, and was not done: it is not the only way
    findings: tuple[Finding, ...] = ()
    others: tuple[OtherTable, ...] = ()
    pictures: tuple[Picture, ...] = ()
    timings: dict[str, float] = field(default_factory=dict)  # seconds per stage


# -- between locating and mapping -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page as the locator sees it: its text, the lines outside grids, and the grids, each top to bottom."""

    number: int
    text: str
    lines: tuple[Line, ...] = ()
    grids: tuple[Grid, ...] = ()
    width: float = 0.0
    height: float = 0.0
    picture: bool = False  # a picture without a text layer


ColumnKind = Literal["code", "name", "ordinal", "amount", "other"]


class Column(NamedTuple):
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
    amounts: tuple[tuple[Column, Cell], ...]
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
    columns: tuple[Column, ...]
    rows: tuple[RawRow, ...]
    repairs: tuple[Repair, ...] = ()
    findings: tuple[Finding, ...] = ()
    doubts: tuple[str, ...] = ()
