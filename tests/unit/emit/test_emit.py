"""The output files keep the contract: columns, order, types, bytes."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from juesuan_extract.emit import csv_parquet as files
from juesuan_extract.emit.contract import Column, attribute
from juesuan_extract.emit.csv_parquet import CsvFile, ParquetFile, csv_lines, inert, record_batch
from juesuan_extract.emit.files import files as contract_files
from juesuan_extract.emit.files import outputs
from juesuan_extract.emit.holdings import CELLS
from juesuan_extract.emit.output import Output
from juesuan_extract.emit.piece import Piece, make_parts, unpack
from juesuan_extract.emit.rows import rows, rows_of
from juesuan_extract.errors import UsageError
from juesuan_extract.knowledge.catalog import load_catalog
from juesuan_extract.model.account import Account
from juesuan_extract.options import Options
from juesuan_extract.values.codes import level
from tests.support.accounts import FACTS, account, doubtful, fact, failed

CONTRACT = {
    "documents": "doc_id source sha256 pages kind unit_name fiscal_year tables_found complete missing status "
    "confidence error",
    "tables": "doc_id source table_id published_no published_title pages unit rows columns "
    "method status confidence notes notes_codes",
    "cells": "doc_id source unit_name fiscal_year table_id row_no row_id row_name column_id amount_yuan amount_text "
    "is_blank page x0 top x1 bottom method confidence status reasons reason_codes",
    "gk03": "doc_id source unit_name fiscal_year row_no row_id row_name level total basic project remit_superior "
    "operating affiliated_subsidy confidence status",
    "checks": "doc_id source check_id tables left right left_yuan right_yuan residual_yuan tolerance_yuan passed cells",
    "repairs": "doc_id source table_id page kind before after evidence evidence_codes",
    "conflicts": "doc_id source conflict_no checks explanations exhaustive",
    "suspects": "doc_id source conflict_no explanation_no table_id row_id column_id page printed_yuan wanted_yuan slip "
    "mentioned",
    "proposals": "doc_id source table_id page kind before after evidence evidence_codes",
    "findings": "doc_id source code table_id page message message_codes",
}


def piece_of(accounts: Sequence[Account]) -> Piece:
    """What a process sends and another one writes."""
    columns = outputs(load_catalog())
    return unpack(make_parts(accounts, load_catalog()), columns)


def emit(folder: Path, sources: Iterable[Sequence[Account]], **more: Any) -> Path:
    with Output(folder, load_catalog(), Options()) as output:
        for accounts in sources:
            output.add(piece_of(accounts))
        output.finish({"seconds": 1.5}, **more)
    return folder


def read(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_file_of_the_contract_is_there_and_nothing_else(tmp_path: Path) -> None:
    emit(tmp_path, [[account()]])
    names = list(outputs(load_catalog()))
    wide = (f"gk0{i}" for i in range(1, 10))
    doubts = ("conflicts", "suspects", "proposals", "findings")
    assert names == ["documents", "tables", "cells", *wide, "checks", "repairs", *doubts]
    expected = {f"{name}.{kind}" for name in names for kind in ("csv", "parquet")} | {"report.html", "run.json"}
    assert {path.name for path in tmp_path.iterdir()} == expected


@pytest.mark.parametrize("name", CONTRACT)
def test_columns(tmp_path: Path, name: str) -> None:
    emit(tmp_path, [[account()]])
    data = (tmp_path / f"{name}.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.decode("utf-8-sig").split("\n")[0] == CONTRACT[name].replace(" ", ",")
    assert pq.read_schema(tmp_path / f"{name}.parquet").names == CONTRACT[name].split()


def test_csv_cells(tmp_path: Path) -> None:
    emit(tmp_path, [[account()]])
    lines = (tmp_path / "cells.csv").read_text(encoding="utf-8-sig").split("\n")
    doc_id = account().doc_id
    assert lines[1] == (
        f'{doc_id},a.pdf,某市教育局,2023,gk03,1,total,合计,total,12345600.00,"1,234.56",false,'
        "7,300.12,120.0,360.0,140.0,text,0.999,verified,,"
    )
    assert read(tmp_path, "cells")[4]["amount_yuan"] == ""
    assert read(tmp_path, "cells")[4]["is_blank"] == "true"
    assert read(tmp_path, "cells")[5]["amount_yuan"] == "0.05"


def test_parquet_types_are_exact(tmp_path: Path) -> None:
    emit(tmp_path, [[account()]])
    table = pq.read_table(tmp_path / "cells.parquet")
    assert table.schema.field("amount_yuan").type == pa.decimal128(20, 2)
    assert table.schema.field("fiscal_year").type == pa.int64()
    assert table.schema.field("is_blank").type == pa.bool_()
    assert table["amount_yuan"].to_pylist()[:5] == [
        Decimal("12345600.00"), Decimal("10000000.00"), Decimal("2345600.00"), Decimal("12345600.00"), None,
    ]  # fmt: skip
    assert b"pt" in table.schema.field("x0").metadata[b"description"]


def test_wide_rows(tmp_path: Path) -> None:
    emit(tmp_path, [[account()]])
    total, social = read(tmp_path, "gk03")
    assert (total["row_id"], total["level"]) == ("total", "")
    assert (total["total"], total["basic"]) == ("12345600.00", "10000000.00")
    assert (social["row_id"], social["level"], social["basic"]) == ("208", "类", "")
    assert social["confidence"] == "0.999", "the extra column is not in the file"
    assert read(tmp_path, "gk01") == []


def test_two_rows_of_one_line_stay_two() -> None:
    facts = (fact(1, "income.total", "amount", 1, "gk01"), fact(1, "function.201", "amount", 2, "gk01"))
    catalog = load_catalog()
    found = rows_of([account(facts=facts)], contract_files(catalog)["gk01"], catalog)
    assert [row[5] for row in found] == ["income.total", "function.201"]


@pytest.mark.parametrize(
    ("row_id", "expected"),
    [("208", "类"), ("20805", "款"), ("2080505", "项"), ("30201", "款"), ("function.208", "类"), ("total", ""),
     ("income.total", ""), ("unmapped.3", ""), ("２０８", "")],
)  # fmt: skip
def test_level(row_id: str, expected: str) -> None:
    assert level(row_id) == expected


def test_rows_are_in_order_of_table_row_and_column_and_the_account_comes_last() -> None:
    facts = (
        fact(2, "208", "extra.甲", 1), fact(2, "208", "basic", 1), fact(2, "208", "total", 1),
        fact(1, "total", "total", 1), fact(1, "total", "amount", 1, "gk01"),
    )  # fmt: skip
    first, second = account(facts=facts), account(facts=facts, doc_id="0-2")
    keys = [(row[4], row[5], row[8], row[0]) for row in rows([first, second], load_catalog())["cells"]]
    places = [("gk01", 1, "amount"), ("gk03", 1, "total")]
    places += [("gk03", 2, "total"), ("gk03", 2, "basic"), ("gk03", 2, "extra.甲")]
    assert keys == [(*place, doc) for place in places for doc in (first.doc_id, "0-2")]


def test_checks_that_could_not_be_evaluated_are_left_out(tmp_path: Path) -> None:
    emit(tmp_path, [[doubtful()]])
    holds, fails = read(tmp_path, "checks")
    assert (holds["passed"], fails["passed"]) == ("true", "false")
    assert fails["residual_yuan"] == "12345600.00"
    assert fails["tolerance_yuan"] == "150.00"
    assert holds["cells"] == "gk03[total].total; gk03[total].basic; gk03[total].project"


def test_documents_tables_and_repairs(tmp_path: Path) -> None:
    emit(tmp_path, [[account()], [doubtful()], [failed()]])
    documents = read(tmp_path, "documents")
    assert [row["source"] for row in documents] == ["a.pdf", "b.pdf", "c.pdf"]
    assert documents[0]["tables_found"] == "1"
    assert (documents[2]["status"], documents[2]["confidence"]) == ("failed", "")
    tables = read(tmp_path, "tables")
    assert len(tables) == 18
    assert (tables[2]["pages"], tables[2]["method"], tables[3]["method"]) == ("7,8", "text", "")
    assert tables[9]["notes"] == "本表无数据。"
    assert read(tmp_path, "repairs")[0]["after"] == "合计 | 208"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "＝1", "＋1", "－1", "＠x"])
def test_formulas_become_inert(text: str) -> None:
    assert inert(text) == "'" + text


@pytest.mark.parametrize("text", ["教育局", "1=1", " x", "", "'=1"])
def test_other_text_stays(text: str) -> None:
    assert inert(text) == text


@pytest.mark.parametrize(
    ("printed", "expected"),
    [("-12.30", "-12.30"), ("－1,234.50", "－1,234.50"), ("-", "-"), ("--", "--"), ("+5", "+5"), ("—", "—"),
     ("-3%", "-3%"),
     ("=1+1", "'=1+1"), ("-1+cmd", "'-1+cmd"), ("-1-1", "'-1-1"), ("@x", "'@x"), ("+", "'+"), ("-A1", "'-A1")],
)  # fmt: skip
def test_printed_figures_stay_as_they_are(tmp_path: Path, printed: str, expected: str) -> None:
    facts = (fact(1, "total", "total", None, text=printed, is_blank=False),)
    emit(tmp_path, [[account(facts=facts)]])
    assert read(tmp_path, "cells")[0]["amount_text"] == expected
    assert pq.read_table(tmp_path / "cells.parquet")["amount_text"].to_pylist() == [printed]


HOSTILE = ['=HYPERLINK("x")', "a,b", 'say "no"', "two\nlines", "cr\rhere", "\x00nul", "\x1cfs", "\u2028ls"]
HOSTILE += ["half\ud83d", "甲"]


def test_hostile_text_survives_in_both_forms(tmp_path: Path) -> None:
    facts = tuple(fact(i, f"unmapped.{i}", "total", 1, row_name=text) for i, text in enumerate(HOSTILE, 1))
    emit(tmp_path, [[account(facts=facts)]])
    clean = [text.replace("\ud83d", "?") for text in HOSTILE]
    assert [row["row_name"] for row in read(tmp_path, "cells")] == [inert(text) for text in clean]
    assert pq.read_table(tmp_path / "cells.parquet")["row_name"].to_pylist() == clean


def test_negative_amounts_are_numbers_not_text(tmp_path: Path) -> None:
    emit(tmp_path, [[account(facts=[fact(1, "total", "total", -1230)])]])
    assert read(tmp_path, "cells")[0]["amount_yuan"] == "-12.30"
    assert read(tmp_path, "gk03")[0]["total"] == "-12.30"


def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    sources = [[account()], [doubtful()], [failed()]]
    one, two = emit(tmp_path / "1", sources), emit(tmp_path / "2", sources)
    assert {p.name: p.read_bytes() for p in one.iterdir()} == {p.name: p.read_bytes() for p in two.iterdir()}


def test_row_groups_stay_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_MANY", 3)
    monkeypatch.setattr(files, "ROW_GROUP_BYTES", 2_000)
    emit(tmp_path, [[account(f"{i:03}.pdf")] for i in range(50)])
    metadata = pq.ParquetFile(tmp_path / "cells.parquet").metadata
    assert metadata.num_rows == 50 * len(FACTS)
    assert metadata.num_row_groups > 5


def test_an_aborted_run_leaves_the_folder_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "cells.csv").write_text("old")

    def abort() -> Iterator[Sequence[Account]]:
        yield [account()]
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        emit(tmp_path, abort())
    assert [path.name for path in tmp_path.iterdir()] == ["cells.csv"]
    assert (tmp_path / "cells.csv").read_text() == "old"


def test_output_that_is_a_file_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(UsageError, match="can't write to the output folder"):
        Output(tmp_path / "out", load_catalog(), Options())


def test_empty_run(tmp_path: Path) -> None:
    emit(tmp_path, [])
    assert read(tmp_path, "documents") == []
    assert pq.read_table(tmp_path / "cells.parquet").num_rows == 0
    assert json.loads((tmp_path / "run.json").read_text())["documents"] == []


def test_run_json(tmp_path: Path) -> None:
    emit(tmp_path, [[account()], [doubtful(source="b\ud83d.pdf")], [failed()]], interrupted=True)
    run = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert run["interrupted"] is True
    assert run["sources"] == 3
    assert run["counts"]["verified"] == run["counts"]["conflict"] == run["counts"]["failed"] == 1
    assert run["counts"]["duplicate"] == 0
    assert run["options"] == {"reader": "auto", "pictures": False, "schemas": ""}
    assert run["tables"]["gk03"] == {"verified": 1, "unverified": 0, "conflict": 1, "blank": 0, "missing": 0}
    assert run["checks"] == {"holds": 2, "fails": 1, "not_evaluable": 2}
    assert run["not_evaluable"] == {"X01-03": 2}
    assert run["findings"] == {"unknown_heading": 1}
    assert run["timings"] == {"seconds": 1.5, "stages": {"read": 0.5, "verify": 1.0}}
    second = run["documents"][1]
    assert second["source"] == "b?.pdf"
    assert second["findings"] == [{"code": "unknown_heading", "where": "page 7, 支出决算表", "message": "其中：基建"}]
    assert second["other_tables"] == [{"title": "收入决算表（分单位）", "pages": [12, 13]}]


def test_every_row_fits_its_columns() -> None:
    catalog = load_catalog()
    columns = outputs(catalog)
    for name, found in rows([doubtful(), failed()], catalog).items():
        assert all(len(row) == len(columns[name]) for row in found)


def test_csv_and_parquet_take_rows_in_pieces(tmp_path: Path) -> None:
    columns = (Column("a", "text", attribute("a"), ""), Column("b", "boolean", attribute("b"), ""))
    for made, name, part in ((CsvFile, "CsvFile", csv_lines), (ParquetFile, "ParquetFile", record_batch)):
        file = made(tmp_path / name, columns)
        for rows_ in ([("x", True)], [], [("", None)]):
            file.write(part(rows_, columns))
        file.close()
    assert (tmp_path / "CsvFile").read_bytes() == b"\xef\xbb\xbfa,b\nx,true\n,\n"
    assert pq.read_table(tmp_path / "ParquetFile").to_pydict() == {"a": ["x", ""], "b": [True, None]}
    assert len(CELLS) == 22


# -- the pages of a large batch ---------------------------------------------------------------------------------------


def batch(count: int, first: int = 0) -> list[list[Account]]:
    return [[account(f"{i}.pdf")] for i in range(first, first + count)]


def pages(folder: Path) -> set[str]:
    return {path.name for path in (folder / "report").iterdir()}


def test_pages_of_an_earlier_run_do_not_survive(tmp_path: Path) -> None:
    emit(tmp_path, batch(30))
    assert pages(tmp_path) == {f"{one.doc_id}.html" for (one,) in batch(30)}
    emit(tmp_path, batch(30, first=20))
    assert pages(tmp_path) == {f"{one.doc_id}.html" for (one,) in batch(30, first=20)}
    emit(tmp_path, batch(1))
    assert not (tmp_path / "report").exists()


def test_files_that_are_not_ours_stay(tmp_path: Path) -> None:
    emit(tmp_path, batch(30))
    (tmp_path / "report" / "notes.html").write_text("mine", encoding="utf-8")
    emit(tmp_path, batch(1))
    assert pages(tmp_path) == {"notes.html"}


def test_pages_appear_when_everything_is_finished(tmp_path: Path) -> None:
    emit(tmp_path, batch(30))
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with Output(tmp_path, load_catalog(), Options()) as output:
        for accounts in batch(40, first=30):
            output.add(piece_of(accounts))
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_pages_are_the_same_every_time(tmp_path: Path) -> None:
    made = [emit(tmp_path / run, batch(30)) for run in "12"]
    one, two = ({name: (folder / "report" / name).read_bytes() for name in pages(folder)} for folder in made)
    assert one == two


def test_a_file_where_the_folder_of_pages_goes_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "report").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="is a file"):
        Output(tmp_path, load_catalog(), Options())


# -- partitioned datasets ---------------------------------------------------------------------------------------------

YEARS = {2022: ["a.pdf", "b.pdf"], 2023: ["a.pdf", "c.pdf"], None: ["d.pdf"]}


def emit_by_year(folder: Path) -> Path:
    """Two accounts of two years in one source, one of each year, and one of no year."""
    two = (account("a.pdf", fiscal_year=2022), account("a.pdf", fiscal_year=2023, doc_id="0" * 16 + "-2"))
    sources = [two, [account("b.pdf", fiscal_year=2022)], [doubtful("c.pdf")], [failed("d.pdf")]]
    pieces = [piece_of(accounts) for accounts in sources]
    with Output(folder, load_catalog(), Options(), "fiscal_year") as output:
        for piece in pieces:
            output.add(piece)
        for year, names in YEARS.items():
            output.add_year(year, [p for p, (first, *_) in zip(pieces, sources, strict=True) if first.source in names])
        output.finish({})
    return folder


def test_a_dataset_by_year_holds_the_same_rows(tmp_path: Path) -> None:
    emit_by_year(tmp_path)
    for name in outputs(load_catalog()):
        found = read_dataset(tmp_path / name)
        rows_ = read(tmp_path, name)
        assert found.num_rows == len(rows_)
        assert sorted(found["source"].to_pylist()) == sorted(row["source"] for row in rows_)
    documents = read_dataset(tmp_path / "documents").to_pylist()
    found_years = {year: sorted(r["source"] for r in documents if r["fiscal_year"] == (year or 0)) for year in YEARS}
    assert found_years == YEARS
    cells_ = read_dataset(tmp_path / "cells")
    assert cells_.schema.field("amount_yuan").type == pa.decimal128(20, 2)
    assert not (tmp_path / "cells.parquet").exists()


def read_dataset(folder: Path) -> pa.Table:
    table = pq.read_table(folder, partitioning="hive")
    return table.set_column(
        table.schema.get_field_index("fiscal_year"), "fiscal_year", table["fiscal_year"].cast(pa.int64())
    )


def test_pandas_reads_a_dataset_as_it_reads_a_file(tmp_path: Path) -> None:
    emit_by_year(tmp_path)
    frame = pd.read_parquet(tmp_path / "documents")
    assert sorted(frame["fiscal_year"].astype(int)) == [0, 2022, 2022, 2023, 2023]


def test_duckdb_reads_a_dataset(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    emit_by_year(tmp_path)
    query = f"SELECT fiscal_year, count(*) FROM read_parquet('{tmp_path}/documents/*/*.parquet', hive_partitioning=1)"
    assert dict(duckdb.sql(query + " GROUP BY 1").fetchall()) == {2022: 2, 2023: 2, 0: 1}


def test_files_and_datasets_replace_each_other(tmp_path: Path) -> None:
    emit(tmp_path, [[account()]])
    emit_by_year(tmp_path)
    assert not list(tmp_path.glob("*.parquet"))
    (tmp_path / "cells" / "mine.txt").write_text("mine", encoding="utf-8")
    emit(tmp_path, [[account()]])
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == ["cells"]
    assert [path.name for path in (tmp_path / "cells").iterdir()] == ["mine.txt"]


def test_what_a_killed_run_left_is_removed(tmp_path: Path) -> None:
    (tmp_path / ".partial-x").mkdir()
    (tmp_path / ".partial-x" / "cells.csv").touch()
    emit(tmp_path, [[account()]])
    assert not list(tmp_path.glob(".partial-*"))
