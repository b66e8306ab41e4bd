"""Which of the tables of a document belong together, and which of several is the one."""

from __future__ import annotations

import re
from dataclasses import replace

from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.locate.column_pages import with_columns_joined
from juesuan_extract.locate.span import Located, OpenSpan, items, same_unit
from juesuan_extract.locate.unit_and_year import read_filers
from juesuan_extract.locate.walk import CONTENTS, walk
from juesuan_extract.model.account import Kind, OtherTable
from juesuan_extract.model.message import Finding, message
from juesuan_extract.model.page import Grid, PageContent
from juesuan_extract.model.table import Span
from juesuan_extract.recognise.captions import find_number, find_unit_name
from juesuan_extract.recognise.titles import LONGEST_TITLE, Title, find_title, match_title
from juesuan_extract.values.amounts import DEFAULT_UNIT
from juesuan_extract.values.labels import label, normal, squeeze, strip_ordinal
from juesuan_extract.values.prose import LONE_FIGURE, is_sentence

UNMISTAKABLE = ("gk01", "gk04", "gk07")  # the names of their rows say which they are, wherever they stand
AREA_ROWS = 3  # rows of taxes, transfers and debts that only the account of an area lists


def locate(sheets: list[PageContent], catalog: Catalog) -> Located:
    """Find the nine tables among the pages of one document."""
    sheets = with_columns_joined(sheets, catalog)
    opened = walk(sheets, catalog)
    weak_only = all(o.title is None or o.title.match is None or o.title.match.weak for o in opened if o.table_id)
    kind = _kind(sheets, opened, catalog, weak_only)
    if kind != "final_account":
        rejected = tuple(o.close() for o in opened)
        return Located(kind, (), read_filers(sheets, [()], catalog), (), (), rejected=rejected)
    accounts, again = _accounts(_with_sentences(sheets, [o for o in opened if o.table_id], catalog))
    _place(accounts, [o for o in opened if o.could_be])
    chosen: list[tuple[Span, ...]] = []
    left_over: list[OpenSpan] = [*(o for o in opened if not o.table_id), *again]
    for account in accounts:
        best, rest = _one_per_table(account)
        chosen.append(tuple(_with_unit(best)))
        left_over += rest
    others = sorted(
        (OtherTable(o.title.printed, tuple(sorted({g.page for g in o.grids}))) for o in left_over if o.title),
        key=lambda other: (other.pages, other.title),
    )
    rejected = tuple(o.close() for o in sorted(left_over, key=lambda o: o.first_page))
    filers = read_filers(sheets, chosen, catalog)
    findings = [
        Finding("title_contradicted", o.table_id or "", (o.first_page,), o.evidence[0])
        for o in opened
        if o.contradicted
    ]
    unread = _unread(sheets, chosen, catalog)
    with_figures = {s.number for s in sheets if not s.grids and len(LONE_FIGURE.findall(s.text)) >= 3}
    gridless = tuple(sorted({page for _, page in unread} & with_figures))
    contents = _contents(sheets, catalog)
    return Located(kind, tuple(chosen), filers, tuple(others), tuple(findings), gridless, unread, contents, rejected)


def _with_sentences(sheets: list[PageContent], opened: list[OpenSpan], catalog: Catalog) -> list[OpenSpan]:
    """Tables in printed order, with those of which only a sentence is printed (本表无数据) as spans without a grid.

    They may share a page with other tables; a sentence between a title and a grid belongs to that grid.
    """
    declared: list[OpenSpan] = []
    for sheet in sheets:
        if not any(catalog.empty_pattern.search(line.text) for line in sheet.lines):
            continue
        title: Title | None = None
        above: list[str] = []
        last: OpenSpan | None = None
        for item in items(sheet):
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
                empty = OpenSpan(
                    title, find_number(above, catalog), "", find_unit_name(above, catalog), page=sheet.number
                )
                empty.table_id = title.match.table_id
                empty.notes.append(text)
                declared.append(empty)
                title, last = None, empty
            above.append(text)
    return sorted([*opened, *declared], key=lambda o: o.first_page)


def _unread(
    sheets: list[PageContent], accounts: list[tuple[Span, ...]], catalog: Catalog
) -> tuple[tuple[str, int], ...]:
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


def _contents(sheets: list[PageContent], catalog: Catalog) -> frozenset[str]:
    """The tables that a page without figures names one after the other: a list of contents."""
    for sheet in sheets:
        if not sheet.grids and not LONE_FIGURE.search(sheet.text):
            named = {m.table_id for line in sheet.lines if (m := match_title(squeeze(line.text), catalog))}
            if len(named - {None}) >= CONTENTS:
                return frozenset(name for name in named if name)
    return frozenset()


def _kind(sheets: list[PageContent], opened: list[OpenSpan], catalog: Catalog, weak_only: bool) -> Kind:
    rules = catalog.document
    head = [line for sheet in sheets[:3] for line in map(squeeze, sheet.text.split("\n"))]
    tables = [o for o in opened if o.table_id]
    says_final = any(word in "".join(head) for word in rules.final_words)
    named = [
        line for line in head if len(line) <= LONGEST_TITLE and not is_sentence(line)
    ]  # what pages are headed with
    says_budget = any(word in line for word in rules.budget_words for line in named)
    budget_titles = sum(
        bool(o.title) and any(o.title.printed.endswith(w) for w in rules.budget_titles) for o in opened if o.title
    )
    if _is_of_an_area(opened, named, catalog):
        return "other"
    if tables and (not weak_only or (says_final and not budget_titles)) and budget_titles <= len(tables):
        return "final_account"
    if budget_titles or (says_budget and not says_final):
        return "budget"
    return "other"


