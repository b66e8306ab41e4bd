"""A PDF taken apart into its objects, and put together again: enough of the format to harm it in chosen places."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Sequence
from typing import NamedTuple

_BEGIN = re.compile(rb"(?<!\d)(\d{1,7}) (\d{1,5}) obj\b")
_STREAM = re.compile(rb"stream\r?\n")
_STREAM_END = re.compile(rb"\r?\n?endstream\s*endobj")
_END = re.compile(rb"\s*endobj")
_TRAILER = re.compile(rb"trailer\s*(<<.*?>>)\s*startxref", re.DOTALL)
_LENGTH = re.compile(rb"/Length\s+\d+(?:\s+\d+\s+R)?")
_FILTER = re.compile(rb"/Filter\s*(?:\[[^\]]*\]|/\w+)")


class Item(NamedTuple):
    """An indirect object. body: all of it, or what stands before its stream; stream: as stored."""

    number: int
    body: bytes
    stream: bytes | None = None

    @property
    def plain(self) -> bytes | None:
        """The stream's content; None where there is none, or a filter that is not worth undoing."""
        if self.stream is None or b"/Predictor" in self.body or b"/Image" in self.body:
            return None
        data = self.stream
        try:
            if b"/ASCII85Decode" in self.body:
                data = base64.a85decode(data.strip().removesuffix(b"~>"))
            return zlib.decompress(data) if b"/FlateDecode" in self.body else data
        except (ValueError, binascii.Error, zlib.error):
            return None

    def with_plain(self, content: bytes) -> Item:
        """The object with other content in its stream, deflated."""
        return self.with_stream(zlib.compress(content), b"/FlateDecode")

    def with_stream(self, stored: bytes, name: bytes | None = None) -> Item:
        """The object with other bytes stored in its stream; name: its filter from now on."""
        body = _LENGTH.sub(b"/Length %d" % len(stored), self.body, count=1)
        if name is not None and not _FILTER.search(body):
            body = body.replace(b"<<", b"<< /Filter " + name, 1)
        elif name is not None:
            body = _FILTER.sub(lambda _: b"/Filter " + name, body, count=1)
        return self._replace(body=body, stream=stored)

    @property
    def draws(self) -> bool:
        """Whether its stream draws text or lines: a page's content or a form."""
        content = self.plain
        return content is not None and (b" Tf" in content or b" re" in content) and b"begincmap" not in content


class Pdf(NamedTuple):
    """All objects of a file and its trailer dictionary."""

    items: tuple[Item, ...]
    trailer: bytes

    def with_item(self, place: int, item: Item) -> Pdf:
        """The same file with another object at a place."""
        return self._replace(items=(*self.items[:place], item, *self.items[place + 1 :]))

    def added(self, *items: Item) -> Pdf:
        """The same file with further objects."""
        return self._replace(items=(*self.items, *items))

    @property
    def free_number(self) -> int:
        """The least object number above all that are in use."""
        return max((item.number for item in self.items), default=0) + 1

    def places(self, *parts: bytes) -> list[int]:
        """Places of the objects whose bodies contain all of some parts."""
        return [place for place, item in enumerate(self.items) if all(part in item.body for part in parts)]


def taken_apart(data: bytes) -> Pdf:
    """The objects of a file in the order in which they stand; those inside object streams stay there."""
    items = []
    at = 0
    while begin := _BEGIN.search(data, at):
        number, start = int(begin[1]), begin.end()
        end = _END.search(data, start)
        if end is None:
            break
        stream = _STREAM.search(data, start, end.end())
        last = _STREAM_END.search(data, stream.end()) if stream else None
        if stream and last:
            items.append(Item(number, data[start : stream.start()].strip(), data[stream.end() : last.start()]))
            at = last.end()
        else:
            items.append(Item(number, data[start : end.start()].strip()))
            at = end.end()
    trailers = _TRAILER.findall(data)
    return Pdf(tuple(items), trailers[-1] if trailers else b"<<>>")


def put_together(pdf: Pdf) -> bytes:
    """A file of these objects with a cross-reference table that is right; of equal numbers the last counts."""
    parts = [b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"]
    at = len(parts[0])
    places: dict[int, int] = {}
    for item in pdf.items:
        places[item.number] = at
        stream = b"" if item.stream is None else b"\nstream\n" + item.stream + b"\nendstream"
        parts.append(b"%d 0 obj\n%b%b\nendobj\n" % (item.number, item.body, stream))
        at += len(parts[-1])
    size = max(places, default=0) + 1
    parts.append(b"xref\n0 1\n0000000000 65535 f \n")
    parts += [b"%d 1\n%010d 00000 n \n" % (number, places[number]) for number in sorted(places)]
    trailer = re.sub(rb"/(?:Size|Prev|XRefStm)\s+\d+", b"", pdf.trailer).replace(b"<<", b"<< /Size %d " % size, 1)
    parts.append(b"trailer\n%b\nstartxref\n%d\n%%%%EOF\n" % (trailer, at))
    return b"".join(parts)


def written(bodies: Sequence[bytes | Item]) -> bytes:
    """A file of objects numbered from 1, of which the first is the catalogue."""
    items = [b if isinstance(b, Item) else Item(n, b) for n, b in enumerate(bodies, 1)]
    return put_together(Pdf(tuple(items), b"<< /Root 1 0 R >>"))
