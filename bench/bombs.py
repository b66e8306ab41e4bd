"""Small files, written by hand, that ask for more time or memory than anybody has."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from random import Random

from bench.surgery import Item, written

FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
TITLE = "支出决算表"
# the title as a Chinese font that is not embedded draws it
_TITLE = b"BT /C 12 Tf 60 800 Td <%b> Tj ET\n" % TITLE.encode("utf-16-be").hex().encode()
_CHINESE = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [<< /Type /Font "
    b"/Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 "
    b"/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> >>] >>"
)


def page(content: bytes, box: bytes = b"0 0 595 842", more: bytes = b"", *others: Item) -> bytes:
    """A file of one page; more: of its XObjects, whose numbers begin at 5."""
    resources = b"<< /Font << /F %b /C %b >> /XObject << %b >> >>" % (FONT, _CHINESE, more)
    body = b"<< /Type /Page /Parent 2 0 R /MediaBox [%b] /Contents 4 0 R /Resources %b >>" % (box, resources)
    stream = Item(4, b"<< /Length 0 >>", b"").with_plain(content)
    return written(
        [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", body, stream, *others]
    )


@lru_cache(maxsize=8)
def deflated(piece: bytes, megabytes: int) -> bytes:
    """A zlib stream of so many MB of a piece again and again; it is made in no time and ends without its checksum."""
    squeezer = zlib.compressobj(9)
    block = (piece * ((1 << 20) // len(piece) + 1))[: 1 << 20]
    first = squeezer.compress(block) + squeezer.flush(zlib.Z_FULL_FLUSH)
    later = squeezer.compress(block) + squeezer.flush(zlib.Z_FULL_FLUSH)
    return first + later * (megabytes - 1)


def _inflating(random: Random, piece: bytes) -> bytes:
    stream = Item(4, b"<< /Filter /FlateDecode /Length 0 >>", b"").with_stream(
        deflated(piece, random.choice((50, 300, 1000)))
    )
    body = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F %b >> >> >>"
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    return written([b"<< /Type /Catalog /Pages 2 0 R >>", pages, body % FONT, stream])


def spaces(random: Random) -> bytes:
    """A content stream of a gigabyte of spaces."""
    return _inflating(random, b" ")


def rectangles(random: Random) -> bytes:
    """A content stream of a hundred million rectangles."""
    return _inflating(random, b"1 1 9 9 re f\n")


def texts(random: Random) -> bytes:
    """A content stream of texts without end."""
    return _inflating(random, b"BT /F 9 Tf 50 50 Td (353.06) Tj ET\n")


def states(random: Random) -> bytes:
    """Graphics states saved without end."""
    return _inflating(random, b"q ")


def twice_deflated(random: Random) -> bytes:
    """A bomb in a bomb: a few hundred bytes that unfold in two steps."""
    inner = zlib.compress(deflated(b" ", 1000), 9)
    stream = Item(4, b"<< /Filter [/FlateDecode /FlateDecode] /Length %d >>" % len(inner), inner)
    body = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>"
    return written([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", body, stream])


def long_line(random: Random) -> bytes:
    """A page named like a table with a million characters."""
    count = random.choice((100_000, 1_000_000))
    line = b"BT /F 1 Tf 10 %d Td (%b) Tj ET\n"
    return page(
        _TITLE + b"".join(line % (700 - i % 700, b"353.06 " * 100) for i in range(count // 700)) + _lines(20, 20)
    )


def _lines(across: int, down: int, step: float = 4.0) -> bytes:
    """Rulings that cross one another."""
    width, height = down * step, across * step
    lines = [b"5 %g m %g %g l S" % (5 + i * step, 5 + width, 5 + i * step) for i in range(across)]
    lines += [b"%g 5 m %g %g l S" % (5 + i * step, 5 + i * step, 5 + height) for i in range(down)]
    return b"\n".join(lines) + b"\n"


def fine_grid(random: Random) -> bytes:
    """A table of a million cells and more on a page as large as the format allows."""
    count = random.choice((300, 1000, 1900))
    content = _TITLE + b"BT /F 3 Tf 12 12 Td (353.06) Tj ET\n" + _lines(count, count)
    return page(content, b"0 0 14000 14000")


def staircase(random: Random) -> bytes:
    """Rulings of which each touches the next alone."""
    count = random.choice((300, 1500))
    lines = b"".join(
        b"%g %g m %g %g l S %g %g m %g %g l S\n"
        % (4 * i, 4 * i, 4 * i + 4, 4 * i, 4 * i + 4, 4 * i, 4 * i + 4, 4 * i + 4)
        for i in range(count)
    )
    return page(_TITLE + b"BT /F 3 Tf 12 12 Td (353.06) Tj ET\n" + lines, b"0 0 14000 14000")


def many_lines(random: Random) -> bytes:
    """A page of unruled lines of figures below a table's title."""
    count = random.choice((2000, 20_000))
    lines = b"".join(
        b"BT /F 2 Tf 60 %g Td (20%05d) Tj 200 0 Td (353.06) Tj 90 0 Td (%d.00) Tj ET\n" % (13_000 - 0.6 * i, i, i)
        for i in range(count)
    )
    return page(lines + _TITLE.replace(b"60 800", b"60 13500"), b"0 0 2000 14000")


