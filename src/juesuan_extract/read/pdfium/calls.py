"""PDFium's functions that are called once for every character or object, without the cost of ctypes' pointer types."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np


def direct(function: Any) -> Callable[..., Any]:
    """A function of `pypdfium2.raw` that takes and gives pointers as plain addresses (int; None for a null pointer).

    Building and checking pointer objects takes as long as these short calls themselves; with addresses a call takes
    half the time. An index, which is never negative, is passed like an address: ctypes takes longer to check that an
    int is none. The interpreter's lock is kept, because PDFium is used by one thread at a time anyway.
    """
    as_address = [_is_pointer(kind) or kind is ctypes.c_int for kind in function.argtypes]
    arguments = [ctypes.c_void_p if same else kind for same, kind in zip(as_address, function.argtypes, strict=True)]
    result = ctypes.c_void_p if _is_pointer(function.restype) else function.restype
    start = ctypes.cast(function, ctypes.c_void_p).value
    assert start is not None
    return ctypes.PYFUNCTYPE(result, *arguments)(start)


def ask(function: Callable[..., Any], *arguments: Iterable[Any]) -> np.ndarray:
    """The numbers that a function gives for many arguments; `map` calls it without a step of the interpreter each."""
    return np.fromiter(map(function, *arguments), dtype=np.int64)


def rows_of(table: np.ndarray) -> range:
    """Where the rows of a new array are, for PDFium to write to."""
    start = table.ctypes.data
    return range(start, start + table.nbytes, table.shape[1] * table.itemsize)


def columns_of(table: np.ndarray) -> list[range]:
    """Where the values of a new array are, column by column."""
    rows = rows_of(table)
    return [range(rows.start + n, rows.stop + n, rows.step) for n in range(0, rows.step, table.itemsize)]


def address(pointer: Any) -> int:
    """Where a ctypes pointer points to."""
    return ctypes.cast(pointer, ctypes.c_void_p).value or 0


def _is_pointer(kind: Any) -> bool:
    return hasattr(kind, "contents") or kind is ctypes.c_void_p
