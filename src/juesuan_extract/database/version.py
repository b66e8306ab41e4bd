"""The version of the tables and views in a database. A newer version only adds tables and columns."""

from __future__ import annotations

from collections.abc import Sequence

from juesuan_extract import __version__
from juesuan_extract.database import views
from juesuan_extract.database.ddl import add_column, literal, quoted
from juesuan_extract.database.engine import Database
from juesuan_extract.database.tables import DbColumn, DbTable
from juesuan_extract.errors import LoadError

VERSION = 2
PROGRAM = "juesuan-extract"
VERSION_TABLE = DbTable(
    "schema_version",
    (
        DbColumn("version", "integer", False, "结构版本", "version of the tables and views"),
        DbColumn("program", "text", False, "程序", "program that made them"),
        DbColumn("program_version", "text", False, "程序版本", "version of that program"),
    ),
    ("version",),
    "本数据库结构的版本",
    "versions of these tables and views that were applied",
)


def bring_up(database: Database, tables: Sequence[DbTable]) -> bool:
    """Make the tables and views, or bring those of an older version up; whether the tables are new.

    Raises LoadError for what a newer program made, what another program made, and for other columns.
    """
    found = _version(database, tables)
    if found == 0:
        new = [table for table in tables if not database.columns(table.name)]
        database.create((VERSION_TABLE, *new))
        database.complete((VERSION_TABLE,))
    elif found < VERSION:
        for view in reversed(views.VIEWS):
            database.execute(f"DROP VIEW IF EXISTS {quoted(view.name)}")
        _grow(database, tables)
    _check_columns(database, tables)
    if found < VERSION:
        for view in views.VIEWS:
            database.execute(views.create_view(view, database.dialect))
            for statement in views.comments(view, database.dialect):
                database.execute(statement)
        database.execute(
            f"INSERT INTO {VERSION_TABLE.name} VALUES ({VERSION}, {literal(PROGRAM)}, {literal(__version__)})"
        )
    return found == 0


def _grow(database: Database, tables: Sequence[DbTable]) -> None:
    """Add what a version before this one lacks. What was loaded with it has nothing there until it is loaded again."""
    for table in tables:
        there = database.columns(table.name)
        if not there:
            database.create((table,))
            database.complete((table,))
            continue
        for column in table.columns:
            if database.dialect.column(column) not in there:
                database.execute(add_column(table, column, database.dialect))


def _version(database: Database, tables: Sequence[DbTable]) -> int:
    """The version in the database, 0 where there are no tables yet."""
    own = database.columns(VERSION_TABLE.name)
    if not own:
        names = (*(table.name for table in tables), *(view.name for view in views.VIEWS))
        others = [name for name in names if database.columns(name)]
        if others:
            raise _not_ours(others[0])
        return 0
    if own != list(VERSION_TABLE.names):
        raise _not_ours(VERSION_TABLE.name)
    rows = database.query(f"SELECT MAX(version) FROM {VERSION_TABLE.name} WHERE program = {literal(PROGRAM)}")
    version = rows[0][0]
    if not isinstance(version, int):
        raise _not_ours(VERSION_TABLE.name)
    if version > VERSION:
        raise LoadError(
            f"the database is of version {version}, and this program knows {VERSION}",
            "load with the newer juesuan-extract that made it, or into another database",
        )
    return version


def _not_ours(name: str) -> LoadError:
    return LoadError(
        f"the database holds {name}, which juesuan-extract did not make",
        "load into another database, or into another schema of it with --schema",
    )


def _check_columns(database: Database, tables: Sequence[DbTable]) -> None:
    for table in tables:
        there = database.columns(table.name)
        expected = [database.dialect.column(column) for column in table.columns]
        odd = [name for name in (*expected, *there) if (name in there) != (name in expected)]  # the order may differ
        if odd:
            raise LoadError(
                f"table {table.name} of the database has other columns than the files: {odd[0]}",
                "load with the knowledge files (--schemas) it was made with, or into another database",
            )
