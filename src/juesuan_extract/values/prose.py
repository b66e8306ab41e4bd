"""What tells a line of text from a line of figures: sentences, figures with decimals, page numbers."""

from __future__ import annotations

import re

FIGURE = re.compile(r"\d\.\d\d")  # on a line without white space, where the next one may follow at once
LONE_FIGURE = re.compile(r"\d\.\d\d(?!\d)")
SENTENCE_END = re.compile("[。；]")

_PAGE_NUMBER = re.compile(r"^[-—－–]*\d{1,4}页?[-—－–]*$|^第\d+页")
_CLAUSES = re.compile(r"，.*，")


def sentences(text: str) -> int:
    """How many sentences end in a text."""
    return len(SENTENCE_END.findall(text))


def is_sentence(text: str) -> bool:
    """Whether a line is part of a sentence and so neither title nor caption; text: without white space, normalised."""
    return re.search(r"[。；;？！]", text) is not None or _CLAUSES.search(text) is not None


def is_page_number(text: str) -> bool:
    """Whether a line is a page's number; text: without white space."""
    return _PAGE_NUMBER.match(text) is not None
