"""Accounts as rows of the output files. Pure functions; rows are tuples in the order of `columns`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from juesuan_extract.model.account import Account, Table
from juesuan_extract.model.fact import Fact
from juesuan_extract.values.amounts import to_yuan

if TYPE_CHECKING:
    from juesuan_extract.knowledge.catalog import Catalog
    from juesuan_extract.knowledge.specs import TableSpec

Value = str | int | bool | Decimal | float | None
Row = tuple[Value, ...]
T = TypeVar("T")

LIST = "; "  # between the parts of a text that is a list


def rows(accounts: Sequence[Account], catalog: Catalog) -> dict[str, list[Row]]:
    """The rows of every output file for the accounts of one source, in the order of the contract.

    That order is table, row, column; where several accounts stand in one source, the account comes last.
    """
    return {
        "documents": [_encodable(_document(account)) for account in accounts],
        "tables": _merged(accounts, lambda a: a.tables, lambda t: t.table_id, _table),
        "cells": cells(accounts, catalog),
        **{table.id: wide(accounts, table) for table in catalog.tables.values()},
        "checks": checks(accounts),
        "repairs": _merged(
            accounts, lambda a: a.repairs, lambda r: (r.table_id, r.page), lambda a, r: (a.doc_id, a.source, *r)
        ),
    }


def cells(accounts: Sequence[Account], catalog: Catalog) -> list[Row]:
    """Every amount cell."""
    ranks = {table.id: {name: i for i, name in enumerate(table.columns)} for table in catalog.tables.values()}

    def order(fact: Fact) -> tuple[str, int, int]:
        return fact.table_id, fact.row_no, ranks[fact.table_id].get(fact.column_id, len(ranks[fact.table_id]))

    return _merged(accounts, lambda a: a.facts, order, _cell)


def checks(accounts: Sequence[Account]) -> list[Row]:
    """The identities that could be evaluated."""
    return _merged(
        accounts,
        lambda a: (check for check in a.checks if check.verdict != "not_evaluable"),
        lambda check: check.tables,
        lambda a, check: (
            a.doc_id,
            a.source,
            check.check_id,
            ",".join(check.tables),
            check.left,
            check.right,
            _yuan(check.left_amount),
            _yuan(check.right_amount),
            _yuan(check.residual),
            _yuan(check.tolerance),
            check.verdict == "holds",
            LIST.join(f"{table}[{row}].{column}" for table, row, column in check.cells),
        ),
    )


def wide(accounts: Sequence[Account], table: TableSpec) -> list[Row]:
    """The rows of one table, one column per canonical column."""
    return _merged(
        accounts,
        lambda a: _groups(fact for fact in a.facts if fact.table_id == table.id),
        lambda facts: facts[0].row_no,
        lambda a, facts: _wide_row(a, facts, table.columns),
    )


def level(row_id: str) -> str:
    """类, 款 or 项 of a code of three, five or seven digits and of a function row; empty for any other row."""
    if row_id.startswith("function."):
        return "类"
    if row_id.isascii() and row_id.isdigit():
        return {3: "类", 5: "款", 7: "项"}.get(len(row_id), "")
    return ""


def _merged(
    accounts: Sequence[Account],
    items: Callable[[Account], Iterable[T]],
    order: Callable[[T], Any],
    row: Callable[[Account, T], Row],
) -> list[Row]:
    """Rows of the items of all accounts, sorted; the sort is stable, so equal ones stay in the order of accounts."""
    pairs = [(account, item) for account in accounts for item in items(account)]
    pairs.sort(key=lambda pair: order(pair[1]))
    return [_encodable(row(account, item)) for account, item in pairs]


def _encodable(row: Row) -> Row:
    """The row itself, or with ? for each half of a surrogate pair, which no file can hold but a PDF can."""
    try:
        "".join([value for value in row if isinstance(value, str)]).encode()
    except UnicodeEncodeError:
        return tuple(v.encode("utf-8", "replace").decode() if isinstance(v, str) else v for v in row)
    return row


def _document(account: Account) -> Row:
    return (
        account.doc_id,
        account.source,
        account.sha256,
        account.pages,
        account.kind,
        account.unit_name,
        account.fiscal_year,
        sum(table.status != "missing" for table in account.tables),
        account.status,
        _probability(account.confidence),
        account.error,
    )


def _table(account: Account, table: Table) -> Row:
    return (
        account.doc_id,
        account.source,
        table.table_id,
        table.published_no,
        table.published_title,
        ",".join(map(str, table.pages)),
        table.unit,
        table.rows,
        table.columns,
        "" if table.status == "missing" else table.method,
        table.status,
        _probability(table.confidence),
        LIST.join(table.notes),
    )


def _cell(account: Account, fact: Fact) -> Row:
    return (
        account.doc_id,
        account.source,
        account.unit_name,
        account.fiscal_year,
        fact.table_id,
        fact.row_no,
        fact.row_id,
        fact.row_name,
        fact.column_id,
        _yuan(fact.amount),
        fact.text,
        fact.is_blank,
        fact.page,
        *(round(edge, 2) + 0.0 for edge in fact.box),  # + 0.0: no -0.0
        fact.method,
        _probability(fact.confidence),
        fact.status,
        LIST.join(fact.reasons),
    )


def _groups(facts: Iterable[Fact]) -> Iterable[list[Fact]]:
    """The facts of one account and table by row, in the order of their first cell."""
    groups: dict[tuple[int, str], list[Fact]] = {}
    for fact in facts:
        groups.setdefault((fact.row_no, fact.row_id), []).append(fact)
    return groups.values()


def _wide_row(account: Account, facts: Sequence[Fact], columns: Sequence[str]) -> Row:
    own = {fact.column_id: fact for fact in facts if fact.column_id in columns}
    first = facts[0]
    return (
        account.doc_id,
        account.source,
        account.unit_name,
        account.fiscal_year,
        first.row_no,
        first.row_id,
        first.row_name,
        level(first.row_id),
        *(_yuan(own[name].amount) if name in own else None for name in columns),
        _probability(min(fact.confidence for fact in own.values() or facts)),
    )


def _yuan(fen: int | None) -> Decimal | None:
    return None if fen is None else to_yuan(fen)


def _probability(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
