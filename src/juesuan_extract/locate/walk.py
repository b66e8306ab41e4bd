"""Walking the pages: tables in printed order, continuation pages joined, captions and notes told from rows."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice

from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.locate.span import OpenSpan, items, same_unit
from juesuan_extract.model.message import Message, message
from juesuan_extract.model.page import Grid, Line, PageContent
from juesuan_extract.recognise.captions import find_number, find_unit, find_unit_name, is_caption
from juesuan_extract.recognise.fit import judge, possible, recognise
from juesuan_extract.recognise.head import head_of
from juesuan_extract.recognise.titles import Title, clean_title, find_title, match_title
from juesuan_extract.values.amounts import parse
from juesuan_extract.values.labels import normal, squeeze
from juesuan_extract.values.prose import FIGURE, LONE_FIGURE, is_page_number, sentences

SAME_EDGE = 6.0  # pt; column edges of a continuation page stand where they stood
HEADED = 3  # amount columns with headings that make a head
CARRIED_LINES = 6  # a title at the foot of a page belongs to the next page's table when at most so many lines follow
CONTENTS = 3  # a page that names so many tables and shows none is a list of contents
_NOTE = re.compile(r"^(?:注|说明|备注|附注)[:：1一]|^\d[.、．]|本表反映|本套报表|无数据|空表")
_NOTE_END = re.compile("[。；：！？]$")
_TOLD = re.compile(r"[，。；元%％]")  # what stands in a line of text about figures


def walk(sheets: list[PageContent], catalog: Catalog) -> list[OpenSpan]:
    """All tables in printed order, continuation pages joined; those that are none of the nine have table_id None."""
    done: list[OpenSpan] = []
    current: OpenSpan | None = None
    carried: list[str] = []
    for sheet in sheets:
        pending, carried = carried, []
        brought = len(pending)  # lines from the foot of the page before
        first_on_page = True
        noted: Line | None = None  # the line above, when it belongs to a note
        for item in items(sheet):
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
            lines = [t for t in pending if not is_page_number(squeeze(t))] + captions
            number = find_number([*pending[brought:], *captions], catalog) or find_number(lines, catalog)
            brought = 0
            new = _take(grid, lines, number, current, catalog, first_on_page)
            if current is not None and not lines and _is_orphan(new, grid, current):
                current.doubts.append(message("table.goes_on_with_none", page=grid.page))
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
                current.doubts.append(message("table.figures_in_no_table", page=sheet.number))
            elif _is_empty(sheet) and _ends_above(current, catalog):
                current.doubts.append(message("table.page_empty", page=sheet.number))
    return [o for o in done if o.grids]


def _is_empty(sheet: PageContent) -> bool:
    """Whether a page shows nothing but its number: a damaged one, a picture, or a page left blank."""
    text = squeeze(sheet.text)
    return not text or is_page_number(text)


def _ends_above(table: OpenSpan, catalog: Catalog) -> bool:
    """Whether a table by functional codes ends with a 类 or 款: its 项 may have stood on a page that is lost."""
    if table.table_id is None or catalog.tables[table.table_id].kind != "function":
        return False
    grid = table.grids[-1]
    code = "".join(c.text for c in grid.cells if c.row + c.row_span == len(grid.ys) - 1 and c.text.isdigit())
    return len(code) in (3, 5)


def _is_orphan(new: OpenSpan, grid: Grid, before: OpenSpan) -> bool:
    """Whether a grid with figures that nothing names or explains stands on the page after a table: perhaps its rest."""
    unknown = new is not before and new.title is None and not new.table_id
    return unknown and grid.page == before.grids[-1].page + 1 and any(LONE_FIGURE.search(c.text) for c in grid.cells)


def _note(line: Line, above: Line | None, table: OpenSpan, catalog: Catalog) -> Line | None:
    """Add a line below a table to its notes, when it begins one or goes on with the one in the line above it."""
    text = squeeze(line.text)
    if len(text) > 6 and (_NOTE.search(text) or catalog.empty_pattern.search(text)):
        table.notes.append(text)
        return line
    if (
        above is not None
        and line.box.top - above.box.bottom < line.box.bottom - line.box.top
        and not _NOTE_END.search(squeeze(above.text))
        and not (is_page_number(text) or is_caption(text, catalog) or find_title([text], catalog))
    ):
        table.notes[-1] += text
        return line
    return None


def _prose(sheet: PageContent) -> bool:
    return sentences(sheet.text) >= 3


def _prints_rows(sheet: PageContent) -> bool:
    """Whether a page without a grid has lines that look like rows of a table: figures, and no sentence about them."""
    lines = (line for line in map(squeeze, (line.text for line in sheet.lines)) if not _TOLD.search(line))
    figures = [len(FIGURE.findall(normal(line))) for line in lines]
    return max(figures, default=0) >= 2 or sum(count > 0 for count in figures) >= 2


def _carry(sheet: PageContent, pending: list[str], catalog: Catalog) -> list[str]:
    """Lines at the foot of a page that may name the first table of the next."""
    if not sheet.grids and sum(match_title(squeeze(t), catalog) is not None for t in pending) >= CONTENTS:
        return []
    last = islice((t for t in reversed(pending) if not is_page_number(squeeze(t))), CARRIED_LINES)
    tail = [*last][::-1]
    for index, text in enumerate(tail):
        if match_title(squeeze(text), catalog):
            return tail[index:]
    return []


def _take(
    grid: Grid, lines: list[str], number: str, current: OpenSpan | None, catalog: Catalog, first_on_page: bool
) -> OpenSpan:
    """The span that a grid belongs to: the open one that it continues, or a new one."""
    title = find_title([squeeze(t) for t in lines], catalog)
    unit, unit_name = find_unit(lines), find_unit_name(lines, catalog)
    if current is not None and _continues(grid, title, number, unit_name, current, first_on_page, catalog):
        return current
    new = OpenSpan(title, number, unit, unit_name)
    if title is None:
        new.table_id = recognise(grid, catalog)
        new.evidence.append(message("span.untitled" if new.table_id else "span.untitled_several"))
        new.could_be = () if new.table_id else possible(grid, catalog)
    elif title.match is None:
        _note_why(new, message("title.unknown"))
        new.could_be = possible(grid, catalog)
    elif title.match.candidates:
        _note_why(new, message("title.open"))
        new.could_be = tuple(t for t in possible(grid, catalog) if t in title.match.candidates)
    elif title.match.table_id is None:
        _note_why(new, message("title.none_of_the_nine"))
    elif is_internal(new, catalog):
        _note_why(new, message("title.internal", number=number))
    else:
        _judge(new, title.match.table_id, lines, catalog, grid)
    return new


def _note_why(new: OpenSpan, why: Message) -> None:
    """Why a table with a title is not simply what the title says."""
    assert new.title is not None
    new.evidence.append(message("span.titled_but", title=new.title.printed, why=why))


def _judge(new: OpenSpan, titled: str, lines: list[str], catalog: Catalog, grid: Grid) -> None:
    """Give a titled table its id: the title's, unless headings and rows contradict it; then these decide."""
    assert new.title is not None
    found = judge(grid, titled, catalog)
    if not found.contradicted:
        new.table_id = titled
        new.evidence.append(message("span.titled", title=new.title.printed))
        return
    for line in reversed(lines):  # another title above the grid may be the one meant
        match = match_title(squeeze(line), catalog)
        if match and match.table_id in found.possible:
            new.title = Title(match, clean_title(line, catalog), 1)
            new.table_id = match.table_id
            _note_why(new, message("title.another_below", why=found.contradicted))
            return
    _note_why(new, found.contradicted)
    new.contradicted = True
    new.titled = titled if found.could_be else ""
    new.table_id = found.table_id
    if found.table_id:
        new.doubts.append(message("table.title_contradicted", title=new.title.printed, why=found.contradicted))


