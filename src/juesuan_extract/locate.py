"""Which pages and regions hold which table, and what kind of document it is."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import islice

from juesuan_extract.amounts import DEFAULT_UNIT, parse
from juesuan_extract.catalog import Catalog
from juesuan_extract.columns import head_of
from juesuan_extract.fitting import judge, recognise
from juesuan_extract.identity import Identity, read_identities
from juesuan_extract.model import Finding, Grid, Kind, Line, OtherTable, Sheet, Span
from juesuan_extract.text import normal, squeeze
from juesuan_extract.titles import (
    Title,
    clean_title,
    find_number,
    find_title,
    find_unit,
    find_unit_name,
    is_caption,
    match_title,
)

SAME_EDGE = 6.0  # pt; column edges of a continuation page stand where they stood
CARRIED_LINES = 6  # a title at the foot of a page belongs to the next page's table when at most so many lines follow
CONTENTS = 3  # a page that names so many tables and shows none is a list of contents

_NOTE = re.compile(r"^(?:注|说明|备注|附注)[:：1一]|^\d[.、．]|本表反映|本套报表|无数据|空表")
_NOTE_END = re.compile("[。；：！？]$")
_PAGE_NUMBER = re.compile(r"^[-—－–]*\d{1,4}[-—－–]*$|^第\d+页")

_CLOSE_FIGURES = re.compile(r"\d\.\d\d")  # on a line without white space
_TOLD = re.compile(r"[，。；元%％]")  # what stands in a line of text about figures
_FIGURES = re.compile(r"\d\.\d\d(?!\d)")


@dataclass(frozen=True, slots=True)
class Located:
    """What a document holds. accounts: one tuple of spans per account (部门, 本级 …), in printed order."""

    kind: Kind
    accounts: tuple[tuple[Span, ...], ...]
    identities: tuple[Identity, ...]  # unit name and year of each account; one even when there is no account
    others: tuple[OtherTable, ...]
    findings: tuple[Finding, ...]
    gridless: tuple[int, ...] = ()  # pages that name one of the nine above figures and show no grid
    unread: tuple[tuple[str, int], ...] = ()  # tables that are named on a page and were not found, with the page
    rejected: tuple[Span, ...] = ()  # grids that are none of the nine, with the reason as evidence


@dataclass
class _Open:
    """A span under construction."""

    title: Title | None
    number: str
    unit: str
    unit_name: str
    grids: list[Grid] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    evidence: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    table_id: str | None = None
    contradicted: bool = False  # the headings are not those of the title
    titled: str = ""  # the table that a contradicted title names, if it could be that one
    page: int = 0  # of a table without a grid

    @property
    def first_page(self) -> int:
        """Number of the page on which it begins."""
        return self.grids[0].page if self.grids else self.page

    def close(self) -> Span:
        title = self.title.printed if self.title else ""
        return Span(
            self.table_id, tuple(self.grids), title, self.number, self.unit, self.unit_name, tuple(self.notes),
            tuple(self.evidence), tuple(self.doubts),
        )  # fmt: skip


def locate(sheets: list[Sheet], catalog: Catalog) -> Located:
    """Find the nine tables among the pages of one document."""
    opened = _walk(sheets, catalog)
    weak_only = all(o.title is None or o.title.match is None or o.title.match.weak for o in opened if o.table_id)
    kind = _kind(sheets, opened, catalog, weak_only)
    if kind != "final_account":
        rejected = tuple(o.close() for o in opened)
        return Located(kind, (), read_identities(sheets, [()], catalog), (), (), rejected=rejected)
    accounts = _accounts(_with_sentences(sheets, [o for o in opened if o.table_id], catalog))
    chosen: list[tuple[Span, ...]] = []
    left_over: list[_Open] = [o for o in opened if not o.table_id]
    for account in accounts:
        best, rest = _one_per_table(account)
        chosen.append(tuple(_with_unit(best)))
        left_over += rest
    others = sorted(
        (OtherTable(o.title.printed, tuple(sorted({g.page for g in o.grids}))) for o in left_over if o.title),
        key=lambda other: (other.pages, other.title),
    )
    rejected = tuple(o.close() for o in sorted(left_over, key=lambda o: o.first_page))
    identities = read_identities(sheets, chosen, catalog)
    findings = [Finding("title_contradicted", f"page {o.first_page}", o.evidence[0]) for o in opened if o.contradicted]
    unread = _unread(sheets, chosen, catalog)
    with_figures = {s.number for s in sheets if not s.grids and len(_FIGURES.findall(s.text)) >= 3}
    gridless = tuple(sorted({page for _, page in unread} & with_figures))
    return Located(kind, tuple(chosen), identities, tuple(others), tuple(findings), gridless, unread, rejected)


def _with_sentences(sheets: list[Sheet], opened: list[_Open], catalog: Catalog) -> list[_Open]:
    """Tables in printed order, with those of which only a sentence is printed (本表无数据) as spans without a grid.

    They may share a page with other tables; a sentence between a title and a grid belongs to that grid.
    """
    declared: list[_Open] = []
    for sheet in sheets:
        if not any(catalog.empty_pattern.search(line.text) for line in sheet.lines):
            continue
        title: Title | None = None
        above: list[str] = []
        last: _Open | None = None
        for item in _items(sheet):
            if isinstance(item, Grid):
                if last is not None:
                    declared.remove(last)
                title, above, last = None, [], None
                continue
            text = squeeze(item.text)
            found = find_title([text], catalog) if match_title(text, catalog) else None
            if found and found.match and found.match.table_id:
                title, last = found, None
            elif title and title.match and catalog.empty_pattern.search(text):
                empty = _Open(title, find_number(above, catalog), "", find_unit_name(above, catalog), page=sheet.number)
                empty.table_id = title.match.table_id
                empty.notes.append(text)
                declared.append(empty)
                title, last = None, empty
            above.append(text)
    return sorted([*opened, *declared], key=lambda o: o.first_page)


def _unread(sheets: list[Sheet], accounts: list[tuple[Span, ...]], catalog: Catalog) -> tuple[tuple[str, int], ...]:
    """Tables that were not found, with the pages without a grid that bear their title."""
    found = {span.table_id for spans in accounts for span in spans}
    unread = []
    for sheet in sheets:
        if sheet.grids:
            continue
        titles = [m for line in sheet.lines if (m := match_title(squeeze(line.text), catalog))]
        if len(titles) < CONTENTS:
            unread += [(m.table_id, sheet.number) for m in titles if m.table_id and m.table_id not in found]
    return tuple(unread)


# -- walking the pages ------------------------------------------------------------------------------------------------


def _walk(sheets: list[Sheet], catalog: Catalog) -> list[_Open]:
    """All tables in printed order, continuation pages joined; those that are none of the nine have table_id None."""
    done: list[_Open] = []
    current: _Open | None = None
    carried: list[str] = []
    for sheet in sheets:
        pending, carried = carried, []
        first_on_page = True
        noted: Line | None = None  # the line above, when it belongs to a note
        for item in _items(sheet):
            if isinstance(item, Line):
                if current is not None and not first_on_page:
                    noted = _note(item, noted, current, catalog)
                pending.append(item.text)
                continue
            noted = None
            captions, grid, notes = without_captions(item, catalog)
            if captions and not any(cell.text for cell in grid.cells):
                pending += captions  # a frame around captions alone
                continue
            lines = [t for t in pending if not _PAGE_NUMBER.match(squeeze(t))] + captions
            new = _take(grid, lines, current, catalog, first_on_page)
            if current is not None and not lines and _is_orphan(new, grid, current):
                current.doubts.append(f"page {grid.page} begins with a table that goes on with none")
            if new is not current:
                done.append(new)
                current = new
            new.grids.append(grid)
            new.notes += notes
            pending, first_on_page = [], False
        carried = _carry(sheet, pending, catalog)
        if not sheet.grids and current is not None:
            if _prose(sheet):
                current = None  # a page of text ends a table
            elif carried == [] and _prints_rows(sheet):
                current.doubts.append(f"page {sheet.number} prints figures in no table")
            elif _is_empty(sheet) and _ends_above(current, catalog):
                current.doubts.append(f"page {sheet.number} is empty, and what its last row sums up is not there")
    return [o for o in done if o.grids]


def _is_empty(sheet: Sheet) -> bool:
    """Whether a page shows nothing but its number: a damaged one, a picture, or a page left blank."""
    text = squeeze(sheet.text)
    return not text or _PAGE_NUMBER.match(text) is not None


def _ends_above(table: _Open, catalog: Catalog) -> bool:
    """Whether a table by functional codes ends with a 类 or 款: its 项 may have stood on a page that is lost."""
    if table.table_id is None or catalog.tables[table.table_id].kind != "function":
        return False
    grid = table.grids[-1]
    code = "".join(c.text for c in grid.cells if c.row + c.row_span == len(grid.ys) - 1 and c.text.isdigit())
    return len(code) in (3, 5)


def _is_orphan(new: _Open, grid: Grid, before: _Open) -> bool:
    """Whether a grid with figures that nothing names or explains stands on the page after a table: perhaps its rest."""
    unknown = new is not before and new.title is None and not new.table_id
    return unknown and grid.page == before.grids[-1].page + 1 and any(_FIGURES.search(c.text) for c in grid.cells)


def _note(line: Line, above: Line | None, table: _Open, catalog: Catalog) -> Line | None:
    """Add a line below a table to its notes, when it begins one or goes on with the one in the line above it."""
    text = squeeze(line.text)
    if len(text) > 6 and (_NOTE.search(text) or catalog.empty_pattern.search(text)):
        table.notes.append(text)
        return line
    if (
        above is not None
        and line.box.top - above.box.bottom < line.box.bottom - line.box.top
        and not _NOTE_END.search(squeeze(above.text))
        and not (_PAGE_NUMBER.match(text) or is_caption(text, catalog) or find_title([text], catalog))
    ):
        table.notes[-1] += text
        return line
    return None


def _items(sheet: Sheet) -> list[Line | Grid]:
    items: list[Line | Grid] = [*sheet.lines, *sheet.grids]
    return sorted(items, key=lambda item: item.box.top)


def _prose(sheet: Sheet) -> bool:
    return len(re.findall(r"[。；]", sheet.text)) >= 3


def _prints_rows(sheet: Sheet) -> bool:
    """Whether a page without a grid has lines that look like rows of a table: figures, and no sentence about them."""
    lines = (line for line in map(squeeze, (line.text for line in sheet.lines)) if not _TOLD.search(line))
    figures = [len(_CLOSE_FIGURES.findall(normal(line))) for line in lines]
    return max(figures, default=0) >= 2 or sum(count > 0 for count in figures) >= 2


def _carry(sheet: Sheet, pending: list[str], catalog: Catalog) -> list[str]:
    """Lines at the foot of a page that may name the first table of the next."""
    if not sheet.grids and sum(match_title(squeeze(t), catalog) is not None for t in pending) >= CONTENTS:
        return []
    last = islice((t for t in reversed(pending) if not _PAGE_NUMBER.match(squeeze(t))), CARRIED_LINES)
    tail = [*last][::-1]
    for index, text in enumerate(tail):
        if match_title(squeeze(text), catalog):
            return tail[index:]
    return []


def _take(grid: Grid, lines: list[str], current: _Open | None, catalog: Catalog, first_on_page: bool) -> _Open:
    """The span that a grid belongs to: the open one that it continues, or a new one."""
    title = find_title([squeeze(t) for t in lines], catalog)
    number, unit, unit_name = find_number(lines, catalog), find_unit(lines), find_unit_name(lines, catalog)
    if current is not None and _continues(grid, title, number, unit_name, current, first_on_page, catalog):
        return current
    new = _Open(title, number, unit, unit_name)
    if title is None:
        new.table_id = recognise(grid, catalog)
        only = "its headings are those of no other table"
        new.evidence.append(f"no title; {only if new.table_id else 'its headings are those of no table alone'}")
    elif title.match is None:
        new.evidence.append(f"title {title.printed}: in no knowledge file")
    elif title.match.table_id is None:
        new.evidence.append(f"title {title.printed}: a table that is none of the nine")
    elif _is_internal(new, catalog):
        new.evidence.append(f"title {title.printed}: number {number} is of the internal set")
    else:
        _judge(new, title.match.table_id, lines, catalog, grid)
    return new


def _judge(new: _Open, titled: str, lines: list[str], catalog: Catalog, grid: Grid) -> None:
    """Give a titled table its id: the title's, unless headings and rows contradict it; then these decide."""
    assert new.title is not None
    found = judge(grid, titled, catalog)
    if not found.contradicted:
        new.table_id = titled
        new.evidence.append(f"title {new.title.printed}")
        return
    for line in reversed(lines):  # another title above the grid may be the one meant
        match = match_title(squeeze(line), catalog)
        if match and match.table_id in found.possible:
            new.title = Title(match, clean_title(line, catalog), 1)
            new.table_id = match.table_id
            new.evidence.append(f"title {new.title.printed}: below it stands another, but {found.contradicted}")
            return
    new.evidence.append(f"title {new.title.printed}: {found.contradicted}")
    new.contradicted = True
    new.titled = titled if found.could_be else ""
    new.table_id = found.table_id
    if found.table_id:
        new.doubts.append(f"its title is {new.title.printed}, but {found.contradicted}")


