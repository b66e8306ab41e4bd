"""Accounts as rows of the output files. Pure functions; rows are tuples in the order of a file's columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from juesuan_extract.emit.contract import File, Value
from juesuan_extract.emit.files import files
from juesuan_extract.model.account import Account

if TYPE_CHECKING:
    from juesuan_extract.knowledge.catalog import Catalog

Row: TypeAlias = tuple[Value, ...]


def rows(accounts: Sequence[Account], catalog: Catalog) -> dict[str, list[Row]]:
    """The rows of every output file for the accounts of one source, in the order of the contract."""
    return {name: rows_of(accounts, file, catalog) for name, file in files(catalog).items()}


def rows_of(accounts: Sequence[Account], file: File, catalog: Catalog) -> list[Row]:
    """The rows of one file, sorted as it says; the sort is stable, so equal ones stay in the order of accounts."""
    pairs: list[tuple[Any, Row]] = []
    for account in accounts:
        items = list(file.items(account))
        if items:
            values = [column.fill(account, items, catalog) for column in file.columns]
            pairs += zip(map(file.order, items), zip(*values, strict=True), strict=True)
    pairs.sort(key=lambda pair: pair[0])
    return [_encodable(row) for _, row in pairs]


def _encodable(row: Row) -> Row:
    """The row itself, or with ? for each half of a surrogate pair, which no file can hold but a PDF can."""
    try:
        "".join([value for value in row if isinstance(value, str)]).encode()
    except UnicodeEncodeError:
        return tuple(v.encode("utf-8", "replace").decode() if isinstance(v, str) else v for v in row)
    return row
