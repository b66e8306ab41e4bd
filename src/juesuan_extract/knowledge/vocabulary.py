"""What titles and headings are made of: their words, and what they mean together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations

from juesuan_extract.errors import SchemaError
from juesuan_extract.knowledge.specs import HeadingRules, TableSpec, TitleRules
from juesuan_extract.values.ids import function_row
from juesuan_extract.values.labels import label

_NO_WORD = re.compile(r"[\\.*+?()\[\]{}]")  # what a pattern has and a word hasn't
Frame = frozenset[str]  # what the words of a title mean, without 决算


def title_label(text: str) -> str:
    """The form in which titles are compared: `label` with 收支 written out."""
    return label(text).replace("收支", "收入支出")


@dataclass(frozen=True, eq=False)
class TitleWords:
    """words: with what they mean, "" for those that mean nothing; behind: words that may follow a title's 表; frames:
    the table that words make together, and which of its frames."""

    words: dict[str, str]
    behind: tuple[str, ...]
    trailing: frozenset[str]  # what words behind a title mean; none begins one
    frames: dict[Frame, tuple[str, int]]
    lengths: dict[str, tuple[int, ...]]  # of the words that end with a character, the longest first

    @classmethod
    def of(cls, rules: TitleRules, tables: Iterable[TableSpec]) -> TitleWords:
        """Raises SchemaError where two tables have one frame."""
        words = dict.fromkeys(map(title_label, rules.neutral), "")
        words |= {title_label(text): name for name, texts in rules.words.items() for text in texts}
        behind = tuple(word for word, meant in words.items() if meant in rules.behind)
        lengths: dict[str, set[int]] = {}
        for word in words:
            lengths.setdefault(word[-1], set()).add(len(word))
        by_end = {last: tuple(sorted(own, reverse=True)) for last, own in lengths.items()}
        return cls(words, behind, frozenset(rules.behind), _frames(tables), by_end)

    def before(self, name: str, end: int) -> str:
        """The longest word that ends at a place of a label; "" when none does."""
        for length in self.lengths.get(name[end - 1 : end], ()):
            if length <= end and (part := name[end - length : end]) in self.words:
                return part
        return ""

    def after(self, name: str, start: int) -> str:
        """The longest word that may follow a title and does so at a place of a label."""
        return max((word for word in self.behind if name.startswith(word, start)), key=len, default="")


def _frames(tables: Iterable[TableSpec]) -> dict[Frame, tuple[str, int]]:
    found: dict[Frame, tuple[str, int]] = {}
    for spec in tables:
        for rank, frame in enumerate(spec.frames):
            for words in expanded(frame):
                if found.setdefault(words, (spec.id, rank))[0] != spec.id:
                    raise SchemaError(f"tables/{spec.id}.yaml: {frame} is a frame of {found[words][0]} too")
    return found


def expanded(frame: str) -> Iterator[Frame]:
    """A frame as it is written in tables/gkNN.yaml with and without each of the words that may be left out."""
    parts = frame.split()
    needed = {part for part in parts if not part.endswith("?")}
    options = [part.removesuffix("?") for part in parts if part.endswith("?")]
    for chosen in chain.from_iterable(combinations(options, n) for n in range(len(options) + 1)):
        yield frozenset(needed.union(chosen))


class HeadingWords:
    """Words that add nothing to a heading: 决算数, 金额; and those that stand for the whole of it: 小计, 合计."""

    def __init__(self, rules: HeadingRules) -> None:
        self.empty = frozenset(map(label, (*rules.whole_words, *rules.neutral_words)))
        self._ends = tuple(map(_at_ends, (rules.neutral_words, (*rules.neutral_words, *rules.whole_words))))
        self._forms: dict[str, tuple[str, ...]] = {}
        patterns = (*rules.code, *rules.name, *rules.heading_words, *rules.group_headings)
        words = (word for pattern in patterns for word in pattern.split("|") if not _NO_WORD.search(word))
        # all headings of label columns and words of heads that are written out, as labels
        self.written = frozenset(map(label, (*words, *rules.form_headings))) | self.empty

    def forms(self, text: str) -> tuple[str, ...]:
        """A heading's label, then without neutral words (支出合计决算数: 支出合计), then without 合计 and the like."""
        known = self._forms.get(text)
        if known is None:
            shorter = (ends.sub("", text) for ends in self._ends)
            known = self._forms[text] = tuple(dict.fromkeys((text, *shorter)))
        return known


def _at_ends(words: Iterable[str]) -> re.Pattern[str]:
    """Some of these words at either end of a heading that goes on."""
    any_word = "|".join(sorted(map(label, words), key=len, reverse=True))
    return re.compile(rf"^(?:{any_word})+(?=..)|(?<=..)(?:{any_word})+$")


def class_names(names: Mapping[str, Sequence[str]], tails: Iterable[str]) -> dict[str, str]:
    """Row id function.NNN by the label of each functional class.

    names: by code, earlier years first; of a name that two codes have had the later counts. tails: 支出, 事务 and such,
    which may be left out at the end of a name, or be another of them, where no other class is called so.
    """
    classes = {code: own for code, own in names.items() if len(code) == 3}
    found: dict[str, str] = {}
    for place in range(max(map(len, classes.values()))):  # the latest names first
        for code, own in classes.items():
            if place < len(own):
                found.setdefault(label(own[-1 - place]), function_row(code))
    ends = sorted(tails, key=len, reverse=True)
    stems: dict[str, set[str]] = {}
    for name, row_id in found.items():
        tail = next((end for end in ends if name.endswith(end) and len(name) > len(end) + 1), "")
        stems.setdefault(name.removesuffix(tail), set()).add(row_id)
    alone = {stem: row_id for stem, (row_id, *more) in stems.items() if not more}
    return {stem + tail: row_id for stem, row_id in alone.items() for tail in ("", *ends)} | found