def _is_of_an_area(opened: list[OpenSpan], named: list[str], catalog: Catalog) -> bool:
    """Whether a document is of a whole area (政府决算): it says so, or lists taxes, transfers and debts, and
    it has no table that only departments have."""
    rules = catalog.document
    if any(o.table_id in rules.department_tables and o.title and not o.contradicted for o in opened):
        return False
    if any(word in line for word in rules.area_words for line in named):
        return True
    labels = {label(strip_ordinal(cell.text)) for o in opened for grid in o.grids for cell in grid.cells if cell.text}
    return sum(label(row) in labels for row in rules.area_rows) >= AREA_ROWS


def _accounts(opened: list[OpenSpan]) -> tuple[list[list[OpenSpan]], list[OpenSpan]]:
    """Tables by account, and those that are printed again with the same figures.

    The tables say where another account begins: one comes again under the same title with other figures, or for
    another unit. Captions that differ alone begin none, nor does a table with neither title nor unit.
    """
    accounts: list[list[OpenSpan]] = []
    again: list[OpenSpan] = []
    for item in opened:
        lacking = [a for a in reversed(accounts) if not any(_same_table(o, item) for o in a)]
        own = [a for a in lacking if _is_of(item, a)]
        if lacking:
            (own or lacking)[0].append(item)
            continue
        held = next((o for account in reversed(accounts) for o in account if _same_table(o, item)), None)
        if held is not None and _printed(held) == _printed(item) and _is_of(item, [held]):
            item.evidence.append(message("span.printed_twice", page=held.first_page))
            again.append(item)
        elif held is not None and item.title is None and not item.unit_name:
            # most likely a page of a table that is none of the nine
            held.doubts.append(message("table.printed_again", page=item.first_page))
        else:
            accounts.append([item])
    return accounts, again


def _place(accounts: list[list[OpenSpan]], unnamed: list[OpenSpan]) -> None:
    """Give grids whose title doesn't say which table they are to the accounts that lack it.

    Of the tables that headings and rows allow, the printed number says which, where the numbers of the account's other
    tables are those of the nine, else the place among its other tables.
    """
    for item in unnamed:
        for account in accounts:
            lacking = [t for t in item.could_be if all(o.table_id != t for o in account)]
            numbered = [t for t in lacking if _number(item) == _number_of(t)]
            as_numbered = sum(_number(o) == _number_of(o.table_id) for o in account) * 2 > len(account)
            before = max((o.table_id or "" for o in account if o.first_page < item.first_page), default="")
            after = min((o.table_id or "" for o in account if o.first_page > item.first_page), default="")
            between = [t for t in lacking if before < t and (not after or t < after)]
            alone = [t for t in lacking if t in UNMISTAKABLE]
            found = numbered if numbered and as_numbered else between or alone
            if len(found) == 1 and (before or after):
                item.table_id = found[0]
                item.evidence.append(message("span.placed", table_id=found[0]))
                if found is between and not (item.title and item.title.match):
                    item.doubts.append(message("table.placed"))
                account.append(item)
                account.sort(key=lambda o: o.first_page)
                break


def _number(item: OpenSpan) -> int | None:
    """The printed number of a table; 公开05表 is 5."""
    digits = re.search(r"\d+", normal(item.number))
    return int(digits[0]) if digits else None


def _number_of(table_id: str | None) -> int:
    return int((table_id or "gk0").removeprefix("gk"))


def _is_of(item: OpenSpan, account: list[OpenSpan]) -> bool:
    """Whether nothing printed beside a table says that it is of another unit than an account."""
    names = [o.unit_name for o in account if o.unit_name]
    return not item.unit_name or not names or any(same_unit(name, item.unit_name) for name in names)


def _printed(item: OpenSpan) -> list[str]:
    """What is printed in the cells of a table."""
    return [cell.text for grid in item.grids for cell in grid.cells if cell.text]


def _same_table(one: OpenSpan, other: OpenSpan) -> bool:
    if one.table_id != other.table_id:
        return False
    if one.title and other.title and one.title.match and other.title.match:
        first, second = one.title.match, other.title.match
        return (first.frame or first.alias) == (second.frame or second.alias)
    return True


def _one_per_table(account: list[OpenSpan]) -> tuple[list[Span], list[OpenSpan]]:
    """Of several tables that map to one id, the one with the preferred title; and those left over."""
    best: dict[str, OpenSpan] = {}
    rest: list[OpenSpan] = []
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
            first = best[str(item.table_id)].first_page
            item.evidence.append(message("span.other_is_it", table_id=str(item.table_id), page=first))
    return [best[name].close() for name in sorted(best)], rest


def _preference(item: OpenSpan) -> tuple[bool, int]:
    match = item.title.match if item.title else None
    return (match.weak, match.rank) if match and not item.contradicted else (True, 999)


def _with_unit(spans: list[Span]) -> list[Span]:
    """Money units filled in from the other tables of the account where a table prints none."""
    printed = [s.unit for s in spans if s.unit]
    usual = max(set(printed), key=lambda u: (printed.count(u), u)) if printed else DEFAULT_UNIT
    return [
        s if s.unit else replace(s, unit=usual, evidence=(*s.evidence, message("span.unit_assumed", unit=usual)))
        for s in spans
    ]
