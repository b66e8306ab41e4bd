"""From the folders and files given to a sorted list of documents with names that are theirs alone."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from juesuan_extract.errors import UsageError
from juesuan_extract.intake import unreadable

StrPath = str | os.PathLike[str]


class Source(NamedTuple):
    """One document to convert.

    name: path relative to the folder given, / separated, NFC. path: where to open it, absolute. error: why nothing can
    be opened there, where that is known already.
    """

    name: str
    path: str
    error: str = ""


def discover(given: Sequence[StrPath]) -> list[Source]:
    """Every PDF of the folders (recursively, links to folders not followed) and every file given, sorted by name.

    A folder named x.pdf is listed, so that it gets its row, and is searched as well. A file reached twice is listed
    once. Raises UsageError where there is nothing of that name, and when no PDF is found at all.
    """
    found: dict[str, Source] = {}
    for root in given:
        for source in _under(os.path.abspath(root)):
            found.setdefault(source.path, source)
    if not found:
        places = ", ".join(readable(os.fspath(root)) for root in given)
        raise UsageError(f"no PDF in {places}", "give a folder that holds *.pdf files, or the files themselves")
    return sorted(_distinct(found.values()))


def readable(path: str) -> str:
    """A path as text that can be written anywhere: NFC, bytes that are no UTF-8 as \\xNN."""
    return unicodedata.normalize("NFC", os.fsencode(path).decode("utf-8", "backslashreplace"))


def _under(root: str) -> Iterator[Source]:
    if not os.path.lexists(root):
        raise UsageError(f"no such file or folder: {readable(root)}", "check the path")
    if not os.path.isdir(root):
        yield Source(readable(os.path.basename(root)), root)
        return
    problems: list[OSError] = []
    for folder, folders, files in os.walk(root, onerror=problems.append):
        for name in (*folders, *files):
            if name.lower().endswith(".pdf"):
                path = os.path.join(folder, name)
                yield Source(_relative(path, root), path)
    for problem in problems:
        path = os.path.join(root, os.fspath(problem.filename or root))
        reason = unreadable(Path(path), problem)
        yield Source(_relative(path, root) + "/", path, f"the folder can't be listed: {reason}; {reason.advice}")


def _relative(path: str, root: str) -> str:
    return readable(os.path.relpath(path, root)).replace(os.sep, "/")


def _distinct(found: Iterable[Source]) -> Iterator[Source]:
    """Names made unique: documents of the same name get as many parent folders as it takes, then a number."""
    groups: dict[str, list[Source]] = {}
    for source in found:
        groups.setdefault(source.name, []).append(source)
    taken: set[str] = set()
    for name, group in sorted(groups.items()):
        for source in sorted(_with_parents(name, group)):
            unique, number = source.name, 1
            while unique in taken:
                number += 1
                unique = f"{source.name}~{number}"
            taken.add(unique)
            yield source._replace(name=unique)


def _with_parents(name: str, group: list[Source]) -> list[Source]:
    if len(group) == 1:
        return group
    paths = [readable(source.path).replace(os.sep, "/").strip("/").split("/") for source in group]
    depths = range(name.count("/") + 1, max(map(len, paths)) + 1)
    depth = max(depths, key=lambda depth: len({tuple(path[-depth:]) for path in paths}))  # the first of the best
    return [source._replace(name="/".join(path[-depth:])) for source, path in zip(group, paths, strict=True)]