def _continues(
    grid: Grid,
    title: Title | None,
    number: str,
    unit_name: str,
    current: OpenSpan,
    first_on_page: bool,
    catalog: Catalog,
) -> bool:
    last = current.grids[-1]
    # a page of the table without a figure may have given no grid; its number tells that this is the next
    skipped = grid.page - last.page == 2 and title is not None and number != "" and number == current.number
    if (grid.page - last.page > 1 and not skipped) or (grid.page == last.page and title is not None):
        return False
    if unit_name and current.unit_name and not same_unit(unit_name, current.unit_name):
        return False
    if number and current.number and number != current.number:
        return False
    if title is not None:
        same = current.title is not None and title.match == current.title.match and title.match is not None
        if not same:
            return False
        return first_on_page and not _restarts(grid, current.grids[0], catalog)
    if _headed_otherwise(grid, current.grids[0], catalog):
        return False
    return _same_columns(grid, current.grids) or _same_headings(grid, current.grids[0], catalog)


def _restarts(grid: Grid, first: Grid, catalog: Catalog) -> bool:
    """Whether a grid under the same title begins anew: its first body row has the labels of the first grid's."""

    def labels(g: Grid) -> list[str]:
        body = head_of(g, catalog).body
        row = next((c.row for c in g.cells if c.row >= body and c.text), None)
        return [normal(c.text) for c in g.cells if c.row == row and c.text and parse(c.text).kind == "text"]

    return bool(labels(grid)) and labels(grid) == labels(first)


def _headed_otherwise(grid: Grid, first: Grid, catalog: Catalog) -> bool:
    """Whether a page has a head of its own, with headings of codes or names, that is not the head of the first page."""

    def amounts(one: Grid) -> list[tuple[str, ...]]:
        paths = (place.path for place in head_of(one, catalog).places if place.path)
        return [path for path in paths if catalog.label_kind(path[-1]) is None]

    words = {cell.text for cell in first.cells if cell.text and cell.row < head_of(first, catalog).body}
    top = min((cell.row for cell in grid.cells if cell.text), default=0)
    if all(cell.text in words for cell in grid.cells if cell.text and cell.row == top):
        return False  # the head of the first page, printed again
    own, before = amounts(grid), amounts(first)
    headed = any(catalog.label_kind(text) in ("code", "name") for p in head_of(grid, catalog).places for text in p.path)
    return headed and len(own) >= HEADED and 2 * sum(path in own for path in before) < len(own)


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


def is_internal(item: OpenSpan, catalog: Catalog) -> bool:
    """Whether a table is one of the internal 财决 set, which has the same titles."""
    return catalog.internal_pattern.fullmatch(item.number) is not None