def _continues(
    grid: Grid,
    title: Title | None,
    number: str,
    unit_name: str,
    current: _Open,
    first_on_page: bool,
    catalog: Catalog,
) -> bool:
    last = current.grids[-1]
    # a page of the table without a figure may have given no grid; its number tells that this is the next
    skipped = grid.page - last.page == 2 and title is not None and number != "" and number == current.number
    if (grid.page - last.page > 1 and not skipped) or (grid.page == last.page and title is not None):
        return False
    if unit_name and current.unit_name and unit_name != current.unit_name:
        return False
    if title is not None:
        same = current.title is not None and title.match == current.title.match and title.match is not None
        if not same or (number and current.number and number != current.number):
            return False
        return first_on_page and not _restarts(grid, current.grids[0], catalog)
    return _same_columns(grid, current.grids) or _same_headings(grid, current.grids[0], catalog)


def _restarts(grid: Grid, first: Grid, catalog: Catalog) -> bool:
    """Whether a grid under the same title begins anew: its first body row has the labels of the first grid's."""

    def labels(g: Grid) -> list[str]:
        body = head_of(g, catalog).body
        row = next((c.row for c in g.cells if c.row >= body and c.text), None)
        return [normal(c.text) for c in g.cells if c.row == row and c.text and parse(c.text).kind == "text"]

    return bool(labels(grid)) and labels(grid) == labels(first)


