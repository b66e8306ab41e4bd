"""Outputs in a database of each kind: complete, exact, the same when loaded again, and all or nothing."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from juesuan_extract.database.rows import source_id
from juesuan_extract.database.tables import DOCUMENTS, DUPLICATES
from juesuan_extract.errors import LoadError, UsageError
from juesuan_extract.model.account import Account
from tests.database.places import TABLES, Place, change, write
from tests.support.accounts import FACTS, account, doubtful, failed

BY_NAME = {table.name: table for table in TABLES}


def unread(source: str) -> Account:
    """A file that could not be opened."""
    return Account("", source, "", 0, "other", "failed", error="can't be opened")


def duplicate(first: Account, source: str) -> Account:
    return Account(first.doc_id, source, first.sha256, 0, "other", "duplicate", error=first.source)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return write(tmp_path / "out", account("a.pdf"), doubtful("b.pdf"), failed("c.pdf"))


def test_every_row_of_every_file_is_there(out: Path, place: Place) -> None:
    loaded = place.load(out)
    total = 0
    for table in TABLES:
        if table.name == DUPLICATES:
            continue
        numbers: dict[str, int] = {}
        expected = []
        for row in pq.read_table(out / f"{table.name}.parquet").to_pylist():
            numbers[row["doc_id"]] = numbers.get(row["doc_id"], 0) + 1
            expected.append(tuple(row.get(name, numbers[row["doc_id"]]) for name in table.names))
        assert sorted(place.table(table), key=repr) == sorted(expected, key=repr)
        total += len(expected)
    assert (loaded.documents, loaded.rows, loaded.replaced, loaded.removed) == (3, total, 0, 0)


def test_loading_twice_changes_nothing(out: Path, place: Place) -> None:
    place.load(out)
    before = place.dump()
    loaded = place.load(out)
    assert place.dump() == before
    assert (loaded.replaced, loaded.removed) == (3, 0)
    assert place.load(out, prune=True).removed == 0
    assert place.dump() == before


def test_a_document_converted_again_replaces_all_its_rows(tmp_path: Path, place: Place) -> None:
    others = [account(f"{i}.pdf") for i in range(4)]
    place.load(write(tmp_path / "old", *others, doubtful("b.pdf")))
    before = place.dump()
    again = replace(account("b.pdf", FACTS[:1]), checks=(), status="unverified")
    loaded = place.load(write(tmp_path / "new", again))
    assert (loaded.documents, loaded.replaced, loaded.removed) == (1, 1, 0)
    after = place.dump()
    mine = {name: [row for row in rows if again.doc_id in row] for name, rows in after.items()}
    assert {name: len(rows) for name, rows in mine.items() if rows} == {
        "documents": 1,
        "tables": 9,
        "cells": 1,
        "gk03": 1,
    }
    for name, rows in after.items():
        assert [r for r in rows if again.doc_id not in r] == [r for r in before[name] if again.doc_id not in r]


def test_accounts_of_a_file_that_are_no_longer_found_go(tmp_path: Path, place: Place) -> None:
    first = account("a.pdf")
    second = replace(first, doc_id=f"{first.doc_id}-2", unit_name="某市教育局（本级）")
    place.load(write(tmp_path / "old", (first, second), account("b.pdf"), account("c.pdf")))
    loaded = place.load(write(tmp_path / "new", first))
    assert (loaded.replaced, loaded.removed) == (1, 1)
    assert place.run(f"SELECT COUNT(*) FROM cells WHERE doc_id = '{second.doc_id}'") == [(0,)]
    assert len(place.table(BY_NAME[DOCUMENTS])) == 3


def test_prune_removes_what_is_not_in_the_folder(tmp_path: Path, place: Place) -> None:
    kept, gone = account("a.pdf"), account("b.pdf")
    both = write(tmp_path / "both", kept, gone, duplicate(gone, "b2.pdf"), unread("z.pdf"))
    one = write(tmp_path / "one", kept)
    place.load(one)
    alone = place.dump()
    place.load(both)
    full = place.dump()
    place.load(one)
    assert place.dump() == full, "without --prune nothing goes"
    assert place.load(one, prune=True).removed == 2
    assert place.dump() == alone


def test_an_interrupted_conversion_does_not_prune(out: Path, place: Place) -> None:
    run = json.loads((out / "run.json").read_text())
    (out / "run.json").write_text(json.dumps({**run, "interrupted": True}))
    place.load(out)
    with pytest.raises(UsageError, match="interrupted"):
        place.load(out, prune=True)


def test_duplicates_and_files_without_doc_id(tmp_path: Path, place: Place) -> None:
    one = account("a.pdf")
    place.load(
        write(tmp_path / "old", one, duplicate(one, "b.pdf"), duplicate(one, "c.pdf"), unread("d.pdf"), unread("e.pdf"))
    )
    assert place.table(BY_NAME[DUPLICATES]) == [
        (one.doc_id, 1, "b.pdf", "a.pdf"),
        (one.doc_id, 2, "c.pdf", "a.pdf"),
    ]
    assert place.run("SELECT source, doc_id, status FROM sources ORDER BY source") == [
        ("a.pdf", one.doc_id, "verified"),
        ("b.pdf", one.doc_id, "duplicate"),
        ("c.pdf", one.doc_id, "duplicate"),
        ("d.pdf", source_id("d.pdf"), "failed"),
        ("e.pdf", source_id("e.pdf"), "failed"),
    ]
    joined = place.run("SELECT COUNT(*) FROM documents JOIN cells USING (doc_id)")
    assert joined == place.run("SELECT COUNT(*) FROM cells"), "duplicates count nothing twice"
    now = account("d.pdf")
    assert place.load(write(tmp_path / "new", one, now)).removed == 1
    assert place.run("SELECT source FROM sources ORDER BY source") == [("a.pdf",), ("d.pdf",), ("e.pdf",)]


HOSTILE = (
    "x'); DROP TABLE documents; --",
    '"; DROP TABLE cells; --',
    "back\\slash \\N \\. \\t \\",
    "\\.",
    "\n\\.\n",
    "a\tb\r\nc\rd",
    "nul\x00nul",
    "'\"`$$ $1 %s {} ? :name /* -- ",
    "半个\ud800代理\udfff",
    "\u202e反\u2028\x85\ufeff",
    "",
    "NULL",
    "𠀀😀" * 3,
    "长" * 100_000,
)


def test_hostile_text_arrives_as_it_is(tmp_path: Path, place: Place) -> None:
    accounts = []
    for number, text in enumerate(HOSTILE):
        cell = FACTS[0]._replace(row_name=text, column_id=f"extra.{text}", text=text, reasons=(text,))
        accounts.append(account(f"{number}/{text}", (FACTS[0], cell), unit_name=text))
    accounts.sort(key=lambda one: one.source)
    out = write(tmp_path / "out", *accounts)
    place.load(out)
    before = place.dump()
    place.load(out)
    assert place.dump() == before
    expected = sorted(text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode() for text in HOSTILE)
    assert sorted(row[0] for row in place.run("SELECT unit_name FROM documents")) == expected
    found = place.run("SELECT row_name, column_id, amount_text, reasons FROM cells WHERE cell_no = 2")
    assert sorted(found) == [(text, f"extra.{text}", text, text) for text in expected]
    sources = {row[0].partition("/")[2] for row in place.run("SELECT source FROM documents")}
    assert sources == set(expected)


def test_amounts_are_exact(tmp_path: Path, place: Place) -> None:
    amounts = (1, -1, 10**15 + 1, 9_007_199_254_740_993, -(2**63), 2**63 - 1, 0, None)
    facts = tuple(FACTS[0]._replace(row_no=n, amount=amount) for n, amount in enumerate(amounts, 1))
    place.load(write(tmp_path / "out", account("a.pdf", facts)))
    found = [place.money(row[0]) for row in place.run("SELECT amount_yuan$ FROM cells ORDER BY cell_no")]
    assert found == [None if amount is None else Decimal(amount).scaleb(-2) for amount in amounts]
    total = place.run("SELECT SUM(total$) FROM gk03 WHERE row_no < 5")[0][0]
    assert place.money(total) == Decimal(sum(a for a in amounts[:4] if a)).scaleb(-2)


def test_the_largest_amount(tmp_path: Path, place: Place) -> None:
    largest = 10**20 - 1
    out = write(tmp_path / "out", account("a.pdf", (FACTS[0], FACTS[0]._replace(row_no=2, amount=largest))))
    if place.kind == "sqlite":
        with pytest.raises(LoadError, match=r"cells, row 2 \(doc_id \w+, .*row_no 2.*\): amount_yuan is more than"):
            place.load(out)
        return
    place.load(out)
    assert place.run("SELECT MAX(amount_yuan) FROM cells") == [(Decimal(largest).scaleb(-2),)]


def test_files_by_year_are_the_same(tmp_path: Path, place: Place) -> None:
    first = account("a.pdf")
    second = replace(first, doc_id=f"{first.doc_id}-2", fiscal_year=2021)
    accounts = (
        (first, second),
        account("b.pdf", fiscal_year=2022),
        doubtful("c.pdf", fiscal_year=None),
        unread("d.pdf"),
    )
    place.load(write(tmp_path / "files", *accounts))
    before = place.dump()
    folders = write(tmp_path / "folders", *accounts, partition_by="fiscal_year")
    assert not (folders / "cells.parquet").exists()
    (folders / "tables" / "of somebody else").mkdir()
    place.load(folders, prune=True)
    assert place.dump() == before


BAD = {
    "year": ("gk03", lambda rows: rows[1].update(fiscal_year=1 << 16), r"gk03, row 2 .*row_no 2.*: fiscal_year is b"),
    "page": ("cells", lambda rows: rows[3].update(page=-(2**40)), r"cells, row 4 .*row_id 208.*: page is beyond"),
    "null key": ("tables", lambda rows: rows[0].update(table_id=None), r"tables, row 1 .*: table_id is empty"),
    "null": ("checks", lambda rows: rows[0].update(passed=None), r"checks, row 1 .*: passed is empty"),
    "stranger": ("repairs", lambda rows: rows[0].update(doc_id="0" * 16), r"repairs, row 1 .*: no document of this"),
    "long id": ("gk03", lambda rows: rows[0].update(row_id="9" * 9_999), r"gk03, row 1 .*: row_id is too long"),
    "twice": ("gk03", lambda rows: rows.append(rows[0]), r"gk03.*(row 5 |[Kk]ey .*, 1, total)"),
    "two documents": (DOCUMENTS, lambda rows: rows.append(rows[0]), r"documents, row 4 .*stands before it"),
    "no doc_id": (DOCUMENTS, lambda rows: rows[0].update(doc_id="'--"), r"documents, row 1 .*no doc_id"),
    "no source": (DOCUMENTS, lambda rows: rows[0].update(source=None), r"documents, row 1 .*no doc_id"),
    "no unit": (DOCUMENTS, lambda rows: rows[1].update(unit_name=None), r"documents, row 2 .*: unit_name is empty"),
    "pages": (DOCUMENTS, lambda rows: rows[1].update(pages=2**31), r"documents, row 2 .*: pages is beyond"),
    "lost": (DOCUMENTS, lambda rows: rows[0].update(status="duplicate"), r"documents, row 1 .*isn't there"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_bad_row_is_named_and_nothing_is_loaded(case: str, tmp_path: Path, out: Path, place: Place) -> None:
    place.load(write(tmp_path / "before", account("z.pdf"), account("a.pdf")))
    before = place.dump()
    name, edit, message = BAD[case]
    change(out, name, edit)
    with pytest.raises(LoadError, match=message):
        place.load(out)
    assert place.dump() == before
    with pytest.raises(LoadError, match=message):
        place.load(out, prune=True)
    assert place.dump() == before


def test_ctrl_c_leaves_the_database_as_it_was(tmp_path: Path, out: Path, place: Place) -> None:
    place.load(write(tmp_path / "before", account("a.pdf", FACTS[:2])))
    before = place.dump()

    def stop(table: str, rows: int) -> None:
        if table == "gk03":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        place.load(out, prune=True, progress=stop)
    assert place.dump() == before


def test_text_that_is_no_utf8_is_named(out: Path, place: Place) -> None:
    import pyarrow as pa

    path = out / "cells.parquet"
    table = pq.read_table(path)
    names = [b"\xff\xfe" if i == 2 else b"x" for i in range(table.num_rows)]
    bad = pa.array(names, pa.binary()).view(pa.string())
    pq.write_table(table.set_column(table.column_names.index("row_name"), "row_name", bad), path)
    with pytest.raises(LoadError, match=r"cells, row 3 .*: row_name is no UTF-8"):
        place.load(out)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def _spoil(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4 : len(data) // 2] = bytes(len(data) // 2 - 4)
    path.write_bytes(data)


def _both(folder: Path, year: str = "2023") -> None:
    (folder / f"fiscal_year={year}").mkdir(parents=True)
    shutil.copy(folder.with_suffix(".parquet"), folder / f"fiscal_year={year}" / "part-0.parquet")


DAMAGE = {
    "missing": (lambda out: (out / "gk05.parquet").unlink(), "gk05.parquet is missing"),
    "cut": (lambda out: _cut(out / "checks.parquet"), "checks.parquet can't be read"),
    "spoilt": (lambda out: _spoil(out / "cells.parquet"), "cells.parquet can't be read"),
    "empty": (lambda out: (out / "cells.parquet").write_bytes(b""), "cells.parquet can't be read"),
    "no run": (lambda out: (out / "run.json").unlink(), "run.json is missing"),
    "bad run": (lambda out: (out / "run.json").write_text("{"), "run.json can't be read"),
    "other run": (lambda out: (out / "run.json").write_text('{"contract": 2}'), "contract 2"),
    "other file": (lambda out: shutil.copy(out / "gk01.parquet", out / "gk02.parquet"), "lacks the column total"),
    "both": (lambda out: _both(out / "cells"), "one is left from an earlier run"),
    "no year": (lambda out: _both(out / "cells", "x"), "one is left from an earlier run"),
}


@pytest.mark.parametrize("case", DAMAGE)
def test_a_damaged_folder_is_one_clear_line(case: str, tmp_path: Path, out: Path) -> None:
    place = Place("duckdb", f"duckdb:///{tmp_path / 'test.duckdb'}")
    place.load(write(tmp_path / "before", account("z.pdf")))
    before = place.dump()
    damage, message = DAMAGE[case]
    damage(out)
    with pytest.raises(LoadError, match=message) as caught:
        place.load(out)
    assert "\n" not in str(caught.value)
    assert caught.value.advice
    assert place.dump() == before
