"""Object stores, through fsspec and its backends: an extra, imported when a URL asks for it.

Address and credentials of a store come from where its backend looks for them (AWS_…, OSS_ENDPOINT, FSSPEC_OSS_KEY and
the like, or fsspec's configuration files), in the workers as well as here; none are taken from a URL.
"""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from math import inf
from typing import TYPE_CHECKING, BinaryIO, Literal, NamedTuple

from juesuan_extract.batch.sources.location import Stamp, harmless
from juesuan_extract.errors import Unavailable, UnreadableDocument, UsageError
from juesuan_extract.read.pdf_file import read_all

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem


class Backend(NamedTuple):
    """What speaks to a kind of store. errors: what it raises when the store doesn't answer, besides OSError."""

    package: str
    errors: tuple[str, ...]


BACKENDS: Mapping[str, Backend] = {
    "oss": Backend("ossfs", ("oss2.exceptions:OssError",)),
    "s3": Backend("s3fs", ("botocore.exceptions:BotoCoreError", "aiohttp:ClientError", "http.client:HTTPException")),
}
_URL = re.compile(r"([a-z][a-z0-9+.-]+)://(.*)", re.I | re.S)


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """An object: `scheme` of its store, `key` with the bucket in front. See Place and Stored.

    tag: what the store said of its content when it was listed; empty for one that nobody has asked for yet.
    """

    scheme: str
    key: str
    tag: Stamp = field(default=(), compare=False)

    @property
    def path(self) -> str:
        """The URL."""
        return f"{self.scheme}://{self.key}"

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """See Stored. Every read is one request for just that part."""
        store = _store(self.scheme)
        with _told(self.scheme), store.open(self.key, "rb", cache_type="none") as file:
            yield file

    def stamp(self) -> Stamp:
        """See Place."""
        return self.tag

    def digest(self, limit: float = inf) -> Literal[""]:
        """Empty: the content is to reach the worker, and nobody else."""
        return ""

    def read(self) -> bytes:
        """See Place."""
        with self.open() as file:
            return read_all(file)


def split_url(text: str) -> tuple[str, str] | None:
    """Scheme and rest of a URL; None when it is none. C:\\x and s3:/x are none."""
    match = _URL.fullmatch(text)
    return (match[1].lower(), match[2]) if match else None


def public(rest: str) -> str:
    """What stands behind :// in a URL, without what may be a secret: credentials, query and fragment.

    >>> public("me:secret@bucket/a.pdf?X-Signature=abc")
    'bucket/a.pdf'
    """
    plain = re.split("[?#]", rest, maxsplit=1)[0]
    host, slash, path = plain.partition("/")
    return host.rpartition("@")[2] + slash + path


def remote_file(scheme: str, rest: str) -> RemoteFile:
    """The object a URL names, whether there is one or not; raises UsageError where no backend can read it."""
    _store(scheme)
    key = rest.strip("/")
    if not key:
        raise UsageError(f"{scheme}:// names no bucket", f"write {scheme}://BUCKET/FOLDER/")
    if key != public(key):  # not repeated: it would end up in a log
        advice = "set credentials in the environment, and leave them and everything behind ? out"
        raise UsageError(f"a {scheme}:// URL holds neither credentials nor a query", advice)
    return RemoteFile(scheme, key)


def listed(root: RemoteFile) -> list[tuple[str, RemoteFile]]:
    """Every object under a URL with its name relative to it, and the object itself, which has no name.

    Raises UnreadableDocument when nothing is there or the store doesn't answer.
    """
    store = _store(root.scheme)
    with _told(root.scheme):
        store.invalidate_cache()
        infos = store.find(root.key, detail=True)
    if not infos:
        raise UnreadableDocument("nothing is there", "check the URL")
    files = [
        RemoteFile(root.scheme, key, _tag(info))
        for key, info in ((str(name).lstrip("/"), info) for name, info in infos.items())
        if not key.endswith("/")
    ]
    return [(harmless(file.key.removeprefix(root.key)), file) for file in files]


def _tag(info: Mapping[str, object]) -> Stamp:
    """S3 and OSS give an object whose content changes another ETag."""
    tag = info.get("ETag")
    return (str(tag), str(info.get("size"))) if tag else ()


def _store(scheme: str) -> AbstractFileSystem:
    """What fsspec knows the store by; it keeps one for each scheme."""
    backend = BACKENDS.get(scheme)
    if backend is None:
        known = ", ".join(f"{name}://" for name in sorted({*BACKENDS, "file"}))
        raise UsageError(f"{scheme}:// can't be read", f"known are {known}")
    try:
        import fsspec

        import_module(backend.package)
    except ImportError as error:
        advice = "pip install 'juesuan-extract[remote]'"
        raise UsageError(f"{scheme}:// needs the package {backend.package} ({error})", advice) from error
    return fsspec.filesystem(scheme)


@contextmanager
def _told(scheme: str) -> Iterator[None]:
    """What a store raises as what it means for a document."""
    others = tuple(pkgutil.resolve_name(name) for name in BACKENDS[scheme].errors)
    try:
        yield
    except FileNotFoundError as error:
        raise Unavailable("no such object or bucket", "check the URL") from error
    except PermissionError as error:
        raise Unavailable("the store denies access", "check the credentials and what they allow") from error
    except (OSError, *others) as error:
        reason = f"can't be fetched: {error or type(error).__name__}"
        raise Unavailable(reason, "check the network, and the store's address and credentials") from error