def _same_headings(grid: Grid, first: Grid, catalog: Catalog) -> bool:
    """Whether a page repeats the headings of the first page's figures; its codes may stand in other columns."""
    wanted = [place.path for place in head_of(first, catalog).places if place.path and place.content == "amount"]
    found = [place.path for place in head_of(grid, catalog).places if place.path in wanted]
    return len(wanted) >= 3 and found == wanted


def _same_columns(grid: Grid, grids: list[Grid]) -> bool:
    for earlier in (grids[-1], grids[0]):
        for shift in (0.0, earlier.box.x0 - grid.box.x0):
            near = sum(any(abs(x + shift - e) <= SAME_EDGE for e in earlier.xs) for x in grid.xs)
            back = sum(any(abs(x + shift - e) <= SAME_EDGE for x in grid.xs) for e in earlier.xs)
            if near >= 0.8 * len(grid.xs) and (back >= 0.6 * len(earlier.xs) or len(grid.xs) >= 4):
                return True
    return any(len(grid.xs) == len(g.xs) >= 4 for g in (grids[-1], grids[0]))


def without_captions(grid: Grid, catalog: Catalog) -> tuple[list[str], Grid, list[str]]:
    """Title, number, unit and unit name printed in the grid's own first rows, the grid without them, and notes in its
    last rows."""
    captions: list[str] = []
    notes: list[str] = []
    dropped: set[int] = set()
    rows = len(grid.ys) - 1
    by_row: dict[int, list[str]] = {}
    whole: set[int] = set()
    for cell in grid.cells:
        if cell.text:
            by_row.setdefault(cell.row, []).append(cell.text)
        if cell.column_span >= len(grid.xs) - 1:
            whole.add(cell.row)
    for row in range(rows):
        texts = by_row.get(row, [])
        if not all(is_caption(t, catalog) for t in texts):
            break
        captions += texts
        dropped.add(row)
    if not captions:
        dropped = set()
    for row in range(rows - 1, max(dropped, default=-1), -1):
        texts = by_row.get(row, [])
        if len(texts) != 1 or row not in whole or not (_NOTE.search(texts[0]) or "。" in texts[0]):
            break
        notes.insert(0, texts[0])
        dropped.add(row)
    if not dropped:
        return [], grid, []
    kept = tuple(cell for cell in grid.cells if cell.row not in dropped)
    return captions, replace(grid, cells=kept), notes


