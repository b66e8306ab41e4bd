"""Columns and rows with a heading or name that nobody knows: what they are where the arithmetic leaves one reading.

Words leave open what 上解上级支出 is; of the columns that the table lacks one alone makes every row add up. It is taken
for that column, with the evidence, and its figures are held for less sure than those under a known heading.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.knowledge.specs import TableSpec
from juesuan_extract.map.table import MappedTable
from juesuan_extract.model.fact import Fact
from juesuan_extract.model.message import Repair, message
from juesuan_extract.repair.evidence import Effect, compare
from juesuan_extract.values.ids import is_extra, is_unmapped
from juesuan_extract.verify.proof import Proof

Part = Literal["row_id", "column_id"]

_PLACE: dict[Part, int] = {"row_id": 1, "column_id": 2}  # in the key of a fact
LEAST = 2  # equalities that were false and hold


def read_unknown_names(proof: Proof, data: bytes | None, catalog: Catalog) -> Proof:
    """Unknown columns and rows of the tables whose identities fail, given the one id with which these hold."""
    for name in proof.failing():
        table, trial = proof.tables[name], proof.trial(name, catalog)
        for part, old in tuple(_unknown(table, catalog)):
            before = [check for check in trial(table.facts) if all(key[_PLACE[part]] != old for key in check.cells)]
            tried = [(new, _renamed(table.facts, part, old, new)) for new in _lacking(table, part)]
            effects = [(new, facts, compare(before, trial(facts))) for new, facts in tried]
            found = [one for one in effects if len(one[2].mended) >= LEAST and not one[2].broken]
            if len(found) == 1:
                new, facts, effect = found[0]
                table = replace(table, facts=facts)
                proof = proof.mended({name: table}, [_record(table, part, old, new, effect)], catalog)
    return proof


def _unknown(table: MappedTable, catalog: Catalog) -> Iterator[tuple[Part, str]]:
    """Ids of columns and of rows with figures that mean nothing yet, in printed order: part of the key, and id."""
    columns = (f.column_id for f in table.facts if f.amount and is_extra(f.column_id))
    for column in dict.fromkeys(columns):
        if not catalog.is_other_column(column.rpartition("/")[2].removeprefix("extra.")):
            yield "column_id", column
    if table.spec.kind == "named":
        rows = ((f.row_id, f.row_name) for f in table.facts if f.amount and is_unmapped(f.row_id))
        for row, name in dict.fromkeys(rows):
            if name and not catalog.is_other_row(name):
                yield "row_id", row


def _lacking(table: MappedTable, part: Part) -> Iterator[str]:
    """Ids that the table could have and hasn't."""
    spec: TableSpec = table.spec
    held = {getattr(fact, part) for fact in table.facts}
    yield from (one for one in (spec.columns if part == "column_id" else spec.rows) if one not in held)


def _renamed(facts: tuple[Fact, ...], part: Part, old: str, new: str) -> tuple[Fact, ...]:
    """Facts under another id; their place counts as less sure."""

    def renamed(fact: Fact) -> Fact:
        evidence = fact.evidence._replace(place="off")
        if part == "row_id":
            return fact._replace(row_id=new, evidence=evidence)
        return fact._replace(column_id=new, evidence=evidence)

    return tuple(renamed(fact) if getattr(fact, part) == old else fact for fact in facts)


def _record(table: MappedTable, part: Part, old: str, new: str, effect: Effect) -> Repair:
    printed = next(f for f in table.facts if getattr(f, part) == new)
    shown = old.removeprefix("extra.") if part == "column_id" else printed.row_name
    why = message("repair.alone_holds", count=len(effect.mended), checks=tuple(c.check_id for c in effect.mended))
    kind = "column_by_arithmetic" if part == "column_id" else "row_by_arithmetic"
    return Repair(table.spec.id, printed.page, kind, shown, new, why)
