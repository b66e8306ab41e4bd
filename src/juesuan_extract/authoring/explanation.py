"""Why each table of a document was taken for what it is, and what its headings and rows were taken for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from juesuan_extract.authoring.aliases import Alias, Aliases, PatternKind, read_places
from juesuan_extract.knowledge.catalog import Catalog, load_catalog, schemas_folder
from juesuan_extract.knowledge.specs import TableSpec
from juesuan_extract.locate.span import Located
from juesuan_extract.locate.walk import CONTENTS
from juesuan_extract.map.table import map_table
from juesuan_extract.model.account import Kind
from juesuan_extract.model.message import Message
from juesuan_extract.model.page import PageContent
from juesuan_extract.model.table import MappedRow, Span, TableColumn
from juesuan_extract.options import Options
from juesuan_extract.pipeline import find_tables
from juesuan_extract.read.pdf_file import read_file
from juesuan_extract.recognise.fit import Fit, ranking
from juesuan_extract.recognise.headings import heading_matches, row_in_path
from juesuan_extract.recognise.titles import clean_title, match_title
from juesuan_extract.values.ids import is_code, is_extra, is_unmapped
from juesuan_extract.values.labels import heading_label, label, squeeze, strip_ordinal

IN_CONTENTS = "in a list of contents"
ONE_AMOUNT = "an amount without a heading of its own"


class HeadingTaken(NamedTuple):
    """What a column was taken for. path: headings as printed, from the top."""

    path: tuple[str, ...]
    column_id: str  # code, name or ordinal for a column of labels; extra.… for an amount that maps to nothing
    row_id: str  # where the headings name a row
    alias: Alias | None  # what made it so
    why: str  # where no alias did, or beside it
    unknown: bool  # nothing is known of it


class RowTaken(NamedTuple):
    """What a row was taken for. printed: its code and name as printed."""

    page: int
    printed: str
    row_id: str
    alias: Alias | None
    why: str
    unknown: bool


@dataclass(frozen=True, slots=True)
class TableTaken:
    """A printed table that was taken for one of the nine."""

    account: int  # from 1
    span: Span
    alias: Alias | None  # of its title
    fits: tuple[Fit, ...]  # that of the table first, then the others, best first
    headings: tuple[HeadingTaken, ...]
    rows: tuple[RowTaken, ...]
    doubts: tuple[Message, ...]


class TitleRejected(NamedTuple):
    """A title, or a grid without one, that is no table of the nine."""

    title: str  # "" where none is printed
    pages: tuple[int, ...]
    why: str
    alias: Alias | None  # of a title that the knowledge files hold
    fits: tuple[Fit, ...]  # best first; empty where no grid belongs to the title


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything known about how a document was understood."""

    source: str
    kind: Kind
    pages: int
    tables: tuple[TableTaken, ...]
    rejected: tuple[TitleRejected, ...]


def explain_file(path: Path, options: Options) -> Explanation:
    """Read a PDF and explain it. Raises UnreadableDocument."""
    folder = options.schemas_folder or schemas_folder()
    catalog = load_catalog(options.schemas_folder)
    sheets, located = find_tables(read_file(path), options, catalog)
    return explain(path.name, sheets, located, catalog, read_places(folder))


def explain(source: str, sheets: list[PageContent], located: Located, catalog: Catalog, places: Aliases) -> Explanation:
    """Why the tables of a document are what they were taken for."""
    tables = tuple(
        _table(number, span, catalog, places)
        for number, spans in enumerate(located.accounts, 1)
        for span in spans
        if span.grids
    )
    rejected = [_rejected(span, catalog, places) for span in located.rejected]
    rejected += _unused_titles(sheets, located, catalog, places)
    return Explanation(
        source, located.kind, len(sheets), tables, tuple(sorted(rejected, key=lambda r: (r.pages, r.title)))
    )


def _table(account: int, span: Span, catalog: Catalog, places: Aliases) -> TableTaken:
    mapped = map_table(span, catalog)
    fits = ranking(span.grids[0], catalog)
    own = [f for f in fits if f.table_id == span.table_id]
    columns = tuple(_heading(c, mapped.spec, catalog, places) for c in mapped.layout.columns if c.path)
    transposed = any(c.row_id for c in mapped.layout.columns)
    rows = () if transposed else tuple(_row(row, mapped.spec, catalog, places) for row in mapped.rows)
    match = match_title(span.title, catalog)
    alias = places.title(match) if match else None
    others = (f for f in fits if f.table_id != span.table_id)
    return TableTaken(account, span, alias, (*own, *others), columns, rows, mapped.doubts(catalog))


# -- headings ---------------------------------------------------------------------------------------------------------


