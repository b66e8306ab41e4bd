"""Figures that a publisher set beside the wrong labels: other readings of a table are tried against all identities."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.map.rows import map_rows
from juesuan_extract.map.table import MappedTable, Tables
from juesuan_extract.model.fact import Fact
from juesuan_extract.model.message import Repair
from juesuan_extract.model.proof import Check, Conflict
from juesuan_extract.repair.codes_by_name import codes_by_name
from juesuan_extract.repair.shifts import Reading, other_readings, with_other_codes
from juesuan_extract.values.labels import label
from juesuan_extract.verify.book import book_of
from juesuan_extract.verify.identities import evaluate


def set_right(
    tables: Tables, checks: list[Check], blamed: tuple[Conflict, ...], catalog: Catalog
) -> tuple[Tables, list[Repair], tuple[Repair, ...]]:
    """Figures set beside the labels where they belong, when there is one way only; otherwise proposals.

    A single conflict that one wrong cell explains, and no other, needs none.
    """
    found = [pair for name in tables for pair in _recoded(name, tables, checks, catalog)]
    if len(blamed) > 1 or any(not _one_cell(conflict) for conflict in blamed):
        loose = {name for conflict in blamed for name in conflict.checks}
        involved = [{key[0] for key in check.cells} for check in checks if check.check_id in loose]
        # a table that contradicts itself rather than those that contradict it
        suspected = set().union(*(each for each in involved if len(each) == 1)) or set().union(*involved)
        for name in sorted(suspected - {table.spec.id for table, _ in found}):
            found += _moved(name, tables, checks, catalog)
    repairs, proposals = [], []
    for table, reading in found:
        rivals = [r for _, r in found if r is not reading and r.mends & reading.mends and r.whole]
        if rivals and not reading.whole:
            continue
        if reading.proven and not rivals and not any(_explains(c, reading.mends) for c in blamed):
            tables = {**tables, table.spec.id: table}
            repairs.append(reading.repair)
        else:
            proposals.append(reading.repair)
    return tables, repairs, tuple(proposals)


def _moved(name: str, tables: Tables, checks: list[Check], catalog: Catalog) -> list[tuple[MappedTable, Reading]]:
    """A table with its figures moved in every way that satisfies the identities."""
    table = tables[name]
    others = {f.key: f.amount or 0 for other, t in tables.items() if other != name for f in t.facts}
    trial = _trial(name, tables, catalog)
    readings = other_readings(table.facts, table.planes, _own(name, checks), others, trial)
    return [(replace(table, facts=reading.facts), reading) for reading in readings]


def _recoded(name: str, tables: Tables, checks: list[Check], catalog: Catalog) -> list[tuple[MappedTable, Reading]]:
    """A table with the codes of its names, where these contradict the codes that are printed."""
    table = tables[name]
    doubtful = any(f.evidence.name == "differs" or f.row_id.startswith("unmapped.") for f in table.facts)
    if table.spec.kind == "named" or not doubtful:
        return []
    rows = codes_by_name(table.rows, _names(tables, name, catalog))
    if not rows:
        return []
    recoded = table.with_rows(map_rows(rows, table.spec, catalog), catalog)
    trial = _trial(name, tables, catalog)
    return [(recoded, r) for r in with_other_codes(table.facts, recoded.facts, _own(name, checks), trial)]


def _own(name: str, checks: list[Check]) -> list[Check]:
    """The identities that involve a table."""
    return [check for check in checks if any(key[0] == name for key in check.cells)]


def _trial(name: str, tables: Tables, catalog: Catalog) -> Callable[[tuple[Fact, ...]], list[Check]]:
    """Evaluates the identities that involve a table when it has other facts."""

    def trial(facts: tuple[Fact, ...]) -> list[Check]:
        return evaluate(book_of({**tables, name: replace(tables[name], facts=facts)}), catalog, frozenset({name}))

    return trial


def _names(tables: Tables, table_id: str, catalog: Catalog) -> dict[str, frozenset[str]]:
    """The names of codes, as labels: those of the lists of codes, and those printed in the other tables."""
    kind = tables[table_id].spec.kind
    names = dict(catalog.code_names["economic" if kind == "economic" else "function"])
    for name, table in tables.items():
        if name != table_id and table.spec.kind == kind:
            for row in table.rows:
                if row.row_id.isdigit() and row.name:
                    names[row.row_id] = names.get(row.row_id, frozenset()) | {label(row.name)}
    return names


def _one_cell(conflict: Conflict) -> bool:
    """Whether one wrong cell explains it, and nothing else does."""
    return len(conflict.explanations) == 1 and len(conflict.explanations[0]) == 1


def _explains(conflict: Conflict, failed: frozenset[str]) -> bool:
    """Whether one wrong cell explains all of some failed checks."""
    return bool(failed) and failed <= set(conflict.checks) and any(len(e) == 1 for e in conflict.explanations)
