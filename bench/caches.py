"""Emptying this project's caches of printed texts."""

from __future__ import annotations

from juesuan_extract.map import facts
from juesuan_extract.recognise import captions, fit, head, headings, titles
from juesuan_extract.values import amounts, labels


def forget() -> None:
    """Make reading the same file again no easier than reading another one."""
    for module in (amounts, captions, facts, fit, head, headings, labels, titles):
        for function in vars(module).values():
            if hasattr(function, "cache_clear"):
                function.cache_clear()
