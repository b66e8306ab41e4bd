"""What is printed around a table besides its title: number, money unit, unit name and year."""

from __future__ import annotations

import re

from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.recognise.titles import LONGEST_TITLE, MONEY_UNIT, match_title
from juesuan_extract.values.amounts import UNITS
from juesuan_extract.values.labels import chinese_year, normal, squeeze, unify_radicals
from juesuan_extract.values.prose import is_sentence

_BARE_UNIT = re.compile(r"[（(](?:单位[:：]?)?(百万元|千元|万元|亿元|元)[）)]")
_YEAR = re.compile(r"((?:19|20|１９|２０)\d\d|二[〇○零OО0Ｏ][一二三四五六七八九〇○零OО0Ｏ]{2})年")
_CAPTION = re.compile(r"(?:19|20)\d\d年|[（(](?:公章|盖章)[）)]|[（(](?:万|千|亿)?元[）)]")
_CAPTION_YEAR = re.compile(r"(?:19|20)\d\d年度?")


def find_number(lines: list[str], catalog: Catalog) -> str:
    """公开01表, 附表1, 表一 … as printed without white space; "" when there is none.

    Of several kinds the one that schemas/document.yaml names first counts, then the one nearest to the table.
    """
    texts = [text for line in reversed(lines) if len(text := squeeze(line)) <= LONGEST_TITLE and not is_sentence(text)]
    texts = [text for text in texts if catalog.number_pattern.search(text)]
    for pattern in catalog.number_patterns if texts else ():
        for text in texts:
            match = pattern.search(text)
            # 表1 inside a sentence or a heading such as 报表1 is no label
            before = text[match.start() - 1] if match and match.start() else ""
            if match and before not in {*"报附列见如"} and _label_like(text, match):
                return match.group()
    return ""


def _label_like(text: str, match: re.Match[str]) -> bool:
    rest = text[: match.start()] + text[match.end() :]
    return len(rest) <= 60 and "见" not in rest[:3]


def find_unit(lines: list[str]) -> str:
    """The money unit that the lines name, "" when none does."""
    for line in reversed(lines):
        text = normal(line)
        match = MONEY_UNIT.search(text) or _BARE_UNIT.search(text)
        if match and match[1] in UNITS:
            return match[1]
    return ""


def find_unit_name(lines: list[str], catalog: Catalog) -> str:
    """The name after 部门： or 单位： beside a table, "" when none is printed."""
    for line in reversed(lines):
        text = unify_radicals(squeeze(line))
        if is_sentence(text):
            continue
        for match in catalog.unit_pattern.finditer(text):
            name = _without_captions(match[1], catalog)
            if name and name not in UNITS and not re.match(r"(?:人民币)?[（(]?(?:万|千|亿)?元", name):
                return name
    return ""


def _without_captions(name: str, catalog: Catalog) -> str:
    """A unit name cut before the captions that follow it on the same line, a table's number among them."""
    number = catalog.number_pattern.search(name)
    name = name[: number.start()] if number else name
    name = _CAPTION.split(name, maxsplit=1)[0]
    name = re.sub(r"(?:金额|计量|货币|数据)?单位$|(?:编制|填报)?日期$|金额$", "", name)
    return name.strip("：:,，;；_-— ")


def is_caption(text: str, catalog: Catalog) -> bool:
    """Whether a text only names a table, its number, money unit, unit or year."""
    text = rest = unify_radicals(squeeze(text))
    if match_title(text, catalog) or _CAPTION_YEAR.fullmatch(text):
        return True
    name = find_unit_name([text], catalog)
    if name:
        rest = rest.replace(name, "")
    number = find_number([text], catalog)
    rest = _BARE_UNIT.sub("", MONEY_UNIT.sub("", rest.replace(number, "") if number else rest))
    rest = _CAPTION_YEAR.sub("", rest) if rest != text else rest
    return rest != text and len(rest) <= 12


def find_year(text: str) -> int | None:
    """The first year such as 2023年 or 二〇二三年 in a text without white space."""
    match = _YEAR.search(text)
    return chinese_year(match[1]) if match else None
