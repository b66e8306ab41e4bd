"""What the identities say of an account: checks, and who may be to blame where they fail. Amounts are in fen."""

from __future__ import annotations

from typing import Literal, NamedTuple

from juesuan_extract.model.fact import Key

Verdict = Literal["holds", "fails", "not_evaluable"]


class CheckTerm(NamedTuple):
    """A term of an evaluated identity: a cell, or a sum of cells."""

    sign: int
    summed: bool
    table: str
    row: str  # of a sum: children(…), classes or function.*
    column: str
    cells: int  # how many facts stand in it

    def __str__(self) -> str:
        return f"{'sum ' if self.summed else ''}{self.table}[{self.row}].{self.column}"


class Check(NamedTuple):
    """One accounting identity, applied to one row or column of one document."""

    check_id: str  # identity id, with the row and column it was applied to: I02.row[2080505]
    identity: str  # id in schemas/identities.yaml
    tables: tuple[str, ...]
    left: tuple[CheckTerm, ...]
    right: tuple[CheckTerm, ...]
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

    @property
    def breaks(self) -> bool:
        """It neither holds nor stands between blanks alone: both sides are there and differ, or one can't be read."""
        return self.verdict != "holds" and self.residual != 0


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
