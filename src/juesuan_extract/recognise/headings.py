"""Headings to columns: which column of a table a path of headings means."""

from __future__ import annotations

from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.knowledge.specs import Side, TableSpec
from juesuan_extract.model.page import Grid
from juesuan_extract.model.table import ColumnKind, HeadColumn, TableColumn
from juesuan_extract.recognise.head import head_of
from juesuan_extract.values.ids import is_extra
from juesuan_extract.values.labels import heading_label, label, strip_ordinal


def lay_columns(grid: Grid, spec: TableSpec, catalog: Catalog) -> tuple[TableColumn, ...]:
    """The columns of a grid read as table `spec`: label columns by kind, amount columns with their ids."""
    head = head_of(grid, catalog)
    columns: list[TableColumn] = []
    used: dict[tuple[str, str, str], int] = {}
    for index, place in enumerate(head.places):
        kind = _kind(place, spec, catalog)
        column_id = row_id = ""
        if kind == "amount":
            column_id, row_id = _amount_column(place, spec, catalog)
            key = (column_id, row_id, _block_key(columns))
            if key in used and not is_extra(column_id):
                column_id = _extra(place, leaf_only=False)
            if is_extra(column_id) and any(c.column_id == column_id for c in columns):
                column_id = _extra(place, leaf_only=False)
            used[key] = index
        columns.append(TableColumn(index, place.x0, place.x1, kind, place.path, column_id, row_id))
    return tuple(columns)


def _block_key(columns: list[TableColumn]) -> str:
    """Which block of label and amount columns the next column falls into."""
    blocks = 0
    for before, after in zip([None, *columns], columns, strict=False):
        if after.kind in ("code", "name") and (before is None or before.kind == "amount"):
            blocks += 1
    return str(blocks)


def _kind(place: HeadColumn, spec: TableSpec, catalog: Catalog) -> ColumnKind:
    leaf = place.path[-1] if place.path else ""
    by_heading = catalog.label_kind(leaf) if leaf else None
    if (
        by_heading == "name"
        and label(leaf) in ("项目", "支出功能分类", "功能分类", "经济分类", "科目")
        and place.content == "code"
    ):
        return "code"
    if by_heading == "name" and label(leaf) in ("收入", "支出") and place.content != "name":
        by_heading = None
    if by_heading == "code" and place.content == "name" and label(leaf) not in ("类", "款", "项"):
        return "name"
    if by_heading is not None:
        return by_heading
    if leaf and (place.content == "amount" or heading_matches(place.path, spec, catalog)):
        return "amount"
    if place.content in ("name", "code"):
        return place.content
    if place.content == "ordinal":
        return "amount" if leaf else "ordinal"
    return "amount" if leaf else "other"


def heading_matches(path: tuple[str, ...], spec: TableSpec, catalog: Catalog) -> dict[str, str]:
    """Column ids that a heading path can mean, best first, each with the label of the known heading that it carries.

    Its last headings joined come before its leaf alone.
    """
    labels = [heading_label(p) for p in path]
    found: dict[str, str] = {}
    for start in range(len(labels)):
        if start == len(labels) - 1 and start > 0 and labels[start] in catalog.heading_words.empty:
            found |= heading_matches(path[:-1], spec, catalog)  # 事业收入 > 小计 and 事业收入 > 决算数 are 事业收入
        known = "".join(labels[start:])
        for form in catalog.heading_words.forms(known):
            for name in spec.headings.get(form, ()):
                if not spec.not_under_labels[name] & set(labels[:start]):
                    found.setdefault(name, form)
    return found


def _side(path: tuple[str, ...], spec: TableSpec) -> Side | None:
    for text in path:
        side = spec.side_labels.get(label(text))
        if side:
            return side
    return None


def _amount_column(place: HeadColumn, spec: TableSpec, catalog: Catalog) -> tuple[str, str]:
    """(column id, row id) of an amount column; the row id only where headings name a row."""
    row_id = ""
    path = place.path
    if spec.transposable:
        row_id, path = row_in_path(path, spec, catalog)
        if row_id and not path and spec.default_column:
            return spec.default_column, row_id
    found = heading_matches(path, spec, catalog)
    side = _side(path, spec)
    for name in found:
        wanted = spec.columns_[name].side
        if wanted is None or side is None or wanted == side:
            return name, row_id
    if row_id and spec.default_column and not any(heading_matches((p,), spec, catalog) for p in path):
        return spec.default_column, row_id
    return _extra(place, leaf_only=True), row_id


def row_in_path(path: tuple[str, ...], spec: TableSpec, catalog: Catalog) -> tuple[str, tuple[str, ...]]:
    """The row that a heading path names, and the path without it: 公务用车… > 购置费 > 决算数."""
    rules = catalog.row_rules[spec.id]
    row_id, rest = "", []
    for text in path:
        own = label(strip_ordinal(text))
        rule = rules.get(own) or rules.get(heading_label(strip_ordinal(text)))
        if rule and not (own in spec.group_labels and row_id):
            row_id = rule[0].row_id
        elif own in spec.group_labels and row_id:
            continue  # 公务用车… > 小计 is the group itself
        else:
            rest.append(text)
    return row_id, tuple(rest)


def _extra(place: HeadColumn, leaf_only: bool) -> str:
    texts = place.path[-1:] if leaf_only else place.path
    return "extra." + ("/".join(texts) or f"column{place.first + 1}")
