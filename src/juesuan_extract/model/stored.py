"""Accounts as plain data, to be kept and loaded again. Data only: whoever wrote it, reading it runs nothing.

Every value is checked against the type that it has to have, so what has another shape is an error here and not
somewhere later.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass
from functools import lru_cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from juesuan_extract.model.account import Account
from juesuan_extract.model.message import Message, Value

Reader = Callable[[Any], Any]

MOST_BYTES = 1 << 30  # that the accounts of a document unfold to


class WrongShape(ValueError):
    """What was kept is no account."""


def dumped(accounts: Sequence[Account]) -> bytes:
    """Accounts as JSON, compressed; in ASCII, as text of a PDF may hold halves of surrogate pairs."""
    return zlib.compress(json.dumps(list(accounts), default=_plain, separators=(",", ":")).encode(), 1)


def loaded(data: bytes) -> tuple[Account, ...]:
    """The accounts of these bytes; raises WrongShape."""
    inflate = zlib.decompressobj()
    try:
        found = json.loads(inflate.decompress(data, MOST_BYTES))
    except (ValueError, RecursionError, zlib.error) as error:
        raise WrongShape("no JSON") from error
    if type(found) is not list or not found:
        raise WrongShape("no list of accounts")
    return tuple(map(reader(Account), found))


def _plain(value: object) -> object:
    """What json can't write by itself: dataclasses and bytes. Named tuples are lists."""
    if isinstance(value, Message):
        return {value.code: value.values}
    if is_dataclass(value):
        return [getattr(value, field.name) for field in fields(value)]
    assert isinstance(value, bytes)
    return base64.b64encode(value).decode()


@lru_cache(maxsize=256)
def reader(kind: Any) -> Reader:
    """What makes a value of a type out of what JSON gives; raises WrongShape where that is none."""
    origin, parts = get_origin(kind), get_args(kind)
    if kind is Message:
        return _message
    if kind in _SCALARS:
        return _SCALARS[kind]
    if origin is Literal:
        return _literal(frozenset(parts))
    if origin in (Union, UnionType):
        return _union(parts)
    if origin is tuple:
        return _tuple(parts)
    if origin is dict:
        return _dict(*map(reader, parts))
    hints = get_type_hints(kind)
    names = [field.name for field in fields(kind)] if is_dataclass(kind) else list(kind._fields)
    return _record(kind, [reader(hints[name]) for name in names])


def _scalar(kind: type) -> Reader:
    def read(value: Any) -> Any:
        if type(value) is not kind:
            raise WrongShape(f"{value!r:.40} is no {kind.__name__}")
        return value

    return read


def _float(value: Any) -> float:
    if type(value) not in (int, float):
        raise WrongShape(f"{value!r:.40} is no number")
    return float(value)


def _bytes(value: Any) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (TypeError, ValueError) as error:
        raise WrongShape("no base64") from error


_SCALARS: dict[Any, Reader] = {
    str: _scalar(str),
    int: _scalar(int),
    bool: _scalar(bool),
    type(None): _scalar(type(None)),
    float: _float,
    bytes: _bytes,
}


def _literal(words: frozenset[Any]) -> Reader:
    def read(value: Any) -> Any:
        if type(value) is not str or value not in words:
            raise WrongShape(f"{value!r:.40} is none of {', '.join(sorted(words))}")
        return value

    return read


def _union(kinds: Sequence[Any]) -> Reader:
    """One of several types, of which at most one is no scalar."""
    scalars = {kind for kind in kinds if kind in (str, int, bool, float, type(None))}
    others = [reader(kind) for kind in kinds if kind not in scalars]
    known = scalars | ({int} if float in scalars else set())

    def read(value: Any) -> Any:
        if type(value) in known:
            return value
        if not others:
            raise WrongShape(f"{value!r:.40} has another type")
        return others[0](value)

    return read


def _tuple(parts: Sequence[Any]) -> Reader:
    if len(parts) == 2 and parts[1] is Ellipsis:
        each = reader(parts[0])

        def read(value: Any) -> Any:
            if type(value) is not list:
                raise WrongShape(f"{value!r:.40} is no list")
            return tuple(map(each, value))

        return read
    readers = list(map(reader, parts))

    def read_fixed(value: Any) -> Any:
        if type(value) is not list or len(value) != len(readers):
            raise WrongShape(f"{value!r:.40} is no list of {len(readers)}")
        return tuple([one(item) for one, item in zip(readers, value, strict=True)])

    return read_fixed


def _dict(key: Reader, each: Reader) -> Reader:
    def read(value: Any) -> Any:
        if type(value) is not dict:
            raise WrongShape(f"{value!r:.40} is no mapping")
        return {key(name): each(item) for name, item in value.items()}

    return read


def _record(kind: Any, readers: Sequence[Reader]) -> Reader:
    count = len(readers)

    def read(value: Any) -> Any:
        if type(value) is not list or len(value) != count:
            raise WrongShape(f"{value!r:.40} is no {kind.__name__}")
        return kind(*[one(item) for one, item in zip(readers, value, strict=True)])

    return read


def _message(value: Any) -> Message:
    if type(value) is not dict or len(value) != 1:
        raise WrongShape(f"{value!r:.40} is no message")
    ((code, values),) = value.items()
    if type(values) is not list or not all(type(pair) is list and len(pair) == 2 for pair in values):
        raise WrongShape(f"the message {code!r:.40} has no values")
    return Message(code, tuple((_SCALARS[str](name), _value(item)) for name, item in values))


def _value(item: Any) -> Value:
    if type(item) in (str, int):
        return item  # type: ignore[no-any-return]
    return tuple(map(_value, item)) if type(item) is list else _message(item)
