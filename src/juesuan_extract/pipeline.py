"""From the bytes of a PDF to proven accounts: the one function that composes the stages."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from time import perf_counter

from juesuan_extract.errors import NoTextLayer, UnreadableDocument
from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.locate.accounts import locate
from juesuan_extract.locate.span import Located
from juesuan_extract.map.table import map_tables
from juesuan_extract.model.account import Account
from juesuan_extract.model.message import Finding, message
from juesuan_extract.model.page import PageContent
from juesuan_extract.options import Options
from juesuan_extract.read.other_grids import with_other_grids
from juesuan_extract.read.pages import read_sheets
from juesuan_extract.read.pdf_file import damage
from juesuan_extract.read.pictures import with_pictures
from juesuan_extract.recognise.glyphs import restored
from juesuan_extract.repair import REPAIRS
from juesuan_extract.values.labels import is_blank, page_ranges
from juesuan_extract.verify.proof import prove
from juesuan_extract.verify.settle import settle

PICTURES = 3  # pages without text; a document with as many and no table may be an account, and nobody has read it


def extract(data: bytes, source: str, options: Options, catalog: Catalog) -> tuple[Account, ...]:
    """All final accounts in one PDF; one Account that says what it is when it holds none.

    data: the file's bytes; source: the name under which it is reported. Raises UnreadableDocument for a file that is
    no readable PDF, NoTextLayer for one whose tables may all be on scanned pages.
    """
    with _uncollected():
        return _extract(data, source, options, catalog)


@contextmanager
def _uncollected() -> Iterator[None]:
    """No cyclic garbage collection meanwhile: a document makes ten thousands of tuples and no cycles, and collections
    that find nothing take a twentieth of its time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def find_tables(
    data: bytes, options: Options, catalog: Catalog, clock: Clock | None = None
) -> tuple[list[PageContent], Located]:
    """The pages of a PDF and which tables stand on them; raises UnreadableDocument."""
    clock = clock or Clock()
    sheets, names = restored(read_sheets(data, catalog, options.reader), catalog)
    clock.stop("read")
    located = locate(sheets, catalog)
    if located.gridless and options.reader == "auto":
        sheets = with_other_grids(data, sheets, located.gridless, catalog)
        located = locate(sheets, catalog)
    if names:
        said = Finding("names_restored", "", (), message("finding.names_restored", count=names))
        located = replace(located, findings=(*located.findings, said))
    clock.stop("locate")
    return sheets, located


def _extract(data: bytes, source: str, options: Options, catalog: Catalog) -> tuple[Account, ...]:
    clock = Clock()
    sheets, located = find_tables(data, options, catalog, clock)
    digest = hashlib.sha256(data).hexdigest()
    empty = Account(digest[:16], source, digest, len(sheets), located.kind, "not_final_account")
    pictures = [sheet.number for sheet in sheets if sheet.picture]
    if pictures:
        unread = Finding("no_text_layer", "", tuple(pictures), message("finding.pictures"))
        located = replace(located, findings=(*located.findings, unread))
    if not located.accounts and located.kind == "other" and len(pictures) >= min(PICTURES, len(sheets)):
        raise NoTextLayer(f"no table was found, and pages {page_ranges(pictures)} are pictures without a text layer")
    if all(is_blank(sheet.text) for sheet in sheets):
        raise NoTextLayer("no page has any text: it is lost, or drawn as lines")
    if not located.accounts and (what := damage(data)):
        raise UnreadableDocument(f"no table was found, and the file is damaged: {what}", "download it again")
    if not located.accounts:
        return (replace(empty, others=located.others, findings=located.findings, timings=clock.times),)
    accounts = []
    for number in range(len(located.accounts)):
        doc_id = empty.doc_id + (f"-{number + 1}" if number else "")
        asked = data if options.reader == "auto" else None
        found = account(asked, sheets, located, number, replace(empty, doc_id=doc_id), catalog, clock)
        accounts.append(with_pictures(found, data) if options.pictures else found)
    return tuple(accounts)


class Clock:
    """Seconds per stage."""

    def __init__(self) -> None:
        self.times: dict[str, float] = {}
        self._last = perf_counter()

    def stop(self, stage: str) -> None:
        now = perf_counter()
        self.times[stage] = self.times.get(stage, 0.0) + now - self._last
        self._last = now


def account(
    data: bytes | None,
    sheets: Sequence[PageContent],
    located: Located,
    number: int,
    empty: Account,
    catalog: Catalog,
    clock: Clock,
) -> Account:
    """One account of a document: its tables mapped, proven and mended, one repair after the other.

    data: the file, for other readers; None where none is to be asked. number: of the account, from 0.
    """
    proof = prove(map_tables(located.accounts[number], catalog), catalog)
    clock.stop("map")
    for repair in REPAIRS:
        proof = repair(proof, data, catalog)
        clock.stop(repair.__name__)
    settled = settle(proof, sheets, located, number, empty, catalog)
    clock.stop("settle")
    return replace(settled, timings=dict(clock.times))
