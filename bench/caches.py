"""Emptying this project's caches of printed texts."""

from __future__ import annotations

from juesuan_extract.map import facts as canonical
from juesuan_extract.recognise import captions as titles
from juesuan_extract.recognise import headings as columns
from juesuan_extract.values import amounts
from juesuan_extract.values import labels as text


def forget() -> None:
    """Make reading the same file again no easier than reading another one."""
    for module in (amounts, canonical, columns, text, titles):
        for function in vars(module).values():
            if hasattr(function, "cache_clear"):
                function.cache_clear()
