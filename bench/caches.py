"""Emptying this project's caches of printed texts."""

from __future__ import annotations

from juesuan_extract import amounts, canonical, columns, text, titles


def forget() -> None:
    """Make reading the same file again no easier than reading another one."""
    for module in (amounts, canonical, columns, text, titles):
        for function in vars(module).values():
            if hasattr(function, "cache_clear"):
                function.cache_clear()
