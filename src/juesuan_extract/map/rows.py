"""Printed rows to canonical ids. Names and codes decide, never position alone."""

from __future__ import annotations

from collections import Counter

from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.knowledge.specs import TableSpec
from juesuan_extract.model.message import Finding, message
from juesuan_extract.model.table import Layout, MappedRow, RawRow
from juesuan_extract.values.codes import full_code
from juesuan_extract.values.ids import is_unmapped, unmapped
from juesuan_extract.values.labels import label, row_name

TOTAL = "total"
NO_LABEL = message("finding.unlabelled_figures")


def map_rows(rows: tuple[RawRow, ...], spec: TableSpec, catalog: Catalog) -> tuple[MappedRow, ...]:
    """Row ids for all rows of a table, in printed order."""
    if spec.kind == "named":
        return _named_rows(rows, spec, catalog)
    return _coded_rows(rows, spec, catalog)


def _named_rows(rows: tuple[RawRow, ...], spec: TableSpec, catalog: Catalog) -> tuple[MappedRow, ...]:
    rules = catalog.row_rules[spec.id]
    sides = _block_sides(rows, spec, catalog)
    mapped: list[MappedRow] = []
    seen: set[str] = set()
    side = ""
    for number, raw in enumerate(rows, 1):
        name = row_name(raw.name)
        fixed = sides.get(raw.block, "")
        options = rules.get(label(name), ())
        if not fixed and options and len({o.side for o in options}) == 1:
            side = options[0].side or ""  # one long list: income first, then expenditure
        wanted = fixed or side
        found = ""
        for option in options:
            if option.side and wanted and option.side != wanted:
                continue
            if option.after and option.after not in seen:
                continue
            if option.row_id in seen and any(o.after in seen for o in options if o.after):
                continue
            if option.row_id in seen:
                continue
            found = option.row_id
            break
        if not found and TOTAL in spec.rows and TOTAL not in seen and catalog.is_total(label(name)):
            found = TOTAL
        if found:
            seen.add(found)
        mapped.append(MappedRow(found or unmapped(number), name, raw))
    return tuple(mapped)


def _block_sides(rows: tuple[RawRow, ...], spec: TableSpec, catalog: Catalog) -> dict[int, str]:
    """income or expenditure for each block: by its heading, else by the rows that stand on one side only."""
    rules = catalog.row_rules[spec.id]
    votes: dict[int, Counter[str]] = {}
    for raw in rows:
        options = rules.get(label(row_name(raw.name)), ())
        count = votes.setdefault(raw.block, Counter())
        if options and len({o.side for o in options}) == 1 and options[0].side:
            count[options[0].side] += 1
    sides = {}
    several = len(votes) > 1
    for raw in rows:
        count = votes[raw.block]
        if raw.side and (several or len(count) < 2):
            sides[raw.block] = raw.side
        elif count and (len(count) == 1 or several):
            sides[raw.block] = max(count, key=lambda s: (count[s], s))
    return sides


def _coded_rows(rows: tuple[RawRow, ...], spec: TableSpec, catalog: Catalog) -> tuple[MappedRow, ...]:
    rules = catalog.row_rules[spec.id]
    mapped = []
    context: dict[int, str] = {}
    for number, raw in enumerate(rows, 1):
        name = row_name(raw.name)
        code = full_code(raw.code, context.get(raw.block, ""))
        own = label(name)
        if code:
            context[raw.block] = code
            row_id = code
        elif own in rules:
            row_id = rules[own][0].row_id
        elif own in spec.total_labels or (not raw.code and spec.kind == "function" and catalog.is_total(own)):
            row_id = TOTAL
        else:
            row_id = unmapped(number)
        mapped.append(MappedRow(row_id, name, raw))
    return tuple(mapped)


def unknown_rows(layout: Layout, rows: tuple[MappedRow, ...], spec: TableSpec, catalog: Catalog) -> list[Finding]:
    """Findings for rows that map to nothing; none where the headings name the rows."""
    if any(column.row_id for column in layout.columns):
        return []
    return [
        Finding("unknown_row", spec.id, (row.raw.page,), row.name or row.raw.code or NO_LABEL)
        for row in rows
        if is_unmapped(row.row_id) and not catalog.counts(row.raw.name)
    ]
