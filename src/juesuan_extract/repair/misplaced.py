"""Figures that a publisher set beside the wrong labels: other readings of a table are tried against all identities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.map.rows import map_rows
from juesuan_extract.map.table import MappedTable, Tables
from juesuan_extract.model.proof import Check, Conflict
from juesuan_extract.repair.codes_by_name import codes_by_name
from juesuan_extract.repair.shifts import Reading, other_readings, with_other_codes
from juesuan_extract.values.ids import is_code, is_unmapped
from juesuan_extract.values.labels import label
from juesuan_extract.verify.proof import Proof


def set_figures_right(proof: Proof, data: bytes | None, catalog: Catalog) -> Proof:
    """Figures set beside the labels where they belong, when there is one way only; otherwise proposals.

    A single conflict that one wrong cell explains, and no other, needs none.
    """
    proof = proof.accused(catalog)
    blamed = proof.conflicts
    found = [pair for name in proof.tables for pair in _recoded(name, proof, catalog)]
    if len(blamed) > 1 or any(not _one_cell(conflict) for conflict in blamed):
        loose = {name for conflict in blamed for name in conflict.checks}
        involved = [{key[0] for key in check.cells} for check in proof.checks if check.check_id in loose]
        # a table that contradicts itself rather than those that contradict it
        suspected = set().union(*(each for each in involved if len(each) == 1)) or set().union(*involved)
        for name in sorted(suspected - {table.spec.id for table, _ in found}):
            found += _moved(name, proof, catalog)
    tables: dict[str, MappedTable] = {}
    repairs, proposals = [], []
    for table, reading in found:
        rivals = [r for _, r in found if r is not reading and r.mends & reading.mends and r.whole]
        if rivals and not reading.whole:
            continue
        if reading.proven and not rivals and not any(_explains(c, reading.mends) for c in blamed):
            tables[table.spec.id] = table
            repairs.append(reading.repair)
        else:
            proposals.append(reading.repair)
    if repairs:
        proof = proof.mended(tables, repairs, catalog).accused(catalog)
    return replace(proof, proposals=tuple(proposals)) if proposals else proof


def _moved(name: str, proof: Proof, catalog: Catalog) -> list[tuple[MappedTable, Reading]]:
    """A table with its figures moved in every way that satisfies the identities."""
    table = proof.tables[name]
    others = {f.key: f.amount or 0 for other, t in proof.tables.items() if other != name for f in t.facts}
    checks = _own(name, proof.checks)
    readings = other_readings(table.facts, table.planes, checks, others, proof.trial(name, catalog))
    return [(replace(table, facts=reading.facts), reading) for reading in readings]


def _recoded(name: str, proof: Proof, catalog: Catalog) -> list[tuple[MappedTable, Reading]]:
    """A table with the codes of its names, where these contradict the codes that are printed."""
    table = proof.tables[name]
    doubtful = any(f.evidence.name == "differs" or is_unmapped(f.row_id) for f in table.facts)
    if table.spec.kind == "named" or not doubtful:
        return []
    rows = codes_by_name(table.rows, _names(proof.tables, name, catalog))
    if not rows:
        return []
    recoded = table.with_rows(map_rows(rows, table.spec, catalog), catalog)
    readings = with_other_codes(table.facts, recoded.facts, _own(name, proof.checks), proof.trial(name, catalog))
    return [(recoded, reading) for reading in readings]


def _own(name: str, checks: Sequence[Check]) -> list[Check]:
    """The identities that involve a table."""
    return [check for check in checks if any(key[0] == name for key in check.cells)]


def _names(tables: Tables, table_id: str, catalog: Catalog) -> dict[str, frozenset[str]]:
    """The names of codes, as labels: those of the lists of codes, and those printed in the other tables."""
    kind = tables[table_id].spec.kind
    names = dict(catalog.code_names["economic" if kind == "economic" else "function"])
    for name, table in tables.items():
        if name != table_id and table.spec.kind == kind:
            for row in table.rows:
                if is_code(row.row_id) and row.name:
                    names[row.row_id] = names.get(row.row_id, frozenset()) | {label(row.name)}
    return names


def _one_cell(conflict: Conflict) -> bool:
    """Whether one wrong cell explains it, and nothing else does."""
    return len(conflict.explanations) == 1 and len(conflict.explanations[0]) == 1


def _explains(conflict: Conflict, failed: frozenset[str]) -> bool:
    """Whether one wrong cell explains all of some failed checks."""
    return bool(failed) and failed <= set(conflict.checks) and any(len(e) == 1 for e in conflict.explanations)
