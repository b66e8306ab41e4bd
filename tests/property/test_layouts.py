"""The same account laid out otherwise is read the same: other pages, another order of tables, another program."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from fixtures.make.compose import footed
from fixtures.make.forms.catalog import FORMS
from fixtures.make.layout.pages import Section, TableSection, paginate
from fixtures.make.model import Page, Table, TablePart
from fixtures.make.produce import Order, persist, produce
from fixtures.make.random_docs import Wanted, plan
from juesuan_extract.knowledge.catalog import load_catalog
from juesuan_extract.model.account import Account
from juesuan_extract.options import Options
from juesuan_extract.pipeline import extract
from tests.support.needs import lacking
from tests.support.random_accounts import differences

FEW = settings(
    max_examples=15,
    phases=(Phase.explicit, Phase.generate),  # shrinking a document takes minutes and tells little
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
SEEDS = st.integers(0, 10**6)
FORM = st.sampled_from(sorted(FORMS))
LOOKS = st.sampled_from(["zero_blank", "thousands", "mixed_zeros", "indented_names", "total_last", "codes_one"])
PROGRAMS = {"calc": "soffice", "writer": "soffice", "mixed": "soffice", "chromium": "chromium"}


def read(data: bytes) -> tuple[Account, ...]:
    return extract(data, "x.pdf", Options(), load_catalog())


@dataclass(frozen=True)
class Printed:
    """A document of one account whose tables can be laid out anew."""

    order: Order
    front: tuple[Page, ...]  # before the first table
    tables: tuple[Table, ...]

    def laid_out(self, sections: Sequence[Section]) -> Order | None:
        """The same document with only these after its first pages; None where they don't fit on paper."""
        booklet = self.order.booklet
        try:
            pages = paginate(sections, booklet.style)
        except ValueError:
            return None
        return replace(self.order, booklet=replace(booklet, pages=footed((*self.front, *pages), "{n}")))


def printed(seed: int, form: str, look: str) -> Printed | None:
    """A small account of this form; None where it does not fit on paper."""
    wanted = Wanted(f"layout{seed}", form, "reportlab", (look,), exact=True, brief=True, size="small")
    try:
        order = plan(wanted, 0)
    except ValueError:
        return None
    pages = order.booklet.pages
    first = next(n for n, page in enumerate(pages) if any(isinstance(item, TablePart) for item in page.items))
    return Printed(order, pages[:first], tuple(dict.fromkeys(part.table for _, part in order.booklet.parts())))


def drawn(order: Order) -> tuple[bytes, dict[str, object]] | None:
    """PDF and truth."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        try:
            failed = produce([order], folder, folder)
        except OSError as error:
            lacking(f"fonts are not installed: {error}")
        stem = order.booklet.name
        if failed:
            return None
        return (folder / f"{stem}.pdf").read_bytes(), json.loads((folder / f"{stem}.json").read_text(encoding="utf-8"))


def said(accounts: Sequence[Account]) -> tuple[list[tuple[object, ...]], ...]:
    """All that is said of an account, but for where it stands."""
    (account,) = accounts
    return (
        [
            (f.table_id, f.row_id, f.row_name, f.column_id, f.amount, f.text, f.is_blank, f.status)
            for f in account.facts
        ],
        [(t.table_id, t.published_no, t.published_title, t.unit, t.rows, t.columns, t.status) for t in account.tables],
        [(c.check_id, c.verdict, c.residual, c.cells) for c in account.checks],
        [(account.unit_name, account.fiscal_year, account.kind, account.status)],
    )


def assert_same(one: Printed, sections: Sequence[Section]) -> None:
    """Laid out plainly or so, the account is read exactly, and alike."""
    orders = [one.laid_out([TableSection(table) for table in one.tables]), one.laid_out(sections)]
    made = [drawn(order) for order in orders if order is not None]
    both = [each for each in made if each is not None]
    assume(len(both) == 2)
    accounts = [read(data) for data, _ in both]
    for account, (_, truth) in zip(accounts, both, strict=True):
        assert differences(account, truth) == {}
    before, after = map(said, accounts)
    assert after == before


@FEW
@given(SEEDS, FORM, LOOKS, st.integers(4, 30), st.sampled_from(["", "head", "title"]))
def test_more_pages_change_nothing(seed: int, form: str, look: str, rows: int, repeated: str) -> None:
    """At most so many rows on a page; the heading, or title and heading, stand on every page or on the first alone."""
    one = printed(seed, form, look)
    assume(one is not None)
    assert one is not None
    sections = [
        TableSection(table, max_rows=rows, repeat_head=repeated != "", repeat_title=repeated == "title")
        for table in one.tables
    ]
    assert_same(one, sections)


@FEW
@given(SEEDS, FORM, LOOKS, st.data())
def test_another_order_of_tables_changes_nothing(seed: int, form: str, look: str, data: st.DataObject) -> None:
    one = printed(seed, form, look)
    assume(one is not None)
    assert one is not None
    tables = data.draw(st.permutations(one.tables))
    assert_same(one, [TableSection(table) for table in tables])


@pytest.mark.parametrize("producer", sorted(PROGRAMS))
def test_accounts_of_every_program_come_back_exactly(producer: str, tmp_path: Path) -> None:
    """Four forms by each program, with whatever features were drawn."""
    if shutil.which(PROGRAMS[producer]) is None:
        lacking(f"{PROGRAMS[producer]} is not installed")
    start = sorted(PROGRAMS).index(producer) * 4
    forms = sorted(FORMS)[start : start + 4]
    draws = [partial(_small, Wanted("property", form, producer, size="small")) for form in forms]
    assert persist(draws, tmp_path, tmp_path, 30, lambda _: None) == []
    for path in sorted(tmp_path.glob("*.json")):
        truth = json.loads(path.read_text(encoding="utf-8"))
        assert differences(read(path.with_suffix(".pdf").read_bytes()), truth) == {}, (
            path.stem,
            truth["meta"]["features"],
        )


def _small(wanted: Wanted, attempt: int) -> Order:
    order = plan(wanted, 0, attempt)
    if "three_line" in order.booklet.meta["features"]:  # type: ignore[operator]
        raise ValueError("without rulings between columns not all figures are placed yet")
    return order
