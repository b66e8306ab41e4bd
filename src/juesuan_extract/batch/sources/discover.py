"""From what is given (files, folders, archives, lists, URLs) to a sorted list of documents with names that are theirs
alone."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from juesuan_extract.batch.sources.archives import members
from juesuan_extract.batch.sources.location import LocalFile, Location, Refused, harmless, refused
from juesuan_extract.batch.sources.remote import RemoteFile, listed, public, remote_file, split_url
from juesuan_extract.errors import UnreadableDocument, UsageError
from juesuan_extract.read.pdf_file import read_all, unreadable

StrPath = str | os.PathLike[str]
Wanted = Callable[[str], bool]

GLOB = ("*.pdf",)
ARCHIVE = ".zip"
LIST = ".txt"


class Source(NamedTuple):
    """One document to convert.

    name: path relative to the folder or archive's folder given, / separated, NFC. place: where its bytes are.
    """

    name: str
    place: Location


def discover(given: Sequence[StrPath], glob: Sequence[str] = GLOB) -> list[Source]:
    """Every document of the files, folders, zip archives, lists of paths and URLs given, sorted by name.

    Folders are searched recursively, links to folders not followed, archives inside archives not opened. `glob`:
    patterns, matched from the right whatever the case, for the files of folders and archives; an archive in a folder is
    opened where one matches it. A folder named x.pdf is listed, so that it gets its row, and is searched as well. A
    document reached twice is listed once. Raises UsageError where there is nothing of that name, and when nothing is
    found at all.
    """
    wanted = _matcher(glob)
    found: dict[Location, Source] = {}
    for root in given:
        for source in _under(os.fspath(root), wanted):
            found.setdefault(source.place, source)
    if not found:
        places = ", ".join(readable(os.fspath(root)) for root in given)
        what = "PDF" if tuple(glob) == GLOB else "file that matches " + ", ".join(glob)
        raise UsageError(f"no {what} in {places}", "give a folder that holds *.pdf files, or the files themselves")
    return sorted(_distinct(found.values()), key=lambda source: source.name)


def readable(path: str) -> str:
    """A path as text that can be written anywhere: NFC, bytes that are no UTF-8 as \\xNN."""
    return unicodedata.normalize("NFC", os.fsencode(path).decode("utf-8", "backslashreplace"))


def _matcher(glob: Sequence[str]) -> Wanted:
    patterns = [unicodedata.normalize("NFC", pattern).lower() for pattern in glob]
    if not all(PurePosixPath(pattern).parts for pattern in patterns):
        raise UsageError("an empty --glob", "give a pattern like '*.pdf' or '2023/*.pdf'")

    def wanted(name: str) -> bool:
        path = PurePosixPath(name.lower())
        return any(path.match(pattern) for pattern in patterns)

    return wanted


def _under(root: str, wanted: Wanted) -> Iterator[Source]:
    """What a source of the command stands for; raises where it stands for nothing."""
    if url := split_url(root):
        scheme, rest = url
        if scheme != "file":
            try:
                yield from _remote(remote_file(scheme, rest), rest.endswith("/"), wanted)
            except UnreadableDocument as error:
                raise UnreadableDocument(f"{scheme}://{public(rest)}: {error}", error.advice) from error
            return
        root = _file_url(rest)
    path = os.path.abspath(root)
    if not os.path.lexists(path):
        raise UsageError(f"no such file or folder: {readable(path)}", "check the path")
    name = readable(os.path.basename(path))
    if os.path.isdir(path):
        yield from _folder(path, "", wanted)
    elif path.lower().endswith(LIST):
        yield from _list(path, wanted)
    else:
        yield from _file(LocalFile(path), name, wanted)


def _file_url(rest: str) -> str:
    """The path of file:///x%20y.pdf."""
    host, slash, path = rest.partition("/")
    if host not in ("", "localhost") or not slash:
        raise UsageError(f"file://{rest} names another machine", "write file:///FOLDER/FILE, or the path itself")
    if "%00" in path:
        raise UsageError(f"file://{rest} holds a NUL", "write file:///FOLDER/FILE, or the path itself")
    return os.fsdecode(unquote_to_bytes(slash + path))


def _file(file: LocalFile | RemoteFile, name: str, wanted: Wanted) -> Iterator[Source]:
    """A file, whatever its name, or the members of an archive."""
    if not name.lower().endswith(ARCHIVE):
        yield Source(name, file)
        return
    try:
        for inner, place in members(file, wanted):
            yield Source(f"{name}/{inner}", place)
    except UnreadableDocument as error:
        yield Source(name, refused(file.path, error))


def _folder(root: str, base: str, wanted: Wanted) -> Iterator[Source]:
    """The files of a folder and of all folders in it, which may be nested deeper than Python's stack."""
    pending = [root]
    while pending:
        folder = pending.pop()
        try:
            with os.scandir(folder) as entries:
                content = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
        except OSError as error:
            reason = unreadable(Path(folder), error)
            name = _relative(folder, root, base) + "/"
            yield Source(name, Refused(folder, f"the folder can't be listed: {reason}", reason.advice))
            continue
        for entry_name, searched in content:
            path = os.path.join(folder, entry_name)
            name = _relative(path, root, base)
            if searched:
                pending.append(path)
            if not wanted(name):
                continue
            if not os.path.isdir(path):
                yield from _file(LocalFile(path), name, wanted)
            elif name.lower().endswith(".pdf"):
                yield Source(name, LocalFile(path))


