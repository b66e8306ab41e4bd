"""Characters to words and lines, and what kind of word it is."""

from __future__ import annotations

import re
import unicodedata

import numpy as np

from juesuan_extract.model.page import Box, Floats, Page, Word
from juesuan_extract.values.amounts import parse
from juesuan_extract.values.codes import CODE
from juesuan_extract.values.geometry import hulls
from juesuan_extract.values.labels import label, normal

WORD_GAP = 0.55  # of a character's height: a larger step right begins a new word
KIND_GAP = 0.2  # the same between a figure and a name
FIGURE_GAP = 0.12  # the same between the decimals of a figure and the next figure or code
CODE_LENGTHS = (3, 5, 7)
SAME_RUN = 0.3  # of a character's height: characters of one word stand no farther up or down
SAME_LINE = 0.4  # of a line's height: words nearer than this stand side by side

_FIGURE_END = re.compile(r"\.\d\d(?=-?\d)")
_FIGURE_BEFORE_NAME = re.compile(r"\.\d\d\)?(?=[\u4e00-\u9fff])")
TOTALS = ("合计", "总计", "小计")


def words_of(page: Page, region: Box) -> list[list[Word]]:
    """Lines of words in a region, top to bottom, each from left to right.

    A word is a run of characters drawn one after the other on one line.
    """
    boxes = page.chars.boxes
    middle_x, middle_y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    inside = (middle_x >= region.x0) & (middle_x <= region.x1) & (middle_y >= region.top) & (middle_y <= region.bottom)
    index = np.flatnonzero(inside)
    if len(index) == 0:
        return []
    own = boxes[index]
    height = np.maximum(own[:, 3] - own[:, 1], 1.0)
    printed = [page.chars.text[i] for i in index.tolist()]
    plain = [unicodedata.normalize("NFKC", c)[:1] for c in printed]
    digit = np.array([c in "0123456789.," for c in plain])
    gap = own[1:, 0] - own[:-1, 2]
    step = np.abs(own[1:, 1] - own[:-1, 1]) / height[1:]
    apart = (
        (np.diff(index) != 1)
        | (step > SAME_RUN)
        | (gap > WORD_GAP * height[1:])
        | (gap < -height[1:])
        | ((digit[1:] != digit[:-1]) & (gap > KIND_GAP * height[1:]))
    )
    apart |= _figures_apart(page, index, plain, gap, height)
    starts = np.flatnonzero(np.concatenate(([True], apart)))
    ends = [*starts[1:].tolist(), len(index)]
    runs = zip(starts.tolist(), ends, hulls(own, starts), strict=True)
    words = [Word("".join(printed[start:end]), box) for start, end, box in runs]
    return lines_of(words)


def _figures_apart(page: Page, index: np.ndarray, plain: list[str], gap: Floats, height: Floats) -> np.ndarray:
    """Where a figure ends and a name, a code or the next figure begins closely behind it (0.00302: 0.00 and 302)."""
    text = "".join(plain)
    apart = np.zeros(len(gap), dtype=bool)
    apart[[m.end() - 1 for m in _FIGURE_BEFORE_NAME.finditer(text)]] = True
    ends = np.array([m.end() - 1 for m in _FIGURE_END.finditer(text)], dtype=np.intp)
    apart[ends] = gap[ends] > FIGURE_GAP * height[ends]
    if page.chars.runs is not None:
        run = page.chars.runs[index]
        size = np.bincount(run)[run]
        digit = np.array([c.isdigit() for c in plain])
        new = (run[1:] != run[:-1]) & digit[1:] & digit[:-1]
        # beside a code; other runs may be parts of one figure
        apart |= new & (np.isin(size[:-1], CODE_LENGTHS) | np.isin(size[1:], CODE_LENGTHS))
        apart[ends] |= new[ends]
    return apart


def lines_of(words: list[Word]) -> list[list[Word]]:
    """Words that stand side by side, top to bottom."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=middle):
        first = lines[-1][0] if lines else None
        if first is not None and middle(word) - middle(first) < SAME_LINE * (first.box.bottom - first.box.top):
            lines[-1].append(word)
        else:
            lines.append([word])
    return [sorted(line, key=lambda w: w.box.x0) for line in lines]


def middle(word: Word) -> float:
    """The height of a word's middle, in pt from the top."""
    return (word.box.top + word.box.bottom) / 2


def is_figure(text: str) -> bool:
    """Whether a word is an amount with decimals or separators, or a dash."""
    amount = parse(text)
    return amount.kind == "dash" or (amount.kind == "amount" and (amount.decimals > 0 or "," in text))


def is_code(text: str) -> bool:
    """Whether a word is a full classification code."""
    return CODE.match(normal(text)) is not None


def is_total(text: str) -> bool:
    """Whether a word is 合计 or the like."""
    return label(text) in TOTALS
