"""What is wrong in the description of one table: ids that it lacks, aliases that never match."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from juesuan_extract.authoring.problem import Problem
from juesuan_extract.knowledge.specs import Side, TableSpec
from juesuan_extract.knowledge.yaml_lines import Marked
from juesuan_extract.values.labels import heading_label, label, strip_ordinal


def check_table(spec: TableSpec, marked: Marked, file: str) -> Iterator[Problem]:
    """Faults of schemas/tables/gkNN.yaml that each file shows alone."""
    yield from _unknown_ids(spec, marked, file)
    yield from _headings(spec, marked, file)
    yield from _rows(spec, marked, file)


def _unknown_ids(spec: TableSpec, marked: Marked, file: str) -> Iterator[Problem]:
    def unknown(kind: str, name: str, known: Iterable[str], *place: str | int) -> Iterator[Problem]:
        if name not in known:
            yield Problem(file, marked.line(*place), f"{'.'.join(map(str, place))}: there is no {kind} {name}")

    rows = spec.rows if spec.kind == "named" else {**spec.rows, "total": None}
    for number, name in enumerate(spec.required_columns):
        yield from unknown("column", name, spec.columns, "required_columns", number)
    for number, name in enumerate(spec.key_rows):
        yield from unknown("row", name, rows, "key_rows", number)
    if spec.default_column is not None:
        yield from unknown("column", spec.default_column, spec.columns, "default_column")
    elif spec.transposable:
        yield Problem(file, marked.line("transposable"), "transposable: default_column is missing")
    if spec.function_rows and spec.sides:
        yield from unknown("side", spec.function_rows, spec.sides, "function_rows")
    if spec.kind == "named" and not spec.rows:
        yield Problem(file, marked.line("kind"), "kind: a table with named rows has rows")
    for name, column in spec.columns_.items():
        if column.side:
            yield from unknown("side", column.side, spec.sides, "columns", name, "side")
    for name, row in spec.rows.items():
        if row.side:
            yield from unknown("side", row.side, spec.sides, "rows", name, "side")
        if row.after:
            yield from unknown("row", row.after, spec.rows, "rows", name, "after")


def _headings(spec: TableSpec, marked: Marked, file: str) -> Iterator[Problem]:
    """Headings that stand twice, or that no printed heading can be compared with."""
    seen: dict[str, list[tuple[str, Side | None, int]]] = {}
    for name, column in spec.columns_.items():
        for number, text in enumerate(column.headings):
            line = marked.line("columns", name, "headings", number)
            own = label(text)
            if heading_label(text) != own:
                yield Problem(
                    file, line, f"the heading {text} is never met: it would be compared as {heading_label(text)}"
                )
            for other, side, before in seen.setdefault(own, []):
                if other == name:
                    yield Problem(file, line, f"the heading {text} stands in line {before} too")
                elif column.side == side or not (column.side and side):
                    yield Problem(file, line, f"the heading {text} of {name} means {other} already, in line {before}")
            seen[own].append((name, column.side, line))


def _rows(spec: TableSpec, marked: Marked, file: str) -> Iterator[Problem]:
    """Row names that stand twice on one side, or that no printed name can be compared with."""
    seen: dict[tuple[str, Side | None, str | None], tuple[str, int, int]] = {}
    for row_id, row in spec.rows.items():
        for number, text in enumerate(row.names):
            line = marked.line("rows", row_id, "names", number)
            if label(strip_ordinal(text)) != label(text):
                yield Problem(
                    file, line, f"the row name {text} is never met: printed names lose their ordinal and 其中"
                )
            here = (row_id, number, line)
            other, _, before = held = seen.setdefault((label(text), row.side, row.after), here)
            if held != here and other == row_id:
                yield Problem(file, line, f"the row name {text} stands in line {before} too")
            elif held != here:
                yield Problem(file, line, f"the row name {text} of {row_id} means {other} already, in line {before}")
