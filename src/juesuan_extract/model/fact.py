"""An amount cell, and what speaks for it. Amounts are integers in fen (分, 1/100 元); no float ever holds money."""

from __future__ import annotations

from typing import Literal, NamedTuple

from juesuan_extract.model.message import Message
from juesuan_extract.model.page import Box, Method

CellStatus = Literal["verified", "unverified", "conflict", "repaired"]
Second = Literal["none", "agrees", "adopted", "differs"]  # what a second reader says of a cell
Key = tuple[str, str, str]  # (table_id, row_id, column_id): where identities look for a figure


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
    reasons: tuple[Message, ...] = ()
    evidence: Evidence = Evidence()

    def judged(self, confidence: float, status: CellStatus, reasons: tuple[Message, ...], evidence: Evidence) -> Fact:
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
