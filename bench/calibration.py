"""From counted cells to the classes of schemas/confidence.yaml, and how well such classes foretell: pure functions."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from juesuan_extract.knowledge.confidence import EVERYTHING, WORDS, ConfidenceRules, EvidenceClass, Pattern, patterns
from juesuan_extract.model.fact import Evidence

SHARE_MISREAD = 0.1  # of documents with a fault of reading; of unseen generated ones 1 to 2 in 100 have one
PRIOR = 1.0  # weight of the class above, in cells of a document read as it is
FEWEST_DOCUMENTS = 8  # in which the cells of a class stand: those of one document go wrong together
TELLING = 1.0  # cells that would be misjudged if a class were left out, for it to be worth a line
UNKNOWN = 0.5  # towards which the class of all evidence is drawn, for cells like none that were counted
MOST, LEAST = 0.99999, 0.01  # no evidence makes certain


class Seen(NamedTuple):
    """What is known of a cell once it is compared with its truth."""

    evidence: Evidence
    misread: bool  # a fault of reading was put into its document
    right: bool
    doubtful: bool = False  # somebody is told to look at it


class Whole(NamedTuple):
    """A table or an account: the kinds of evidence of its cells, and whether each of its amounts is right."""

    evidence: frozenset[Evidence]
    misread: bool
    right: bool


@dataclass(frozen=True, slots=True)
class Observed:
    """Counts over some documents. documents: in how many of them each evidence was met; readings of a document that
    is misread: of how many each counts for."""

    cells: Counter[Seen] = field(default_factory=Counter)
    documents: Counter[Evidence] = field(default_factory=Counter)
    tables: Counter[Whole] = field(default_factory=Counter)
    accounts: Counter[Whole] = field(default_factory=Counter)
    readings: Counter[bool] = field(default_factory=Counter)  # by misread

    def add(self, other: Observed) -> None:
        """Count those of other documents too."""
        for name in self.__slots__:
            getattr(self, name).update(getattr(other, name))

    def weight(self, misread: bool) -> float:
        """Of a cell, so that documents are misread as often as SHARE_MISREAD says."""
        if not misread:
            return 1.0
        return SHARE_MISREAD / (1 - SHARE_MISREAD) * self.readings[False] / max(1, self.readings[True])


# -- fitting ----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Count:
    right: float = 0.0
    of: float = 0.0
    plain: list[int] = field(default_factory=lambda: [0, 0])
    misread: list[int] = field(default_factory=lambda: [0, 0])
    documents: int = 0  # at least

    def add(self, seen: Seen, number: int, weight: float) -> None:
        """Count cells."""
        self.right += weight * number * seen.right
        self.of += weight * number
        raw = self.misread if seen.misread else self.plain
        raw[0] += number * seen.right
        raw[1] += number

    def drawn(self, share: float) -> float:
        """The share of right cells, drawn towards another one where they are few."""
        return (self.right + PRIOR * share) / (self.of + PRIOR)


def fitted(observed: Observed, rules: ConfidenceRules) -> list[dict[str, Any]]:
    """The classes for the file, the widest last; each with the cells for which there is no closer one."""
    counts = _counts(observed, rules.ladder)
    wide: dict[Pattern, float] = {}  # share of right cells among all of a class, those of closer classes included
    for steps in range(len(rules.ladder), -1, -1):  # from the class of everything down
        for pattern, count in counts[steps].items():
            above = _above(pattern, rules.ladder, steps, wide)
            start = wide[above] if above is not None else (count.right + 1) / (count.of + 2)
            share = count.drawn(start)
            if above is None or _worth_a_line(count, share, start):
                wide[pattern] = share
    own = {pattern: _Count() for pattern in wide}
    for seen, number in observed.cells.items():
        closest = next(p for p in patterns(seen.evidence, rules.ladder) if p in wide)
        own[closest].add(seen, number, observed.weight(seen.misread))
    starts = {**wide, EVERYTHING: UNKNOWN}
    return [
        _entry(pattern, min(MOST, max(LEAST, own[pattern].drawn(starts[pattern]))), own[pattern])
        for pattern in sorted(wide, key=_order)
    ]


def _counts(observed: Observed, ladder: tuple[str, ...]) -> list[dict[Pattern, _Count]]:
    """By steps up the ladder, each pattern that was met."""
    levels: list[dict[Pattern, _Count]] = [defaultdict(_Count) for _ in range(len(ladder) + 1)]
    for seen, number in observed.cells.items():
        for level, pattern in zip(levels, patterns(seen.evidence, ladder), strict=True):
            level[pattern].add(seen, number, observed.weight(seen.misread))
    for evidence, number in observed.documents.items():
        for level, pattern in zip(levels, patterns(evidence, ladder), strict=True):
            level[pattern].documents = max(level[pattern].documents, number)
    return levels


def _above(pattern: Pattern, ladder: Sequence[str], steps: int, kept: Mapping[Pattern, float]) -> Pattern | None:
    """The class that would be taken if this one were not there."""
    dropped = set(ladder[:steps])
    for name in ladder[steps:]:
        dropped.add(name)
        wider = tuple(None if f in dropped else w for f, w in zip(WORDS, pattern, strict=True))
        if wider in kept:
            return wider
    return None


def _worth_a_line(count: _Count, share: float, above: float) -> bool:
    """Whether a class is large enough to be known, and says something else than the one above."""
    return count.documents >= FEWEST_DOCUMENTS and count.of * abs(share - above) >= TELLING


def _entry(pattern: Pattern, share: float, count: _Count) -> dict[str, Any]:
    words = {name: word for name, word in zip(WORDS, pattern, strict=True) if word is not None}
    return {"is": words, "probability": round(share, 5), "plain": count.plain, "misread": count.misread}


def _order(pattern: Pattern) -> tuple[int, tuple[int, ...]]:
    """The most particular first; within it the best evidence first."""
    places = tuple(-1 if w is None else WORDS[n].index(w) for n, w in zip(WORDS, pattern, strict=True))
    return sum(w is None for w in pattern), places


# -- measuring --------------------------------------------------------------------------------------------------------


class Measure(NamedTuple):
    """How well probabilities foretell. number: of cells; wrong: share of them; error: the expected calibration error,
    the mean distance between what is said of a group and what came true of it."""

    number: int
    wrong: float
    brier: float
    error: float


class Foretold(NamedTuple):
    """Something with a probability, how often it counts, and whether it came true. group: those that are compared
    with what came true together, the class of a cell, which is stricter than a range of probabilities."""

    group: object
    probability: float
    weight: float
    number: int
    right: bool


def foretold(observed: Observed, rules: ConfidenceRules, wanted: Callable[[Seen], bool]) -> list[Foretold]:
    """The cells that are wanted."""
    return [_of_cells(seen, number, observed, rules) for seen, number in observed.cells.items() if wanted(seen)]


def _of_cells(seen: Seen, number: int, observed: Observed, rules: ConfidenceRules) -> Foretold:
    evidence, weight = seen.evidence, observed.weight(seen.misread) * number
    return Foretold(rules.class_of(evidence), rules.probability(evidence), weight, number, seen.right)


def foretold_wholes(observed: Observed, wholes: Mapping[Whole, int], rules: ConfidenceRules) -> list[Foretold]:
    """Tables or accounts, each as sure as its least sure cell."""
    found = []
    for whole, number in wholes.items():
        least = min(map(rules.probability, whole.evidence))
        found.append(Foretold(least, least, observed.weight(whole.misread) * number, number, whole.right))
    return found


def measured(some: Iterable[Foretold]) -> Measure:
    """Brier score and calibration error."""
    some = list(some)
    weight = sum(f.weight for f in some) or 1.0
    gaps: dict[object, float] = defaultdict(float)
    for f in some:
        gaps[f.group] += f.weight * (f.probability - f.right)
    return Measure(
        sum(f.number for f in some),
        sum(f.weight * (not f.right) for f in some) / weight,
        sum(f.weight * (f.probability - f.right) ** 2 for f in some) / weight,
        sum(map(abs, gaps.values())) / weight,
    )


def classes(observed: Observed, rules: ConfidenceRules) -> list[tuple[EvidenceClass, Measure]]:
    """Each class with what became of its cells."""
    own: dict[Pattern, list[Foretold]] = defaultdict(list)
    for seen, number in observed.cells.items():
        own[rules.class_of(seen.evidence)].append(_of_cells(seen, number, observed, rules))
    return [(c, measured(own[c.pattern])) for c in rules.classes if c.pattern in own]
