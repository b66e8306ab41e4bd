"""Figures that a publisher set beside the wrong labels: rows shifted, columns exchanged, a total in the wrong place.

Nothing is known of the slip but that identities fail, so every slip of a few kinds is tried on the figures of a table,
and those are kept with which all identities of the table hold. All hypotheses are weighed at once with integers in
numpy, and the few that survive are evaluated like any reading.

Cases from published accounts: a code column that holds five rows of a fund without their figures, so that everything
below is shifted and the first figures start over at the end; figures of 302 one row too high from 30203 on, because
their column comes from a form without that row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from juesuan_extract.model.fact import Fact, Key
from juesuan_extract.model.message import Message, Repair, message
from juesuan_extract.model.proof import Check
from juesuan_extract.model.table import Places, Plane
from juesuan_extract.repair.evidence import Effect, compare
from juesuan_extract.repair.moves import Hypothesis, hypotheses
from juesuan_extract.values.ids import is_code
from juesuan_extract.verify.proof import Trial

MOST_HYPOTHESES = 20_000  # per table; about a second
MOST_SURVIVORS = 12  # evaluated in full
BATCH = 256
MOST_SHOWN = 5  # rows of a repair that are written out


class Reading(NamedTuple):
    """One way to set the figures of a table beside its labels."""

    facts: tuple[Fact, ...]
    repair: Repair
    change: Effect
    whole: bool  # all identities hold; otherwise figures are not printed, and those hold that don't need them
    lines: bool  # whole lines or columns move

    @property
    def mends(self) -> frozenset[str]:
        """Ids of the checks that fail as printed and hold so."""
        return frozenset(check.check_id for check in self.change.mended)

    @property
    def proven(self) -> bool:
        """Whether it may be gone on with. A publisher sets lines, columns and tables beside the wrong labels; single
        figures that stand in one another's place are an error of his, and stay as printed."""
        return self.whole and self.lines and self.change.proves


def other_readings(
    facts: tuple[Fact, ...], planes: Sequence[Plane], checks: Sequence[Check], others: dict[Key, int], trial: Trial
) -> list[Reading]:
    """All ways to move the figures of one table with which every identity of it holds that needs no missing figure.

    planes: its blocks as printed; checks: the identities that involve it, as printed; others: amounts of the other
    tables in fen.
    """
    before = [c for c in checks if c.independent and c.verdict != "not_evaluable"]
    if all(c.verdict == "holds" for c in before):
        return []
    weigh = _Balance(facts, before, others)
    printed = frozenset((f.key, f.amount) for f in facts if f.amount)
    found: dict[frozenset[tuple[Key, int]], Reading] = {}  # by the amounts, which tell two readings apart
    tried = islice(hypotheses(facts, planes, others), MOST_HYPOTHESES)
    weighed = sorted(weigh.survivors(tried), key=lambda pair: not pair[1])
    for hypothesis, all_hold in weighed:
        if len(found) >= MOST_SURVIVORS or (not all_hold and any(reading.whole for reading in found.values())):
            break
        moves = hypothesis.moves
        if not _nothing_lost(facts, moves, planes) or _renames(facts, moves) or _empties_a_sum(facts, moves):
            continue
        moved = _moved(facts, hypothesis.moves)
        amounts = frozenset((f.key, f.amount) for f in moved if f.amount)
        unknown = {facts[place].key for place in hypothesis.vacated}
        if amounts == printed:  # nothing but blanks changed places
            continue
        if amounts not in found and (evidence := _evidence(before, trial(moved), unknown)):
            repair = _repair(hypothesis, facts, evidence.said)
            found[amounts] = Reading(moved, repair, evidence.change, evidence.whole, hypothesis.lines)
    return list(found.values())


def with_other_codes(
    facts: tuple[Fact, ...], recoded: tuple[Fact, ...], checks: Sequence[Check], trial: Trial
) -> list[Reading]:
    """The reading of a table whose codes stand beside the wrong names, when every identity holds with it.

    recoded: its facts with the codes that their names have.
    """
    printed = [c for c in checks if c.independent and c.verdict != "not_evaluable"]
    evidence = _evidence(printed, trial(recoded), set())
    if evidence is None:
        return []
    was = {(fact.page, fact.box): fact for fact in facts}
    changed = [(old, new) for new in recoded if (old := was[new.page, new.box]).row_id != new.row_id]
    before, after = (_shown([(fact, fact.row_name) for fact in side]) for side in zip(*changed, strict=True))
    repair = Repair(facts[0].table_id, changed[0][0].page, "codes_shifted", before, after, evidence.said)
    return [Reading(recoded, repair, evidence.change, evidence.whole, lines=True)]


