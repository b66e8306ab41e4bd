"""Tables, keys, types, comments and indexes, as the databases themselves tell them; and versions of all that."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path
from typing import get_args

import duckdb
import pytest

from juesuan_extract.database import version as migrations
from juesuan_extract.database import views
from juesuan_extract.database.ddl import Dialect, comments, create_table, literal, quoted
from juesuan_extract.database.tables import DUPLICATES, DbTable, DbType
from juesuan_extract.emit.files import outputs
from juesuan_extract.errors import LoadError
from juesuan_extract.knowledge.catalog import Catalog, load_catalog
from tests.database.places import TABLES, Place, write
from tests.support.accounts import account, disputed, doubtful

Refused = (duckdb.Error, sqlite3.Error)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return write(tmp_path / "out", account("a.pdf"), doubtful("b.pdf"))


@pytest.fixture
def loaded(out: Path, place: Place) -> Place:
    place.load(out)
    return place


def test_every_column_of_every_file_has_a_place_and_two_comments() -> None:
    by_name = {table.name: table for table in TABLES}
    for name, columns in outputs(load_catalog()).items():
        own = {column.name: column for column in by_name[name].columns}
        for column in columns:
            found = own.pop(column.name)
            assert found.zh
            assert found.en
            assert found.zh != found.en
        assert list(own) in ([], [by_name[name].number])
    assert by_name.keys() - outputs(load_catalog()).keys() == {DUPLICATES}


def test_the_keys_hold(loaded: Place) -> None:
    refused: tuple[type[Exception], ...] = Refused
    if loaded.kind == "postgresql":
        import psycopg

        refused = (*Refused, psycopg.Error)
    for table in TABLES:
        if not loaded.run(f"SELECT COUNT(*) FROM {table.name}")[0][0]:
            continue
        with pytest.raises(refused, match=r"(?i)unique|duplicate"):
            loaded.run(f"INSERT INTO {table.name} SELECT * FROM {table.name}")
        if table.parent:
            with pytest.raises(refused, match=r"(?i)foreign key"):
                loaded.run(
                    f"UPDATE {table.name} SET doc_id = 'stranger' WHERE doc_id = (SELECT MIN(doc_id) FROM {table.name})"
                )
    with pytest.raises(refused, match=r"(?i)foreign key"):
        loaded.run("DELETE FROM documents")


def test_types_in_duckdb_and_postgresql(loaded: Place) -> None:
    if loaded.kind == "sqlite":
        found = dict(loaded.run("SELECT name, type FROM pragma_table_info('cells')"))
        names = ("doc_id", "amount_yuan_fen", "x0", "is_blank")
        assert [found[name] for name in names] == ["TEXT", "INTEGER", "REAL", "INTEGER"]
        return
    found = {
        name: (kind, precision, scale)
        for name, kind, precision, scale in loaded.run(
            "SELECT column_name, LOWER(data_type), numeric_precision, numeric_scale FROM information_schema.columns"
            " WHERE table_name = 'cells' AND table_schema = current_schema()"
        )
    }
    assert found["amount_yuan"][1:] == (20, 2)
    assert found["amount_yuan"][0].startswith(("numeric", "decimal"))
    assert found["fiscal_year"][0] == "smallint"
    assert found["is_blank"][0] == "boolean"
    assert found["x0"][0].startswith("double")
    assert found["row_no"][0] == "integer"


def test_comments_are_in_chinese_and_english(loaded: Place) -> None:
    said = {
        "duckdb": "SELECT comment FROM duckdb_tables() UNION ALL SELECT comment FROM duckdb_columns()"
        " WHERE NOT internal UNION ALL SELECT comment FROM duckdb_views() WHERE NOT internal",
        "postgresql": "SELECT description FROM pg_description WHERE objoid IN (SELECT oid FROM pg_class"
        " WHERE relnamespace = current_schema()::regnamespace)",
        "sqlite": "SELECT sql FROM sqlite_master WHERE type IN ('table', 'view')",
    }
    rows = [row[0] for row in loaded.run(said[loaded.kind])]
    assert all(rows)
    text = "\n".join(rows)
    for table in (*TABLES, *views.VIEWS):
        assert f"{table.zh} / {table.en}" in text
    for table in TABLES:
        for column in table.columns:
            assert f"{column.zh}" in text
            assert column.en in text
    if loaded.kind != "sqlite":
        assert len(rows) == sum(1 + len(table.columns) for table in (*TABLES, migrations.VERSION_TABLE, *views.VIEWS))
    else:
        assert "以分为单位的整数" in text


def test_hostile_comments_stay_comments() -> None:
    connection = sqlite3.connect(":memory:")
    table = TABLES[0]._replace(zh="一\n); DROP", en="it's -- \n*/ DROP")
    table = table._replace(columns=tuple(c._replace(zh="'\n, x TEXT", en='"') for c in table.columns))
    plain = Dialect(dict.fromkeys(get_args(DbType), "TEXT"), comments="inside")
    connection.execute(create_table(table, plain))
    assert len(connection.execute("SELECT * FROM pragma_table_info('documents')").fetchall()) == len(table.columns)
    with duckdb.connect() as other:
        dialect = Dialect(plain.types)
        other.execute(create_table(table, dialect))
        for statement in comments(table, dialect):
            other.execute(statement)
    assert (quoted('a"b'), literal("a'b")) == ('"a""b"', "'a''b'")
    connection.close()


def test_indexes(loaded: Place) -> None:
    listing = {
        "duckdb": "SELECT index_name FROM duckdb_indexes()",
        "postgresql": "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema() AND indexname LIKE '%_idx'",
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'index' AND name LIKE '%_idx'",
    }
    found = {row[0] for row in loaded.run(listing[loaded.kind])}
    if loaded.kind == "duckdb":
        assert not found
        return
    assert {"documents_unit_name_idx", "gk03_row_id_fiscal_year_idx", "checks_doc_id_some_idx"} <= found


def test_the_version_is_kept(loaded: Place) -> None:
    assert loaded.run("SELECT version, program FROM schema_version") == [(migrations.VERSION, "juesuan-extract")]


ADDED = {"suspects", "findings"}  # tables, and
GROWN = {("tables", "notes_codes"), ("gk03", "status")}  # columns that version 1 did not have


def _first(catalog: Catalog) -> tuple[DbTable, ...]:
    """The tables of a version before."""
    return tuple(
        table._replace(columns=tuple(column for column in table.columns if (table.name, column.name) not in GROWN))
        for table in TABLES
        if table.name not in ADDED
    )


@pytest.fixture
def older(out: Path, place: Place, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A database that version 1 made and loaded."""
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "VERSION", 1)
        patch.setattr(views, "VIEWS", views.VIEWS[:-1])
        patch.setattr(sys.modules["juesuan_extract.database.load"], "tables", _first)
        place.load(out)
    return place


