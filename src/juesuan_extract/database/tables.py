"""The tables of the database, from the columns of the output files: names, types, keys and comments.

Keys hold no text that a document determines: such text may be longer than an index takes. Where a row has no short name
of its own (cells, checks, repairs) its number within the document stands for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from juesuan_extract.emit.contract import Column
from juesuan_extract.emit.files import files

if TYPE_CHECKING:
    from juesuan_extract.knowledge.catalog import Catalog

DbType = Literal["text", "smallint", "integer", "boolean", "money", "number"]

_SAME = "files whose content equals that of another one; their figures stand under that doc_id once"
DOCUMENTS, DUPLICATES = "documents", "duplicates"
MAX_KEY = 500  # characters of a key; an index of PostgreSQL takes 2,700 bytes
_DOC_ID_ZH = "文件编号：文件 SHA-256 的前 16 位；同一文件的其他单位加 -2、-3…；打不开的文件为 source:路径的哈希"
_KEYS = {
    DOCUMENTS: ("doc_id",),
    DUPLICATES: ("doc_id", "duplicate_no"),
    "tables": ("doc_id", "table_id"),
    "cells": ("doc_id", "cell_no"),
    "checks": ("doc_id", "check_no"),
    "repairs": ("doc_id", "repair_no"),
    "conflicts": ("doc_id", "conflict_no"),
    "suspects": ("doc_id", "suspect_no"),
    "proposals": ("doc_id", "proposal_no"),
    "findings": ("doc_id", "finding_no"),
}
_WIDE_KEY = ("doc_id", "row_no", "row_id")


class DbColumn(NamedTuple):
    """A column; the comments in Chinese and English."""

    name: str
    type: DbType
    nullable: bool
    zh: str
    en: str


class Index(NamedTuple):
    """An index that one of the usual questions needs.

    exact: for equality only, of text of any length. where: of which rows, a condition.
    """

    columns: tuple[str, ...]
    exact: bool = False
    where: str = ""


class DbTable(NamedTuple):
    """A table. number: the column that counts the rows of a document, "" where none is needed."""

    name: str
    columns: tuple[DbColumn, ...]
    key: tuple[str, ...]
    zh: str
    en: str
    indexes: tuple[Index, ...] = ()

    @property
    def parent(self) -> str:
        """The table that doc_id refers to; "" for that table itself."""
        return DOCUMENTS if self.name != DOCUMENTS and "doc_id" in self.key else ""

    @property
    def number(self) -> str:
        """The key column that counts the rows of a document; "" where rows have a name of their own."""
        return next((name for name in self.key if name in _NUMBERS), "")

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns in order."""
        return tuple(column.name for column in self.columns)


_NUMBERS = {
    f"{one}_no": DbColumn(
        f"{one}_no", "integer", False, f"{zh}在文件中的序号，从 1 起", f"{one} within the document, from 1"
    )
    for one, zh in (
        ("duplicate", "副本"),
        ("cell", "单元格"),
        ("check", "核对"),
        ("repair", "修正"),
        ("suspect", "可疑数字"),
        ("proposal", "建议"),
        ("finding", "发现"),
    )
}
_INDEXES = {
    DOCUMENTS: (Index(("unit_name",), exact=True), Index(("fiscal_year", "status"))),
    "checks": (Index(("doc_id",), where="NOT passed"),),
    "cells": (Index(("doc_id", "status"), where="status <> 'verified'"),),
}
_WIDE_INDEXES = (Index(("row_id", "fiscal_year")),)


def tables(catalog: Catalog) -> tuple[DbTable, ...]:
    """All tables, `documents` first: one for each output file, and one for the duplicates among the documents."""
    made = []
    for name, file in files(catalog).items():
        wide = name in catalog.tables
        key = _KEYS.get(name, _WIDE_KEY)
        numbers = tuple(_NUMBERS[part] for part in key if part in _NUMBERS)
        own = tuple(_column(column) for column in file.columns)
        indexes = _WIDE_INDEXES if wide else _INDEXES.get(name, ())
        columns = (own[0], *numbers, *own[1:])
        made.append(DbTable(name, columns, key, f"一行：{file.row_zh}", f"one row: {file.row}", indexes))
    return (made[0], _duplicates(made[0]), *made[1:])


def _column(column: Column) -> DbColumn:
    kind: DbType = "text" if column.type == "printed" else "smallint" if column.small else column.type
    nullable = kind == "money" or (kind != "text" and not column.required)
    zh = _DOC_ID_ZH if column.name == "doc_id" else column.zh
    return DbColumn(column.name, kind, nullable, zh, column.meaning)


def _duplicates(documents: DbTable) -> DbTable:
    """Files whose content is that of another: no documents, so that a join by doc_id counts nothing twice."""
    doc_id, source = (column for column in documents.columns if column.name in ("doc_id", "source"))
    first = DbColumn("first_source", "text", False, "内容相同、已转换的文件", "file of this content that was converted")
    columns = (doc_id, _NUMBERS["duplicate_no"], source, first)
    return DbTable(DUPLICATES, columns, _KEYS[DUPLICATES], "内容与其他文件相同的文件，未重复转换", _SAME)
