"""What a result rests on besides the content of the file: while that stays the same, so does the result.

Two kinds of results, two kinds of fingerprints: of what was read of a document, and of each thing that is made of it.
So a colour of the report makes no document be read again. The program counts with its code, not only its number, and
the knowledge with its meaning: a comment in a YAML file changes nothing. Jobs and the order of things count for
nothing.
"""

from __future__ import annotations

import dataclasses
import hashlib
import sys
from collections.abc import Iterable
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

import juesuan_extract
from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.model.account import Status
from juesuan_extract.options import Options

PROOF = ("identities", "absent", "confidence")  # knowledge that is asked for accounts only, not to find them
WORDS = ("messages",)  # knowledge that only what is made of an account asks for

_CODE = (".py", ".j2", ".js", ".css")
_READING = (
    "errors.py", "options.py", "model", "values", "knowledge", "recognise", "read", "locate", "map", "verify", "repair",
    "pipeline.py", "batch/workers/task.py",
)  # fmt: skip
_READERS = ("camelot-py", "numpy", "opencv-python-headless", "pdfminer.six", "pdfplumber", "pypdfium2")
# What each part of a piece is made by: code, and libraries.
_MAKERS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "brief": (("say", "batch/work.py"), ()),
    "tables": (
        ("emit/columns.py", "emit/contract.py", "emit/csv_parquet.py", "emit/doubts.py", "emit/files.py",
         "emit/holdings.py", "emit/piece.py", "emit/proof.py", "emit/rows.py"),
        ("pyarrow",),
    ),
    "report": (("emit/report", "emit/piece.py", "say"), ("jinja2",)),
    "run": (("emit/run_json.py", "emit/piece.py"), ()),
}  # fmt: skip


class Basis(NamedTuple):
    """Fingerprints of what is read. account: of all there is; other: without the knowledge that a document without an
    account doesn't touch; limits: of all, with the bounds at which a document is given up."""

    account: str
    other: str
    limits: str

    def of(self, status: Status) -> str:
        """What a document of this status rests on that was read to its end."""
        return self.other if status == "not_final_account" else self.account


def basis_of(catalog: Catalog, options: Options, *limits: float | None) -> Basis:
    """The basis of a run."""
    chosen = dataclasses.replace(options, schemas="")  # where the knowledge is kept doesn't matter
    common = (reading(), repr(chosen))
    names = (field.name for field in dataclasses.fields(catalog) if field.name not in WORDS)
    known = {name: repr(getattr(catalog, name)) for name in names}
    other = _digest(*common, *(text for name, text in known.items() if name not in PROOF))
    account = _digest(*common, *known.values())
    return Basis(account, other, _digest(account, repr(limits)))


def makers(catalog: Catalog) -> dict[str, str]:
    """The fingerprint of each part of a piece: whoever makes it, and the words that it uses."""
    words = repr(catalog.messages)
    return {
        part: _digest(juesuan_extract.__version__, words, code_of(*code), *map(_version, libraries), _python())
        for part, (code, libraries) in _MAKERS.items()
    }


@lru_cache(maxsize=1)
def reading() -> str:
    """What reads documents: version and code of this program, and the libraries that read with it."""
    libraries = (f"{name} {_version(name)}" for name in _READERS)
    return _digest(juesuan_extract.__version__, code_of(*_READING), *libraries, _python())


@lru_cache(maxsize=1)
def program() -> str:
    """All of this program, where two machines must have the same."""
    return _digest(juesuan_extract.__version__, code_of(""), _python())


@lru_cache(maxsize=16)
def code_of(*parts: str) -> str:
    """A digest of the code in these folders and files of the package."""
    root = Path(juesuan_extract.__file__).parent
    code = hashlib.sha256()
    for path in sorted({path for part in parts for path in _files(root / part)}):
        code.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return code.hexdigest()


def _files(path: Path) -> Iterable[Path]:
    return (found for found in path.rglob("*.*") if found.suffix in _CODE) if path.is_dir() else [path]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:  # installed under another name
        return ""


def _python() -> str:
    return repr(sys.version_info[:2])


def _digest(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode("utf-8", "surrogatepass")).hexdigest()
