"""From a reader's tables to the cells of the nine tables, in the same generous way for every reader.

A peer knows nothing of the nine tables, so all readers, ours too, are given this project's knowledge of them. The truth
says on which pages a table stands and in which unit it is printed. All tables that the reader finds there go through
the mapping stage: grids aligned over pages, headings taken apart, rows told by code and name. Tables that do not belong
to it (a neighbour on the page, a note) are left out as long as that makes more figures right. What differs between
readers is the cells alone: where their edges are and what text stands in them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal

from bench.peers.found import FoundTable
from bench.scoring import compared
from bench.truths import Cell, Table, Truth, row_key
from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.locate.walk import without_captions
from juesuan_extract.map.table import map_table
from juesuan_extract.model.page import Box, Grid, Source
from juesuan_extract.model.table import Span
from juesuan_extract.read.grid import grid_from_boxes

Counts = Counter[str]  # printed, right, wrong, missing, spurious


def stitched(truth: Truth, found: Sequence[FoundTable], catalog: Catalog) -> Counts:
    """How many of a document's figures are right."""
    grids = list(_grids(found, catalog))
    total = Counter(printed=sum(cell.amount is not None and not cell.optional for cell in truth.cells))
    for table in truth.tables:
        want = [c for c in truth.cells if c.table == (table.account, table.table_id)]
        total += _best(table, want, [g for g in grids if g.page in table.pages], catalog)
    return total


def _grids(found: Sequence[FoundTable], catalog: Catalog) -> Iterator[Grid]:
    for table in found:
        boxes = [(Box(*cell[:4]), cell.text) for cell in table.cells]
        grid = grid_from_boxes(table.page, boxes, Source("peer"))
        if grid is not None:
            yield without_captions(grid, catalog)[1]


def _best(table: Table, want: Sequence[Cell], grids: list[Grid], catalog: Catalog) -> Counts:
    """Of the choices of grids the one with most figures right, from all of them down."""
    best = _counts(table, want, grids, catalog)
    better = True
    while better and len(grids) > 1:
        better = False
        for grid in grids:
            rest = [g for g in grids if g is not grid]
            counts = _counts(table, want, rest, catalog)
            if _gain(counts) > _gain(best):
                best, grids, better = counts, rest, True
                break
    return best


def _gain(counts: Counts) -> tuple[int, int]:
    return counts["right"], -counts["wrong"] - counts["spurious"]


def _counts(table: Table, want: Sequence[Cell], grids: Sequence[Grid], catalog: Catalog) -> Counts:
    have = list(_cells(table, grids, catalog)) if grids else []
    counts = Counter(what for cell, _, what in compared(want, have) if cell is None or not cell.optional)
    return Counter({what: counts[what] for what in ("right", "wrong", "missing", "spurious")})


def _cells(table: Table, grids: Sequence[Grid], catalog: Catalog) -> Iterator[Cell]:
    ordered = sorted(grids, key=lambda g: (g.page, g.box.top, g.box.x0))
    for fact in map_table(Span(table.table_id, tuple(ordered), "", "", table.unit, ""), catalog).facts:
        if not fact.column_id.startswith("extra."):  # nobody asks for it
            key = (table.account, fact.table_id, row_key(fact.row_id, fact.row_name), fact.column_id)
            amount = None if fact.amount is None else Decimal(fact.amount) / 100
            yield Cell(key, amount, fact.page, fact.is_blank)