# -- choosing ---------------------------------------------------------------------------------------------------------


def _is_internal(item: _Open, catalog: Catalog) -> bool:
    """Whether a table is one of the internal 财决 set, which has the same titles."""
    return catalog.internal_pattern.fullmatch(item.number) is not None


def _kind(sheets: list[Sheet], opened: list[_Open], catalog: Catalog, weak_only: bool) -> Kind:
    rules = catalog.document
    head = "".join(squeeze(s.text) for s in sheets[:3])
    tables = [o for o in opened if o.table_id]
    says_final = any(word in head for word in rules.final_words)
    says_budget = any(word in head for word in rules.budget_words)
    budget_titles = sum(
        bool(o.title) and any(o.title.printed.endswith(w) for w in rules.budget_titles) for o in opened if o.title
    )
    if tables and (not weak_only or (says_final and not budget_titles)) and budget_titles <= len(tables):
        return "final_account"
    if budget_titles or (says_budget and not says_final):
        return "budget"
    return "other"


def _accounts(opened: list[_Open]) -> list[list[_Open]]:
    """Tables by account: a new one begins where a table comes again under the same title, or for another unit.

    A table that comes again with neither title nor unit begins none.
    """
    accounts: list[list[_Open]] = []
    for item in opened:
        home = None
        for account in reversed(accounts):
            names = {o.unit_name for o in account if o.unit_name}
            if item.unit_name and names and item.unit_name not in names:
                continue
            if any(_same_table(o, item) for o in account):
                continue
            home = account
            break
        if home is None and accounts and item.title is None and not item.unit_name:
            # most likely a page of a table that is none of the nine
            held = next(o for account in reversed(accounts) for o in account if _same_table(o, item))
            held.doubts.append(f"page {item.grids[0].page} prints such a table again without a title")
        elif home is None:
            accounts.append([item])
        else:
            home.append(item)
    return accounts


