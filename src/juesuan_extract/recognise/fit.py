"""Which of the nine tables a grid is, by its headings and rows; and whether they bear out the printed title."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.knowledge.specs import TableSpec
from juesuan_extract.model.message import Message, message
from juesuan_extract.model.page import Grid
from juesuan_extract.model.table import Head, TableColumn
from juesuan_extract.recognise.head import head_of
from juesuan_extract.recognise.headings import lay_columns
from juesuan_extract.values.codes import ECONOMIC, FUNCTION
from juesuan_extract.values.ids import is_extra
from juesuan_extract.values.labels import heading_label, label, strip_ordinal

ENOUGH_CODES = 3  # rows with codes without which headings alone don't make a grid one of the coded tables
ENOUGH_ROWS = 8  # row labels that a table with named rows shows at least
TRANSPOSED_ROWS = 4  # the same for one whose rows may be printed as headings
CONTRADICTIONS = 2  # headings and rows of another table that the titled one hasn't: fewer are a publisher's habit
OUTWEIGHS = 3  # times as many must speak for the other table as for the titled one alone


class Fit(NamedTuple):
    """How well the headings and rows of a grid are those of one table.

    score: from 0 to 1, the share of the required columns × the share of the amount columns it can explain × the share
    of enough row labels (of coded rows at least a half); 0 when there is something that it never prints.
    """

    table_id: str
    score: float
    own: frozenset[int]  # numbers of the amount columns that are its
    known: frozenset[int]  # of those known to stand beside its own: 年初 … blocks, 其中 …
    unknown: tuple[str, ...]  # headings of the others
    lacking: tuple[str, ...]  # required columns that are not there
    rows: frozenset[str]  # labels of body rows that are its
    foreign: Message | None  # what it never prints
    whole: bool  # every required column and enough rows or codes

    @property
    def explained(self) -> frozenset[int]:
        """Amount columns of which it knows what they are."""
        return self.own | self.known

    def beyond(self, other: Fit) -> int:
        """How many headings and rows are this table's and can't be the other's."""
        return len(self.own - other.explained) + len(self.rows - other.rows)


class Judgement(NamedTuple):
    """What a titled grid is. contradicted: why the title isn't believed."""

    table_id: str | None
    contradicted: Message | None = None
    possible: tuple[str, ...] = ()  # tables whose headings and rows it carries, where they contradict the title
    could_be: bool = True  # nothing lacks for what the title says


def fit(grid: Grid, spec: TableSpec, catalog: Catalog) -> Fit:
    """How well a grid fits table `spec`."""
    head = head_of(grid, catalog)
    amounts = [c for c in lay_columns(grid, spec, catalog) if c.kind == "amount" and c.path]
    functions, economics = _codes(grid, head, catalog)
    foreign = _foreign(head, spec, functions, economics)
    own = frozenset(c.number for c in amounts if not is_extra(c.column_id) or c.row_id)
    known = frozenset(c.number for c in amounts if c.number not in own and _beside(c, spec, catalog))
    found = {c.column_id for c in amounts}
    lacking = tuple(name for name in spec.required_columns if name not in found)
    rows, share = _rows(grid, head, amounts, spec, catalog, functions if spec.kind == "function" else economics)
    unknown = tuple("/".join(c.path) for c in amounts if c.number not in own | known)
    if amounts:
        share *= len(own | known) / len(amounts)
    score = 0.0 if foreign else share * (1 - len(lacking) / len(spec.required_columns))
    enough = share > 0 if spec.kind != "named" else _enough(rows, amounts, spec)
    return Fit(spec.id, score, own, known, unknown, lacking, rows, foreign, bool(score and not lacking and enough))


def ranking(grid: Grid, catalog: Catalog) -> tuple[Fit, ...]:
    """The nine tables, best fit first; of two alike first the one of which fewer columns are missing."""
    fits = (fit(grid, spec, catalog) for spec in catalog.tables.values())
    return tuple(sorted(fits, key=lambda f: (-f.score, len(catalog.tables[f.table_id].columns) - len(f.own))))


def recognise(grid: Grid, catalog: Catalog) -> str | None:
    """The one table whose headings and rows a grid carries completely; None when it is none or could be several."""
    possible = _best(f for f in ranking(grid, catalog) if f.whole and _coded_enough(grid, f, catalog))
    return possible[0] if len(possible) == 1 else None


def possible(grid: Grid, catalog: Catalog) -> tuple[str, ...]:
    """All tables whose headings and rows a grid carries completely, the best first; of one with few rows or none the
    headings alone."""
    fits = (f for f in ranking(grid, catalog) if f.whole)
    return tuple(f.table_id for f in fits if not f.unknown or _coded_enough(grid, f, catalog))


