"""Whose account it is and of which year: read from the cover, the captions beside the tables and part headings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.model.page import PageContent
from juesuan_extract.model.table import Span
from juesuan_extract.recognise.captions import find_unit_name, find_year
from juesuan_extract.values.labels import chinese_year, squeeze, strip_ordinal, unify_radicals

_YEAR = r"(?:(?:19|20|１９|２０)\d\d|二[〇○零OО0Ｏ][一二三四五六七八九〇○零OО0Ｏ]{2})"
_TITLE = re.compile(
    rf"(?:{_YEAR}年?度?)|(?:部门|单位|高等学校)?(?:财务)?决算(?:信息)?(?:草案)?(?:公开)?(?:报告|情况说明|说明|信息|情况|报表|文本|表|目录|公告|公示)*"
)
_NOISE = re.compile(
    r"^(?:附件\d*[:：]?|目录|封面|编制|公开|\d{4}年\d{1,2}月(?:\d{1,2}日)?|\d+|[-—－]+\d*[-—－]*|[（(].{0,8}[）)]|年?度?|的|关于|及|和)*$"
)
_DATE = re.compile(
    rf"{_YEAR}年\d{{1,2}}月(?:\d{{1,2}}日)?|二[〇○零][一二三四五六七八九〇○零]{{2}}年[一二三四五六七八九十]+月(?:[一二三四五六七八九十]+日)?"
)
_OVERVIEW = re.compile(r"第[一1]部分[:：]?(.{2,40}?)(?:单位|部门)?(?:基本)?概况")
_FINAL_YEAR = re.compile(rf"({_YEAR})年?度?[^。；\d]{{0,40}}?决算")


class Filer(NamedTuple):
    """unit_name: "" when unknown; fiscal_year: None when unknown."""

    unit_name: str
    fiscal_year: int | None


def read_filers(sheets: list[PageContent], accounts: Sequence[Sequence[Span]], catalog: Catalog) -> tuple[Filer, ...]:
    """Unit and year of each account of a document. accounts: the tables of each; one without tables for a document
    that holds none."""
    beside = [_printed_beside(spans) for spans in accounts]
    cover = "" if all(beside) else cover_name(sheets)
    votes = _year_votes(sheets)
    found = []
    for unit, spans in zip(beside, accounts, strict=True):
        if not unit and len(accounts) > 1 and spans:  # the cover alone can't tell
            unit = _nearest_overview(sheets, min(spans[0].pages)) or cover
        elif not unit:
            unit = cover or _nearest_overview(sheets, 10**9) or _labelled(sheets, catalog)
        found.append(Filer(unit, _year(sheets, spans, votes)))
    return tuple(found)


def _printed_beside(spans: Sequence[Span]) -> str:
    printed = Counter(s.unit_name for s in spans if s.unit_name)
    return printed.most_common(1)[0][0] if printed else ""


def cover_name(sheets: list[PageContent]) -> str:
    """The unit's name on the cover, around the words 年度部门决算; "" when the first pages are no cover.

    A long name is broken over lines; of a line and the joined lines the one that the document repeats more is taken.
    """
    rest = unify_radicals(squeeze("".join(s.text for s in sheets[1:])))
    for sheet in sheets[:2]:
        lines = [squeeze(t) for t in sheet.text.split("\n") if squeeze(t)][:14]
        for index, line in enumerate(lines):
            if "目录" in line or len(line) > 60:
                break
            if "决算" not in line or re.search(r"[。；]|决算表|情况说明$", line):
                continue
            before = [_without_title(t) for t in lines[max(0, index - 3) : index]]
            own = _without_title(line)
            after = [_without_title(t) for t in lines[index + 1 : index + 3]]
            joined = ["".join(before[start:]) + own for start in range(len(before)) if all(before[start:])]
            candidates = [c for c in (own, *joined, before[-1] if before else "", *after) if c]
            if candidates:
                return max(candidates, key=lambda c: (rest.count(c) * len(c), -candidates.index(c)))
    return ""


def _without_title(line: str) -> str:
    """A cover line without year, 部门决算 and the like; "" when nothing that could be a name is left."""
    text = _DATE.sub("", unify_radicals(line))
    text = _TITLE.sub("", re.sub(r"^附件\d*[:：]?", "", text))
    text = re.sub(r"^(?:部门|单位)(?:名称)?[:：]|^[（(]|^关于|[（(](?:公开)?[）)]$", "", text)
    text = re.sub(r"的(?:公告|公示|通知|报告|说明)?$", "", text.strip("：:—-_·.。《》 "))
    if _NOISE.match(text) or len(text) < 3 or not re.search(r"[\u4e00-\u9fff]{2}", text):
        return ""
    if re.search(r"第[一二三四五六七八九十]+部分|概况|目录|职责|说明$|^[一二三四五六七八九十]、", text):
        return ""
    return text


def _nearest_overview(sheets: list[PageContent], before: int) -> str:
    """X of the last heading 第一部分 X概况 before a page."""
    found = ""
    for sheet in sheets:
        if sheet.number >= before:
            break
        for line in sheet.text.split("\n"):
            match = _OVERVIEW.search(unify_radicals(squeeze(line)))
            if match:
                name = strip_ordinal(match[1]).strip("：: ")
                name = re.sub(rf"{_YEAR}年度?", "", name)
                if len(name) >= 3 and name not in ("本单位", "本部门"):
                    found = name
    return found


def _labelled(sheets: list[PageContent], catalog: Catalog) -> str:
    for sheet in sheets[:3]:
        name = find_unit_name(sheet.text.split("\n"), catalog)
        if name:
            return name
    return ""


def _year_votes(sheets: list[PageContent]) -> Counter[int]:
    """How often each year stands before 决算, the cover's counting ten times."""
    votes: Counter[int] = Counter()
    for index, sheet in enumerate(sheets):
        text = squeeze(sheet.text) if "决" in sheet.text else ""
        for match in _FINAL_YEAR.finditer(text):
            year = chinese_year(match[1])
            if year:
                votes[year] += 10 if index < 2 else 1
    return votes


def _year(sheets: list[PageContent], spans: Sequence[Span], votes: Counter[int]) -> int | None:
    """The year that has most votes, with those of the account's own titles."""
    own = votes + Counter(
        {year: 5 * count for year, count in Counter(find_year(s.title) for s in spans).items() if year}
    )
    if own:
        return max(own, key=lambda y: (own[y], y))
    return next((year for sheet in sheets[:3] if (year := find_year(squeeze(sheet.text)))), None)
