"""What the text of a document says of the figures that are in doubt."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from juesuan_extract.model.page import PageContent
from juesuan_extract.model.proof import Conflict, Mention, Suspect
from juesuan_extract.values.amounts import MAX_DIGITS, UNITS
from juesuan_extract.values.labels import normal
from juesuan_extract.verify.blame import likelihood

MOST = 3  # mentions of one suspect
BEFORE, AFTER = 40, 20  # characters of the sentence that are told with a figure
TELLING = 4  # digits with which a figure hardly stands in the text by chance

_FIGURE = re.compile(r"(?<![\d.,])(\d[\d,]*(?:\.\d+)?)(万元|亿元|元)")
_SENTENCE = re.compile(r"[^。；;]+[。；;]?")


@dataclass(frozen=True, slots=True)
class Passage:
    """An amount in fen, and the words around it. telling: it has digits enough."""

    page: int
    text: str
    amount: int
    telling: bool


def passages(sheets: Iterable[PageContent]) -> Iterator[Passage]:
    """The amounts in the text outside tables."""
    for sheet in sheets:
        text = normal("".join(line.text for line in sheet.lines))
        for sentence in _SENTENCE.findall(text):
            for match in _FIGURE.finditer(sentence):
                whole, _, part = match[1].replace(",", "").partition(".")
                scale = UNITS[match[2]]
                told = sentence[max(0, match.start() - BEFORE) : match.end() + AFTER]
                if len(whole) <= MAX_DIGITS and len(part) <= len(str(scale)) - 1:
                    amount = int(whole) * scale + int(part or "0") * scale // 10 ** len(part)
                    yield Passage(sheet.number, told, amount, len((whole + part).strip("0")) >= TELLING)


def with_mentions(conflict: Conflict, text: Iterable[Passage], names: dict[tuple[str, str], str]) -> Conflict:
    """A conflict whose suspects know what the text says.

    Where the text says what some explanations would have the cells be, only these are kept: it is one more witness, and
    a figure that is computed from the tables hardly stands there by chance. names: printed names of rows by table and
    row id.
    """
    found: dict[int, list[Passage]] = {}
    for passage in text:
        found.setdefault(passage.amount, []).append(passage)
    explanations = [tuple(_informed(s, found, names) for s in explanation) for explanation in conflict.explanations]
    told = [e for e in explanations if all(any(not m.printed for m in s.mentions) for s in e)]
    return conflict._replace(explanations=tuple(sorted(told or explanations, key=likelihood)))


def _informed(suspect: Suspect, found: dict[int, list[Passage]], names: dict[tuple[str, str], str]) -> Suspect:
    name = names.get(suspect.key[:2], "")
    mentions: dict[tuple[int, str], Mention] = {}
    for amount, printed in ((suspect.wanted, False), (suspect.printed, True)):
        for passage in found.get(amount, []):
            if amount and (passage.telling or (name and name in passage.text)):
                mentions.setdefault((passage.page, passage.text), Mention(passage.page, passage.text, printed))
    return suspect._replace(mentions=tuple(mentions.values())[:MOST])
