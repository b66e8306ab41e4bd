"""The words for messages, in both languages: schemas/messages.yaml."""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, RootModel, model_validator

from juesuan_extract.model.message import Message, Said
from juesuan_extract.values.amounts import format_in
from juesuan_extract.values.labels import page_ranges

Lang = Literal["zh", "en"]

SOME = 3  # of a list that is cut
_NO_LABEL = {"zh": "无标签", "en": "(no label)"}
_BLANK = {"zh": "空白", "en": "(blank)"}
_NO_FIGURES = {"zh": "没有数字", "en": "(no figures)"}


class Both(NamedTuple):
    """The same in two languages."""

    zh: str
    en: str


class Words(BaseModel):
    """A message in two languages, with its values in braces."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    zh: str
    en: str

    @cached_property
    def fields(self) -> frozenset[str]:
        """Names of the values; a language need not name all of them."""
        return frozenset(name for text in (self.zh, self.en) for name, _ in _fields(text))

    @model_validator(mode="after")
    def _writable(self) -> Words:
        specs = {spec for text in (self.zh, self.en) for _, spec in _fields(text) if spec}
        if unknown := specs - _FORMS.keys():
            raise ValueError(f"nothing is written as {', '.join(sorted(unknown))}; known are {', '.join(_FORMS)}")
        return self


class Messages(RootModel[dict[str, Words]]):
    """schemas/messages.yaml."""

    model_config = ConfigDict(frozen=True)

    def say(self, said: Said, lang: Lang) -> str:
        """A message in words; text of the document stays as it is. Raises KeyError for a code that has none."""
        if isinstance(said, str):
            return said
        words = self.root[said.code]
        return _Writer(self, lang).vformat(words.zh if lang == "zh" else words.en, (), dict(said.values))

    def both(self, said: Said) -> Both:
        """The same in both languages."""
        return Both(self.say(said, "zh"), self.say(said, "en"))

    def known(self, code: str) -> Message:
        """The message of a code; one that reads like the code where it has no words."""
        words = code.rpartition(".")[2].replace("_", " ")
        return Message(code) if code in self.root else Message("say.unknown", (("code", words),))

    def all(self, said: Iterable[Said], lang: Lang) -> str:
        """Several, one after the other."""
        return ("；" if lang == "zh" else "; ").join(self.say(one, lang) for one in said)


class _Writer(string.Formatter):
    """Writes values into words."""

    def __init__(self, messages: Messages, lang: Lang) -> None:
        self._messages = messages
        self._lang = lang

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec:
            return str(_FORMS[format_spec](value, self._lang))
        return self._messages.say(value, self._lang) if isinstance(value, Message) else str(value)


def _some(found: str | Sequence[str], lang: str) -> str:
    values = _several(found)
    more = len(values) - SOME
    shown = ", ".join(values[:SOME])
    if more <= 0:
        return shown or ("无" if lang == "zh" else "none")
    return f"{shown} 另 {more} 项" if lang == "zh" else f"{shown} and {more} more"


def _or(values: str | Sequence[str], lang: str) -> str:
    return (" 或 " if lang == "zh" else " or ").join(_several(values))


def _several(values: str | Sequence[str]) -> Sequence[str]:
    return (values,) if isinstance(values, str) else values  # one comes back from a file as itself


def _pages(values: Sequence[int | str], lang: str) -> str:
    numbers = [int(value) for value in values]
    ranges = page_ranges(numbers)
    return f"第 {ranges} 页" if lang == "zh" else f"page{'s' * (len(numbers) > 1)} {ranges}"


def _rows(values: Sequence[Sequence[str]], lang: str) -> str:
    """Figures by row: a label and the figures behind it."""
    return "; ".join(
        f"{label or _NO_LABEL[lang]}: {' '.join(figure or _BLANK[lang] for figure in figures) or _NO_FIGURES[lang]}"
        for label, *figures in values
    )


_FORMS: Mapping[str, Any] = {
    "yuan": lambda value, lang: format_in(int(value), "元"),
    "some": _some,
    "list": lambda values, lang: ", ".join(_several(values)),
    "or": _or,
    "pages": _pages,
    "rows": _rows,
}


def _fields(text: str) -> Iterator[tuple[str, str]]:
    """Names of the values in words, and how they are written."""
    for _, name, spec, _ in string.Formatter().parse(text):
        if name is not None:
            yield name, spec or ""