def _relative(path: str, root: str, base: str) -> str:
    inner = "" if path == root else readable(os.path.relpath(path, root)).replace(os.sep, "/")
    return "/".join(filter(None, (base, inner)))


def _remote(root: RemoteFile, folder: bool, wanted: Wanted) -> Iterator[Source]:
    """An object or all objects under a prefix. A name that is wanted is taken for an object's, without asking."""
    name = harmless(root.key).rpartition("/")[2]
    if not folder and "/" in root.key and (wanted(name) or name.lower().endswith(ARCHIVE)):
        yield from _file(root, name, wanted)
        return
    for inner, file in listed(root):
        if not inner:
            yield from _file(file, name, wanted)
        elif wanted(inner):
            yield from _file(file, inner, wanted)


def _list(path: str, wanted: Wanted) -> Iterator[Source]:
    """What a text file lists, one path or URL in a line; a line that leads nowhere costs its own row."""
    for number, line in _lines(path):
        name = f"{readable(os.path.basename(path))}:{number}"
        try:
            yield from _listed(line.decode(), os.path.dirname(path), wanted)
        except UnicodeDecodeError as error:
            advice = "save the list as UTF-8 (Notepad: 另存为, 编码 UTF-8); it may be in GBK or UTF-16 now"
            yield Source(name, Refused(f"{path}:{number}", f"a line that is not UTF-8 (byte {error.start})", advice))
        except UsageError as error:
            yield Source(name, Refused(f"{path}:{number}", str(error), error.advice))


def _listed(line: str, folder: str, wanted: Wanted) -> Iterator[Source]:
    """What one line of a list stands for; raises UsageError where it stands for nothing."""
    if "\0" in line:
        raise UsageError("a line that is no text", "give one path or URL in a line, in UTF-8")
    url = split_url(line)
    if url and url[0] != "file":
        try:
            yield from _remote(remote_file(*url), line.endswith("/"), wanted)
        except UnreadableDocument as error:
            shown = public(url[1])
            yield Source(harmless(shown) + "/", refused(f"{url[0]}://{shown}", error))
        return
    entry = os.path.abspath(os.path.join(folder, _file_url(url[1]) if url else line))
    relative = os.path.relpath(entry, folder)
    inside = relative != os.pardir and not relative.startswith(os.pardir + os.sep)
    if os.path.isdir(entry):
        yield from _folder(entry, "" if relative == os.curdir or not inside else readable(relative), wanted)
    else:
        yield from _file(LocalFile(entry), readable(relative if inside else os.path.basename(entry)), wanted)


def _lines(path: str) -> Iterator[tuple[int, bytes]]:
    """Lines with what to read, and their numbers; raises UsageError where the list as a whole can't be read."""
    try:
        with LocalFile(path).open() as file:
            data = read_all(file).removeprefix(b"\xef\xbb\xbf")
    except UnreadableDocument as error:
        raise UsageError(f"the list {readable(path)}: {error}", error.advice) from error
    lines = [(number, line.strip(b" \t\r")) for number, line in enumerate(data.split(b"\n"), 1)]
    lines = [(number, line) for number, line in lines if line and not line.startswith(b"#")]
    if lines and not any(map(_is_text, (line for _, line in lines))):
        advice = "save it as UTF-8 (Notepad: 另存为, 编码 UTF-8); it may be in GBK or UTF-16 now"
        raise UsageError(f"the list {readable(path)} is no text in UTF-8", advice)
    yield from lines


def _is_text(line: bytes) -> bool:
    try:
        return "\0" not in line.decode()
    except UnicodeDecodeError:
        return False


def _distinct(found: Iterable[Source]) -> Iterator[Source]:
    """Names made unique: documents of the same name get as many parent folders as it takes, then a number."""
    groups: dict[str, list[Source]] = {}
    for source in found:
        groups.setdefault(source.name, []).append(source)
    taken: set[str] = set()
    for name, group in sorted(groups.items()):
        for source in sorted(_with_parents(name, group), key=lambda source: (source.name, source.place.path)):
            unique, number = source.name, 1
            while unique in taken:
                number += 1
                unique = f"{source.name}~{number}"
            taken.add(unique)
            yield source._replace(name=unique)


def _with_parents(name: str, group: list[Source]) -> list[Source]:
    if len(group) == 1:
        return group
    paths = [harmless(readable(source.place.path).replace(os.sep, "/")).split("/") for source in group]
    depths = range(name.count("/") + 1, max(map(len, paths)) + 1)
    depth = max(depths, key=lambda depth: len({tuple(path[-depth:]) for path in paths}))  # the first of the best
    return [source._replace(name="/".join(path[-depth:])) for source, path in zip(group, paths, strict=True)]
