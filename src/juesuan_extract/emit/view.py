"""An account as the report shows it: words and figures, no markup. Pure functions over frozen types."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from juesuan_extract.amounts import DEFAULT_UNIT, UNITS, format_in
from juesuan_extract.model import Account, Check, Fact, Finding, Key, OtherTable, Picture, Repair, Table
from juesuan_extract.telling import BROKEN, column_title, terms
from juesuan_extract.wording import DECIDING

if TYPE_CHECKING:
    from juesuan_extract.catalog import Catalog

MAX_LISTED = 200  # doubtful cells, failed checks, repairs and findings listed per account; the rest is in the CSV files


class Figure(NamedTuple):
    """An amount cell with its place in words."""

    table: str
    title: str
    row: str
    column: str
    printed: str
    amount: str  # in the unit of its table; "" when blank
    page: int
    status: str
    reasons: tuple[str, ...]


class Failure(NamedTuple):
    """A failed identity; amounts are in `unit`."""

    check_id: str
    meaning: str  # what the identity says
    sign: str  # how the sides stand to each other, and should not
    left_terms: str  # the terms as figures
    right_terms: str
    left: str
    right: str
    residual: str
    tolerance: str
    unit: str
    figures: tuple[Figure, ...]


class Mended(NamedTuple):
    """Repairs of one kind in one table; `example` is the first of them."""

    pages: tuple[int, ...]
    times: int
    example: Repair


class Doubt(NamedTuple):
    """A doubtful cell; `number` is its number on the picture."""

    number: int
    figure: Figure


class Mark(NamedTuple):
    """A box on a picture, in percent of its width and height."""

    number: int
    status: str
    label: str
    left: float
    top: float
    width: float
    height: float


class PageView(NamedTuple):
    """A page picture and the boxes on it."""

    page: int
    ratio: float  # width / height
    image: str  # data URI
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class AccountView:
    """All that the report says about one account."""

    account: Account
    found: int
    tables: tuple[tuple[Table, str], ...]  # with the canonical title
    checks_held: int
    checks_failed: int
    checks_open: int
    failures: tuple[Failure, ...]
    repairs: tuple[Mended, ...]
    findings: tuple[Finding, ...]
    others: tuple[OtherTable, ...]
    doubts: tuple[Doubt, ...]
    doubts_total: int
    pages: tuple[PageView, ...]
    pictures_left_out: tuple[int, ...]  # pages

    @property
    def eventful(self) -> bool:
        """There is more to see than the row of the overview says."""
        return bool(self.tables or self.failures or self.repairs or self.findings or self.others or self.doubts)


def _mended(repairs: Sequence[Repair]) -> tuple[Mended, ...]:
    """Deciding repairs one by one, then the others, which say how the page is set, counted by table and kind."""
    deciding = [Mended((r.page,), 1, r) for r in repairs if r.kind in DECIDING]
    groups: dict[tuple[str, str], list[Repair]] = {}
    for repair in repairs:
        if repair.kind not in DECIDING:
            groups.setdefault((repair.table_id, repair.kind), []).append(repair)
    ordered = sorted(groups.values(), key=lambda group: group[0].table_id)
    counted = [Mended(tuple(sorted({r.page for r in group})), len(group), group[0]) for group in ordered]
    return (*deciding, *counted)


def view(account: Account, catalog: Catalog, picture_bytes: int) -> AccountView:
    """The view of one account; picture_bytes: how many bytes of pictures there is still room for."""
    titles = {table.id: table.title for table in catalog.tables.values()}
    units = {table.table_id: table.unit if table.unit in UNITS else DEFAULT_UNIT for table in account.tables}
    facts = [fact for fact in account.facts if fact.doubtful]
    failed = [check for check in account.checks if check.verdict == "fails"]
    by_key = _by_key(account.facts) if failed else {}
    doubts = tuple(Doubt(i, _figure(f, catalog, units)) for i, f in enumerate(facts, 1))
    pictures = _affordable(account.pictures, picture_bytes)
    return AccountView(
        account=account,
        found=sum(table.status != "missing" for table in account.tables),
        tables=tuple((table, titles[table.table_id]) for table in account.tables),
        checks_held=sum(check.verdict == "holds" for check in account.checks),
        checks_failed=len(failed),
        checks_open=sum(check.verdict == "not_evaluable" for check in account.checks),
        failures=tuple(_failure(check, by_key, catalog, units) for check in failed[:MAX_LISTED]),
        repairs=_mended(account.repairs)[:MAX_LISTED],
        findings=account.findings[:MAX_LISTED],
        others=account.others,
        doubts=doubts[:MAX_LISTED],
        doubts_total=len(doubts),
        pages=tuple(_page(picture, facts, doubts) for picture in pictures),
        pictures_left_out=tuple(picture.page for picture in account.pictures[len(pictures) :]),
    )


def _figure(fact: Fact, catalog: Catalog, units: dict[str, str]) -> Figure:
    return Figure(
        fact.table_id,
        catalog.tables[fact.table_id].title,
        fact.row_name or fact.row_id,
        column_title(catalog, fact.table_id, fact.column_id),
        fact.text,
        "" if fact.amount is None else format_in(fact.amount, units.get(fact.table_id, DEFAULT_UNIT)),
        fact.page,
        fact.status,
        fact.reasons,
    )


def _by_key(facts: Sequence[Fact]) -> dict[Key, Fact]:
    found: dict[Key, Fact] = {}
    for fact in facts:
        found.setdefault(fact.key, fact)
    return found


def _failure(check: Check, facts: dict[Key, Fact], catalog: Catalog, units: dict[str, str]) -> Failure:
    unit = units.get(check.tables[0], DEFAULT_UNIT) if check.tables else DEFAULT_UNIT

    identity = next((known for known in catalog.identities if known.id == check.identity), None)

    def amount(fen: int | None) -> str:
        return "" if fen is None else format_in(fen, unit)

    return Failure(
        check.check_id,
        identity.en if identity else "",
        BROKEN[check.relation],
        _terms(check.left, check.cells[: check.left_cells], facts, unit),
        _terms(check.right, check.cells[check.left_cells :], facts, unit),
        amount(check.left_amount),
        amount(check.right_amount),
        amount(check.residual),
        amount(check.tolerance),
        unit,
        tuple(_figure(facts[key], catalog, units) for key in check.cells if key in facts),
    )


def _terms(text: str, cells: Sequence[Key], facts: dict[Key, Fact], unit: str) -> str:
    """One side of an identity in figures; terms that are blank or zero are left out."""
    signed = [(sign, facts[key].amount) for sign, key in terms(text, cells) if key in facts]
    parts = [part for sign, amount in signed if amount for part in (sign, format_in(amount, unit))]
    return " ".join(parts).removeprefix("+ ") or "0.00"


def _affordable(pictures: Sequence[Picture], room: int) -> Sequence[Picture]:
    """The first pictures that fit into `room` bytes."""
    for count, picture in enumerate(pictures):
        room -= len(picture.png)
        if room < 0:
            return pictures[:count]
    return pictures


def _page(picture: Picture, facts: Sequence[Fact], doubts: Sequence[Doubt]) -> PageView:
    marks = (
        _mark(picture, fact, doubt) for fact, doubt in zip(facts, doubts, strict=True) if fact.page == picture.page
    )
    image = "data:image/png;base64," + base64.b64encode(picture.png).decode()
    return PageView(picture.page, picture.width / picture.height, image, tuple(marks))


def _mark(picture: Picture, fact: Fact, doubt: Doubt) -> Mark:
    x0, x1 = (_percent(x, picture.width) for x in (fact.box.x0, fact.box.x1))
    top, bottom = (_percent(y, picture.height) for y in (fact.box.top, fact.box.bottom))
    figure = doubt.figure
    label = f"{doubt.number}. {figure.row} · {figure.column}: {figure.printed} ({figure.status})"
    return Mark(doubt.number, fact.status, label, x0, top, round(x1 - x0, 3), round(bottom - top, 3))


def _percent(length: float, whole: float) -> float:
    """A place on the page in percent of its width or height, never outside it."""
    return round(min(max(100 * length / whole, 0.0), 100.0), 3)
