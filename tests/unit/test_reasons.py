"""Whatever is not verified says why: tables, cells and so documents, in the outputs and in what is said of them."""

from __future__ import annotations

import ctypes
import io
import os
from collections.abc import Callable, Iterator

import pypdfium2 as pdfium
import pypdfium2.raw as raw
import pytest

from juesuan_extract.errors import JuesuanError
from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.model.account import Account
from juesuan_extract.options import Options
from juesuan_extract.pipeline import extract
from juesuan_extract.say.notice import notice
from tests.support.paths import PDFS

EVERY = 6  # one in so many fixtures is damaged in each way, others in each; JUESUAN_ALL=1 damages all in all ways
NAMES = sorted(path.stem for path in PDFS.glob("*.pdf"))


def without_a_page(document: pdfium.PdfDocument, number: int) -> bool:
    document.del_page(number)
    return True


def without(kind: int, wanted: Callable[[raw.FPDF_PAGEOBJECT], bool]) -> Callable[[pdfium.PdfDocument, int], bool]:
    """Takes the middle one of the objects of a kind out of a page; False where it has none."""

    def damage(document: pdfium.PdfDocument, number: int) -> bool:
        page = document[number]
        objects = [raw.FPDFPage_GetObject(page, n) for n in range(raw.FPDFPage_CountObjects(page))]
        found = [one for one in objects if raw.FPDFPageObj_GetType(one) == kind and wanted(one)]
        if not found:
            return False
        raw.FPDFPage_RemoveObject(page, found[len(found) // 2])
        raw.FPDFPage_GenerateContent(page)
        return True

    return damage


def thin(one: raw.FPDF_PAGEOBJECT) -> bool:
    """A ruling."""
    edges = [ctypes.c_float() for _ in range(4)]
    raw.FPDFPageObj_GetBounds(one, *edges)
    left, bottom, right, top = (edge.value for edge in edges)
    return min(right - left, top - bottom) < 3 < max(right - left, top - bottom)


DAMAGE = {
    "page": without_a_page,
    "ruling": without(raw.FPDF_PAGEOBJ_PATH, thin),
    "text": without(raw.FPDF_PAGEOBJ_TEXT, lambda one: True),  # a label, a heading, a figure or a part of one
}


def damaged(name: str, how: str) -> Iterator[bytes]:
    """A fixture with something lost on one page after the other."""
    with pdfium.PdfDocument(PDFS / f"{name}.pdf") as whole:
        count = len(whole)
    for number in range(count):
        with pdfium.PdfDocument(PDFS / f"{name}.pdf") as document:
            if not DAMAGE[how](document, number):
                continue
            made = io.BytesIO()
            document.save(made)
            yield made.getvalue()


def assert_reasons(account: Account, catalog: Catalog) -> None:
    for table in account.tables:
        if table.status == "verified":
            assert not table.remarks, table
        elif table.status == "missing":  # or a sentence is printed instead
            assert table.said, table
        else:
            assert table.remarks, f"{table.table_id} is {table.status} and does not say why"
    for fact in account.facts:
        if fact.status != "verified" and not fact.is_blank and fact.amount:
            assert fact.reasons, fact
    for remark in (remark for table in account.tables for remark in table.remarks):
        assert all(catalog.messages.both(remark))
    if account.status in ("unverified", "conflict"):
        found = notice(account, catalog)
        assert found
        assert "no check speaks for the table" not in found.message


CHOSEN = [
    (name, how)
    for number, name in enumerate(NAMES)
    for place, how in enumerate(DAMAGE)
    if os.environ.get("JUESUAN_ALL") or number % EVERY == 2 * place
]


@pytest.mark.parametrize(("name", "how"), CHOSEN)
def test_what_is_not_verified_names_its_reason(name: str, how: str, catalog: Catalog) -> None:
    for data in damaged(name, how):
        try:
            accounts = extract(data, "damaged.pdf", Options(), catalog)
        except JuesuanError:
            continue
        for account in accounts:
            assert_reasons(account, catalog)


@pytest.mark.parametrize("name", NAMES)
def test_the_fixtures_themselves_do(name: str, catalog: Catalog) -> None:
    for account in extract((PDFS / f"{name}.pdf").read_bytes(), name, Options(), catalog):
        assert_reasons(account, catalog)