def _heading(column: TableColumn, spec: TableSpec, catalog: Catalog, places: Aliases) -> HeadingTaken:
    if column.kind != "amount":
        kinds: dict[str, PatternKind] = {"code": "code", "name": "name", "ordinal": "ordinal"}
        known = places.pattern(kinds[column.kind], column.path[-1]) if column.kind in kinds else None
        return HeadingTaken(column.path, column.kind, "", known, "" if known else "by what its cells hold", False)
    path = column.path
    if column.row_id:
        _, path = row_in_path(column.path, spec, catalog)
    matches = heading_matches(path, spec, catalog)
    if column.column_id in matches:
        alias = places.headings.get((spec.id, column.column_id, matches[column.column_id]))
        return HeadingTaken(
            column.path, column.column_id, column.row_id, alias, _row_words(column, spec, places), False
        )
    if not is_extra(column.column_id):
        why = " ".join(filter(None, (ONE_AMOUNT, _row_words(column, spec, places))))
        return HeadingTaken(column.path, column.column_id, column.row_id, None, why, False)
    return _extra(column, matches, spec, catalog, places)


def _row_words(column: TableColumn, spec: TableSpec, places: Aliases) -> str:
    """Where the heading stands that names the row of a column."""
    for text in reversed(column.path if column.row_id else ()):
        for own in (label(strip_ordinal(text)), heading_label(strip_ordinal(text))):
            alias = places.rows.get((spec.id, column.row_id, own))
            if alias:
                return f"row by {alias}"
    return ""


def _extra(
    column: TableColumn, matches: dict[str, str], spec: TableSpec, catalog: Catalog, places: Aliases
) -> HeadingTaken:
    """Why an amount column is none of the table's."""
    labels = {heading_label(text) for text in column.path}
    leaf = column.path[-1]
    known = places.pattern("other_columns", leaf)
    why = ""
    if matches:
        why = f"another column is {' or '.join(matches)} already"
    elif any(labels & under for under in spec.not_under_labels.values()):
        why = f"stands under a heading that {spec.id}.yaml excludes (not_under)"
    return HeadingTaken(column.path, column.column_id, column.row_id, known, why, not catalog.is_other_column(leaf))


# -- rows -------------------------------------------------------------------------------------------------------------


def _row(row: MappedRow, spec: TableSpec, catalog: Catalog, places: Aliases) -> RowTaken:
    printed = " ".join(filter(None, (row.raw.code, squeeze(row.raw.name))))
    own = label(row.name)

    def taken(alias: Alias | None, why: str, unknown: bool = False) -> RowTaken:
        return RowTaken(row.raw.page, printed, row.row_id, alias, why, unknown)

    if is_code(row.row_id):
        joined = row.raw.code not in (row.row_id, "")
        return taken(None, "by its code, put together from its parts" if joined else "by its code")
    alias = places.rows.get((spec.id, row.row_id, own)) or places.classes.get(own)
    if not is_unmapped(row.row_id):
        return taken(alias, "" if alias else "one of the words for 合计")
    if own in catalog.row_rules[spec.id]:
        return taken(alias, "that row stands above it already")
    other = places.pattern("other_rows", row.name) if row.name else None
    if not printed:
        return taken(None, "figures without a label", True)
    return taken(other, "", other is None)


# -- what was not taken -----------------------------------------------------------------------------------------------


def _rejected(span: Span, catalog: Catalog, places: Aliases) -> TitleRejected:
    match = match_title(span.title, catalog) if span.title else None
    alias = places.title(match) if match else None
    whys = [dict(said.values).get("why", said) for said in span.evidence]
    if any(isinstance(why, Message) and why.code == "title.internal" for why in whys):
        alias = places.internal_number(span.number) or alias
    why = "; ".join(catalog.messages.say(why, "en") for why in whys if isinstance(why, Message))
    return TitleRejected(span.title, span.pages, why, alias, ranking(span.grids[0], catalog) if span.grids else ())


def _unused_titles(
    sheets: list[PageContent], located: Located, catalog: Catalog, places: Aliases
) -> Iterator[TitleRejected]:
    """Lines that are titles and belong to no grid."""
    spans = [span for spans in (*located.accounts, located.rejected) for span in spans]
    for sheet in sheets:
        named = [(line.text, match) for line in sheet.lines if (match := match_title(squeeze(line.text), catalog))]
        contents = not sheet.grids and len(named) >= CONTENTS
        near = {sheet.number, sheet.number + 1}  # a title may stand at the foot of the page before its table
        for text, match in named:
            title = clean_title(text, catalog)
            if not contents and any(title in span.title and near & {*span.pages} for span in spans):
                continue
            why = IN_CONTENTS if contents else "no table follows it"
            if not contents and any(span.title == title and not span.grids for span in spans):
                why = "only a sentence is printed instead of a table"
            yield TitleRejected(title, (sheet.number,), why, places.title(match), ())
