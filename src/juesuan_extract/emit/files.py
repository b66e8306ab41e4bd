"""Every output file of the contract by its name."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from juesuan_extract.emit.contract import Columns, File
from juesuan_extract.emit.doubts import (
    CONFLICTS,
    FINDINGS,
    PROPOSALS,
    REPAIRS,
    SUSPECTS,
    conflicting,
    suspected,
)
from juesuan_extract.emit.holdings import CELLS, DOCUMENTS, TABLES, wide
from juesuan_extract.emit.proof import CHECKS

if TYPE_CHECKING:
    from juesuan_extract.knowledge.catalog import Catalog
    from juesuan_extract.model.account import Account
    from juesuan_extract.model.fact import Fact
    from juesuan_extract.model.proof import Check

DOCUMENT_KEY = ("doc_id", "source")  # of documents; every other file refers to it


@lru_cache(maxsize=4)
def files(catalog: Catalog) -> dict[str, File]:
    """The files in the order of the contract."""
    ranks = {table.id: {name: i for i, name in enumerate(table.columns)} for table in catalog.tables.values()}

    def place(fact: Fact) -> tuple[str, int, int]:
        return fact.table_id, fact.row_no, ranks[fact.table_id].get(fact.column_id, len(ranks[fact.table_id]))

    def evaluated(account: Account) -> list[Check]:
        return [check for check in account.checks if check.verdict != "not_evaluable"]

    return {
        "documents": File(
            "a PDF, failed ones too; of a PDF with several accounts, an account",
            "一份 PDF（读取失败的也在内）；一份 PDF 含几套决算的，每套一行",
            DOCUMENT_KEY,
            DOCUMENTS,
            lambda account: [account],
            lambda account: (),
        ),
        "tables": File(
            "one of the nine tables in a document, missing ones too",
            "一份决算中的一张公开表，没有读到的也在内",
            ("doc_id", "table_id"),
            TABLES,
            lambda account: account.tables,
            lambda table: table.table_id,
        ),
        "cells": File(
            "an amount cell of a table that was found, blank ones too",
            "所读到的表中的一个金额格，空白的也在内",
            ("doc_id", "table_id", "row_no", "row_id", "column_id"),
            CELLS,
            lambda account: account.facts,
            place,
        ),
        **{table.id: wide(table) for table in catalog.tables.values()},
        "checks": File(
            "an accounting identity at one place of a document",
            "一份决算中在一处核对的勾稽关系",
            ("doc_id", "check_id"),
            CHECKS,
            evaluated,
            lambda check: check.tables,
        ),
        "repairs": File(
            "a correction of form",
            "一处版式更正",
            (),
            REPAIRS,
            lambda account: account.repairs,
            lambda repair: (repair.table_id, repair.page),
        ),
        "conflicts": File(
            "identities that fail together",
            "一组一并不成立的勾稽关系",
            ("doc_id", "conflict_no"),
            CONFLICTS,
            conflicting,
            lambda one: one.number,
        ),
        "suspects": File(
            "a figure that may be to blame for a conflict",
            "一个可能造成矛盾的数",
            ("doc_id", "conflict_no", "explanation_no", "table_id", "row_id", "column_id"),
            SUSPECTS,
            suspected,
            lambda one: one.number,
        ),
        "proposals": File(
            "a repair that would satisfy more identities and was not made",
            "一处可使更多勾稽关系成立而没有采用的更正",
            (),
            PROPOSALS,
            lambda account: account.proposals,
            lambda repair: (repair.table_id, repair.page),
        ),
        "findings": File(
            "something that was seen and not understood, or is worth knowing",
            "一处没有看懂或值得知道的内容",
            (),
            FINDINGS,
            lambda account: account.findings,
            lambda finding: (),
        ),
    }


def outputs(catalog: Catalog) -> dict[str, Columns]:
    """Columns of every output file by its name, in the order of the contract."""
    return {name: file.columns for name, file in files(catalog).items()}
