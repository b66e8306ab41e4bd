"""What the identities say of each cell: which hold with it, and which fail."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Literal

from juesuan_extract.model.fact import Fact, Key
from juesuan_extract.model.proof import Check

Witnesses = Literal["two", "copy", "sum", "zeros", "none"]


def witnesses(facts: Iterable[Fact], checks: Sequence[Check]) -> dict[Key, Witnesses]:
    """How far the identities that hold speak for a cell; a cell of which none speaks is left out.

    two: two of them, whose other figures are all different ones, so that no exchange of two figures satisfies both.
    copy: one that prints the same figure a second time; sum: one that adds several figures up, in which a slip within
    its bound or two exchanged rows go unnoticed; zeros: only such as hold nothing but zeros besides.
    """
    first: dict[Key, int | None] = {}  # of two rows with one id the first counts
    for fact in facts:
        first.setdefault(fact.key, fact.amount)
    figures = {key: 1 << place for place, key in enumerate(key for key, amount in first.items() if amount)}
    found: dict[Key, list[int]] = {}
    for check in checks:
        if not _speaks(check):
            continue
        others = 0  # a set of figures, one bit each: thousands of cells are compared
        for key in check.cells:
            others |= figures.get(key, 0)
        for key in check.cells:
            found.setdefault(key, []).append(others)
    return {key: _said(sets, figures.get(key, 0)) for key, sets in found.items()}


def _speaks(check: Check) -> bool:
    """Whether an identity holds as an equation; that a figure is no larger than another says little of either."""
    if check.verdict != "holds" or not check.independent:
        return False
    return check.relation == "=" or abs(check.residual or 0) <= (check.tolerance or 0)


def _said(sets: list[int], own: int) -> Witnesses:
    """sets: the figures of each identity with the cell, of which its own is taken out."""
    others = [rest for one in sets if (rest := one & ~own)]
    if not others:
        return "zeros"
    if any(not one & other for one, other in combinations(others, 2)):
        return "two"
    return "copy" if any(one.bit_count() == 1 for one in others) else "sum"


def failing(checks: Iterable[Check]) -> set[Key]:
    """Cells of identities that fail."""
    return {key for check in checks if check.verdict == "fails" and check.independent for key in check.cells}
