"""Chinese departmental final accounts (部门决算) from PDF to proven, normalised tables.

    from juesuan_extract import read_pdf
    doc = read_pdf("x.pdf")
    doc["gk03"]  # 支出决算表 as a pandas DataFrame, amounts in 元

The names below are loaded when first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from juesuan_extract.api.document import Document, read_folder, read_pdf
    from juesuan_extract.batch.convert import convert
    from juesuan_extract.options import Options

__version__ = "0.1.0"
__all__ = ["Document", "Options", "__version__", "convert", "read_folder", "read_pdf"]

_HOME = {
    "Document": "juesuan_extract.api.document",
    "Options": "juesuan_extract.options",
    "convert": "juesuan_extract.batch",
    "read_folder": "juesuan_extract.api.document",
    "read_pdf": "juesuan_extract.api.document",
}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
