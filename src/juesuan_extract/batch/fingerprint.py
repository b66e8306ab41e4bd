"""What a result rests on besides the content of the file: while that stays the same, so does the result.

The program counts with its code, not only its number, and the knowledge with its meaning: a comment in a YAML file
changes nothing. Jobs and the order of things count for nothing.
"""

from __future__ import annotations

import dataclasses
import hashlib
import sys
from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

import juesuan_extract
from juesuan_extract.batch.work import Brief
from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.options import Options

PROOF = ("identities", "absent", "confidence")  # knowledge that is asked for accounts only, not to find them
_LIBRARIES = ("camelot-py", "jinja2", "numpy", "opencv-python-headless", "pdfminer.six", "pdfplumber", "pypdfium2")


class Basis(NamedTuple):
    """Fingerprints. account: of all there is; other: without the knowledge that a document without an account doesn't
    touch; limits: of all, with the bounds at which a document is given up."""

    account: str
    other: str
    limits: str

    def of(self, accounts: Sequence[Brief]) -> str:
        """What a document rests on that was read to its end."""
        return self.other if accounts[0].status == "not_final_account" else self.account


def basis_of(catalog: Catalog, options: Options, *limits: float | None) -> Basis:
    """The basis of a run."""
    chosen = dataclasses.replace(options, schemas="")  # where the knowledge is kept doesn't matter
    common = (program(), repr(chosen))
    known = {field.name: repr(getattr(catalog, field.name)) for field in dataclasses.fields(catalog)}
    other = _digest(*common, *(text for name, text in known.items() if name not in PROOF))
    account = _digest(*common, *known.values())
    return Basis(account, other, _digest(account, repr(limits)))


@lru_cache(maxsize=1)
def program() -> str:
    """This program: its version and code, and the libraries that read and write with it."""
    root = Path(juesuan_extract.__file__).parent
    code = hashlib.sha256()
    for path in sorted(_code(root)):
        code.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    libraries = (f"{name} {_version(name)}" for name in _LIBRARIES)
    return _digest(juesuan_extract.__version__, code.hexdigest(), *libraries, repr(sys.version_info[:2]))


def _code(root: Path) -> Iterable[Path]:
    return (path for path in root.rglob("*.*") if path.suffix in {".py", ".j2", ".js", ".css"})


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:  # installed under another name
        return ""


def _digest(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode("utf-8", "surrogatepass")).hexdigest()
