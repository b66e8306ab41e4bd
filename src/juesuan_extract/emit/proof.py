"""The identities that were evaluated."""

from __future__ import annotations

from collections.abc import Sequence

from juesuan_extract.emit.columns import DOC_ID, SOURCE, yuan
from juesuan_extract.emit.contract import LIST, Column, Columns, attribute, made
from juesuan_extract.model.proof import CheckTerm


def side(terms: Sequence[CheckTerm]) -> str:
    """One side of an identity: gk05[208].basic + gk05[208].project."""
    signs = ("- " if term.sign < 0 else "+ " if place else "" for place, term in enumerate(terms))
    return " ".join(f"{sign}{term}" for sign, term in zip(signs, terms, strict=True))


CHECKS: Columns = (
    DOC_ID,
    SOURCE,
    Column(
        "check_id",
        "text",
        attribute("check_id"),
        "identity with the row and column it was applied to",
        "勾稽关系编号，以及所核对的行和栏",
        "I05.row[2080505]",
    ),
    Column(
        "tables",
        "text",
        made(lambda check: ",".join(check.tables)),
        "tables that stand in it, as gk01,gk04",
        "涉及的表，如 gk01,gk04",
        "gk05",
    ),
    Column(
        "left",
        "text",
        made(lambda check: side(check.left)),
        "terms of the left side",
        "等式左边各项",
        "gk05[2080505].total",
        required=False,
    ),
    Column(
        "right",
        "text",
        made(lambda check: side(check.right)),
        "terms of the right side",
        "等式右边各项",
        "gk05[2080505].basic + gk05[2080505].project",
        required=False,
    ),
    yuan("left_yuan", "left_amount", "sum of the left side, 元", "左边之和，元", "217200.00", required=True),
    yuan("right_yuan", "right_amount", "sum of the right side, 元", "右边之和，元", "217200.00", required=True),
    yuan("residual_yuan", "residual", "left - right, 元", "差额：左边减右边，元", "0.00", required=True),
    yuan(
        "tolerance_yuan",
        "tolerance",
        "what rounding of the displayed figures allows, 元",
        "四舍五入所允许的尾差，元",
        "150.00",
        required=True,
    ),
    Column(
        "passed",
        "boolean",
        made(lambda check: check.verdict == "holds"),
        "the residual is within the tolerance",
        "差额在允许的尾差之内，即勾稽关系成立",
        "true",
    ),
    Column(
        "cells",
        "text",
        made(lambda check: LIST.join([f"{table}[{row}].{column}" for table, row, column in check.cells])),
        "cells that stand in it, as table[row].column",
        "涉及的格，写作 表[行].栏",
        "gk05[2080505].total; gk05[2080505].basic; gk05[2080505].project",
        required=False,
    ),
)
