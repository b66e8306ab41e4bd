"""All tables of one account, ready to be asked for cells and sums."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from juesuan_extract.map.table import Tables
from juesuan_extract.model.fact import Fact, Key
from juesuan_extract.values.amounts import UNITS, parse
from juesuan_extract.values.ids import is_unmapped


class FactTable:
    """The facts of one table by row and column, with the tree of its codes."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self.rows: dict[str, dict[str, Fact]] = {}
        columns: dict[str, None] = {}
        for fact in facts:
            if is_unmapped(fact.row_id):
                continue
            # of two rows with one id the first counts; the other is seen by no identity and stays unverified
            self.rows.setdefault(fact.row_id, {}).setdefault(fact.column_id, fact)
            columns[fact.column_id] = None
        self.columns = tuple(columns)
        self.coded = tuple(r for r in self.rows if r.isdigit())
        self.children: dict[str, tuple[str, ...]] = {}
        self.tops: tuple[str, ...] = ()
        self._tree()

    def _tree(self) -> None:
        """Nearest printed descendants by code prefix, and the rows without a printed ancestor."""
        printed = set(self.coded)
        children: dict[str, list[str]] = {}
        tops = []
        for code in self.coded:
            for length in (5, 3):
                if len(code) > length and code[:length] in printed:
                    children.setdefault(code[:length], []).append(code)
                    break
            else:
                tops.append(code)
        self.children = {code: tuple(below) for code, below in children.items()}
        self.tops = tuple(tops)


class Book:
    """All tables of one account, ready to be asked for cells and sums."""

    def __init__(self, facts: Iterable[Fact], units: dict[str, str], found: Iterable[str]) -> None:
        """units: money unit by table; found: ids of the tables that are printed, empty ones too."""
        by_table: dict[str, list[Fact]] = {table: [] for table in found}
        for fact in facts:
            by_table.setdefault(fact.table_id, []).append(fact)
        self.views = {table: FactTable(own) for table, own in by_table.items()}
        self.steps = steps_of(by_table, units)

    def cell(self, table: str, row: str, column: str) -> Fact | None:
        """The fact at a place; None when nothing is printed there."""
        view = self.views.get(table)
        return view.rows.get(row, {}).get(column) if view else None


def steps_of(by_table: dict[str, list[Fact]], units: dict[str, str]) -> dict[str, int]:
    """The last printed place of each table in fen: 0.01 万元 is 10,000 fen.

    A table that prints fewer decimals than others of the same unit only leaves zeros out.
    """
    places: dict[str, int] = {}
    for table, facts in by_table.items():
        unit = units.get(table, "万元")
        printed = max((parse(f.text).decimals for f in facts if f.amount), default=0)
        places[unit] = max(places.get(unit, 0), printed)
    steps = {}
    for table in by_table:
        unit = units.get(table, "万元")
        figures = any(f.amount for f in by_table[table])
        steps[table] = max(1, UNITS[unit] // 10 ** (places[unit] if figures or places[unit] else 2))
    return steps


def book_of(tables: Tables, changed: Mapping[Key, int] = MappingProxyType({})) -> Book:
    """The account as printed, but for some amounts in fen."""
    facts = [fact for table in tables.values() for fact in table.facts]
    if changed:
        facts = [fact._replace(amount=changed[fact.key]) if fact.key in changed else fact for fact in facts]
    return Book(facts, {name: table.layout.span.unit for name, table in tables.items()}, tables)
