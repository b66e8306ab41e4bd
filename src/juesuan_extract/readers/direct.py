"""PDFium's functions that are called once for every character or object, without the cost of ctypes' pointer types."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any


def direct(function: Any) -> Callable[..., Any]:
    """A function of `pypdfium2.raw` that takes and gives pointers as plain addresses (int; None for a null pointer).

    Building and checking pointer objects takes as long as these short calls themselves; with addresses a call takes
    half the time. The interpreter's lock is kept, because PDFium is used by one thread at a time anyway.
    """
    arguments = [ctypes.c_void_p if _is_pointer(kind) else kind for kind in function.argtypes]
    result = ctypes.c_void_p if _is_pointer(function.restype) else function.restype
    start = ctypes.cast(function, ctypes.c_void_p).value
    assert start is not None
    return ctypes.PYFUNCTYPE(result, *arguments)(start)


def address(pointer: Any) -> int:
    """Where a ctypes pointer points to."""
    return ctypes.cast(pointer, ctypes.c_void_p).value or 0


def _is_pointer(kind: Any) -> bool:
    return hasattr(kind, "contents") or kind is ctypes.c_void_p
