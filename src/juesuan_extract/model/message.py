"""What is said of a document: as codes with values, which `say` and the outputs put into words.

A stage never writes a sentence: whoever comes after it would have to read it back.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

Value: TypeAlias = "str | int | Message | tuple[Value, ...]"

_SEPARATOR = re.compile(r"[%@\[\],=;|\x00-\x1f]")  # what no value may hold in the form for programs
_ESCAPED = re.compile("%([0-9A-F]{2})")
_TOKEN = re.compile(r"[@\[\],=|]|[^@\[\],=|]+")


@dataclass(frozen=True, slots=True)
class Message:
    """Something that is said. code: a key of schemas/messages.yaml; values: its fields, amounts in fen."""

    code: str
    values: tuple[tuple[str, Value], ...] = ()

    def __str__(self) -> str:
        """The stable form for programs: table.no_row[row_id=income.total]."""
        if not self.values:
            return self.code
        return f"{self.code}[{','.join(f'{name}={_written(value)}' for name, value in self.values)}]"


Said: TypeAlias = "Message | str"  # a str is what the document prints, the same in every language


def message(code: str, /, **values: Value) -> Message:
    """A message with its values."""
    return Message(code, tuple(values.items()))


def _written(value: Value) -> str:
    if isinstance(value, Message):
        return f"@{value}"
    if isinstance(value, tuple):
        return "|".join(map(_written, value))
    return _SEPARATOR.sub(lambda match: f"%{ord(match[0]):02X}", str(value))


def read_messages(text: str) -> tuple[Message, ...]:
    """Messages from their stable form, several parted by semicolons; numbers come back as text.

    >>> read_messages("cell.unproven; table.no_row[row_id=total]")[1].values
    (('row_id', 'total'),)
    """
    return tuple(_read(deque(_TOKEN.findall(one))) for one in text.split("; ") if one)


def _read(tokens: deque[str]) -> Message:
    code, values = tokens.popleft(), []
    if tokens and tokens[0] == "[":
        while tokens.popleft() != "]":
            name = tokens.popleft()
            tokens.popleft()  # =
            values.append((name, _read_value(tokens)))
    return Message(code, tuple(values))


def _read_value(tokens: deque[str]) -> Value:
    parts: list[Value] = [""]
    while tokens and tokens[0] not in ("]", ","):
        token = tokens.popleft()
        if token == "|":
            parts.append("")
        elif token == "@":
            parts[-1] = _read(tokens)
        else:
            parts[-1] = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), token)
    return parts[0] if len(parts) == 1 else tuple(parts)


class Repair(NamedTuple):
    """One correction of form: what was read, what it was taken for, and why."""

    table_id: str
    page: int
    kind: str
    before: Said
    after: Said
    evidence: Message


class Finding(NamedTuple):
    """Something a person may want to know: an unknown heading, a page without text …

    table_id: "" where no table is meant; pages: ascending, empty where no page is.
    """

    code: str
    table_id: str
    pages: tuple[int, ...]
    message: Said
