"""What proves a repair: one definition, whatever is mended."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from juesuan_extract.model.proof import Check

LEAST = 2  # equalities that must speak for a repair
KINDS = 2  # of identities that these must belong to at least


class Effect(NamedTuple):
    """What becomes of the identities of a table when it is read otherwise.

    mended: equalities between figures that fail as printed and hold so. broken: ids of those that hold as printed and
    don't so, unless between zeros, and of those that fail so and did not as printed.
    """

    mended: tuple[Check, ...]
    broken: tuple[str, ...]

    @property
    def proves(self) -> bool:
        """Whether the other reading is right, as far as arithmetic can say that.

        A single equality may hold by chance, and those of one kind lean on one another: the same sum over three
        columns, the same copy of three rows. Then it may as well be the other table that is wrong.
        """
        kinds = {check.identity for check in self.mended}
        return not self.broken and len(self.mended) >= LEAST and len(kinds) >= KINDS


def compare(before: Iterable[Check], after: Iterable[Check]) -> Effect:
    """The identities of a table as printed and when it is read otherwise.

    Bounds, equalities of blanks and zeros, and identities that can't be evaluated on either side count for nothing.
    """
    printed = {check.check_id: check for check in before if check.independent}
    now = {check.check_id: check for check in after if check.independent}
    mended = tuple(
        check
        for name, check in now.items()
        if check.verdict == "holds" and _says_something(check) and name in printed and printed[name].accuses
    )
    true = [name for name, check in printed.items() if check.verdict == "holds" and _says_something(check)]
    lost = [name for name in true if name not in now or now[name].breaks]
    new = [name for name, check in now.items() if check.accuses and not (name in printed and printed[name].accuses)]
    return Effect(mended, tuple(dict.fromkeys([*lost, *new])))


def _says_something(check: Check) -> bool:
    """Whether it is an equation between amounts that are not 0."""
    return check.relation == "=" and bool(check.left_amount or check.right_amount)
