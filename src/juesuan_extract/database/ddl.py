"""SQL text: what differs between the databases is in a Dialect, everything else is the same for all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from juesuan_extract.database.tables import DbColumn, DbTable, DbType, Index

_MONEY_NAME = re.compile(r"(\w+)\$")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a database writes things.

    types: by column type. fen: money is an integer in fen (分), in columns named …_fen. comments: `COMMENT ON`, or
    comments inside CREATE TABLE, which the database keeps as written. indexes: makes use of any besides the keys.
    """

    types: Mapping[DbType, str]
    fen: bool = False
    comments: Literal["statements", "inside"] = "statements"
    table_options: str = ""
    indexes: bool = True
    exact_index: str = ""

    def column(self, column: DbColumn) -> str:
        """The name of a column in this database."""
        return f"{column.name}_fen" if self.fen and column.type == "money" else column.name

    def view(self, text: str) -> str:
        """The text of a view, in which the names of money columns end with $."""
        return _MONEY_NAME.sub(r"\1_fen" if self.fen else r"\1", text)

    def said(self, zh: str, en: str, money: bool = False) -> str:
        """A comment, on one line."""
        if money and self.fen:
            zh, en = f"{zh}（以分为单位的整数）", f"{en}; as an integer in fen (1/100 yuan)"
        return " ".join(f"{zh} / {en}".split())


def quoted(name: str) -> str:
    """An identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A string constant."""
    return "'" + text.replace("'", "''") + "'"


def listed(names: Sequence[str]) -> str:
    """Identifiers with commas between."""
    return ", ".join(map(quoted, names))


def create_table(table: DbTable, dialect: Dialect, keys: bool = True) -> str:
    """CREATE TABLE; keys: with the primary and foreign key."""
    parts = [_definition(column, dialect) for column in table.columns]
    parts += key_clauses(table) if keys else []
    ends = [","] * (len(parts) - 1) + [""]
    says = [""] * len(parts)
    head = ""
    if dialect.comments == "inside":
        head = f"  -- {dialect.said(table.zh, table.en)}\n"
        for place, column in enumerate(table.columns):
            says[place] = f"  -- {dialect.said(column.zh, column.en, column.type == 'money')}"
    lines = "\n".join(f"  {part}{end}{said}" for part, end, said in zip(parts, ends, says, strict=True))
    return f"CREATE TABLE {quoted(table.name)} (\n{head}{lines}\n){dialect.table_options}"


def add_column(table: DbTable, column: DbColumn, dialect: Dialect) -> str:
    """ALTER TABLE for a column that rows of an earlier version don't have: empty text, or null."""
    empty = " DEFAULT ''" if column.type == "text" else ""
    definition = f"{quoted(dialect.column(column))} {dialect.types[column.type]}{empty}"
    return f"ALTER TABLE {quoted(table.name)} ADD COLUMN {definition}"


def key_clauses(table: DbTable) -> list[str]:
    """The primary key, and the foreign key where the table has a parent."""
    foreign = [f"FOREIGN KEY (doc_id) REFERENCES {quoted(table.parent)} (doc_id)"] if table.parent else []
    return [f"PRIMARY KEY ({listed(table.key)})", *foreign]


def create_indexes(table: DbTable, dialect: Dialect) -> Iterator[str]:
    """CREATE INDEX for all indexes of a table."""
    for index in table.indexes if dialect.indexes else ():
        name = "_".join((table.name, *index.columns, *(["some"] if index.where else []), "idx"))
        how = dialect.exact_index if index.exact else ""
        yield f"CREATE INDEX {quoted(name)} ON {quoted(table.name)} {how}({listed(index.columns)}){_where(index)}"


def comments(table: DbTable, dialect: Dialect) -> Iterator[str]:
    """COMMENT ON for a table and its columns, where the database has it."""
    if dialect.comments == "statements":
        yield f"COMMENT ON TABLE {quoted(table.name)} IS {literal(dialect.said(table.zh, table.en))}"
        for column in table.columns:
            place = f"{quoted(table.name)}.{quoted(dialect.column(column))}"
            said = dialect.said(column.zh, column.en, column.type == "money")
            yield f"COMMENT ON COLUMN {place} IS {literal(said)}"


def _definition(column: DbColumn, dialect: Dialect) -> str:
    name = quoted(dialect.column(column))
    null = "" if column.nullable else " NOT NULL"
    checked = f" CHECK ({name} IN (0, 1))" if column.type == "boolean" and dialect.fen else ""
    return f"{name} {dialect.types[column.type]}{null}{checked}"


def _where(index: Index) -> str:
    return f" WHERE {index.where}" if index.where else ""
