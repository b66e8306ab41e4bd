"""What an account says of one planted error: whether it is seen, what was altered, and who is named."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fixtures.make.money import parse_yuan
from juesuan_extract.model.account import Account
from juesuan_extract.model.fact import Key
from juesuan_extract.model.message import Message, Repair
from juesuan_extract.model.proof import Check
from juesuan_extract.say.repairs import PAIRINGS
from juesuan_extract.values.amounts import parse

NONE = "none"  # kind of a document without a fault
MOVES = frozenset(PAIRINGS)  # repairs that set figures beside other labels because the identities say so
RECORDED = MOVES | {"row_joined_over_pages"}  # repairs after which a figure stands elsewhere
Figures = Mapping[Key, int | None]  # fen; None where nothing is printed


@dataclass(frozen=True, slots=True)
class Planted:
    """A document with one error or none. own: every figure under the row and column it belongs to, as printed."""

    name: str
    kind: str  # digit, transposed, row_shift or none
    variant: str  # of a shift
    table: str
    own: Figures
    key: Key | None = None  # the wrong figure
    change: int = 0  # by which it is wrong, fen
    rows: tuple[str, ...] = ()  # of a shift: whose figures stand elsewhere
    beside: Figures = field(default_factory=dict)  # of a shift: what stands where those figures belong


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of it. invisible: why nothing can be seen; altered: what is said otherwise than printed."""

    planted: Planted
    status: str
    flagged: bool
    invisible: str = ""
    altered: tuple[str, ...] = ()
    named: bool = False
    only: bool = False
    first: bool = False

    @property
    def missed(self) -> bool:
        """Neither seen nor invisible."""
        return self.planted.kind != NONE and not self.flagged and not self.invisible


def read_planted(path: Path) -> Planted:
    """A truth file."""
    said: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    own = {
        (c["table_id"], c["row_id"], c["column_id"]): None if c["amount_yuan"] is None else parse_yuan(c["amount_yuan"])
        for c in said["cells"]
        if c["instance"] == 0 and not c["row_id"].startswith("unmapped")
    }
    if not said["faults"]:
        return Planted(said["id"], NONE, "", "", own)
    (fault,) = said["faults"]
    kind, _, variant = fault["kind"].partition("/")
    table = fault["table_id"]
    if kind != "row_shift":
        change = parse_yuan(fault["printed_yuan"]) - parse_yuan(fault["right_yuan"])
        return Planted(said["id"], kind, "", table, own, (table, fault["row_id"], fault["column_id"]), change)
    beside = {
        (table, row, column): None if yuan is None else parse_yuan(yuan)
        for row, columns in fault["places"].items()
        for column, yuan in columns.items()
    }
    return Planted(said["id"], kind, variant, table, own, rows=tuple(fault["rows"]), beside=beside)


def judge(planted: Planted, account: Account) -> Judgement:
    """What an account says of the error planted in it."""
    altered = tuple(_altered(planted, account))
    if planted.kind == NONE:
        return Judgement(planted, account.status, account.status == "conflict", altered=altered)
    flagged = _flagged(planted.table, account)
    invisible = "" if flagged else _reason(planted, account)
    named, only, first = (_wrong if planted.key else _shifted)(planted, account)
    return Judgement(planted, account.status, flagged, invisible, altered, named, only, first)


# -- seen, or not to be seen ------------------------------------------------------------------------------------------


def _flagged(table: str, account: Account) -> bool:
    """A failed identity, a cell in conflict, figures moved, or the table of the error is called anything but proven."""
    return (
        any(c.verdict == "fails" and c.independent for c in account.checks)
        or any(f.status == "conflict" for f in account.facts)
        or any(r.kind in MOVES for r in account.repairs)
        or any(t.table_id == table and t.status != "verified" for t in account.tables)
    )


def _reason(planted: Planted, account: Account) -> str:
    """Why arithmetic can't see it; empty where that can't be said."""
    checks = [c for c in account.checks if c.verdict == "holds" and c.independent]
    if planted.key:
        return _reason_of_figure([c for c in checks if planted.key in c.cells], planted.change)
    changes = {key: (fen or 0) - (planted.own.get(key) or 0) for key, fen in planted.beside.items()}
    if any(c.relation == "=" and abs(_moved(c, changes)) > 2 * (c.tolerance or 0) for c in checks):
        return ""
    if planted.table == "gk06" and len({row[:3] for row in planted.rows}) == 1 and all(map(_is_item, planted.rows)):
        return "款 of 06 permuted inside their 类"
    return "the figures enter the same sums"


def _moved(check: Check, changes: Mapping[Key, int]) -> int:
    """By how much the difference of its sides is another one than with the right figures."""
    return sum(changes.get(key, 0) * (1 if n < check.left_cells else -1) for n, key in enumerate(check.cells))


