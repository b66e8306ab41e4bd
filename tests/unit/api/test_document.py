"""The Python interface: tables as data frames, amounts as exact decimals."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import polars
import pytest

import juesuan_extract
from juesuan_extract.api import document as module
from juesuan_extract.api.document import Document, read_folder, read_pdf
from juesuan_extract.api.overlay import TableView
from juesuan_extract.emit.doubts import REPAIRS
from juesuan_extract.emit.files import outputs
from juesuan_extract.emit.holdings import CELLS, TABLES
from juesuan_extract.emit.proof import CHECKS
from juesuan_extract.emit.report.tables import sheets
from juesuan_extract.errors import UnreadableDocument, UsageError
from juesuan_extract.knowledge.catalog import load_catalog
from juesuan_extract.model.account import Account
from juesuan_extract.options import Options
from tests.support.accounts import account, doubtful, fact, failed
from tests.support.paths import PDFS, ROOT


def made(*accounts: Account) -> Document:
    return Document(accounts, load_catalog())


@pytest.mark.parametrize("name", ["gk03", "支出决算表", "expenditure"])
def test_a_table_by_id_title_or_slug(name: str) -> None:
    table = made(account())[name]
    assert list(table.columns) == [
        "row_no", "row_id", "row_name", "level",
        "total", "basic", "project", "remit_superior", "operating", "affiliated_subsidy",
    ]  # fmt: skip
    assert table.loc[0, "total"] == Decimal("12345600.00")
    assert table.loc[1, "basic"] is None
    assert table["level"].tolist() == ["", "类"]
    assert table["total"].sum() == Decimal("24691200.00")


def test_a_missing_table_is_empty_and_an_unknown_one_an_error() -> None:
    doc = made(account())
    assert len(doc["gk01"]) == 0
    assert "budget" in doc["gk01"].columns
    with pytest.raises(KeyError, match="gk09 国有资本经营预算财政拨款支出决算表"):
        doc["gk10"]


def test_found_tables() -> None:
    doc = made(account())
    assert list(doc) == ["gk03"]
    assert len(doc) == 1
    assert "支出决算表" in doc
    assert "gk01" not in doc
    assert "nothing" not in doc
    assert 3 not in doc


def test_frames_have_the_columns_of_the_contract() -> None:
    doc = made(doubtful())
    for found, columns in ((doc.cells, CELLS), (doc.checks, CHECKS), (doc.repairs, REPAIRS), (doc.tables, TABLES)):
        assert list(found.columns) == [column.name for column in columns]
        assert len(found) > 0
    assert doc.cells["is_blank"].dtype == bool
    assert doc.checks["passed"].tolist() == [True, False]
    assert doc.cells["amount_yuan"].tolist()[:1] == [Decimal("12345600.00")]


def test_frames_of_a_failed_document_are_empty_with_the_same_columns() -> None:
    doc = made(failed())
    assert list(doc.cells.columns) == [column.name for column in CELLS]
    assert len(doc.cells) == len(doc.tables) == 0


def test_several_accounts_in_one_file() -> None:
    second = account(doc_id="0-2", status="conflict", unit_name="某中学", facts=[fact(1, "total", "total", 5)])
    doc = made(account(), second)
    assert doc.status == "conflict", "a good first account must not hide a bad second one"
    assert doc.unit_name == "某市教育局"
    assert [one.unit_name for one in doc.accounts] == ["某市教育局", "某中学"]
    assert doc.accounts[1]["gk03"]["total"].tolist() == [Decimal("0.05")]
    assert set(doc.cells["doc_id"]) == {doc.account.doc_id, "0-2"}
    single = made(account())
    assert single.accounts == (single,)


def test_text_that_can_not_be_encoded_and_formulas_stay_readable() -> None:
    doc = made(account(facts=[fact(1, "unmapped.1", "total", 1, row_name="=x\ud83d")]))
    assert doc.cells["row_name"].tolist() == ["=x?"], "inert is a matter of CSV only"


def test_repr() -> None:
    assert repr(made(account())) == "<Document 某市教育局 2023 verified, 1 of 9 tables>"
    assert repr(made(failed())) == "<Document c.pdf failed, 0 of 9 tables>"


def test_html_is_escaped() -> None:
    html = made(account(unit_name="<b onclick=x>"))._repr_html_()
    assert "&lt;b onclick=x&gt;" in html
    assert "支出决算表" in html


def test_read_pdf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = {}

    def extract(data: bytes, source: str, options: Options, catalog: object) -> tuple[Account, ...]:
        seen.update(data=data, source=source, options=options)
        return (account(source),)

    monkeypatch.setattr(module, "extract", extract)
    path = tmp_path / "决算.pdf"
    path.write_bytes(b"%PDF-1.4 and so on")
    assert read_pdf(str(path)).source == "决算.pdf"
    assert seen == {"data": b"%PDF-1.4 and so on", "source": "决算.pdf", "options": Options()}
    read_pdf(path, options=Options(reader="plumber"))
    assert seen["options"] == Options(reader="plumber")


@pytest.mark.parametrize(
    ("content", "message", "advice"),
    [
        (b"", "empty", "download it again"),
        (b"<!DOCTYPE html><html>", "a web page", "download it again"),
        (b"\xef\xbb\xbf\n <html lang=zh>", "a web page", "sent a page"),
        (b"PK\x03\x04rest", "ZIP", "export it to PDF"),
        (b"\xff\xd8\xff\xe0", "picture", "convert"),
        (b"hello", "not a PDF", "download it again"),
        (b"x" * 2000 + b"%PDF-1.4", "not a PDF", "download it again"),
    ],
)
def test_files_that_are_no_pdf(tmp_path: Path, content: bytes, message: str, advice: str) -> None:
    path = tmp_path / "x.pdf"
    path.write_bytes(content)
    with pytest.raises(UnreadableDocument, match=message) as caught:
        read_pdf(path)
    assert advice in caught.value.advice


def test_paths_that_are_no_file(tmp_path: Path) -> None:
    (tmp_path / "link.pdf").symlink_to(tmp_path / "gone.pdf")
    (tmp_path / "loop.pdf").symlink_to(tmp_path / "loop.pdf")
    for name, message in (
        ("", "folder"),
        ("no.pdf", "no such file"),
        ("link.pdf", "a link to"),
        ("loop.pdf", "a link that leads back to itself"),
    ):
        with pytest.raises(UnreadableDocument, match=message):
            read_pdf(tmp_path / name)


def test_public_names_are_lazy_and_complete() -> None:
    assert juesuan_extract.read_pdf is read_pdf
    assert set(juesuan_extract.__all__) <= set(dir(juesuan_extract))
    for name in juesuan_extract.__all__:
        assert getattr(juesuan_extract, name)
    with pytest.raises(AttributeError, match="nothing"):
        _ = juesuan_extract.nothing


def test_version_is_that_of_the_project() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f'version = "{juesuan_extract.__version__}"' in text


def test_frames_can_be_joined() -> None:
    joined = pd.concat([made(account()).cells, made(doubtful()).cells])
    assert joined["amount_yuan"].dropna().map(type).eq(Decimal).all()


# -- pages, differences, folders --------------------------------------------------------------------------------------

CONFLICT = PDFS / "shanghai_mixed_wrong_digit.pdf"


def test_a_page_has_a_box_around_every_figure() -> None:
    doc = read_pdf(CONFLICT)
    fact = next(fact for fact in doc.account.facts if fact.status == "conflict" and not fact.is_blank)
    picture = doc.page(fact.page, dpi=72)
    pixels = cv2.imdecode(np.frombuffer(picture._repr_png_(), np.uint8), cv2.IMREAD_COLOR)
    assert pixels.shape == (picture.height, picture.width, 3)
    x, y = round(fact.box.x0), round((fact.box.top + fact.box.bottom) / 2)
    assert pixels[y, x].tolist() == [0x2F, 0x2F, 0xD0], "the left edge of its box at 72 px per inch, in red"
    for number in (0, doc.pages + 1):
        with pytest.raises(ValueError, match=f"page {number} of {doc.pages}"):
            doc.page(number)


def test_a_page_of_a_file_that_is_another_now(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(CONFLICT.read_bytes())
    doc = read_pdf(path)
    path.write_bytes(CONFLICT.read_bytes() + b"\n")
    with pytest.raises(UnreadableDocument, match="changed"):
        doc.page(1)
    path.unlink()
    with pytest.raises(UnreadableDocument, match="no such file"):
        doc.view("gk03")
    with pytest.raises(UnreadableDocument, match="nobody said"):
        made(account()).page(1)


def test_a_table_beside_its_pages() -> None:
    doc = read_pdf(CONFLICT)
    view = doc.view("支出决算表")
    html = view._repr_html_()
    assert "53,072.85" in html
    assert html.count("data:image/png;base64,") == len(view.pages) == 1
    with pytest.raises(KeyError, match="was not found"):
        made(account()).view("gk01")
    with pytest.raises(KeyError, match="there are"):
        doc.view("gk10")


def test_document_text_is_no_markup() -> None:
    facts = [fact(1, "total", "total", 100, row_name="<script>alert(1)</script>")]
    sheet = sheets(account(facts=facts), (), load_catalog())[0]
    html = TableView("支出决算表", sheet, ())._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_differences() -> None:
    old = [fact(1, "total", "total", 100), fact(2, "205", "total", 40), fact(3, "206", "total", 7)]
    new = [fact(1, "total", "total", 150), fact(2, "205", "total", 40), fact(3, "208", "total", 5)]
    before, after = (made(account(facts=facts)) for facts in (old, new))
    found = before.diff(after)
    assert found[["row_id", "before", "after", "change"]].values.tolist() == [
        ["total", Decimal("1.00"), Decimal("1.50"), Decimal("0.50")],
        ["208", None, Decimal("0.05"), Decimal("0.05")],
        ["206", Decimal("0.07"), None, Decimal("-0.07")],
    ]
    assert before.diff(before).empty


def test_unknown_rows_are_compared_by_name() -> None:
    one, two = (
        made(account(facts=[fact(number, f"unmapped.{number}", "total", 100, row_name="其他")])) for number in (1, 9)
    )
    assert one.diff(two).empty


def test_frames_and_arrow_tables_of_every_output() -> None:
    doc = read_pdf(CONFLICT)
    frames, tables = doc.to_frames(), doc.to_arrow()
    assert list(frames) == list(tables) == list(outputs(load_catalog()))
    for name, table in tables.items():
        assert table.num_rows == len(frames[name])
    assert tables["cells"]["amount_yuan"].to_pylist() == list(frames["cells"]["amount_yuan"])
    cells = polars.from_arrow(tables["cells"])
    assert isinstance(cells, polars.DataFrame)
    assert cells["amount_yuan"].dtype == polars.Decimal(20, 2)
    assert cells["amount_yuan"].to_list() == list(frames["cells"]["amount_yuan"])


def test_a_folder(tmp_path: Path) -> None:
    for name in ("b.pdf", "a.pdf"):
        (tmp_path / name).write_bytes(CONFLICT.read_bytes() + name.encode())
    (tmp_path / "c.pdf").write_text("no PDF")
    documents = list(read_folder(tmp_path, jobs=2))
    assert [(doc.source, doc.status) for doc in documents] == [
        ("a.pdf", "conflict"), ("b.pdf", "conflict"), ("c.pdf", "failed"),
    ]  # fmt: skip
    assert documents[1].page(1).number == 1
    with pytest.raises(UsageError, match="no such file"):
        next(read_folder(tmp_path / "gone"))