def test_an_older_database_is_brought_up(out: Path, older: Place) -> None:
    """Without a document being lost: those that come again have everything, the others nothing in what is new."""
    older.load(write(out.parent / "one", disputed("b.pdf"), account("c.pdf")))
    assert older.run("SELECT version FROM schema_version ORDER BY version") == [(1,), (2,)]
    found = older.run("SELECT source, MIN(status) FROM gk03 GROUP BY source ORDER BY source")
    assert found == [("a.pdf", ""), ("b.pdf", "conflict"), ("c.pdf", "verified")]
    assert older.run("SELECT source, page FROM suspects") == [("b.pdf", 7)]
    assert len(older.run("SELECT * FROM sources")) == 3, "a view that version 1 did not have"
    before = older.dump()
    older.load(write(out.parent / "one", disputed("b.pdf"), account("c.pdf")))
    assert older.dump() == before


def test_a_newer_database_is_left_alone(out: Path, older: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    older.load(out)
    before = older.dump()
    monkeypatch.setattr(migrations, "VERSION", 1)
    with pytest.raises(LoadError, match="of version 2, and this program knows 1"):
        older.load(out)
    assert older.dump() == before


def test_a_step_that_fails_leaves_the_database_as_it_was(
    out: Path, older: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = older.run("SELECT * FROM gk03 ORDER BY doc_id, row_no")
    broken = views.DbView("broken", "坏", "broken", (views.ViewColumn("n", "1", "数", "n"),), "FORM nowhere")
    monkeypatch.setattr(views, "VIEWS", (*views.VIEWS, broken))
    with pytest.raises(LoadError, match="syntax error"):
        older.load(out)
    assert older.run("SELECT * FROM gk03 ORDER BY doc_id, row_no") == before
    assert older.run("SELECT version FROM schema_version") == [(1,)]
    assert older.run("SELECT COUNT(*) FROM unit_years") == [(1,)], "the views are there, too"


@pytest.mark.parametrize(
    "statement", ["CREATE TABLE cells (x INTEGER)", "CREATE TABLE schema_version (version INTEGER)"]
)
def test_tables_of_others_are_left_alone(statement: str, out: Path, place: Place) -> None:
    place.run(statement)
    with pytest.raises(LoadError, match="which juesuan-extract did not make"):
        place.load(out)
    assert place.run(f"SELECT COUNT(*) FROM {statement.split()[2]}") == [(0,)]


def test_other_tables_stay(out: Path, place: Place) -> None:
    place.run("CREATE TABLE mine (x INTEGER)", "INSERT INTO mine VALUES (1)")
    place.load(out)
    place.load(write(out.parent / "one", account("a.pdf")), prune=True)
    assert place.run("SELECT x FROM mine") == [(1,)]


def test_other_columns_are_told(out: Path, loaded: Place) -> None:
    loaded.run("ALTER TABLE repairs ADD COLUMN mine INTEGER")
    with pytest.raises(LoadError, match="table repairs of the database has other columns than the files: mine"):
        loaded.load(out)
