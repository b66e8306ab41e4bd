"""Status and confidence of cells, tables and the document, from checks and doubts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

from juesuan_extract.knowledge.confidence import ConfidenceRules
from juesuan_extract.model.account import Status, TableStatus
from juesuan_extract.model.fact import CellStatus, Evidence, Fact, Key, Second
from juesuan_extract.model.message import Message, message
from juesuan_extract.model.proof import Check
from juesuan_extract.verify.witnesses import failing, witnesses

_WORST: dict[TableStatus, tuple[int, Status]] = {
    "blank": (-1, "blank"),
    "verified": (0, "verified"),
    "unverified": (1, "unverified"),
    "conflict": (2, "conflict"),
}
# why a cell is no better than unverified
REPEATED = message("cell.repeated")
UNPROVEN = message("cell.unproven")
OTHER_NAME = message("cell.other_name")
ALONE = {
    ("place", "off"): message("cell.alone_off_place"),
    ("name", "none"): message("cell.alone_no_name"),
}


def judge_cells(
    facts: Sequence[Fact],
    checks: Sequence[Check],
    suspected: Mapping[Key, Message],
    seconds: Mapping[Key, Second],
    rules: ConfidenceRules,
) -> tuple[Fact, ...]:
    """Facts with status, confidence, reasons and evidence filled in.

    suspected: cells that may be wrong, and why; seconds: what a second reader said of those that it read.
    """
    said = witnesses(facts, checks)
    beside = failing(checks)
    seen: set[Key] = set()
    judged = []
    for fact in facts:
        key = fact.key
        amount: Literal["figure", "zero", "blank"]
        amount = "figure" if fact.amount else "blank" if fact.amount is None else "zero"
        _, reader, _, place, name, _, _, form = fact.evidence
        if key in seen:
            evidence = Evidence(amount, reader, "none", place, name, "none", "none", "repeated")
        else:
            failed: Literal["suspect", "beside", "none"]
            failed = "suspect" if key in suspected else "beside" if key in beside else "none"
            second = seconds.get(key, "none")
            evidence = Evidence(amount, reader, second, place, name, said.get(key, "none"), failed, form)
        seen.add(key)
        status, reason = _status(evidence, bool(fact.reasons), suspected.get(key))
        reasons = (*fact.reasons, reason) if reason else fact.reasons
        confidence = rules.probability(evidence)
        judged.append(fact.judged(confidence, status, reasons, evidence))
    return tuple(judged)


def _status(evidence: Evidence, doubted: bool, suspicion: Message | None) -> tuple[CellStatus, Message | None]:
    """The status that the evidence gives a cell, and why it is no better.

    One sum alone proves little of one of its parts: exchanged with another it would hold as well, and of the 27 parts
    of 302 it lets each be off by 0.06 万元. Then only a figure that stands in the row of its label, beside a name that
    its code has, is verified.
    """
    if evidence.form == "repeated":
        return "unverified", REPEATED
    if evidence.failed == "suspect":
        return "conflict", suspicion
    if doubted:
        return "unverified", None
    if evidence.amount != "figure":
        return ("unverified" if evidence.witnesses == "none" else "verified"), None
    if evidence.witnesses in ("none", "zeros"):
        return "unverified", UNPROVEN
    if evidence.name == "differs":  # a code that is misread in all sums alike
        return "unverified", OTHER_NAME
    unknown = evidence.name if evidence.reader != "ruled" else "clean"  # rulings tell its row, whatever it is called
    why = ALONE.get(("place", evidence.place)) or ALONE.get(("name", unknown))
    return ("unverified", why) if evidence.witnesses == "sum" and why else ("verified", None)


def judge_table(
    table: str, facts: Sequence[Fact], checks: Sequence[Check], doubts: tuple[Message, ...], zero_elsewhere: bool
) -> tuple[TableStatus, tuple[Message, ...]]:
    """Status of one found table by the contract, and why it is no better.

    doubts: about its form, which keep it from being verified.
    zero_elsewhere: other tables print that its figures are 0.
    """
    if not any(fact.amount is not None or fact.reasons for fact in facts):
        return "blank", (message("table.blank"),)
    failed = [c.check_id for c in checks if c.accuses and table in {k[0] for k in c.cells}]
    if failed:
        fail = message("table.check_fails", check=failed[0]), message("table.checks_fail", count=len(failed))
        return "conflict", (fail[len(failed) > 1], *doubts)
    unproven = sum(f.status not in ("verified", "repaired") for f in facts if f.amount or f.reasons)
    if unproven:
        doubts = (*doubts, message("table.unproven", count=unproven) if unproven > 1 else message("table.unproven_one"))
    if doubts:
        return "unverified", doubts
    if any(f.amount for f in facts) or zero_elsewhere or any(map(_joins_tables(table), checks)):
        return "verified", ()
    return "unverified", (message("table.no_figure"),)


def _joins_tables(table: str) -> Callable[[Check], bool]:
    """Whether an identity between this table and another holds."""

    def joins(check: Check) -> bool:
        holds = check.verdict == "holds" and check.independent and len(check.tables) > 1
        return holds and any(key[0] == table for key in check.cells)

    return joins


def judge_document(tables: Iterable[TableStatus], unread: bool) -> Status:
    """The worst status of the found tables that are not blank; unread: a page that may hold one could not be read."""
    worst = max((_WORST[t] for t in tables if t != "missing"), default=_WORST["unverified"])
    return "unverified" if unread and worst == _WORST["verified"] else worst[1]
