"""The Python interface: what a PDF holds as data frames, its pages with boxes, and what differs in another one."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from markupsafe import Markup

from juesuan_extract.api.difference import Change, differences
from juesuan_extract.api.overlay import DPI, PagePicture, TableView, page_picture
from juesuan_extract.batch.sources.discover import GLOB, StrPath, discover
from juesuan_extract.batch.sources.location import LocalFile, Location
from juesuan_extract.batch.store import Kept
from juesuan_extract.batch.workers.local import TIMEOUT, LocalProcesses, cores
from juesuan_extract.batch.workers.task import in_order
from juesuan_extract.emit import rows as rows_of
from juesuan_extract.emit.contract import Columns, Type
from juesuan_extract.emit.files import files, outputs
from juesuan_extract.emit.report.tables import sheets
from juesuan_extract.errors import UnreadableDocument
from juesuan_extract.knowledge.catalog import Catalog, load_catalog
from juesuan_extract.knowledge.specs import TableSpec
from juesuan_extract.model.account import Account, Kind, Status
from juesuan_extract.options import Options
from juesuan_extract.pipeline import extract
from juesuan_extract.read.pdf_file import changed, read_file

if TYPE_CHECKING:
    import pyarrow as pa

_WORST: tuple[Status, ...] = ("failed", "conflict", "unverified", "blank", "not_final_account", "duplicate", "verified")
_DTYPES: dict[Type, str] = {
    "text": "str",
    "printed": "str",
    "integer": "Int64",
    "boolean": "bool",
    "money": "object",  # decimal.Decimal, None where there is no amount
    "number": "float64",
}
_LEAD = ("row_no", "row_id", "row_name", "level")


def read_pdf(
    path: str | os.PathLike[str], *, options: Options | None = None, out: str | os.PathLike[str] | None = None
) -> Document:
    """Read one PDF in this process. out: an output folder; what a conversion into it has read is not read again.

    Raises UnreadableDocument (with the advice what to do) when the file is no PDF, is damaged or needs a password. A
    PDF that is no final account is no error: its status is `not_final_account` and it has no tables.
    """
    file = Path(path)
    chosen = options or Options()
    catalog = load_catalog(chosen.schemas_folder)
    source = unicodedata.normalize("NFC", os.fsencode(file.name).decode("utf-8", "backslashreplace"))
    place = LocalFile(os.path.abspath(file))
    data = read_file(file)
    known = Kept(Path(out), chosen, catalog).find(hashlib.sha256(data).hexdigest(), source) if out else ()
    return Document(known or extract(data, source, chosen, catalog), catalog, place)


def read_folder(
    sources: StrPath | Sequence[StrPath],
    *,
    glob: Sequence[str] = GLOB,
    options: Options | None = None,
    jobs: int | None = None,
    timeout: float = TIMEOUT,
) -> Iterator[Document]:
    """Read many PDFs in `jobs` processes, one per core unless given; documents come one by one, sorted by name.

    sources, glob, timeout: as for `convert`. A document is read when there is room for it, so that a million of them
    fill no memory. One that can't be read has the status `failed`, and `account.error` says why. Raises UsageError,
    when the first document is asked for, where there is nothing to read.
    """
    chosen = options or Options()
    catalog = load_catalog(chosen.schemas_folder)
    found = discover([sources] if isinstance(sources, str) or not isinstance(sources, Sequence) else sources, glob)
    workers = LocalProcesses(min(jobs or cores(), len(found)), timeout)
    for source, accounts in zip(found, in_order(workers, found, chosen), strict=True):
        yield Document(accounts, catalog, source.place)


class Document:
    """One PDF.

    `doc["gk03"]`, `doc["支出决算表"]` or `doc["expenditure"]` is a table as a data frame, empty when it was not found;
    `for table_id in doc` goes through those that were found. Amounts are decimal.Decimal in 元, None where the cell is
    blank. Where a PDF holds the accounts of several units, `accounts` has one Document each; name, year and tables are
    then those of the first one, `status` is the worst, and cells, checks, repairs and tables are those of all.
    """

    def __init__(self, accounts: Sequence[Account], catalog: Catalog, place: Location | None = None) -> None:
        self._accounts = tuple(accounts)
        self._catalog = catalog
        self._place = place

    @property
    def account(self) -> Account:
        """The first account as the pipeline made it: frozen types, amounts in integer fen, boxes in pt."""
        return self._accounts[0]

    @cached_property
    def accounts(self) -> tuple[Document, ...]:
        """One Document for every account in the file, itself when there is only one."""
        if len(self._accounts) == 1:
            return (self,)
        return tuple(Document((account,), self._catalog, self._place) for account in self._accounts)

    @property
    def source(self) -> str:
        """File name."""
        return self.account.source

    @property
    def status(self) -> Status:
        """The worst status of its accounts."""
        return min((account.status for account in self._accounts), key=_WORST.index)

    @property
    def kind(self) -> Kind:
        """final_account, budget or other."""
        return self.account.kind

    @property
    def unit_name(self) -> str:
        """The department or unit; empty when none is printed."""
        return self.account.unit_name

    @property
    def fiscal_year(self) -> int | None:
        """The year the account is of."""
        return self.account.fiscal_year

    @property
    def pages(self) -> int:
        """Number of pages of the PDF."""
        return self.account.pages

    @property
    def confidence(self) -> float | None:
        """Calibrated probability that every amount equals what is printed."""
        return self.account.confidence

    @cached_property
    def tables(self) -> pd.DataFrame:
        """The nine tables, missing ones too, in the form of tables.csv."""
        return self._output("tables")

    @cached_property
    def cells(self) -> pd.DataFrame:
        """Every amount cell with page and box, in the form of cells.csv."""
        return self._output("cells")

    @cached_property
    def checks(self) -> pd.DataFrame:
        """Every accounting identity that could be evaluated, in the form of checks.csv."""
        return self._output("checks")

    @cached_property
    def repairs(self) -> pd.DataFrame:
        """Every repair, in the form of repairs.csv."""
        return self._output("repairs")

    @cached_property
    def conflicts(self) -> pd.DataFrame:
        """Identities that fail together, in the form of conflicts.csv."""
        return self._output("conflicts")

    @cached_property
    def suspects(self) -> pd.DataFrame:
        """Figures that may be to blame, and what each would have to be, in the form of suspects.csv."""
        return self._output("suspects")

    def to_frames(self) -> dict[str, pd.DataFrame]:
        """Every output file as a data frame, by name."""
        return {name: self._output(name) for name in outputs(self._catalog)}

    def to_arrow(self) -> dict[str, pa.Table]:
        """The same as Arrow tables, amounts as decimal(20,2): polars.from_arrow(doc.to_arrow()["cells"])."""
        import pyarrow as pa

        from juesuan_extract.emit.csv_parquet import record_batch

        columns = outputs(self._catalog)
        found = rows_of.rows(self._accounts, self._catalog)
        return {name: pa.Table.from_batches([record_batch(found[name], columns[name])]) for name in columns}

    def page(self, number: int, *, dpi: float = DPI) -> PagePicture:
        """A page, from 1, with a box around every figure, whose colour is its status (overlay.COLOURS).

        dpi: px per inch. Raises ValueError where there is no such page, and UnreadableDocument where the file is gone
        or another one.
        """
        facts = [fact for account in self._accounts for fact in account.facts]
        return page_picture(self._data(), number, facts, dpi)

    def view(self, name: str, *, dpi: float = DPI) -> TableView:
        """A table by id, title or slug beside the pages it stands on. Raises KeyError where it was not found."""
        table = self._table(name)
        found = {sheet.table.table_id: sheet for sheet in sheets(self.account, (), self._catalog)}
        sheet = found.get(table.id)
        if sheet is None:
            raise KeyError(f"{table.title} was not found in {self.source}")
        data = self._data()
        facts = [fact for fact in self.account.facts if fact.table_id == table.id]
        pages = tuple(page_picture(data, number, facts, dpi) for number in sheet.table.pages)
        return TableView(table.title, sheet, pages)

    def diff(self, other: Document) -> pd.DataFrame:
        """The cells whose amounts are others in `other`: its columns before, after and change, in 元.

        For two years of a unit, or an account and its revised publication; of the first account in each.
        """
        changes = list(differences(self.account.facts, other.account.facts))
        return pd.DataFrame(changes, columns=list(Change._fields))

    def __getitem__(self, name: str) -> pd.DataFrame:
        """A table by id, Chinese title or slug."""
        table = self._table(name)
        wide = frame(outputs(self._catalog)[table.id], self._rows(table.id, [self.account]))
        return wide[[*_LEAD, *table.columns]]

    def __iter__(self) -> Iterator[str]:
        return (table.table_id for table in self.account.tables if table.status != "missing")

    def __contains__(self, name: object) -> bool:
        try:
            return isinstance(name, str) and self._catalog.table(name).id in set(self)
        except KeyError:
            return False

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        words = [
            self.unit_name or self.source,
            str(self.fiscal_year or ""),
            f"{self.status},",
            f"{len(self)} of 9 tables",
        ]
        return f"<Document {' '.join(filter(None, words))}>"

    def _repr_html_(self) -> str:
        head = Markup("<b>{}</b> {} · {} · {}").format(
            self.unit_name or self.source, self.fiscal_year or "", self.status, self.source
        )
        line = Markup("<tr>" + '<td style="text-align:left">{}</td>' * 4 + "</tr>")
        body = Markup("").join(
            line.format(
                table.table_id,
                self._catalog.tables[table.table_id].title,
                table.status,
                "page " + ", ".join(map(str, table.pages)) if table.pages else "",
            )
            for table in self.account.tables
        )
        return head + Markup("<table>{}</table>").format(body)

    def _table(self, name: str) -> TableSpec:
        try:
            return self._catalog.table(name)
        except KeyError:
            known = ", ".join(f"{spec.id} {spec.title}" for spec in self._catalog.tables.values())
            raise KeyError(f"no table {name!r}; there are {known}") from None

    def _data(self) -> bytes:
        """The file, which must still be the one that was read."""
        if self._place is None:
            raise UnreadableDocument("nobody said where this document is", "use read_pdf or read_folder")
        data = self._place.read()
        if hashlib.sha256(data).hexdigest() != self.account.sha256:
            raise changed()
        return data

    def _output(self, name: str) -> pd.DataFrame:
        return frame(outputs(self._catalog)[name], self._rows(name, self._accounts))

    def _rows(self, name: str, accounts: Sequence[Account]) -> list[rows_of.Row]:
        return rows_of.rows_of(accounts, files(self._catalog)[name], self._catalog)


def frame(columns: Columns, rows: Iterable[rows_of.Row]) -> pd.DataFrame:
    """Rows of an output file as a data frame; amounts are Decimal objects."""
    values: list[tuple[Any, ...]] = list(zip(*rows, strict=True)) or [()] * len(columns)
    return pd.DataFrame(
        {
            column.name: pd.Series(list(data), dtype=_DTYPES[column.type])
            for column, data in zip(columns, values, strict=True)
        }
    )
