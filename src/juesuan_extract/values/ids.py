"""Canonical ids: what the id of a row or a column says by its form (schemas/tables names the others)."""

from __future__ import annotations

from collections.abc import Sequence

_UNMAPPED, _EXTRA, _FUNCTION = "unmapped.", "extra.", "function."


def unmapped(number: int) -> str:
    """The id of a row that maps to nothing; number: its place in the table, from 1."""
    return f"{_UNMAPPED}{number}"


def is_unmapped(row_id: str) -> bool:
    """Whether a row maps to nothing."""
    return row_id.startswith(_UNMAPPED)


def extra(path: Sequence[str]) -> str:
    """The id of a column whose headings, from the top, name none that is known."""
    return f"{_EXTRA}{'/'.join(path)}"


def is_extra(column_id: str) -> bool:
    """Whether a column's headings name none that is known."""
    return column_id.startswith(_EXTRA)


def is_code(row_id: str) -> bool:
    """Whether a row's id is its classification code."""
    return row_id.isascii() and row_id.isdigit()


def function_row(code: str) -> str:
    """The id of the row of a 类 in a table whose rows are named."""
    return f"{_FUNCTION}{code}"


def is_function_row(row_id: str) -> bool:
    """Whether a named row is that of a 类."""
    return row_id.startswith(_FUNCTION)


def code_of(row_id: str) -> str:
    """The code of a row, coded or of a 类; empty for any other."""
    plain = row_id.removeprefix(_FUNCTION)
    return plain if is_code(plain) else ""
