"""Who is to blame when identities fail: the cells whose change would explain all of a group of failures."""

from __future__ import annotations

from collections.abc import Iterable

from juesuan_extract.model import Check, Fact, Key

FAR = 10**18  # fen; beyond any amount


def suspects(checks: Iterable[Check], facts: Iterable[Fact]) -> dict[Key, str]:
    """Suspected cells and why, by key.

    For each group of failed identities that share cells: when changing one cell alone would satisfy all of them and
    break none that holds, the suspects are the cells of which this is true; otherwise every cell of the group that has
    no other witness, and failing that every cell of it.
    """
    checks = [c for c in checks if c.verdict != "not_evaluable" and c.independent]
    failed = [c for c in checks if c.verdict == "fails"]
    if not failed:
        return {}
    holding: dict[Key, list[Check]] = {}
    for check in checks:
        if check.verdict == "holds":
            for key in check.cells:
                holding.setdefault(key, []).append(check)
    amounts = {f.key: f.amount for f in facts}
    found: dict[Key, str] = {}
    for group in _groups(failed):
        alone = _alone(group, holding)
        if alone:
            text = "alone explains" if len(alone) == 1 else f"one of {len(alone)} cells that alone explain"
            for key in alone:
                found[key] = f"{text} {_names(group)}"
            continue
        cells = {key for check in group for key in check.cells}
        nonzero = {key for key in cells if amounts.get(key)} or cells
        unheld = {key for key in nonzero if key not in holding}
        for key in unheld or nonzero:
            found[key] = f"stands in {_names(group)}"
    return found


def _groups(failed: list[Check]) -> list[list[Check]]:
    """Failed checks that share a cell, directly or through others."""
    owner: dict[Key, int] = {}
    parent = list(range(len(failed)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for index, check in enumerate(failed):
        for key in check.cells:
            if key in owner:
                parent[root(index)] = root(owner[key])
            else:
                owner[key] = index
    groups: dict[int, list[Check]] = {}
    for index, check in enumerate(failed):
        groups.setdefault(root(index), []).append(check)
    return list(groups.values())


def _alone(group: list[Check], holding: dict[Key, list[Check]]) -> list[Key]:
    """Cells that stand in every failed check of a group, and whose one change would satisfy all and break none."""
    common = set(group[0].cells)
    for check in group[1:]:
        common &= set(check.cells)
    result = []
    for key in sorted(common):
        low, high = _shift_range(group, key)
        if low > high:
            continue
        if all(_survives(check, key, low, high) for check in holding.get(key, [])):
            result.append(key)
    return result


def _sign(check: Check, key: Key) -> int:
    """How the residual moves when the cell grows by one; no independent identity subtracts a term."""
    return 1 if key in check.cells[: check.left_cells] else -1


def _bounds(check: Check) -> tuple[int, int]:
    """The residuals, in fen, with which a check holds."""
    assert check.tolerance is not None
    low = -FAR if check.relation == "<=" else -check.tolerance
    high = FAR if check.relation == ">=" else check.tolerance
    return low, high


def _shift_range(group: list[Check], key: Key) -> tuple[int, int]:
    """The changes of a cell, in fen, that make every check of the group hold."""
    low, high = -FAR, FAR
    for check in group:
        assert check.residual is not None
        sign = _sign(check, key)
        ends = [sign * (bound - check.residual) for bound in _bounds(check)]
        low, high = max(low, min(ends)), min(high, max(ends))
    return low, high


def _survives(check: Check, key: Key, low: int, high: int) -> bool:
    """Whether a check that holds still can after the change."""
    assert check.residual is not None
    sign = _sign(check, key)
    least, most = sorted((check.residual + sign * low, check.residual + sign * high))
    bottom, top = _bounds(check)
    return least <= top and most >= bottom


def _names(group: list[Check]) -> str:
    names = [c.check_id for c in group]
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
