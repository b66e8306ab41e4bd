"""The search for the smallest sets of wrong figures finds what trying everything finds."""

from __future__ import annotations

from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from juesuan_extract.verify.search import Claim, Search

CELLS = [("gk03", name, "total") for name in "abcde"]
REACH = range(-9, 10)  # changes that trying everything tries


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    """A sum of a few cells, off by little or nothing."""
    names = draw(st.lists(st.sampled_from(CELLS), min_size=1, max_size=4, unique=True))
    signs = {name: draw(st.sampled_from([1, -1])) for name in names}
    middle = draw(st.sampled_from([0, 0, 0, 2, -3]))
    slack = draw(st.integers(0, 1))
    return Claim(signs, middle - slack, middle + slack, frozenset())


def possible(some: tuple[int, ...], system: list[Claim]) -> bool:
    """Whether changes of these cells and no others make all claims hold."""
    for changes in product(REACH, repeat=len(some)):
        by_cell = dict(zip((CELLS[place] for place in some), changes, strict=True))
        moved = (sum(sign * by_cell.get(key, 0) for key, sign in one.signs.items()) for one in system)
        if all(one.low <= by <= one.high for one, by in zip(system, moved, strict=True)):
            return True
    return False


@settings(deadline=None)  # trying everything takes its time
@given(st.lists(claims(), min_size=1, max_size=5))
def test_all_smallest_sets_and_no_others(system: list[Claim]) -> None:
    failed = [number for number, one in enumerate(system) if not one.holds]
    if not failed:
        return
    search = Search(system, copies=())
    solutions, complete = search.smallest(failed)
    found = {frozenset(key for figure in s.figures for key in figure) for s in solutions}
    size = next((n for n in (1, 2, 3) if any(possible(some, system) for some in combinations(range(5), n))), 0)
    wanted = {frozenset(CELLS[p] for p in some) for some in combinations(range(5), size) if possible(some, system)}
    if size:
        assert complete
        assert wanted <= found  # halves of a fen can be possible as well
        assert {len(each) for each in found} == {size} or not wanted
    for solution in solutions:
        for low, high in solution.ranges:
            assert low <= high
