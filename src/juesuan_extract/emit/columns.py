"""The columns of every output file: name, type and meaning, in the order of the output contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from juesuan_extract.catalog import Catalog, TableSpec

Type = Literal["text", "printed", "integer", "boolean", "money", "number"]


class Column(NamedTuple):
    """One column.

    type: `text` is untrusted text; `printed` is a figure's text as printed; `money` is in 元 with two places;
    `number` is a float (points of a page, probabilities).
    """

    name: str
    type: Type
    meaning: str


Columns = tuple[Column, ...]

_DOC_ID = Column("doc_id", "text", "first 16 hex digits of the file's SHA-256; -2, -3 … for further accounts in it")
_SOURCE = Column("source", "text", "path relative to the folder given, / separated, NFC")
_UNIT_NAME = Column("unit_name", "text", "department or unit the account is of")
_FISCAL_YEAR = Column("fiscal_year", "integer", "year the account is of")
_TABLE_ID = Column("table_id", "text", "gk01 … gk09, by meaning, not by the number printed")
_ROW_NO = Column("row_no", "integer", "row of the table in printed order, from 1")
_ROW_ID = Column("row_id", "text", "canonical id or code of the row; unmapped.<row_no> where it maps to nothing")
_ROW_NAME = Column("row_name", "text", "printed name without white space, leading ordinal and 其中：")
_CONFIDENCE = "probability that the amounts equal what is printed; the lowest of the cells"

DOCUMENTS: Columns = (
    _DOC_ID,
    _SOURCE,
    Column("sha256", "text", "SHA-256 of the file, hex"),
    Column("pages", "integer", "number of pages"),
    Column("kind", "text", "final_account, budget or other"),
    _UNIT_NAME,
    _FISCAL_YEAR,
    Column("tables_found", "integer", "how many of the nine tables were found"),
    Column("status", "text", "verified, unverified, conflict, failed, not_final_account or duplicate"),
    Column("confidence", "number", _CONFIDENCE),
    Column("error", "text", "why it failed and what to do; for a duplicate the first source"),
)

TABLES: Columns = (
    _DOC_ID,
    _SOURCE,
    _TABLE_ID,
    Column("published_no", "text", "number of the table as printed, without white space"),
    Column("published_title", "text", "title as printed, without white space"),
    Column("pages", "text", "page numbers from 1, as 7 or 7,8"),
    Column("unit", "text", "unit of money as printed; amounts are emitted in 元 all the same"),
    Column("rows", "integer", "rows with amount cells"),
    Column("columns", "integer", "amount columns"),
    Column("method", "text", "text or ocr; empty for a missing table"),
    Column("status", "text", "verified, unverified, conflict or missing"),
    Column("confidence", "number", _CONFIDENCE),
    Column("notes", "text", "sentences printed by the table, and remarks"),
)

CELLS: Columns = (
    _DOC_ID,
    _SOURCE,
    _UNIT_NAME,
    _FISCAL_YEAR,
    _TABLE_ID,
    _ROW_NO,
    _ROW_ID,
    _ROW_NAME,
    Column("column_id", "text", "canonical id of the column; extra.<printed heading> where it maps to nothing"),
    Column("amount_yuan", "money", "amount in 元, exact; null where the cell is blank or a dash"),
    Column("amount_text", "printed", "what is printed, unchanged"),
    Column("is_blank", "boolean", "nothing is printed in the cell"),
    Column("page", "integer", "page, from 1"),
    Column("x0", "number", "left edge, pt on the page as displayed, origin top left"),
    Column("top", "number", "upper edge, pt"),
    Column("x1", "number", "right edge, pt"),
    Column("bottom", "number", "lower edge, pt"),
    Column("method", "text", "text or ocr"),
    Column("confidence", "number", "probability that amount_yuan equals what is printed"),
    Column("status", "text", "verified, unverified, conflict or repaired"),
    Column("reasons", "text", "what speaks for or against the cell"),
)

CHECKS: Columns = (
    _DOC_ID,
    _SOURCE,
    Column("check_id", "text", "identity with the row and column it was applied to"),
    Column("tables", "text", "tables that stand in it, as gk01,gk04"),
    Column("left", "text", "terms of the left side"),
    Column("right", "text", "terms of the right side"),
    Column("left_yuan", "money", "sum of the left side, 元"),
    Column("right_yuan", "money", "sum of the right side, 元"),
    Column("residual_yuan", "money", "left - right, 元"),
    Column("tolerance_yuan", "money", "what rounding of the displayed figures allows, 元"),
    Column("passed", "boolean", "the residual is within the tolerance"),
    Column("cells", "text", "cells that stand in it, as table[row].column"),
)

REPAIRS: Columns = (
    _DOC_ID,
    _SOURCE,
    _TABLE_ID,
    Column("page", "integer", "page, from 1"),
    Column("kind", "text", "what was done"),
    Column("before", "text", "as read"),
    Column("after", "text", "as taken"),
    Column("evidence", "text", "why"),
)

_WIDE: Columns = (
    _DOC_ID,
    _SOURCE,
    _UNIT_NAME,
    _FISCAL_YEAR,
    _ROW_NO,
    _ROW_ID,
    _ROW_NAME,
    Column("level", "text", "类, 款, 项 or empty"),
)


def wide(table: TableSpec) -> Columns:
    """Columns of one of the nine wide files."""
    amounts = (Column(name, "money", f"{table.column_titles[name]}, 元") for name in table.columns)
    return (*_WIDE, *amounts, Column("confidence", "number", _CONFIDENCE))


def outputs(catalog: Catalog) -> dict[str, Columns]:
    """Columns of every output file by its name, in the order of the contract."""
    return {
        "documents": DOCUMENTS,
        "tables": TABLES,
        "cells": CELLS,
        **{table.id: wide(table) for table in catalog.tables.values()},
        "checks": CHECKS,
        "repairs": REPAIRS,
    }
