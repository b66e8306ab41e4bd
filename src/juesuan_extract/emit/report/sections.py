"""Whether a document's section that was kept is one that this program writes: text, and tags that only show it."""

from __future__ import annotations

import re

_ANY_TAG = re.compile("<[^>]*>?")
_TAG = re.compile(r'</?([a-z][a-z0-9]*)((?:\s+[a-z-]+(?:="[^"<>]*")?)*)\s*>')
_ATTRIBUTE = re.compile(r'\s+([a-z-]+)(?:="([^"<>]*)")?')
_TAGS = frozenset(
    ("a", "article", "b", "code", "details", "div", "figcaption", "figure", "h2", "h3", "h4", "h5", "header", "img",
     "input", "label", "li", "ol", "p", "s", "section", "small", "span", "summary", "table", "tbody", "td", "th",
     "thead", "tr", "ul")
)  # fmt: skip
_PLAIN = frozenset(
    ("alt", "aria-label", "aria-labelledby", "class", "colspan", "id", "lang", "open", "scope", "tabindex", "title")
)
_VALUES = {
    "href": re.compile(r"#[\w-]*"),
    "src": re.compile(r"data:image/png;base64,[A-Za-z0-9+/=]*"),
    "style": re.compile(r"(?:(?:aspect-ratio|left|top|width|height):[\d.e-]+%?;?)+"),
    "type": re.compile("checkbox"),
}


def is_section(text: str) -> bool:
    """Whether nothing in it runs, loads or leads anywhere else."""
    return all(map(_harmless, set(_ANY_TAG.findall(text))))


def _harmless(tag: str) -> bool:
    match = _TAG.fullmatch(tag)
    if match is None or match[1] not in _TAGS:
        return False
    return all(
        name in _PLAIN or (name in _VALUES and value is not None and _VALUES[name].fullmatch(value))
        for name, value in ((one[1], one[2]) for one in _ATTRIBUTE.finditer(match[2]))
    )