def _same_table(one: _Open, other: _Open) -> bool:
    if one.table_id != other.table_id:
        return False
    if one.title and other.title and one.title.match and other.title.match:
        return one.title.match.alias == other.title.match.alias
    return True


def _one_per_table(account: list[_Open]) -> tuple[list[Span], list[_Open]]:
    """Of several tables that map to one id, the one with the preferred title; and those left over."""
    best: dict[str, _Open] = {}
    rest: list[_Open] = []
    for item in account:
        assert item.table_id is not None
        held = best.get(item.table_id)
        if held is None:
            best[item.table_id] = item
        elif _preference(item) < _preference(held):
            rest.append(held)
            best[item.table_id] = item
        else:
            rest.append(item)
    for item in list(rest):
        if item.titled and item.titled not in best:  # there is a better one for its headings and none for its title
            rest.remove(item)
            item.table_id = item.titled
            best[item.titled] = item
        else:
            item.evidence.append(f"{item.table_id} is the one on page {best[str(item.table_id)].first_page}")
    return [best[name].close() for name in sorted(best)], rest


def _preference(item: _Open) -> tuple[bool, int]:
    match = item.title.match if item.title else None
    return (match.weak, match.rank) if match and not item.contradicted else (True, 999)


def _with_unit(spans: list[Span]) -> list[Span]:
    """Money units filled in from the other tables of the account where a table prints none."""
    printed = [s.unit for s in spans if s.unit]
    usual = max(set(printed), key=lambda u: (printed.count(u), u)) if printed else DEFAULT_UNIT
    return [s if s.unit else replace(s, unit=usual, evidence=(*s.evidence, f"unit {usual} assumed")) for s in spans]
