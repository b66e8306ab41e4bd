"""Labels and figures that stand in different rows: the one pairing that satisfies the identities is found.

The case of the founding document: in its 支出决算表 the line 合计 has no figures, 208 stands beside the figures of
合计, and the next line has figures and no code. Read as printed sixteen identities fail; with labels and figures
paired in order none does.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.knowledge.specs import TableSpec
from juesuan_extract.map.rows import map_rows
from juesuan_extract.map.table import MappedTable
from juesuan_extract.model.message import Message, Repair, message
from juesuan_extract.model.proof import Check
from juesuan_extract.model.table import MappedRow, RawRow
from juesuan_extract.repair.evidence import LEAST, compare
from juesuan_extract.values.ids import is_code
from juesuan_extract.verify.proof import Proof, Trial

MOST_HYPOTHESES = 60
TOTAL = "合计"


class Pair(NamedTuple):
    """A line of figures and the line whose label it is given; None: 合计, which is not printed."""

    figures: RawRow
    label: RawRow | None

    @property
    def row(self) -> RawRow:
        """The figures with that label."""
        if self.label is None:
            return self.figures._replace(name=TOTAL, paired=True)
        own = self.label
        paired = (self.figures.code, self.figures.name) != (own.code, own.name)
        return self.figures._replace(code=own.code, name=own.name, label_box=own.label_box, paired=paired)


class _Solution(NamedTuple):
    """A pairing with which no identity fails."""

    pairs: tuple[Pair, ...]
    table: MappedTable
    checks: list[Check]


def pair_labels(proof: Proof, data: bytes | None, catalog: Catalog) -> Proof:
    """Labels and figures of each table paired anew where that is proven, and names borrowed from other tables."""
    for name, table in proof.tables.items():
        if table.spec.kind == "named":
            continue
        paired, made = pair_rows(table, proof.trial(name, catalog), catalog)
        others = {
            row.row_id: row.name
            for other, mapped in proof.tables.items()
            if other != name and mapped.spec.kind == table.spec.kind
            for row in mapped.rows
            if row.name and is_code(row.row_id)
        }
        rows, borrowed = borrow_names(paired.rows, others, table.spec)
        if made or borrowed:
            proof = proof.mended({name: paired.with_rows(rows, catalog)}, [*made, *borrowed], catalog)
    return proof


def pair_rows(table: MappedTable, trial: Trial, catalog: Catalog) -> tuple[MappedTable, list[Repair]]:
    """A table with labels and figures paired so that every identity of it holds.

    trial: evaluates the identities that involve the table when it has given facts. The printed pairs stay unless
    exactly one other pairing satisfies all identities, and these prove it (see evidence.py).
    """
    loose = [r for r in table.rows if r.raw.has_figures and not r.raw.has_label]
    if not loose:
        return table, []
    before = trial(table.facts)
    solutions: list[_Solution] = []
    for pairs in _hypotheses(tuple(r.raw for r in table.rows)):
        candidate = _paired(table, pairs, catalog)
        checks = trial(candidate.facts)
        if not any(c.accuses for c in checks) and any(c.verdict == "holds" for c in checks):
            solutions.append(_Solution(pairs, candidate, checks))
    if not any(compare(before, solution.checks).proves for solution in solutions):
        return _unlabelled_total(table, loose, trial, catalog)
    if len(solutions) > 1:
        return table, []
    ((pairs, mended, checks),) = solutions
    failed = [c.check_id for c in before if c.accuses]
    held = sum(c.verdict == "holds" for c in checks)
    evidence = message("repair.paired", failed=len(failed), checks=tuple(failed), held=held)
    return mended, _recorded(pairs, table.spec, evidence)


def _paired(table: MappedTable, pairs: tuple[Pair, ...], catalog: Catalog) -> MappedTable:
    return table.with_rows(map_rows(tuple(pair.row for pair in pairs), table.spec, catalog), catalog)


def _unlabelled_total(
    table: MappedTable, loose: list[MappedRow], trial: Trial, catalog: Catalog
) -> tuple[MappedTable, list[Repair]]:
    """A first or last row without a label is the 合计 when most sums say so; a publisher's slip may fail the others.

    No figure changes its place: only equalities between amounts that are not 0 count, bounds don't.
    """
    rows = table.rows
    if len(loose) > 1 or any(r.row_id == "total" for r in rows) or loose[0] not in (rows[0], rows[-1]):
        return table, []
    pairs = tuple(Pair(r.raw, None if r is loose[0] else r.raw) for r in rows)
    mended = _paired(table, pairs, catalog)
    sums = [
        c for c in trial(mended.facts) if c.independent and c.relation == "=" and any(k[1] == "total" for k in c.cells)
    ]
    held = sum(c.verdict == "holds" and c.left_amount != 0 for c in sums)
    failed = sum(c.verdict == "fails" for c in sums)
    if held < LEAST or held <= 2 * failed:
        return table, []
    evidence = message("repair.total_unlabelled", held=held, failed=failed)
    return mended, _recorded(pairs, table.spec, evidence)


def _recorded(pairs: tuple[Pair, ...], spec: TableSpec, evidence: Message) -> list[Repair]:
    return [
        Repair(spec.id, pair.figures.page, "row_pairing", _show(pair.figures), _show(pair.row), evidence)
        for pair in pairs
        if pair.row.paired
    ]


def _hypotheses(rows: tuple[RawRow, ...]) -> Iterator[tuple[Pair, ...]]:
    """Labels and figures, each in their own order, paired anew, block by block."""
    for block in sorted({r.block for r in rows}):
        own = [r for r in rows if r.block == block]
        if not any(r.has_figures and not r.has_label for r in own):
            continue
        above = tuple(Pair(r, r) for r in rows if r.block < block)
        below = tuple(Pair(r, r) for r in rows if r.block > block)
        for pairs in _pairings([r for r in own if r.has_label], [r for r in own if r.has_figures]):
            yield (*above, *pairs, *below)


def _pairings(labels: list[RawRow], figures: list[RawRow]) -> Iterator[list[Pair]]:
    """Lines of figures with labels in order: all of them, all labels but one, or one line, first or last, as 合计."""
    spare = len(labels) - len(figures)
    if spare == 0 and labels:
        yield _zipped(labels, figures)
    elif spare == 1 and len(labels) <= MOST_HYPOTHESES:
        yield from (_zipped(labels[:without] + labels[without + 1 :], figures) for without in range(len(labels)))
    elif spare == -1:
        for place in sorted({0, len(figures) - 1}):
            if not figures[place].has_label:
                others = _zipped(labels, figures[:place] + figures[place + 1 :])
                others.insert(place, Pair(figures[place], None))
                yield others


def _zipped(labels: list[RawRow], figures: list[RawRow]) -> list[Pair]:
    return [Pair(f, a) for a, f in zip(labels, figures, strict=True)]


def borrow_names(
    rows: tuple[MappedRow, ...], names: dict[str, str], spec: TableSpec
) -> tuple[tuple[MappedRow, ...], list[Repair]]:
    """Names of coded rows that print none, from the same codes in other tables. names: by code."""
    mended, repairs = [], []
    for row in rows:
        if not row.name and row.row_id in names:
            mended.append(row._replace(name=names[row.row_id]))
            repairs.append(
                Repair(spec.id, row.raw.page, "name_borrowed", row.row_id, names[row.row_id],
                       message("repair.name_elsewhere"))
            )  # fmt: skip
        else:
            mended.append(row)
    return tuple(mended), repairs


def _show(row: RawRow) -> Message:
    figures = (cell.text for _, cell in row.amounts if cell.text)
    return message("repair.figures", rows=((row.code or row.name, *figures),))
