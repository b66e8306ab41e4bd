"""What differs between two documents: two years of a unit, or an account and its revised publication."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

from juesuan_extract.model.fact import Fact
from juesuan_extract.values.amounts import to_yuan
from juesuan_extract.values.ids import is_unmapped


class Change(NamedTuple):
    """A cell of two documents, amounts in 元. before, after: None where the cell is blank or not there at all."""

    table_id: str
    row_id: str
    row_name: str
    column_id: str
    before: Decimal | None
    after: Decimal | None
    change: Decimal  # after - before; what is not there counts as nothing


class _CellPlace(NamedTuple):
    """A cell wherever it is printed. number: of equal ones, from 0; an unknown row goes by its name."""

    table_id: str
    row: str
    column_id: str
    number: int


def differences(before: Iterable[Fact], after: Iterable[Fact]) -> Iterator[Change]:
    """The cells whose amounts differ, in the order of the second document, then those that only the first has."""
    old, new = dict(_placed(before)), dict(_placed(after))
    for place in (*new, *(place for place in old if place not in new)):
        first, second = old.get(place), new.get(place)
        one, two = (fact.amount if fact else None for fact in (first, second))
        fact = second or first
        if fact and (one or 0) != (two or 0):
            yield Change(
                fact.table_id,
                fact.row_id,
                fact.row_name,
                fact.column_id,
                None if one is None else to_yuan(one),
                None if two is None else to_yuan(two),
                to_yuan((two or 0) - (one or 0)),
            )


def _placed(facts: Iterable[Fact]) -> Iterator[tuple[_CellPlace, Fact]]:
    seen: Counter[tuple[str, str, str]] = Counter()
    for fact in facts:
        row = fact.row_name if is_unmapped(fact.row_id) else fact.row_id
        key = fact.table_id, row, fact.column_id
        yield _CellPlace(*key, seen[key]), fact
        seen[key] += 1