def _is_item(row: str) -> bool:
    return row.isdigit() and len(row) == 5


def _reason_of_figure(checks: Sequence[Check], change: int) -> str:
    equalities = [c for c in checks if c.relation == "="]
    if not equalities:
        return "it stands in bounds only" if checks else "it stands in no identity"
    # the right figure held within the tolerance too, so that both may lie at its two ends
    return "within rounding" if all(abs(change) <= 2 * (c.tolerance or 0) for c in equalities) else ""


# -- altered ----------------------------------------------------------------------------------------------------------


def _altered(planted: Planted, account: Account) -> Iterator[str]:
    """Figures with another amount than their text says, or beside another label than printed without a repair; with
    one, beside a label that is neither that printed nor their own."""
    units = {t.table_id: t.unit for t in account.tables}
    moved = {r.table_id for r in account.repairs if r.kind in RECORDED}
    printed = {**planted.own, **planted.beside}
    for fact in account.facts:
        if fact.row_id.startswith("unmapped"):
            continue
        text = parse(fact.text)
        if (fact.amount or 0) != (text.fen(units[fact.table_id] or "万元") if text.kind == "amount" else 0):
            yield f"{fact.key} {fact.text} is said to be {fact.amount}"
        elif fact.key in printed:
            good = {printed[fact.key] or 0}
            if fact.table_id in moved or planted.variant.startswith("codes"):  # names and codes contradict each other
                good.add(planted.own.get(fact.key) or 0)
            if (fact.amount or 0) not in good:
                yield f"{fact.key} is {fact.amount}, printed {printed[fact.key]}"


# -- who is named -----------------------------------------------------------------------------------------------------

Named = tuple[bool, bool, bool]  # at all, nobody else, first


def _explanations(account: Account) -> list[list[set[Key]]]:
    """The suspects of every conflict that has any."""
    found = [[{s.key for s in explanation} for explanation in c.explanations] for c in account.conflicts]
    return [explanations for explanations in found if explanations]


def _wrong(planted: Planted, account: Account) -> Named:
    found = _explanations(account)
    every = [suspects for explanations in found for suspects in explanations]
    named = any(planted.key in suspects for suspects in every)
    only = named and all(suspects == {planted.key} for suspects in every)
    return named, only, any(planted.key in explanations[0] for explanations in found)


def _shifted(planted: Planted, account: Account) -> Named:
    """Figures moved to where they belong, or their rows named.

    Nobody else: moved, and rightly. Where a line is lost nothing can be; one proposal and no other does it there.
    """
    if _set_right(planted, account):
        return True, True, True
    names = {f.row_id: f.row_name for f in account.facts if f.table_id == planted.table}
    labels = {*planted.rows, *(names.get(row) or row for row in planted.rows)}
    proposals = [bool(labels & set(_labels(r))) for r in account.proposals if r.table_id == planted.table]
    places = {(planted.table, row) for row in planted.rows}
    found = [
        [bool(places & {key[:2] for key in some}) for some in explanations] for explanations in _explanations(account)
    ]
    named = any(proposals) or any(map(any, found))
    only = planted.variant == "line_lost" and proposals == [True] and len(account.proposals) == 1
    return named, only, proposals[:1] == [True] or any(explanations[0] for explanations in found)


def _set_right(planted: Planted, account: Account) -> bool:
    """Whether figures were moved, and stand where they belong now."""
    if not any(r.table_id == planted.table and r.kind in MOVES for r in account.repairs):
        return False
    facts = [f for f in account.facts if f.table_id == planted.table and not f.row_id.startswith("unmapped")]
    said = {f.key: f.amount for f in facts if f.amount and f.key in planted.own}
    return said == {key: fen for key, fen in planted.own.items() if key[0] == planted.table and fen}


def _labels(repair: Repair) -> Iterator[str]:
    """Rows that a repair names."""
    for side in (repair.before, repair.after):
        rows = dict(side.values).get("rows", ()) if isinstance(side, Message) else ()
        yield from (str(row[0]) for row in rows if isinstance(row, tuple) and row)


# -- counted ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tally:
    """Sums over some documents with an error."""

    documents: int
    flagged: int
    invisible: int
    missed: int
    altered: int
    named: int  # of those flagged, like the next two
    only: int
    first: int

    def share(self, count: int) -> float:
        """Of the documents whose error can be seen."""
        visible = self.documents - self.invisible
        return count / visible if visible else 1.0


def tally(some: Iterable[Judgement]) -> Tally:
    """The sums."""
    every = list(some)
    seen = [j for j in every if not j.invisible]
    return Tally(
        len(every),
        sum(j.flagged for j in every),
        sum(bool(j.invisible) for j in every),
        sum(j.missed for j in every),
        sum(bool(j.altered) for j in every),
        sum(j.named for j in seen),
        sum(j.only for j in seen),
        sum(j.first for j in seen),
    )
