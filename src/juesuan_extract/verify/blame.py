"""Who is to blame when identities fail: the smallest sets of figures whose change would satisfy all of them.

The fewest changes that balance are a list of suspects, not the truth, so every smallest set is named and none is
applied.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from juesuan_extract.model.fact import Fact, Key
from juesuan_extract.model.message import Message, message
from juesuan_extract.model.proof import Check, Conflict, Suspect
from juesuan_extract.verify.search import FAR, Claim, OneFigure, Search, Solution, claim
from juesuan_extract.verify.transcription import slip

# all identities, when some cells have other amounts
Recheck = Callable[[Mapping[Key, int]], list[Check]]


def conflicts(
    checks: Iterable[Check], facts: Iterable[Fact], steps: dict[str, int], recheck: Recheck
) -> tuple[Conflict, ...]:
    """The failed identities in groups, each with its smallest explanations.

    steps: the last printed place of each table in fen. recheck: evaluates the account anew with other amounts; asked
    where a suspect decides whether an identity applies at all.
    """
    checks = [c for c in checks if c.verdict != "not_evaluable" and c.independent]
    if all(c.verdict == "holds" for c in checks):
        return ()
    account = _Conflicts(checks, facts, steps, recheck)
    found: list[tuple[set[int], Conflict]] = []
    for group in sorted(_groups(checks), key=len, reverse=True):
        rest = set(group).difference(*(explained for explained, _ in found))
        if rest:
            conflict, explained = account.judge(sorted(rest))
            found = [pair for pair in found if not pair[0] <= explained]
            found.append((explained, conflict))
    return tuple(conflict for _, conflict in sorted(found, key=lambda pair: min(pair[0])))


def suspects(found: Iterable[Conflict], checks: Iterable[Check], facts: Iterable[Fact]) -> dict[Key, Message]:
    """Suspected cells and why, by key.

    Of a conflict without an explanation those cells are suspected which no identity that holds speaks for; where there
    are none, all of them.
    """
    checks = [c for c in checks if c.verdict != "not_evaluable" and c.independent]
    by_id = {c.check_id: c for c in checks}
    held = {key for c in checks if c.verdict == "holds" for key in c.cells}
    printed = {f.key for f in facts if f.amount}
    accused: dict[Key, Message] = {}
    for conflict in found:
        for explanation in conflict.explanations:
            for suspect in explanation:
                accused.setdefault(suspect.key, _why(conflict, len(explanation), suspect.wanted))
        if not conflict.explanations:
            cells = {key for check_id in conflict.checks for key in by_id[check_id].cells}
            some = (cells & printed) or cells
            for key in (some - held) or some:
                accused.setdefault(key, message("suspect.stands_in", checks=conflict.checks))
    return accused


class _Conflicts:
    """An account with failed identities, ready to be asked about groups of them."""

    def __init__(self, checks: Sequence[Check], facts: Iterable[Fact], steps: dict[str, int], recheck: Recheck) -> None:
        self._checks = checks
        self._steps = steps
        self._recheck = recheck
        self._amounts: dict[Key, int] = {}
        for fact in facts:
            self._amounts.setdefault(fact.key, fact.amount or 0)
        self._claims = [claim(c) for c in checks]
        self._search = Search(self._claims, _copies(checks, self._amounts))
        self._deciding = {key for c in checks for key in c.given}
        self._negative = {key[0] for key, amount in self._amounts.items() if amount < 0}  # tables that print such

    def judge(self, failed: Sequence[int]) -> tuple[Conflict, set[int]]:
        """The conflict of some failed identities, and the numbers of all failed ones that it explains."""
        solutions, complete = self._search.smallest(failed)
        reach = [(s, self._failed(s.figures) | set(failed)) for s in solutions]
        kept: list[tuple[Solution, set[int]]] = []
        for size in sorted({len(r) for _, r in reach}, reverse=True):  # as many failures as possible with one change
            kept = kept or [(s, r) for s, r in reach if len(r) == size and self._stands(s)]
        explained = set(failed).union(*(r for _, r in kept))
        sets = [s for s in (self._suspects(solution) for solution, _ in kept) if all(map(self._possible, s))]
        names = tuple(self._checks[n].check_id for n in sorted(explained))
        return Conflict(names, tuple(sorted(sets, key=likelihood)), complete and bool(sets)), explained

    def _possible(self, suspect: Suspect) -> bool:
        """Whether it need not be negative in a table without negative amounts, unless its sign was lost."""
        return suspect.wanted >= 0 or suspect.key[0] in self._negative or suspect.slip == "sign"

    def _failed(self, figures: Iterable[OneFigure]) -> set[int]:
        return {n for n in self._search.touched(figures) if not self._claims[n].holds}

    def _stands(self, solution: Solution) -> bool:
        """Whether every identity holds with whole fen, also those that apply only after the change."""
        changes = self._changes(solution)
        if changes is None:
            return False
        if self._deciding.isdisjoint(changes):
            return True
        own = self._failed(solution.figures)
        before = {c.check_id for n, c in enumerate(self._checks) if c.verdict == "fails" and n not in own}
        after = self._recheck({key: self._amounts[key] + change for key, change in changes.items()})
        return all(c.check_id in before for c in after if c.verdict == "fails" and c.independent)

    def _changes(self, solution: Solution) -> dict[Key, int] | None:
        """One change of each cell with which all identities hold: that which satisfies most of them exactly.

        None where there are only fractions of a fen.
        """
        claims = [self._claims[n] for n in self._search.touched(solution.figures)]
        settled: list[int] = []
        changes: dict[Key, int] = {}
        for place, figure in enumerate(solution.figures):
            narrowed, _ = self._search.solve(solution.figures, settled)
            if narrowed is None:
                return None
            settled.append(self._best(figure, narrowed.ranges[place], claims, changes))
            changes |= dict.fromkeys(figure, settled[-1])
        return changes if self._search.satisfied(changes) else None

    def _best(self, figure: OneFigure, within: tuple[int, int], claims: list[Claim], changes: dict[Key, int]) -> int:
        """The change within a range that leaves most claims without a residual, a known slip before others."""
        low, high = within
        votes: dict[int, int] = {}
        for one in claims:
            sign = sum(one.signs.get(key, 0) for key in figure)
            if abs(sign) == 1 and one.low > -FAR and one.high < FAR:
                rest = sum(s * changes.get(key, 0) for key, s in one.signs.items())
                exact = sign * ((one.low + one.high) // 2 - rest)
                if low <= exact <= high:
                    votes[exact] = votes.get(exact, 0) + 1
        printed, step = self._amounts[figure[0]], self._steps[figure[0][0]]
        ends = [end for end in within if abs(end) < FAR]
        ends += [change for change in ((low + step - 1) // step * step, high // step * step) if low <= change <= high]
        nearest = min(ends, key=lambda change: (change % step != 0, abs(change)), default=0)
        return max(votes, key=lambda v: (votes[v], bool(slip(printed, printed + v, step)), -abs(v)), default=nearest)

    def _suspects(self, solution: Solution) -> tuple[Suspect, ...]:
        changes = self._changes(solution) or {}
        made = []
        for figure, (low, high) in zip(solution.figures, solution.ranges, strict=True):
            for key in figure:
                printed = self._amounts[key]
                wanted = printed + changes[key]
                sums, copies = self._witnesses(key, low, high)
                made.append(
                    Suspect(
                        key,
                        printed,
                        None if low <= -FAR else printed + low,
                        None if high >= FAR else printed + high,
                        wanted,
                        sums,
                        copies,
                        slip(printed, wanted, self._steps[key[0]]),
                    )
                )
        return tuple(made)

    def _witnesses(self, key: Key, low: int, high: int) -> tuple[int, int]:
        """How many sums and copies hold with the printed figure, and would not if this cell alone changed."""
        sums = copies = 0
        for number in self._search.touched([(key,)]):
            one = self._claims[number]
            sign = one.signs.get(key, 0)
            ends = sorted((sign * low, sign * high))
            if one.holds and sign and not (ends[0] <= one.high and ends[1] >= one.low):
                others = sum(bool(self._amounts[k]) for k in one.signs if k != key)
                sums, copies = (sums + 1, copies) if others > 1 else (sums, copies + 1)
        return sums, copies


def _copies(checks: Iterable[Check], amounts: dict[Key, int]) -> list[OneFigure]:
    """Cells that print one figure: tied by identities that hold and in which no other figure stands."""
    parent: dict[Key, Key] = {}

    def root(key: Key) -> Key:
        while parent.setdefault(key, key) != key:
            key = parent[key]
        return key

    for check in checks:
        if check.verdict == "holds" and check.relation == "=":
            figures = [key for key in check.cells if amounts.get(key)]
            if len(figures) == 2 and amounts[figures[0]] == amounts[figures[1]]:
                parent[root(figures[0])] = root(figures[1])
    groups: dict[Key, list[Key]] = {}
    for key in parent:
        groups.setdefault(root(key), []).append(key)
    return [tuple(sorted(group)) for group in groups.values()]


def _groups(checks: Sequence[Check]) -> list[list[int]]:
    """Numbers of the failed checks that share a cell, directly or through others."""
    owner: dict[Key, int] = {}
    failed = [n for n, check in enumerate(checks) if check.verdict == "fails"]
    parent = {n: n for n in failed}

    def root(n: int) -> int:
        while parent[n] != n:
            parent[n] = parent[parent[n]]
            n = parent[n]
        return n

    for n in failed:
        for key in checks[n].cells:
            if key in owner:
                parent[root(n)] = root(owner[key])
            else:
                owner[key] = n
    groups: dict[int, list[int]] = {}
    for n in failed:
        groups.setdefault(root(n), []).append(n)
    return list(groups.values())


def likelihood(explanation: tuple[Suspect, ...]) -> tuple[int | tuple[Key, ...], ...]:
    """For sorting: first what the text says as well, then known slips, figures before blanks, what few sums hold."""
    return (
        -sum(any(not m.printed for m in s.mentions) for s in explanation),
        sum(any(m.printed for m in s.mentions) for s in explanation),
        sum(not s.slip for s in explanation),
        sum(not s.printed for s in explanation),
        sum(s.sums for s in explanation),
        tuple(s.key for s in explanation),
    )


def _why(conflict: Conflict, cells: int, wanted: int) -> Message:
    """What a suspect does, as one of the cells of one of some explanations. wanted: fen."""
    sets = len(conflict.explanations)
    if sets > 1:
        code = "suspect.one_of_cells" if cells == 1 else "suspect.one_of_sets"
        return message(code, sets=sets, checks=conflict.checks, wanted=wanted)
    if cells == 1:
        return message("suspect.alone", checks=conflict.checks, wanted=wanted)
    return message("suspect.with_others", others=cells - 1, checks=conflict.checks, wanted=wanted)