class _Evidence(NamedTuple):
    said: Message
    change: Effect
    whole: bool


def _evidence(before: Sequence[Check], trial: Sequence[Check], unknown: set[Key]) -> _Evidence | None:
    """What speaks for a reading; None where an identity fails, or is lost, that needs no unknown figure."""
    failed = [c.check_id for c in before if c.verdict == "fails"]
    after = {c.check_id: c for c in trial}
    bad = {c.check_id: c for c in before if c.check_id not in after or after[c.check_id].breaks}
    bad |= {c.check_id: c for c in after.values() if c.accuses}
    if any(unknown.isdisjoint(c.cells) for c in bad.values()):
        return None
    held = sum(c.verdict == "holds" for c in after.values())
    moved = message("repair.moved", failed=len(failed), checks=tuple(failed), held=held)
    if bad:
        moved = Message("repair.moved_wanting", (*moved.values, ("wanting", len(bad))))
    return _Evidence(moved, compare(before, trial), not bad)


# -- weighing ---------------------------------------------------------------------------------------------------------


class _Balance:
    """The identities of a table as sums over its figures, for many hypotheses at once."""

    def __init__(self, facts: tuple[Fact, ...], checks: Sequence[Check], others: dict[Key, int]) -> None:
        place: dict[Key, int] = {}
        for number, fact in enumerate(facts):
            place.setdefault(fact.key, number)
        self._amounts = np.array([*(fact.amount or 0 for fact in facts), 0], dtype=np.int64)  # the last one is blank
        terms: list[int] = []
        signs: list[int] = []
        starts: list[int] = []
        constants: list[int] = []
        bounds: list[tuple[int, int]] = []
        failed = 0
        for check in sorted(checks, key=lambda c: c.verdict != "fails"):  # few hypotheses mend what fails
            sides = [(key, 1 if n < check.left_cells else -1) for n, key in enumerate(check.cells)]
            own = [(place[key], sign) for key, sign in sides if key in place]
            if not own:
                continue
            failed += check.verdict == "fails"
            starts.append(len(terms))
            terms += [number for number, _ in own]
            signs += [sign for _, sign in own]
            constants.append(sum(sign * others.get(key, 0) for key, sign in sides if key not in place))
            # a figure where a blank was may be off by half a step as well; what survives is evaluated exactly
            slack = (check.tolerance or 0) * (1 + len(own))
            bounds.append((-slack if check.relation != "<=" else -(2**62), slack if check.relation != ">=" else 2**62))
        self._terms, self._signs = np.array(terms, dtype=np.intp), np.array(signs, dtype=np.int64)
        self._starts, self._constants = np.array(starts, dtype=np.intp), np.array(constants, dtype=np.int64)
        self._low, self._high = (np.array([b[side] for b in bounds], dtype=np.int64) for side in (0, 1))
        self._failed = failed

    def survivors(self, hypotheses: Iterator[Hypothesis]) -> Iterator[tuple[Hypothesis, bool]]:
        """Those with which every identity holds, or nearly (True), or all but some that need a figure that is not
        printed."""
        if not self._failed:
            return
        count = len(self._amounts) - 1
        as_printed = np.arange(count, dtype=np.intp)
        while batch := list(islice(hypotheses, BATCH)):
            sources = np.tile(as_printed, (len(batch), 1))
            for number, hypothesis in enumerate(batch):
                there = hypothesis.targets >= 0
                sources[number, hypothesis.targets[there]] = hypothesis.sources[there]
            good, blind = self._weigh(sources, self._failed)
            first = np.flatnonzero((good | blind).all(axis=1) & good.any(axis=1))
            good, blind = self._weigh(sources[first], len(self._starts))
            mended = good[:, : self._failed].sum(axis=1)
            plausible = (good | blind).all(axis=1) & (mended > (~good).sum(axis=1))
            yield from ((batch[first[n]], bool(good[n].all())) for n in np.flatnonzero(plausible))

    def _weigh(self, sources: Places, count: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Of the first `count` identities: which hold with each hypothesis, and which need an unknown figure."""
        terms = slice(self._starts[count] if count < len(self._starts) else None)
        starts = self._starts[:count]
        places = sources[:, self._terms[terms]]  # -1 is the last amount
        sums = np.add.reduceat(self._amounts[places] * self._signs[terms], starts, axis=1) + self._constants[:count]
        blind = np.add.reduceat(places < 0, starts, axis=1, dtype=np.intp) > 0
        return (sums >= self._low[:count]) & (sums <= self._high[:count]), blind


def _nothing_lost(facts: tuple[Fact, ...], moves: dict[int, int], planes: Sequence[Plane]) -> bool:
    """Whether every figure that no place takes stands elsewhere in its column: printed twice, or a zero."""
    gone = set(moves) - set(moves.values())
    lost = [facts[number] for number in gone if facts[number].amount]
    if not lost:
        return True
    kept = {
        (facts[number].column_id, facts[moves.get(number, number)].amount)
        for plane in planes
        for number in map(int, plane.flat)
        if number >= 0 and moves.get(number, number) >= 0
    }
    return all((fact.column_id, fact.amount) in kept for fact in lost)


def _renames(facts: tuple[Fact, ...], moves: dict[int, int]) -> bool:
    """Whether only figures of rows or columns that nothing knows move: their want may be all that is wrong."""
    pairs = [(facts[source], facts[target]) for target, source in moves.items() if source >= 0]
    changed = [
        (old.row_id != new.row_id and (_strange(old.row_id) or _strange(new.row_id)))
        or (old.column_id != new.column_id and (_strange(old.column_id) or _strange(new.column_id)))
        for old, new in pairs
        if old.amount and old.amount != new.amount
    ]
    return bool(changed) and all(changed)


def _empties_a_sum(facts: tuple[Fact, ...], moves: dict[int, int]) -> bool:
    """Whether a printed total or subtotal would have no figure at all: what it sums up may be what is missing."""

    def amount(place: int) -> int | None:
        source = moves.get(place, place)
        return facts[source].amount if source >= 0 else None

    sums = {f.row_no for f in facts if f.amount and f.row_id.rpartition(".")[2] in ("total", "subtotal")}
    return not sums <= {fact.row_no for place, fact in enumerate(facts) if amount(place)}


def _strange(name: str) -> bool:
    return name.startswith(("extra.", "unmapped."))


# -- results ----------------------------------------------------------------------------------------------------------


def _moved(facts: tuple[Fact, ...], moves: dict[int, int]) -> tuple[Fact, ...]:
    """Facts with the figures, and the boxes of the figures, that belong to them."""
    result = list(facts)
    for target, source in moves.items():
        if source == target:
            continue
        fact, evidence = facts[target], facts[target].evidence._replace(place="off", form="paired")
        if source < 0:
            result[target] = fact._replace(amount=None, text="", is_blank=True, reasons=(), evidence=evidence)
        else:
            taken = facts[source]
            result[target] = fact._replace(
                amount=taken.amount, text=taken.text, is_blank=taken.is_blank, page=taken.page, box=taken.box,
                reasons=taken.reasons, evidence=evidence,
            )  # fmt: skip
    return tuple(result)


def _repair(hypothesis: Hypothesis, facts: tuple[Fact, ...], evidence: Message) -> Repair:
    moves = hypothesis.moves
    changed = [t for t in sorted(moves) if (facts[t].amount or 0) != (_figure(facts, moves[t]) or 0)]
    first = facts[changed[0]]
    before = _shown([(facts[t], facts[t].text) for t in changed])
    after = _shown([(facts[t], facts[s].text if (s := moves[t]) >= 0 else "") for t in changed])
    return Repair(first.table_id, first.page, hypothesis.kind, before, after, evidence)


def _figure(facts: tuple[Fact, ...], place: int) -> int | None:
    return facts[place].amount if place >= 0 else None


def _shown(figures: list[tuple[Fact, str]]) -> Message:
    """Figures by row, the first few of them."""
    rows: dict[int, list[str]] = {}
    labels: dict[int, str] = {}
    for fact, text in figures:
        rows.setdefault(fact.row_no, []).append(text)
        labels[fact.row_no] = fact.row_id if is_code(fact.row_id) else fact.row_name
    shown = tuple((labels[number], *texts) for number, texts in islice(sorted(rows.items()), MOST_SHOWN))
    if len(rows) > len(shown):
        return message("repair.figures_of_rows", rows=shown, count=len(rows))
    return message("repair.figures", rows=shown)
