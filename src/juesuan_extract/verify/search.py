"""The smallest sets of figures whose change satisfies all identities: an exact search in integers.

Identities are linear with factors of one, so a set of figures with unknown changes is possible or not by elimination
(Fourier and Motzkin), without a solver and without rounding. When it isn't, elimination also says which identities
contradict each other, and only figures that stand in one of these need be tried in addition.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from juesuan_extract.model.fact import Key
from juesuan_extract.model.proof import Check

MOST_FIGURES = 3  # wrong at once in one group of failures; more have too many explanations to name anyone
MOST_EXPLANATIONS = 64
MOST_NODES = 3_000  # of one account; about a second
FAR = 10**18  # fen; beyond any amount

OneFigure = tuple[Key, ...]  # cells that print the same figure and change together; most often one


class Claim(NamedTuple):
    """An identity as the search sees it. Its residual may change by `low` to `high` fen; with 0 among them it holds."""

    signs: dict[Key, int]  # how its residual changes when a cell grows by one
    low: int
    high: int
    given: frozenset[Key]  # when one of these cells changes, it may not apply at all

    @property
    def holds(self) -> bool:
        """Whether nothing need change."""
        return self.low <= 0 <= self.high


def claim(check: Check) -> Claim:
    """An evaluated identity as a claim; no independent identity subtracts a term."""
    assert check.residual is not None
    assert check.tolerance is not None
    signs: dict[Key, int] = {}
    for place, key in enumerate(check.cells):
        signs[key] = signs.get(key, 0) + (1 if place < check.left_cells else -1)
    low = -FAR if check.relation == "<=" else -check.tolerance - check.residual
    high = FAR if check.relation == ">=" else check.tolerance - check.residual
    return Claim(signs, low, high, frozenset(check.given))


class Inequality(NamedTuple):
    """factors · changes <= most, and the claims it was derived from."""

    factors: tuple[int, ...]
    most: int
    claims: frozenset[int]


class Solution(NamedTuple):
    """Figures and the least and greatest change of each, in fen, with which every identity holds."""

    figures: tuple[OneFigure, ...]
    ranges: tuple[tuple[int, int], ...]

    @property
    def cells(self) -> int:
        """How many cells change."""
        return sum(map(len, self.figures))


class Search:
    """Claims, the figures that stand in them, and how many nodes may still be visited."""

    def __init__(self, claims: Sequence[Claim], copies: Iterable[OneFigure], nodes: int = MOST_NODES) -> None:
        """copies: cells that print the same figure, and may be wrong together."""
        self.claims = claims
        self._nodes = nodes
        self._of_cell: dict[Key, list[int]] = {}
        for number, one in enumerate(claims):
            for key in (*one.signs, *one.given):
                self._of_cell.setdefault(key, []).append(number)
        self._copies = {key: figure for figure in copies for key in figure}

    def smallest(self, failed: Sequence[int]) -> tuple[list[Solution], bool]:
        """The smallest sets that make some failed claims hold and break none; whether these are all of them."""
        first = self._at_least(failed)
        for size in range(first, MOST_FIGURES + 1):
            found: dict[frozenset[OneFigure], Solution] = {}
            complete = self._extend((), size, failed, found, set())
            if found or not complete:
                fewest = min((s.cells for s in found.values()), default=0)
                return [s for s in found.values() if s.cells == fewest], complete
        return [], False

    def satisfied(self, changes: dict[Key, int]) -> bool:
        """Whether all claims in which the cells stand hold after these changes."""
        for number in self.touched([tuple(changes)]):
            one = self.claims[number]
            moved = sum(sign * changes.get(key, 0) for key, sign in one.signs.items())
            if one.given.isdisjoint(changes) and not one.low <= moved <= one.high:
                return False
        return True

    def touched(self, figures: Iterable[OneFigure]) -> set[int]:
        """The claims in which any of the cells stands."""
        return {number for figure in figures for key in figure for number in self._of_cell.get(key, ())}

    def _at_least(self, failed: Sequence[int]) -> int:
        """A lower bound: failed claims without a figure in common need one wrong figure each."""
        count, used = 0, set[OneFigure]()
        for number in sorted(failed, key=lambda n: len(self.claims[n].signs)):
            own = set(self._figures(number))
            if not own & used:
                used |= own
                count += 1
        return max(1, count)

    def _figures(self, number: int) -> Iterator[OneFigure]:
        """The figures with which a claim changes."""
        one = self.claims[number]
        for key in (*one.signs, *one.given):
            yield (key,)
            if key in self._copies:
                yield self._copies[key]

    def _extend(
        self,
        chosen: tuple[OneFigure, ...],
        size: int,
        failed: Sequence[int],
        found: dict[frozenset[OneFigure], Solution],
        seen: set[frozenset[OneFigure]],
    ) -> bool:
        """Try all supersets of `chosen` up to a size; False when the search was cut short."""
        if self._nodes <= 0 or len(found) >= MOST_EXPLANATIONS:
            return False
        self._nodes -= 1
        open_ = [number for number in failed if not self._moves(number, chosen)]
        if open_:
            culprits = frozenset((min(open_, key=lambda n: len(self.claims[n].signs)),))
        else:
            solved, culprits = self.solve(chosen)
            if solved is not None:
                found[frozenset(chosen)] = solved
                return True
        if len(chosen) == size:
            return True
        complete = True
        for figure in sorted({f for number in culprits for f in self._figures(number)}):
            key = frozenset((*chosen, figure))
            if len(key) == len(chosen) or key in seen or any(set(figure) & set(other) for other in chosen):
                continue
            seen.add(key)
            complete &= self._extend((*chosen, figure), size, failed, found, seen)
        return complete

    def _moves(self, number: int, chosen: tuple[OneFigure, ...]) -> bool:
        one = self.claims[number]
        return any(self._factors(one, chosen)) or not one.given.isdisjoint(k for f in chosen for k in f)

    @staticmethod
    def _factors(one: Claim, chosen: tuple[OneFigure, ...]) -> tuple[int, ...]:
        return tuple(sum(one.signs.get(key, 0) for key in figure) for figure in chosen)

    def solve(self, chosen: tuple[OneFigure, ...], fixed: Sequence[int] = ()) -> tuple[Solution | None, frozenset[int]]:
        """The ranges of the changes of some figures, or None; and the claims that contradict each other.

        fixed: changes of the first figures that are settled already.
        """
        system: list[Inequality] = []
        for place, change in enumerate(fixed):
            axis = tuple(int(other == place) for other in range(len(chosen)))
            system.append(Inequality(axis, change, frozenset()))
            system.append(Inequality(tuple(-f for f in axis), -change, frozenset()))
        cells = {key for figure in chosen for key in figure}
        for number in self.touched(chosen):
            one = self.claims[number]
            if one.given & cells:
                continue
            factors, source = self._factors(one, chosen), frozenset((number,))
            if one.high < FAR:
                system.append(Inequality(factors, one.high, source))
            if one.low > -FAR:
                system.append(Inequality(tuple(-f for f in factors), -one.low, source))
        ranges = []
        for wanted in range(len(chosen)):
            rest = _tightest(system)
            for other in range(len(chosen)):
                if other != wanted:
                    rest = _eliminate(rest, other)
            low, high, culprits = _range(rest, wanted)
            if low > high:
                return None, culprits
            ranges.append((low, high))
        return Solution(chosen, tuple(ranges)), frozenset()


def _tightest(system: Iterable[Inequality]) -> list[Inequality]:
    """Of inequalities with the same factors the one that implies the others."""
    best: dict[tuple[int, ...], Inequality] = {}
    for one in system:
        if one.factors not in best or one.most < best[one.factors].most:
            best[one.factors] = one
    return list(best.values())


def _eliminate(system: list[Inequality], place: int) -> list[Inequality]:
    """What a system says of the other changes."""
    above = [one for one in system if one.factors[place] > 0]
    below = [one for one in system if one.factors[place] < 0]
    result = [one for one in system if one.factors[place] == 0]
    for up in above:
        for down in below:
            a, b = -down.factors[place], up.factors[place]
            factors = tuple(a * f + b * g for f, g in zip(up.factors, down.factors, strict=True))
            result.append(Inequality(factors, a * up.most + b * down.most, up.claims | down.claims))
    return _tightest(result)


def _range(system: list[Inequality], place: int) -> tuple[int, int, frozenset[int]]:
    """Least and greatest integer change when all others are eliminated; and the claims that set these bounds."""
    low, high = -FAR, FAR
    lowest, highest = frozenset[int](), frozenset[int]()
    for one in system:
        factor = one.factors[place]
        if factor > 0 and one.most // factor < high:
            high, highest = one.most // factor, one.claims
        elif factor < 0 and -(one.most // -factor) > low:
            low, lowest = -(one.most // -factor), one.claims
        elif factor == 0 and one.most < 0:
            return 1, 0, one.claims
    return low, high, lowest | highest