def judge(grid: Grid, titled: str, catalog: Catalog) -> Judgement:
    """Whether the headings and rows of a grid bear out its title, and what it is when they contradict it."""
    spec = catalog.tables[titled]
    own = fit(grid, spec, catalog)
    if own.whole and not own.unknown and not _strange_rows(grid, own, catalog):
        return Judgement(titled)
    others = [
        f
        for f in ranking(grid, catalog)
        if f.table_id != titled
        and f.whole
        and (catalog.tables[f.table_id].kind == spec.kind or _coded_enough(grid, f, catalog))
    ]
    if own.score:
        others = [f for f in others if f.beyond(own) >= max(CONTRADICTIONS, OUTWEIGHS * own.beyond(f))]
        if not others:
            return Judgement(titled)
    else:
        others = [f for f in others if not f.unknown]
    possible = _best(others)
    names = tuple(f"{name} {catalog.tables[name].title}" for name in possible)
    others_are = message("fit.of_others", tables=names) if names else message("fit.of_another")
    why = own.foreign or others_are
    return Judgement(possible[0] if len(possible) == 1 else None, why, possible, own.whole)


def _best(fits: Iterable[Fit]) -> tuple[str, ...]:
    """Those that are not outdone by one that explains more columns, or the same and more rows."""
    found = list(fits)
    return tuple(f.table_id for f in found if not any(_outdoes(g, f) for g in found))


def _outdoes(one: Fit, other: Fit) -> bool:
    if one.explained == other.explained:
        return one.rows > other.rows
    return one.explained > other.explained


def _foreign(head: Head, spec: TableSpec, functions: list[str], economics: list[str]) -> Message | None:
    """A heading or codes that the table never prints."""
    for place in head.places:
        for text in place.path:
            if heading_label(text) in spec.foreign_labels:
                return message("fit.foreign_column", heading=text)
    if spec.kind == "function" and economics:
        return message("fit.economic_codes")
    if spec.kind == "economic" and functions and not economics:
        return message("fit.function_codes")
    if spec.kind == "named" and len(economics) >= ENOUGH_CODES:
        return message("fit.economic_codes")
    if functions and spec.foreign_classes and all(code.startswith(spec.foreign_classes) for code in functions):
        return message("fit.one_class", code=functions[0][:3])
    return None


def _codes(grid: Grid, head: Head, catalog: Catalog) -> tuple[list[str], list[str]]:
    """Codes of functions and of economic kinds in the label columns of the body."""
    labelled = [False] * (len(grid.xs) - 1)
    for place in head.places:
        held = not place.path or catalog.label_kind(place.path[-1]) in ("code", "name")
        labelled[place.first : place.last + 1] = [held] * (place.last + 1 - place.first)
    texts = [c.text for c in grid.cells if c.row >= head.body and labelled[c.column]]
    return [t for t in texts if FUNCTION.match(t)], [t for t in texts if ECONOMIC.match(t)]


def _coded_enough(grid: Grid, found: Fit, catalog: Catalog) -> bool:
    """Whether a grid that would be a coded table shows enough codes."""
    kind = catalog.tables[found.table_id].kind
    functions, economics = _codes(grid, head_of(grid, catalog), catalog)
    return kind == "named" or len(functions if kind == "function" else economics) >= ENOUGH_CODES


def _beside(column: TableColumn, spec: TableSpec, catalog: Catalog) -> bool:
    """Whether a column is known to stand beside those of the table, and heads no column of any other."""
    labels = {heading_label(text) for text in column.path}
    if any(labels & under for under in spec.not_under_labels.values()):
        return True
    leaf = column.path[-1]
    return heading_label(leaf) not in catalog.any_heading and catalog.is_other_column(leaf)


def _rows(
    grid: Grid, head: Head, amounts: list[TableColumn], spec: TableSpec, catalog: Catalog, codes: list[str]
) -> tuple[frozenset[str], float]:
    """Labels of rows that are the table's, and their share of what is enough."""
    labels = _labels(grid, head)
    if spec.kind != "named":
        enough = min(1.0, len(codes) / ENOUGH_CODES)
        return (labels if enough == 1.0 else frozenset()), (1 + enough) / 2  # an empty form has no codes
    rules = catalog.row_rules[spec.id]
    rows = frozenset(text for text in labels if text in rules)
    ids = {rule.row_id for text in rows for rule in rules[text]}
    if spec.transposable:
        ids |= {c.row_id for c in amounts} - {""}
        return rows, min(1.0, len(ids) / TRANSPOSED_ROWS)
    return rows, min(1.0, len(ids) / ENOUGH_ROWS)


def _enough(rows: frozenset[str], amounts: list[TableColumn], spec: TableSpec) -> bool:
    if spec.transposable:
        return len(rows) + len({c.row_id for c in amounts} - {""}) >= TRANSPOSED_ROWS
    return len(rows) >= ENOUGH_ROWS


def _strange_rows(grid: Grid, own: Fit, catalog: Catalog) -> bool:
    """Whether rows with names stand in a table that doesn't have them and another one does."""
    strange = (_labels(grid, head_of(grid, catalog)) & catalog.row_labels) - own.rows
    return len(strange) >= CONTRADICTIONS


def _labels(grid: Grid, head: Head) -> frozenset[str]:
    """What stands in the cells of the body, as labels."""
    return frozenset(label(strip_ordinal(c.text)) for c in grid.cells if c.text and c.row >= head.body)
