"""Where to load to: URLs and bare paths. A password is never shown, also not when the URL is no good."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import unquote

from juesuan_extract.errors import UsageError

DatabaseKind = Literal["duckdb", "sqlite", "postgresql"]

DEFAULT_FILE = "juesuan.duckdb"  # in OUT
_SUFFIXES: dict[str, DatabaseKind] = {".duckdb": "duckdb", ".db": "sqlite", ".sqlite": "sqlite", ".sqlite3": "sqlite"}
_SCHEMES: dict[str, DatabaseKind] = {
    "duckdb": "duckdb",
    "sqlite": "sqlite",
    "postgresql": "postgresql",
    "postgres": "postgresql",
}
# stricter than libpq, which would take a part of a password with @, / or : for a host, and name it in its errors
_SERVER = re.compile(
    r"(?:(?P<user>[^:/?#@\s]*)(?::(?P<password>[^:/?#@\s]*))?@)?"
    r"(?P<host>[^/?#@\s]*)(?:/(?P<name>[^/?#@\s:]*))?(?:\?[^#\s]*)?"
)
_HOST = re.compile(r"(?:\[[0-9a-fA-F:.]+\]|[^\[\]:]*)(?::\d*)?")
_SECRET = re.compile(r"[?&](?:ssl)?password=([^&]*)")
KNOWN = (
    "known are duckdb:///FILE, sqlite:///FILE, postgresql://USER@HOST/DATABASE, and paths in .duckdb, .db or .sqlite"
)


@dataclass(frozen=True, slots=True)
class Target:
    """A database. path: of an embedded one; url: of a server; shown: what messages may say of it."""

    kind: DatabaseKind
    shown: str
    path: Path = Path()
    url: str = field(default="", repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)

    def hide(self, text: str) -> str:
        """A message without the passwords."""
        for secret in sorted(self.secrets, key=len, reverse=True):
            text = text.replace(secret, "***")
        return text


def parse_target(text: str, out: Path) -> Target:
    """The database that `text` names, OUT/juesuan.duckdb where it is empty; raises UsageError.

    Three slashes lead to a relative path, four to an absolute one.
    """
    if not text:
        return _file("duckdb", out / DEFAULT_FILE)
    scheme, colon, rest = text.partition("://")
    if not colon:
        kind = _SUFFIXES.get(Path(text).suffix.lower())
        if kind is None:
            raise UsageError("the database isn't named by a URL, nor by a path whose ending is known", KNOWN)
        return _file(kind, Path(text))
    kind = _SCHEMES.get(scheme.lower())
    if kind is None:
        raise UsageError("no database of this scheme can be loaded", KNOWN)
    return _server(text, rest) if kind == "postgresql" else _embedded(kind, rest)


def _embedded(kind: DatabaseKind, rest: str) -> Target:
    if not rest.startswith("/") or rest == "/":
        raise UsageError(f"a {kind} URL names a file after three slashes", f"write {kind}:///FILE")
    return _file(kind, Path(unquote(rest[1:])))


def _file(kind: DatabaseKind, path: Path) -> Target:
    if path.is_dir():
        raise UsageError(f"{path} is a folder, and a database is a file", "name a file in it")
    if not path.parent.is_dir():
        raise UsageError(f"there is no folder {path.parent}", "check the path")
    return Target(kind, str(path), path)


def _server(text: str, rest: str) -> Target:
    match = _SERVER.fullmatch(rest)
    if match is None or not all(_HOST.fullmatch(host) for host in match["host"].split(",")):
        raise UsageError(
            "the URL of the database isn't understood", "write @ as %40, : as %3A and / as %2F in user and password"
        )
    found = [match["password"] or "", *_SECRET.findall(text)]
    secrets = {form for secret in found if secret for form in (secret, unquote(secret))}
    user = f"{match['user']}@" if match["user"] else ""
    shown = f"postgresql://{user}{match['host']}/{match['name'] or ''}"
    return Target("postgresql", shown, url=text, secrets=tuple(secrets))
