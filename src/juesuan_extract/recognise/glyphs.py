"""Characters to which a damaged font gives wrong text: the ideograph of each is told by the names that must be there.

Some programs lose the text of a few glyphs, and a page that shows 财政拨款 says ¯政拨款. Every known heading, row and
name that is printed is a crib: where all its other characters stand and no other name has them, the odd one is known.
Digits, points and commas are never taken for anything else.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice, product

from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.model.page import Cell, PageContent
from juesuan_extract.recognise.captions import is_caption
from juesuan_extract.recognise.titles import LONGEST_TITLE, match_title
from juesuan_extract.values.labels import strip_ordinal, unify_radicals

_IDEOGRAPH = r"[\u4e00-\u9fff]"
ODD = r"=A-Za-z\u00a1-\u024f\u02b0-\u036f\u0370-\u052f_`|~^$&@#"  # letters and signs that no name of these tables has
WITNESSES = 2  # different names that must agree on a character
LEAST = 2  # characters of a name that are there
MOST = 16  # readings of a title that are tried
TELLING = 6  # characters of a name that is witness enough alone

_BESIDE = re.compile(rf"[\u2e80-\u2fdf\u4e00-\u9fff][{ODD}]|[{ODD}]、?[\u2e80-\u2fdf\u4e00-\u9fff]")
_ONE = re.compile(f"[{ODD}]")
_ORDINAL = re.compile(rf"[一二三四五六七八九十{ODD}]{{1,3}}、")
_NUMERALS = [f"{tens}{one}" for tens in ("", "十", "二十") for one in ("", *"一二三四五六七八九") if tens or one]
_LEFT_OUT = re.compile(r"[\"'()（）\[\]【】:：;；,，.。、·“”‘’《》<>\-—*/\s]")


def restored(sheets: list[PageContent], catalog: Catalog) -> tuple[list[PageContent], int]:
    """Pages on which cells and titles whose odd characters are given away by a known name read as that name, and how
    many texts those are; the pages as they are where there is none."""
    if not any(_BESIDE.search(sheet.text) for sheet in sheets):
        return sheets, 0
    printed = (text for sheet in sheets for text in _printed(sheet) if len(text) <= LONGEST_TITLE)
    odd = {text for text in printed if _BESIDE.search(text)}
    names = catalog.names_by_length
    found: dict[str, str] = {}
    votes: dict[str, Counter[str]] = {}
    for text in odd:
        name, meant, weight = _fitting(text, names)
        if name:
            found[text] = name
        for one, character in meant:
            votes.setdefault(one, Counter())[character] += weight
    for one, character in _counted(sheets):
        votes.setdefault(one, Counter())[character] += 1
    told = {ord(one): next(iter(own)) for one, own in votes.items() if len(own) == 1 and own.total() >= WITNESSES}
    found = {text: name.translate(told) for text, name in found.items()}  # its ordinal, too
    for text in odd - found.keys():  # a title is no name; it is made of words that the names have told
        readings = list(islice(_readings(text, votes), MOST)) if "表" in text else []
        title = next((one for one in readings if (match := match_title(one, catalog)) and match.table_id), None)
        captioned = _ONE.sub("：", unify_radicals(text), count=1)
        if title or is_caption(captioned, catalog):
            found[text] = title or captioned
    return [_read_as(sheet, found) for sheet in sheets], len(found)


def _readings(text: str, votes: Mapping[str, Counter[str]]) -> Iterator[str]:
    """A text with each odd character read as what names have told of it, the likeliest first."""
    plain = unify_radicals(text)
    own = [
        [c] if not _ONE.match(c) else [one for one, _ in votes[c].most_common()] if c in votes else ["", c]
        for c in plain
    ]
    return map("".join, product(*own))


def _counted(sheets: list[PageContent]) -> Iterator[tuple[str, str]]:
    """Odd characters in ordinals between two that are read: 二、 O、 四、."""
    for sheet in sheets:
        for grid in sheet.grids:
            columns: dict[int, list[str]] = {}
            for cell in grid.cells:
                if ordinal := _ORDINAL.match(unify_radicals(cell.text)):
                    columns.setdefault(cell.column, []).append(ordinal[0][:-1])
            for own in columns.values():
                for before, odd, after in zip(own, own[1:], own[2:], strict=False):
                    if before in _NUMERALS and after in _NUMERALS and odd not in _NUMERALS:
                        meant = _NUMERALS[(_NUMERALS.index(before) + 1) % len(_NUMERALS)]
                        if len(meant) == len(odd) and _NUMERALS.index(after) == _NUMERALS.index(before) + 2:
                            yield from ((a, b) for a, b in zip(odd, meant, strict=True) if a != b and _ONE.match(a))


def _printed(sheet: PageContent) -> Iterator[str]:
    yield from (cell.text for grid in sheet.grids for cell in grid.cells)
    yield from (line.text for line in sheet.lines)


def _fitting(text: str, names: Mapping[int, tuple[str, ...]]) -> tuple[str, tuple[tuple[str, str], ...], int]:
    """The one known name that a text can be, with its ordinal; what each odd character of it then stands for, "" for a
    bracket, which names are compared without; and how much that tells."""
    whole = unify_radicals(text)
    rest = whole.removeprefix(ordinal[0]) if (ordinal := _ORDINAL.match(whole)) else strip_ordinal(whole)
    plain = _LEFT_OUT.sub("", rest)
    odd = _ONE.findall(plain)
    if len(plain) - len(odd) < LEAST:
        return "", (), 0
    for one, lengths in (
        (f"({_IDEOGRAPH})", (len(plain),)),
        (f"({_IDEOGRAPH}?)", range(len(plain) - len(odd), len(plain))),
    ):
        pattern = re.compile("".join(one if _ONE.match(c) else re.escape(c) for c in plain))
        fitting = [m for length in lengths for name in names.get(length, ()) if (m := pattern.fullmatch(name))]
        brackets = [m for m in fitting if not any(m.groups())]
        if len(fitting) == 1 or len(brackets) == 1:
            fitting = brackets or fitting
            meant = tuple(zip(odd, fitting[0].groups(), strict=True))
            return whole.removesuffix(rest) + fitting[0][0], meant, WITNESSES if len(plain) >= TELLING else 1
        if fitting:
            break
    return "", (), 0


def _read_as(sheet: PageContent, found: Mapping[str, str]) -> PageContent:
    """A page with some of its texts read as others."""
    grids = tuple(
        replace(grid, cells=tuple(_cell(cell, found.get(cell.text)) for cell in grid.cells)) for grid in sheet.grids
    )
    lines = tuple(line._replace(text=found.get(line.text, line.text)) for line in sheet.lines)
    return replace(sheet, lines=lines, grids=grids)


def _cell(cell: Cell, name: str | None) -> Cell:
    return cell if name is None else cell._replace(text=name, lines=(name,))
