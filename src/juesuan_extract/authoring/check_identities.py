"""What is wrong in identities.yaml: terms that can't be read, tables, rows and columns that don't exist."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from juesuan_extract.authoring.problem import Problem
from juesuan_extract.errors import SchemaError
from juesuan_extract.knowledge.catalog import IDENTITIES
from juesuan_extract.knowledge.identities import read_range, read_row, read_term
from juesuan_extract.knowledge.specs import IdentityRules, IdentitySpec, TableSpec
from juesuan_extract.knowledge.yaml_lines import Marked
from juesuan_extract.values.ids import is_function_row

_VARIABLE = re.compile(r"\{(\w+)\}")
_CHILDREN = re.compile(r"children\((.+)\)$")
KnownNames = Mapping[str, frozenset[str]]  # codes by kind of table


def check_identities(
    rules: IdentityRules, marked: Marked, tables: Mapping[str, TableSpec], codes: KnownNames
) -> Iterator[Problem]:
    """Faults of all identities, by line."""
    known = _Known(tables, codes)
    for table, terms in rules.absent.items():
        if table not in tables:
            yield Problem(IDENTITIES, marked.line("absent", table), f"absent: there is no table {table}")
        for number, text in enumerate(terms):
            for message in known.faults_of_term(text, {}):
                yield Problem(IDENTITIES, marked.line("absent", table, number), f"absent: {message}")
    first: dict[str, int] = {}
    for place, spec in enumerate(rules.identities):
        line = marked.line("identities", place, "id")
        if first.setdefault(spec.id, line) != line:
            yield Problem(IDENTITIES, line, f"{spec.id} stands in line {first[spec.id]} too")
        for at, message in _faults(spec, known):
            yield Problem(IDENTITIES, marked.line("identities", place, *at), f"{spec.id}: {message}")


def _faults(spec: IdentitySpec, known: _Known) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Faults of one identity with their place in it."""
    values: dict[str, tuple[str, ...]] = {}
    for name, over in spec.for_.items():
        values[name] = over if isinstance(over, tuple) else ()
        for message in known.faults_of_range(name, over):
            yield ("for", name), message
    for field in ("left", "right", "zero_when"):
        for number, text in enumerate(getattr(spec, field)):
            for message in known.faults_of_term(text, values):
                yield (field, number), message
    for number, pair in enumerate(spec.equal_when):
        for item, text in enumerate(pair):
            for message in known.faults_of_term(text, values):
                yield ("equal_when", number, item), message
    for field in ("when", "unless"):
        for number, text in enumerate(getattr(spec, field)):
            for message in known.faults_of_row(text):
                yield (field, number), message


class _Known:
    """The tables, rows and columns that identities may name."""

    def __init__(self, tables: Mapping[str, TableSpec], codes: KnownNames) -> None:
        self._tables = tables
        self._codes = codes

    def faults_of_term(self, text: str, variables: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
        """variables: names of the identity's variables, with their values where these are a list."""
        try:
            term = read_term(text, "")
        except SchemaError as error:
            yield _bare(error)
            return
        spec = self._tables.get(term.table)
        if spec is None:
            yield f"{text}: there is no table {term.table}"
            return
        for name in _VARIABLE.findall(term.row + term.column):
            if name not in variables:
                yield f"{text}: {{{name}}} is not among its variables (for)"
                return
        for row in _instances(term.row, variables):
            if not self._has_row(spec, row, term.summed):
                yield f"{text}: {spec.id} has no row {row}"
        for column in _instances(term.column, variables):
            if column not in spec.columns:
                yield f"{text}: {spec.id} has no column {column}"

    def faults_of_row(self, text: str) -> Iterator[str]:
        try:
            table, row = read_row(text, "")
        except SchemaError as error:
            yield _bare(error)
            return
        spec = self._tables.get(table)
        if spec is None:
            yield f"{text}: there is no table {table}"
        elif not self._has_row(spec, row, False):
            yield f"{text}: {table} has no row {row}"

    def faults_of_range(self, name: str, over: str | tuple[str, ...]) -> Iterator[str]:
        try:
            found = read_range(name, over, "")
        except SchemaError as error:
            yield _bare(error)
            return
        for table in found.tables:
            if table not in self._tables:
                yield f"{over}: there is no table {table}"

    def _has_row(self, spec: TableSpec, row: str, summed: bool) -> bool:
        if summed:
            below = _CHILDREN.match(row)
            return (
                row == "classes"
                or (row == "function.*" and bool(spec.function_rows))
                or (below is not None and (not below[1].isdigit() or self._has_row(spec, below[1], False)))
            )
        if row in spec.rows:
            return True
        if spec.kind == "named":
            return bool(spec.function_rows) and is_function_row(row) and row[9:] in self._codes["function"]
        return row == "total" or row in self._codes[spec.kind]


def _instances(text: str, variables: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """A row or column with the values of a variable put in; nothing where these come from the document."""
    match = _VARIABLE.search(text)
    if match is None:
        yield text
        return
    for value in variables[match[1]]:
        yield from _instances(text.replace(match[0], value), variables)


def _bare(error: SchemaError) -> str:
    return str(error).rpartition(": : ")[2] or str(error)
