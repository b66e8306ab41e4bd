"""Normal forms of printed text: what is compared is normal, what is emitted stays as printed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

# CJK radicals that fonts' reverse maps yield in place of the character (⻔ for 门). NFKC folds the Kangxi block
# (U+2F00…) but not this one (Unicode 16, CJK Radicals Supplement, EquivalentUnifiedIdeograph.txt).
_RADICALS = str.maketrans(
    "⺁⺇⺈⺌⺎⺕⺗⺝⺟⺠⺢⺥⺪⺬⺮⺳⺶⺷⺻⺼⺽⺾⺿⻀⻁⻂⻄⻅⻆⻉⻋⻌⻍⻎⻏⻑⻓⻔⻖⻗⻘⻙⻚⻛⻜⻝⻟⻠⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻱⻳",
    "厂几刀小尣彐心月母民水爪疋示竹网羊羊聿肉臼艹艹艹虎衣西见角贝车辶辶辶邑长长门阜雨青韦页风飞食食饣马骨鬼鱼鸟卤麦黄黾齐齿龙龟龟",
)
_QUOTES = str.maketrans(dict.fromkeys("“”„‟＂「」『』〝〞''‘’`´", '"') | dict.fromkeys("－—–―‒‐‑−─", "-"))
_BEFORE = _RADICALS | _QUOTES
_KANGXI = re.compile(r"[\u2e80-\u2fdf]")
_FIGURE = re.compile(r"[0-9.,-]+")
_PUNCTUATION = re.compile(r"[\"'()\[\]:;,.、。·*_\-<>《》/]")
_SPACE = re.compile(r"[\s\u00ad\u200b-\u200f\u2060\ufeff]+")

# The ordinal before a label: 一、 (一) 1. and 其中: in any order they are printed.
_ORDINAL = re.compile(
    r"^(?:"
    r"其中[:：]?"
    r"|[一二三四五六七八九十]+[、.．,，]"
    r"|[（(][一二三四五六七八九十\d]{1,3}[)）][、.．]?"
    r"|\d{1,2}[、.．](?!\d)"
    r"|[①-⑳]"
    r")"
)
_CHINESE_DIGITS = {c: str(i) for i, c in enumerate("〇一二三四五六七八九")} | {
    "零": "0",
    "○": "0",
    "Ｏ": "0",
    "О": "0",
    "O": "0",
}


def squeeze(text: str) -> str:
    """`text` without white space and invisible characters; nothing else changes."""
    return _SPACE.sub("", text)


def is_blank(text: str) -> bool:
    """Whether nothing of a text is left when it is squeezed."""
    return not text or _SPACE.fullmatch(text) is not None


def unify_radicals(text: str) -> str:
    """CJK radicals replaced by the characters they look like; the printed shape stays the same."""
    if not _KANGXI.search(text):
        return text
    return _KANGXI.sub(lambda m: unicodedata.normalize("NFKC", m.group().translate(_RADICALS)), text)


@lru_cache(maxsize=65536)
def normal(text: str) -> str:
    """The form in which labels are compared: NFKC, radicals unified, one kind of quote and dash, no white space."""
    if _FIGURE.fullmatch(text):
        return text  # half of the cells
    folded = unicodedata.normalize("NFKC", text.translate(_BEFORE))  # which takes ´ and others apart
    return _SPACE.sub("", folded.translate(_QUOTES))


@lru_cache(maxsize=65536)
def label(text: str) -> str:
    """`normal` without quotes and punctuation that publishers vary: the key by which headings and rows are matched."""
    return _PUNCTUATION.sub("", normal(text)).lower()


@lru_cache(maxsize=65536)
def strip_ordinal(text: str) -> str:
    """A printed row name without leading 一、 （一） 1. and 其中：; all of them when several stand in a row."""
    while True:
        match = _ORDINAL.match(text)
        if not match or match.end() == len(text):
            return text
        text = text[match.end() :]


def chinese_year(text: str) -> int | None:
    """二〇二三 or 2023 as 2023; None when it is no year from 1990 to 2099."""
    digits = "".join(_CHINESE_DIGITS.get(c, c) for c in unicodedata.normalize("NFKC", text))
    return int(digits) if re.fullmatch(r"(?:199|20\d)\d", digits) else None


def page_ranges(pages: Sequence[int]) -> str:
    """Ascending page numbers as people write them: 3, 5–17."""
    runs: list[list[int]] = []
    for page in pages:
        if runs and page == runs[-1][-1] + 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


@lru_cache(maxsize=65536)
def row_name(text: str) -> str:
    """A printed name without white space, leading ordinal and 其中：; radicals as the characters they look like."""
    return strip_ordinal(unify_radicals(squeeze(text)))


_HINT = re.compile(
    r"\(?\d+[=+\-]\d.*$|\d{1,2}$|(?:万元|千元|元)$|其中$"
)  # column numbers, formulas and units in a heading


_HEADING_YEAR = re.compile(r"^(?:20\d\d年?度?|本年度)")


@lru_cache(maxsize=16384)
def heading_label(text: str) -> str:
    """The label of a heading without year, column number, formula and money unit."""
    plain = _HEADING_YEAR.sub("", label(text))
    return _HINT.sub("", plain) or plain
