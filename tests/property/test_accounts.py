"""Whole accounts: what is drawn comes back, in any order of the pages, the same every time."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from fixtures.make.forms.catalog import FORMS
from juesuan_extract import convert
from juesuan_extract.knowledge.catalog import Catalog, load_catalog
from juesuan_extract.model.account import Account
from juesuan_extract.options import Options
from juesuan_extract.pipeline import extract
from tests.support.paths import PDFS
from tests.support.random_accounts import differences, drawn, random_account, silent

FEW = settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
SEEDS = st.integers(0, 10**6)


def read(data: bytes, catalog: Catalog | None = None) -> tuple[Account, ...]:
    return extract(data, "x.pdf", Options(), catalog or load_catalog())


@FEW
@given(SEEDS, st.sampled_from(sorted(FORMS)))
def test_ruled_accounts_come_back_exactly(seed: int, form: str) -> None:
    made = random_account(seed, form, without=("three_line", "fault_codes_up"))
    assume(made is not None)
    assert made is not None
    accounts = read(made.data)
    assert differences(accounts, made.truth) == {}, made.name
    want = made.truth["document"]
    assert (accounts[0].unit_name, accounts[0].fiscal_year, accounts[0].pages) == (
        want["unit_name"], want["fiscal_year"], want["pages"],
    )  # fmt: skip


@FEW
@given(SEEDS, st.sampled_from(["budget", "report"]))
def test_other_documents_give_nothing(seed: int, kind: str) -> None:
    made = random_account(seed, kind, without=())
    assume(made is not None)
    assert made is not None
    (account,) = read(made.data)
    assert (account.status, account.kind, account.facts) == ("not_final_account", made.truth["document"]["kind"], ())


@pytest.mark.parametrize(
    ("form", "index"),
    [("fujian", 1), ("central", 2), ("zhejiang", 1), ("shanghai", 4)],
)
def test_what_is_not_ruled_is_read_rightly_or_not_called_verified(form: str, index: int, catalog: Catalog) -> None:
    made = drawn("unruled", form, ("three_line",), index)
    if made is None:
        pytest.skip("can't be drawn")
    accounts = read(made.data, catalog)
    assert silent(accounts, differences(accounts, made.truth)) == {}


# -- the order of pages -----------------------------------------------------------------------------------------------


def blocks_of(name: str) -> list[list[int]]:
    """Pages from 0 that must stay together: those of one table, and of tables that share a page."""
    truth = json.loads((PDFS / f"{name}.json").read_text(encoding="utf-8"))
    blocks: list[set[int]] = []
    for table in truth["tables"]:
        pages = {page - 1 for page in table["pages"]}
        touching = [block for block in blocks if block & pages]
        blocks = [block for block in blocks if not block & pages] + [pages.union(*touching)]
    return sorted(sorted(block) for block in blocks)


def permuted(data: bytes, order: list[int]) -> bytes:
    source, target = pypdfium2.PdfDocument(data), pypdfium2.PdfDocument.new()
    target.import_pages(source, order)
    buffer = io.BytesIO()
    target.save(buffer)
    return buffer.getvalue()


def figures(accounts: tuple[Account, ...], place: dict[int, int]) -> set[tuple[object, ...]]:
    """All facts, with the pages where they stood at first."""
    return {
        (f.table_id, f.row_no, f.row_id, f.row_name, f.column_id, f.amount, f.text, place[f.page], f.status)
        for account in accounts
        for f in account.facts
    }


@settings(FEW, max_examples=4)
@given(st.sampled_from(["fuzhou_2023_reportlab", "fuzhou_2023_calc"]), st.data())
def test_the_order_of_the_tables_changes_nothing(name: str, data: st.DataObject) -> None:
    pdf = (PDFS / f"{name}.pdf").read_bytes()
    blocks = blocks_of(name)
    assert len(blocks) >= 5
    first, last = blocks[0][0], blocks[-1][-1]
    assert sorted(page for block in blocks for page in block) == list(range(first, last + 1)), "nothing between them"
    shuffled = data.draw(st.permutations(blocks))
    count = len(pypdfium2.PdfDocument(pdf))
    order = [*range(first), *(page for block in shuffled for page in block), *range(last + 1, count)]
    moved = {new + 1: old + 1 for new, old in enumerate(order)}
    before = figures(read(pdf), {page: page for page in moved})
    assert len(before) > 400
    assert figures(read(permuted(pdf, order)), moved) == before


# -- the same every time ----------------------------------------------------------------------------------------------


def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for seed, form in enumerate(("fujian", "shanghai", "central")):
        made = random_account(seed, form)
        assert made is not None
        (folder / f"{form}.pdf").write_bytes(made.data)
    for run in ("1", "2"):
        convert(folder, tmp_path / run, jobs=1, options=Options(pictures=True))
    one, two = (
        {
            path.name: path.read_bytes()
            for path in (tmp_path / run).iterdir()
            if path.is_file() and path.name != "run.json"
        }
        for run in "12"
    )
    assert set(one) >= {"documents.csv", "cells.csv", "cells.parquet", "report.html"}
    assert one == two
