"""Text from documents and file names on a terminal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

# control characters, those that turn the direction of writing, and halves of surrogate pairs
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def plain(text: str) -> str:
    r"""Text that can't steer a terminal and stays on its line: control characters as \xNN.

    >>> plain("a\x1b[2J")
    'a\\x1b[2J'
    """
    return _CONTROL.sub(lambda match: f"\\x{ord(match[0]):02x}", text)


def plain_json(text: str) -> str:
    r"""JSON text that can't steer a terminal: the characters in question as \uNNNN, which means the same.

    >>> plain_json('"a\u202e"')
    '"a\\u202e"'
    """
    return "\n".join(_CONTROL.sub(lambda match: f"\\u{ord(match[0]):04x}", line) for line in text.split("\n"))


def print_wide(console: Console, sheet: Table) -> None:
    """Print a table in its full width: figures are never cut, a terminal that is too narrow wraps the line."""
    width = console.width
    console.width = max(width, console.measure(sheet, options=console.options.update(max_width=10_000)).maximum)
    console.print(sheet)
    console.width = width