def forms(random: Random) -> bytes:
    """A form that draws ten forms that draw ten forms each, and so on."""
    depth, times = random.choice(((5, 10), (12, 10), (30, 2)))
    made = []
    for level in range(depth):
        number = 5 + level
        inner = b"/Resources << /XObject << /X %d 0 R >> >>" % (number + 1)
        form = Item(number, b"<< /Type /XObject /Subtype /Form /BBox [0 0 595 842] /Length 0 %b >>" % inner, b"")
        made.append(form.with_plain(b"/X Do " * times if level < depth - 1 else b"1 1 9 9 re f 0 0 m 500 0 l S"))
    return page(b"/X Do", b"0 0 595 842", b"/X 5 0 R", *made)


def picture(random: Random) -> bytes:
    """A picture of a billion pixels in a kilobyte."""
    side = random.choice((5_000, 30_000, 65_000))
    data = deflated(b"\0", 1)
    body = b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceRGB /BitsPerComponent 8 " % (
        side,
        side,
    )
    image = Item(5, body + b"/Filter /FlateDecode /Length %d >>" % len(data), data)
    return page(
        _TITLE + b"q 595 0 0 842 0 0 cm /X Do Q BT /F 9 Tf 60 700 Td (353.06) Tj ET", b"0 0 595 842", b"/X 5 0 R", image
    )


def deep_pages(random: Random) -> bytes:
    """A page tree of ten thousand levels."""
    depth = random.choice((500, 10_000))
    nodes = [b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % number for number in range(3, 3 + depth)]
    leaf = b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] >>" % (2 + depth)
    return written([b"<< /Type /Catalog /Pages 2 0 R >>", *nodes, leaf])


def many_pages(random: Random) -> bytes:
    """A page that is there a hundred thousand times."""
    count = random.choice((5_000, 100_000))
    kids = b"3 0 R " * count
    body = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F %b >> >> >>"
    stream = Item(4, b"<< /Length 0 >>", b"").with_plain(b"BT /F 9 Tf 50 50 Td (353.06) Tj ET")
    pages = b"<< /Type /Pages /Kids [%b] /Count %d >>" % (kids, count)
    return written([b"<< /Type /Catalog /Pages 2 0 R >>", pages, body % FONT, stream])


def huge_count(random: Random) -> bytes:
    """A page tree that says it has a billion pages."""
    count = random.choice((100_000, 1_048_575, 2_000_000_000, -5))
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count %d >>" % count
    body = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"
    return written([b"<< /Type /Catalog /Pages 2 0 R >>", pages, body])


def nested(random: Random) -> bytes:
    """Arrays or dictionaries in one another, a hundred thousand levels deep."""
    depth = random.choice((400, 100_000))
    inside = random.choice((b"[" * depth + b"]" * depth, b"<< /A " * depth + b">>" * depth, b"[" * depth))
    body = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources %b >>" % inside
    stream = Item(4, b"<< /Length 0 >>", b"").with_plain(inside)
    return written([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", body, stream])


def endless_xref(random: Random) -> bytes:
    """Cross-reference tables that point to one another."""
    data = page(b"BT /F 9 Tf 50 50 Td (353.06) Tj ET")
    at = data.rindex(b"xref\n0")
    return data.replace(b"trailer\n<<", b"trailer\n<< /Prev %d" % at)


def empty_xref_stream(random: Random) -> bytes:
    """A cross-reference stream that says it has two billion entries."""
    size = random.choice((b"2147483647", b"4294967295", b"99999999999"))
    data = zlib.compress(bytes(40))
    stream = b"<< /Type /XRef /Size %b /W [1 2 1] /Index [0 %b] /Root 1 0 R /Filter /FlateDecode /Length %d >>" % (
        size, size, len(data),
    )  # fmt: skip
    head = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    head += b"2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n"
    end = b"\nstream\n%b\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % (data, len(head))
    return head + b"3 0 obj\n" + stream + end


def object_streams(random: Random) -> bytes:
    """An object stream that says it holds a billion objects and extends itself."""
    data = zlib.compress(b"5 0 6 10 << /A 1 >> << /B 2 >>")
    body = b"<< /Type /ObjStm /N 1000000000 /First 9 /Extends 3 0 R /Filter /FlateDecode /Length %d >>" % len(data)
    pages = b"<< /Type /Pages /Kids [5 0 R] /Count 1 >>"
    return written([b"<< /Type /Catalog /Pages 2 0 R >>", pages, Item(3, body, data)])


def long_figures(random: Random) -> bytes:
    """A table whose figures have ten thousand digits, or separators and signs without end."""
    figure = random.choice(
        (b"9" * 5000, b"1" + b",000" * 2000, b"-" * 5000, b"0." + b"1" * 5000, b"(" * 3000, b"1" * 25)
    )
    rows = [(b"201", b"353.06"), (b"20101", figure), (b"2010101", b"353.06")]
    content = _TITLE + _lines(5, 4, 100)
    for i, (code, amount) in enumerate(rows):
        content += b"BT /F 0.02 Tf 15 %d Td (%b) Tj 100 0 Td (%b) Tj 100 0 Td (%b) Tj ET\n" % (
            150 + 100 * i,
            code,
            amount,
            amount,
        )
    return page(content)


BOMBS: Mapping[str, Callable[[Random], bytes]] = {
    bomb.__name__: bomb
    for bomb in (
        spaces, rectangles, texts, states, twice_deflated, long_line, fine_grid, staircase, many_lines, forms, picture,
        deep_pages, many_pages, huge_count, nested, endless_xref, empty_xref_stream, object_streams, long_figures,
    )
}  # fmt: skip
