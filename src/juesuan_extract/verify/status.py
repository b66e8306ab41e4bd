"""Status and confidence of cells, tables and the document, from checks and doubts."""

from __future__ import annotations

from collections.abc import Iterable

from juesuan_extract.model import CellStatus, Check, Fact, Key, Status, TableStatus

# The probability that a cell read from a text layer equals what is printed, by the evidence for it. Estimates from the
# text-layer documents at hand (no misreading in 3,000 cells); a later version fits them on generated documents.
WITNESSED, ALONE, DOUBTED, SUSPECT = 0.9995, 0.998, 0.95, 0.97
_WORST: dict[TableStatus, tuple[int, Status]] = {
    "verified": (0, "verified"),
    "unverified": (1, "unverified"),
    "conflict": (2, "conflict"),
}


def judge_cells(facts: Iterable[Fact], checks: list[Check], suspected: dict[Key, str]) -> tuple[Fact, ...]:
    """Facts with status, confidence and reasons filled in."""
    witnesses = {key for c in checks if c.verdict == "holds" and c.independent for key in c.cells}
    seen: set[Key] = set()
    judged = []
    for fact in facts:
        key = fact.key
        repeated = key in seen
        seen.add(key)
        status: CellStatus
        reasons = fact.reasons
        if repeated:
            status, confidence = "unverified", DOUBTED
            reasons = (*reasons, "another row of the table has the same id")
        elif key in suspected:
            status, confidence = "conflict", SUSPECT
            reasons = (*reasons, suspected[key])
        elif reasons:
            status, confidence = "unverified", DOUBTED
        elif key in witnesses:
            status, confidence = "verified", WITNESSED
        else:
            status, confidence = "unverified", ALONE
            if fact.amount:
                reasons = ("no identity speaks for it",)
        judged.append(fact._replace(status=status, confidence=confidence, reasons=reasons))
    return tuple(judged)


def judge_table(
    table: str, facts: list[Fact], checks: list[Check], doubts: tuple[str, ...], zero_elsewhere: bool
) -> TableStatus:
    """Status of one found table by the contract.

    doubts: about its form, which keep it from being verified.
    zero_elsewhere: other tables print that its figures are 0.
    """
    if any(c.verdict == "fails" and c.independent and table in {k[0] for k in c.cells} for c in checks):
        return "conflict"
    if doubts or any(f.status not in ("verified", "repaired") for f in facts if f.amount or f.reasons):
        return "unverified"
    if any(f.amount for f in facts):
        return "verified"
    other = zero_elsewhere or any(
        c.verdict == "holds" and c.independent and len(c.tables) > 1 and any(k[0] == table for k in c.cells)
        for c in checks
    )
    return "verified" if other else "unverified"


def judge_document(tables: Iterable[TableStatus]) -> Status:
    """The worst status of the found tables."""
    return max((_WORST[t] for t in tables if t != "missing"), default=_WORST["unverified"])[1]
