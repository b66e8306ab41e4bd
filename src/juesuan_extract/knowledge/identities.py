"""The terms of schemas/identities.yaml, compiled once."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from juesuan_extract.errors import SchemaError
from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.knowledge.specs import IdentitySpec

_TERM = re.compile(r"^(-)?(sum )?(gk0\d)\[(.+?)\]\.(\{?\w+\}?)(\?)?$")
_ROW = re.compile(r"^(gk0\d)\[(.+?)\](?:\.\w+)?$")
_RANGE = re.compile(r"^(\w+)\((\w+)(?:,\s*(\w+))?\)$")

RANGES = frozenset(
    {"rows", "coded", "parents", "classes", "econ_classes", "common", "cols", "exp_rows", "exp_functions"}
)


class Term(NamedTuple):
    """sign · table[row].column; a sum runs over `row` = children(…), classes or function.*"""

    sign: int
    summed: bool
    table: str
    row: str
    column: str
    optional: bool


class Range(NamedTuple):
    """What a variable ranges over: values of a list, or rows and columns of the document's tables."""

    name: str
    kind: str
    tables: tuple[str, ...]
    values: tuple[str, ...]


class Identity(NamedTuple):
    """An identity ready to be evaluated."""

    id: str
    left: tuple[Term, ...]
    right: tuple[Term, ...]
    relation: str
    ranges: tuple[Range, ...]
    zero_when: tuple[Term, ...]
    equal_when: tuple[tuple[Term, Term], ...]
    when: tuple[tuple[str, str], ...]  # (table, row)
    unless: tuple[tuple[str, str], ...]
    soft: bool
    dependent: bool
    tables: tuple[str, ...]
    optional_tables: tuple[str, ...]  # those that stand in optional terms only


@lru_cache(maxsize=8)
def compile_identities(catalog: Catalog) -> tuple[Identity, ...]:
    """All identities of the catalogue; raises SchemaError for a term that can't be read."""
    return tuple(compile_identity(spec) for spec in catalog.identities)


@lru_cache(maxsize=8)
def compile_absent(catalog: Catalog) -> dict[str, tuple[Term, ...]]:
    """For each table that may be missing: the cells that must be 0 for its figures to be 0."""
    return {table: tuple(read_term(t, table) for t in texts) for table, texts in catalog.absent.items()}


def compile_identity(spec: IdentitySpec) -> Identity:
    """One identity; raises SchemaError for a term that can't be read."""
    left = tuple(read_term(t, spec.id) for t in spec.left)
    right = tuple(read_term(t, spec.id) for t in spec.right)
    tables = tuple(sorted({t.table for t in (*left, *right)}))
    needed = {t.table for t in (*left, *right) if not t.optional}
    return Identity(
        spec.id,
        left,
        right,
        spec.relation,
        tuple(read_range(name, value, spec.id) for name, value in spec.for_.items()),
        tuple(read_term(t, spec.id) for t in spec.zero_when),
        tuple((read_term(a, spec.id), read_term(b, spec.id)) for a, b in spec.equal_when),
        tuple(read_row(t, spec.id) for t in spec.when),
        tuple(read_row(t, spec.id) for t in spec.unless),
        spec.soft,
        spec.dependent,
        tables,
        tuple(t for t in tables if t not in needed),
    )


def read_term(text: str, where: str) -> Term:
    """A term; raises SchemaError, with `where` in the message, when it is none."""
    match = _TERM.match(text)
    if not match:
        raise SchemaError(f"identities.yaml: {where}: the term {text!r} can't be read")
    sign, summed, table, row, column, optional = match.groups()
    return Term(-1 if sign else 1, bool(summed), table, row, column, bool(optional))


def read_row(text: str, where: str) -> tuple[str, str]:
    """Table and row; raises SchemaError like read_term."""
    match = _ROW.match(text)
    if not match:
        raise SchemaError(f"identities.yaml: {where}: the row {text!r} can't be read")
    return match[1], match[2]


def read_range(name: str, value: str | tuple[str, ...], where: str) -> Range:
    """What a variable ranges over; raises SchemaError like read_term."""
    if not isinstance(value, str):
        return Range(name, "list", (), value)
    match = _RANGE.match(value)
    if not match or match[1] not in RANGES:
        raise SchemaError(f"identities.yaml: {where}: the range {value!r} can't be read")
    return Range(name, match[1], tuple(t for t in match.groups()[1:] if t), ())
