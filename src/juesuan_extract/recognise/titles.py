"""Printed titles: which table a line names, and whether a line is a title at all."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from juesuan_extract.knowledge.catalog import Catalog, TitleMatch
from juesuan_extract.knowledge.vocabulary import Frame, title_label
from juesuan_extract.values.labels import squeeze, strip_ordinal
from juesuan_extract.values.prose import is_sentence

LONGEST_UNKNOWN = 4  # characters of a word of a title that nobody knows
LONGEST_TITLE = 90  # characters of a line that may still be a title
MONEY_UNIT = re.compile(
    r"(?:金额|计量|货币|数据)?单位[:：]?(?:[（(]?人民币[）)]?)?[:：]?[（(]?(百万元|千元|万元|亿元|元)"
)
_AFTER = re.compile(
    r"^(?:续表?|[\d]{1,3}|单位万元|单位元|金额单位|(?:财决)?公开表?\d+表?|附?表(?:\d+|[一二三四五六七八九十]+)|[一二三四五六七八九十]{1,2}$|\d{4}年度?|万元|元|年度"
    r"|部门.*|单位.*|编制.*|公开.*|填报.*)*$"
)
_BEFORE_NOISE = re.compile(
    r"(?:第[一二三四五六七八九十]+部分|附件\d*|附表\d*|(?:财决)?公开表?\d{1,2}表?|附?表\d{1,2}(?!\d)|\d{2,4}年度?|^[一二三四五六七八九十]{1,3}(?=[^级般类]))"
)
_YEAR_BEFORE = re.compile(r"(?:19|20)\d\d年?度?$")
_FLOWS = frozenset({"income", "expenditure", "basic", "project", "three_public", "rider"})
_TITLE_TAIL = re.compile(r"(?:表|决算表|情况表|总表|附表)(?:[（(].{1,12}[）)])?$")


class Title(NamedTuple):
    """A line taken for a title: what it stands for and how it is printed."""

    match: TitleMatch | None  # None: a title that the catalogue doesn't know
    printed: str  # without white space, ordinal and number label
    lines: int  # how many printed lines it takes


def match_title(text: str, catalog: Catalog) -> TitleMatch | None:
    """What table a line names, if the line is a title and not a sentence; the longest known title in it wins."""
    if "表" not in text or len(text) > LONGEST_TITLE or is_sentence(text):
        return None
    return _match(text, catalog)


@lru_cache(maxsize=4096)
def _match(text: str, catalog: Catalog) -> TitleMatch | None:
    name = title_label(squeeze(text))
    if catalog.sentence_pattern.search(name):
        return None
    match = max(filter(None, (_longest_title(name, catalog), _composed(name, catalog))), key=_length, default=None)
    if match is None:
        return None
    before, _, after = name.rpartition(match.alias)
    for table in (match.table_id, *match.candidates):
        if table:
            after = _without_suffix(after, catalog.title_suffixes[catalog.tables[table].kind])
    if not _AFTER.match(after) or len(after) > 40:
        return None
    before = _BEFORE_NOISE.sub("", before)
    if len(before) > 45:
        return None
    if before.endswith(catalog.blocking_words):
        return TitleMatch(None, name, 0, False)
    if match.table_id is None and not match.candidates and (table := _table_in(before, match.frame, catalog)):
        return match._replace(candidates=(table,))  # 三公经费 before the title of another table: perhaps of both
    return match


def _table_in(text: str, frame: Frame, catalog: Catalog) -> str | None:
    """The table that the words of titles in a text make with those of a frame, whatever stands between them."""
    words = catalog.title_words
    meant = set(frame)
    at = len(text)
    while at > 0:
        word = words.before(text, at)
        meant.add(words.words.get(word, ""))
        at -= len(word) or 1
    whole = frozenset(meant - {"", "final"})
    return words.frames.get(whole, (None, 0))[0] if whole != frame else None


def names_table(text: str, catalog: Catalog) -> bool:
    """Whether a title stands anywhere in a text whose lines are no lines."""
    whole = title_label(squeeze(text))
    ends = (place.end() for place in re.finditer("表", whole))
    return any(_composed(whole[:end], catalog) for end in ends) or any(alias in whole for alias, _ in catalog.aliases)


def _length(match: TitleMatch) -> int:
    return len(match.alias)


def _composed(name: str, catalog: Catalog) -> TitleMatch | None:
    """The title that a line is made of; None when its words make none. Behind it may stand another 表: （续表）."""
    ends = [place.end() for place in re.finditer("表", name)]
    return next((match for end in reversed(ends) if (match := _ending_at(name, end, catalog))), None)


def _ending_at(name: str, end: int, catalog: Catalog) -> TitleMatch | None:
    """The title that ends with the 表 before a place, read backwards word by word."""
    words = catalog.title_words
    start = at = end - 1
    meant: set[str] = set()
    read: set[str] = set()
    guessed = False  # a word that nobody knows stands behind those that say which table it is
    while at > 0:
        word = words.before(name, at)
        if not word and not meant and (skipped := _unknown_word(name, at, catalog)):
            at, guessed = at - skipped, True
            continue
        year = None if word else _YEAR_BEFORE.search(name, 0, at)
        if not word and not year:
            break
        at -= len(word or year[0])  # type: ignore[index]
        if word and (meaning := words.words[word]):
            read.add(meaning)
            if meaning not in words.trailing and meaning != "final":  # with these no title begins
                meant |= read
                start = at
    if behind := words.after(name, end):
        meant.add(words.words[behind])
        end += len(behind)
    frame = frozenset(meant - {"final"})
    if not frame or ("budget" in frame and not {"final", "three_public"} & meant):
        return None
    table, rank = words.frames.get(frame, (None, 0))
    if guessed:
        return TitleMatch(None, name[start:end], 0, True, frame, (table,)) if table else None
    candidates: tuple[str, ...] = ()
    if table is None and not frame & _FLOWS:  # 一般公共预算财政拨款决算表（二）
        candidates = tuple(sorted({found for whole, (found, _) in words.frames.items() if frame < whole}))
    return TitleMatch(table, name[start:end], rank, "final" not in meant, frame, candidates)


def _unknown_word(name: str, end: int, catalog: Catalog) -> int:
    """How many characters before a place are no known word and stand behind one; 0 when there is none near."""
    lengths = (n for n in range(1, min(LONGEST_UNKNOWN, end) + 1) if "表" not in name[end - n : end])
    return next((n for n in lengths if catalog.title_words.before(name, end - n)), 0)


def _longest_title(name: str, catalog: Catalog) -> TitleMatch | None:
    """The longest known title that a line holds; its parts are looked up, for there are hundreds of titles."""
    places = catalog.alias_places
    found = []
    for end, character in enumerate(name, 1):
        if character in catalog.alias_ends:
            parts = (name[start:end] for start in range(end))  # the longest first
            found += [places[part] for part in islice((part for part in parts if part in places), 1)]
    return catalog.aliases[min(found)].match if found else None


def _without_suffix(after: str, suffixes: tuple[str, ...]) -> str:
    """What follows a title without the words that only say how its rows are ordered: （分科目）."""
    return next((after.removeprefix(s) for s in suffixes if after.startswith(s)), after)


def find_title(lines: list[str], catalog: Catalog) -> Title | None:
    """The title among the lines above a table; the nearest to the table wins, and one broken over lines is joined."""
    for index in range(len(lines) - 1, -1, -1):
        single = match_title(lines[index], catalog)
        for back in (2, 1):
            if index - back < 0:
                continue
            parts = lines[index - back : index + 1]
            joined = match_title("".join(parts), catalog)
            if joined is None:
                continue
            inner = [match_title(p, catalog) for p in parts]
            longest = max((len(m.alias) for m in inner if m), default=0)
            if joined.table_id is None and joined.alias == title_label(squeeze("".join(parts))):
                continue  # known by the word before it alone, so that it ends where the title does and not here
            if len(joined.alias) > longest and all(p.strip() for p in parts) and _spans(joined, parts):
                return Title(joined, clean_title("".join(parts), catalog), back + 1)
        if single:
            return Title(single, clean_title(lines[index], catalog), 1)
    for line in reversed(lines[-6:]):
        printed = clean_title(line, catalog)
        if 4 <= len(printed) <= 45 and _TITLE_TAIL.search(printed) and not _is_sentence(printed, catalog):
            return Title(None, printed, 1)
    return None


def _is_sentence(line: str, catalog: Catalog) -> bool:
    return re.search(r"[。，：:；]", line) is not None or catalog.sentence_pattern.search(title_label(line)) is not None


def _spans(match: TitleMatch, parts: list[str]) -> bool:
    """Whether the title really begins in the first and ends in the last of the lines."""
    labels = [title_label(squeeze(p)) for p in parts]
    whole = title_label(squeeze("".join(parts)))
    start = whole.rfind(match.alias)
    return 0 <= start < len(labels[0]) and start + len(match.alias) > len(whole) - len(labels[-1])


def clean_title(line: str, catalog: Catalog) -> str:
    """A title line as printed, without white space, leading ordinal, number label and money unit."""
    number = catalog.number_pattern
    text = MONEY_UNIT.sub("", squeeze(line))
    text = number.sub("", text, count=1) if number.match(text) or number.search(text[-8:]) else text
    return strip_ordinal(text.strip("　：: "))
