"""Ways to harm a PDF: every kind is one function of a random number generator and the bytes of a good file.

A mutant is the same for the same seed, number and fixtures, on every machine.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

from bench.bombs import BOMBS
from bench.surgery import Item, Pdf, put_together, taken_apart

Harm = Callable[[Random, bytes], bytes]

SMALL = 14  # so many of the smallest fixtures are taken most of the time
ANY = 0.15  # share of mutants that are made of any fixture
BOMB = 0.005  # share of hand-made hogs, which take seconds each
LEAST = 200  # bytes of a file that can be harmed again
MORE = 0.25  # share of mutants that are harmed once more, and of these again

NUMBERS = (
    b"0", b"-1", b"1", b"-0.0001", b"0.00000000001", b"1e30", b"-1e30", b"nan", b"inf", b"--7", b"1.2.3", b"14400.5",
    b"32768", b"-32769", b"65536", b"2147483647", b"2147483648", b"-2147483649", b"4294967296", b"99999999999",
    b"1" + b"0" * 30, b"-1" + b"0" * 30, b"3" * 400, b"0." + b"3" * 400, b"9223372036854775808",
)  # fmt: skip
BOXES = ("MediaBox", "CropBox", "BBox")
NAMES = (b"/Pages", b"/Page", b"/Catalog", b"/Font", b"/XObject", b"/Kids", b"/Parent", b"/Contents", b"/Resources")

_NUMBER = re.compile(rb"(?<![\w.<#-])-?\d+(?:\.\d+)?(?![\w.])")
_REFERENCE = re.compile(rb"(\d+) (\d+) R\b")
_STRING = re.compile(rb"<[0-9A-Fa-f\s]*>|\((?:\\.|[^\\()])*\)", re.DOTALL)
_OPERATION = re.compile(rb"[^\n]*\n")
_FIGURE = re.compile(rb"[\d.,-]{3,}")
_ENTRY = re.compile(rb"/\w+")


class Mutant(NamedTuple):
    """A harmed file and how it was made."""

    number: int
    fixture: str
    kinds: tuple[str, ...]
    data: bytes

    @property
    def name(self) -> str:
        """What its file is called."""
        return f"{self.number:06}-{'+'.join(self.kinds)}-{self.fixture}.pdf"


def mutant(seed: int, number: int, fixtures: Sequence[Path], only: Sequence[str] = ()) -> Mutant:
    """Mutant `number` of a seed. fixtures: good files, the smallest first; only: the kinds to draw from."""
    random = Random(f"{seed}/{number}")
    path = random.choice(fixtures if random.random() < ANY else fixtures[:SMALL])
    bombs = [kind for kind in BOMBS if kind in only] if only else list(BOMBS)
    harms = [kind for kind in HARMS if kind in only] if only else list(HARMS)
    if bombs and (not harms or random.random() < BOMB):
        kind = random.choice(bombs)
        return Mutant(number, "none", (kind,), BOMBS[kind](random))
    data, kinds = path.read_bytes(), []
    while len(data) > LEAST and (not kinds or random.random() < MORE):
        kinds.append(random.choice(harms))
        data = HARMS[kinds[-1]](random, data)
    return Mutant(number, path.stem, tuple(kinds), data)


# -- bytes ------------------------------------------------------------------------------------------------------------


def flip_bytes(random: Random, data: bytes) -> bytes:
    """One to some hundred bytes are others."""
    harmed = bytearray(data)
    for _ in range(random.choice((1, 2, 5, 20, 200))):
        harmed[random.randrange(len(harmed))] = random.randrange(256)
    return bytes(harmed)


def flip_bits(random: Random, data: bytes) -> bytes:
    """One bit in one to twenty bytes."""
    harmed = bytearray(data)
    for _ in range(random.randint(1, 20)):
        harmed[random.randrange(len(harmed))] ^= 1 << random.randrange(8)
    return bytes(harmed)


def truncate(random: Random, data: bytes) -> bytes:
    """The end is missing."""
    return data[: random.randrange(len(data))]


def behead(random: Random, data: bytes) -> bytes:
    """Behind the header something is missing."""
    return data[:9] + data[random.randrange(9, len(data) // 4) :]


def insert_garbage(random: Random, data: bytes) -> bytes:
    """Bytes of anything in between."""
    at = random.randrange(len(data))
    return data[:at] + random.randbytes(random.choice((1, 3, 100, 5000))) + data[at:]


def cut_out(random: Random, data: bytes) -> bytes:
    """A piece is missing."""
    at = random.randrange(len(data))
    return data[:at] + data[at + random.choice((1, 2, 50, 3000)) :]


def repeat_piece(random: Random, data: bytes) -> bytes:
    """A piece stands there twice."""
    at, size = random.randrange(len(data)), random.choice((10, 500, 20000))
    return data[: at + size] + data[at:]


def zero_piece(random: Random, data: bytes) -> bytes:
    """A piece of zeros, as a download leaves it."""
    at, size = random.randrange(len(data)), random.choice((16, 512, 4096))
    return data[:at] + bytes(min(size, len(data) - at)) + data[at + size :]


def other_line_ends(random: Random, data: bytes) -> bytes:
    """Line ends changed, as a transfer as text does it."""
    return data.replace(b"\n", b"\r\n") if random.random() < 0.5 else data.replace(b"\r", b"\n")


def break_xref(random: Random, data: bytes) -> bytes:
    """The cross-reference table points elsewhere."""
    at = data.rfind(b"xref", 0, max(0, data.rfind(b"startxref")))
    head, table = data[: max(0, at)], bytearray(data[max(0, at) :])
    for _ in range(random.choice((1, 5, 50))):
        place = random.randrange(len(table))
        if chr(table[place]).isdigit():
            table[place] = ord(random.choice("0123456789"))
    return head + bytes(table)


# -- objects ----------------------------------------------------------------------------------------------------------


def _some(random: Random, pdf: Pdf, *parts: bytes) -> int | None:
    places = pdf.places(*parts)
    return random.choice(places) if places else None


def _changed_body(random: Random, data: bytes, parts: Sequence[bytes], change: Callable[[bytes], bytes]) -> bytes:
    """One object whose body holds some parts, with another body; the file unchanged when there is none."""
    pdf = taken_apart(data)
    place = _some(random, pdf, *parts)
    if place is None:
        return data
    item = pdf.items[place]
    return put_together(pdf.with_item(place, item._replace(body=change(item.body))))


def _one_replaced(
    random: Random, pattern: re.Pattern[bytes], text: bytes, new: Callable[[re.Match[bytes]], bytes]
) -> bytes:
    found = list(pattern.finditer(text))
    if not found:
        return text
    match = random.choice(found)
    return text[: match.start()] + new(match) + text[match.end() :]


def swap_objects(random: Random, data: bytes) -> bytes:
    """Two objects have each other's numbers."""
    pdf = taken_apart(data)
    if len(pdf.items) < 2:
        return data
    one, other = random.sample(range(len(pdf.items)), 2)
    a, b = pdf.items[one], pdf.items[other]
    swapped = pdf.with_item(one, a._replace(number=b.number)).with_item(other, b._replace(number=a.number))
    return put_together(swapped)


def swap_streams(random: Random, data: bytes) -> bytes:
    """Two objects have each other's streams."""
    pdf = taken_apart(data)
    places = [place for place, item in enumerate(pdf.items) if item.stream is not None]
    if len(places) < 2:
        return data
    one, other = random.sample(places, 2)
    a, b = pdf.items[one], pdf.items[other]
    assert a.stream is not None
    assert b.stream is not None
    return put_together(pdf.with_item(one, a.with_stream(b.stream)).with_item(other, b.with_stream(a.stream)))


def drop_object(random: Random, data: bytes) -> bytes:
    """An object is not there."""
    pdf = taken_apart(data)
    if not pdf.items:
        return data
    gone = random.randrange(len(pdf.items))
    return put_together(pdf._replace(items=(*pdf.items[:gone], *pdf.items[gone + 1 :])))


def null_object(random: Random, data: bytes) -> bytes:
    """An object is something else: null, a number, an array, an empty dictionary."""
    other = random.choice((b"null", b"0", b"[]", b"<<>>", b"(x)", b"/x", b"true", b"[null null]", b"1e30"))
    return _changed_body(random, data, (), lambda _: other)


def other_reference(random: Random, data: bytes) -> bytes:
    """A reference goes to another object, to itself, or nowhere."""
    pdf = taken_apart(data)
    if not pdf.items:
        return data
    number = random.choice([*(item.number for item in pdf.items), 0, 9_999_999])
    return _changed_body(
        random, data, (b" R",), lambda body: _one_replaced(random, _REFERENCE, body, lambda _: b"%d 0 R" % number)
    )


def page_loop(random: Random, data: bytes) -> bytes:
    """A page tree in which a node is its own child, or has another parent."""
    pdf = taken_apart(data)
    nodes = [pdf.items[place].number for place in pdf.places(b"/Kids")]
    if not nodes:
        return data
    loop = b"%d 0 R" % random.choice(nodes)
    if random.random() < 0.3:
        return _changed_body(
            random, data, (b"/Parent",), lambda b: re.sub(rb"/Parent\s+\d+ \d+ R", b"/Parent " + loop, b)
        )
    return _changed_body(
        random,
        data,
        (b"/Kids",),
        lambda b: b.replace(b"/Kids[", b"/Kids [").replace(b"/Kids [", b"/Kids [" + loop + b" ", 1),
    )


def form_loop(random: Random, data: bytes) -> bytes:
    """A form that draws itself, on one of the pages."""
    pdf = taken_apart(data)
    page = _some(random, pdf, b"/Page", b"/Contents")
    places = [place for place, item in enumerate(pdf.items) if item.draws]
    if page is None or not places:
        return data
    place, number = random.choice(places), pdf.free_number
    content = pdf.items[place].plain or b""
    resources = b"<< /XObject << /Loop %d 0 R >> >>" % number
    form = Item(number, b"<< /Type /XObject /Subtype /Form /BBox [0 0 999 999] /Resources %b /Length 0 >>" % resources)
    form = form._replace(stream=b"").with_plain(b"/Loop Do q /Loop Do Q " * (2 if random.random() < 0.1 else 1))
    item = pdf.items[page]
    body = re.sub(
        rb"/Resources\s*(?:\d+ \d+ R|<<)",
        lambda m: b"/Resources " + resources + (b" /Old <<" if m[0].endswith(b"<<") else b""),
        item.body,
        count=1,
    )
    drawing = pdf.items[place].with_plain(b"/Loop Do\n" + content)
    return put_together(pdf.with_item(page, item._replace(body=body)).with_item(place, drawing).added(form))


def wild_box(random: Random, data: bytes) -> bytes:
    """A box of a page or form with a number that nobody expects, or with four."""
    box = random.choice(BOXES).encode()
    numbers = [random.choice((*NUMBERS, b"0", b"595", b"842")) for _ in range(random.choice((4, 4, 4, 3, 5, 0)))]
    new = b"/%b [%b]" % (box, b" ".join(numbers))

    def change(body: bytes) -> bytes:
        without = re.sub(rb"/%b\s*\[[^\]]*\]" % box, b"", body)
        return without.replace(b"<<", b"<< " + new, 1)

    if random.random() < 0.4:
        return _changed_body(random, data, (b"/" + box,), lambda b: _within(random, b, box))
    return _changed_body(random, data, (b"/Page",), change)


def _within(random: Random, body: bytes, key: bytes) -> bytes:
    """One number of the array at a key is wild."""
    return re.sub(
        rb"/%b\s*\[[^\]]*\]" % key,
        lambda m: _one_replaced(random, _NUMBER, m[0], lambda _: random.choice(NUMBERS)),
        body,
        count=1,
    )


def turn_page(random: Random, data: bytes) -> bytes:
    """A page turned by any angle, in any unit."""
    angle = random.choice((b"90", b"180", b"270", b"-90", b"45", b"360", b"450", *NUMBERS))
    unit = random.choice((b"", b"", b" /UserUnit " + random.choice((b"2", *NUMBERS))))

    def change(body: bytes) -> bytes:
        return re.sub(rb"/Rotate\s+\S+", b"", body).replace(b"<<", b"<< /Rotate %b%b " % (angle, unit), 1)

    return _changed_body(random, data, (b"/Page", b"/Contents"), change)


def wild_number(random: Random, data: bytes) -> bytes:
    """A number in some dictionary: a count, a length, a width, an object number."""
    return _changed_body(
        random, data, (), lambda b: _one_replaced(random, _NUMBER, b, lambda _: random.choice(NUMBERS))
    )


def other_name(random: Random, data: bytes) -> bytes:
    """A key or a name is another."""
    pdf = taken_apart(data)
    names = [name for item in pdf.items for name in _ENTRY.findall(item.body)]
    name = random.choice([*names, *NAMES])
    return _changed_body(random, data, (b"/",), lambda b: _one_replaced(random, _ENTRY, b, lambda _: name))


def wild_font(random: Random, data: bytes) -> bytes:
    """Widths, ascent and descent, encoding of a font."""
    keys = (
        b"/W",
        b"/Widths",
        b"/DW",
        b"/Ascent",
        b"/Descent",
        b"/FontBBox",
        b"/FirstChar",
        b"/Encoding",
        b"/FontMatrix",
    )
    return _changed_body(
        random,
        data,
        (random.choice(keys),),
        lambda b: _one_replaced(random, _NUMBER, b, lambda _: random.choice(NUMBERS)),
    )


# -- streams ----------------------------------------------------------------------------------------------------------


def _changed_stream(random: Random, data: bytes, change: Callable[[Item], Item]) -> bytes:
    pdf = taken_apart(data)
    places = [place for place, item in enumerate(pdf.items) if item.stream]
    if not places:
        return data
    place = random.choice(places)
    return put_together(pdf.with_item(place, change(pdf.items[place])))


def corrupt_stream(random: Random, data: bytes) -> bytes:
    """Bytes of a stream as it is stored are others; the file around it is right."""

    def change(item: Item) -> Item:
        return item._replace(stream=flip_bytes(random, item.stream or b"?"))

    return _changed_stream(random, data, change)


def truncate_stream(random: Random, data: bytes) -> bytes:
    """The end of a stream is missing."""

    def change(item: Item) -> Item:
        stored = item.stream or b""
        return item.with_stream(stored[: random.randrange(len(stored) + 1)])

    return _changed_stream(random, data, change)


def other_filter(random: Random, data: bytes) -> bytes:
    """A stream said to be stored in another way."""
    names = (b"ASCIIHexDecode", b"ASCII85Decode", b"LZWDecode", b"RunLengthDecode", b"DCTDecode", b"JPXDecode")
    name = b"/" + random.choice((*names, b"JBIG2Decode", b"CCITTFaxDecode", b"Crypt", b"None"))
    deep = b"[" + b" ".join([b"/FlateDecode"] * random.choice((2, 10, 1000))) + b"]"

    def change(item: Item) -> Item:
        return item.with_stream(item.stream or b"", random.choice((name, deep)))

    return _changed_stream(random, data, change)


def predicted(random: Random, data: bytes) -> bytes:
    """A stream with parameters of a predictor that nobody applied."""
    columns, colours = random.choice((b"1", b"5", *NUMBERS)), random.choice((b"1", b"3", *NUMBERS))
    parts = (random.choice((b"2", b"12", b"15")), columns, colours, random.choice((b"8", b"16", *NUMBERS)))
    new = b"<< /DecodeParms << /Predictor %b /Columns %b /Colors %b /BitsPerComponent %b >> " % parts
    return _changed_stream(random, data, lambda item: item._replace(body=item.body.replace(b"<<", new, 1)))


def spoilt_end(random: Random, data: bytes) -> bytes:
    """A stream whose checksum is wrong or whose end is a stored block of garbage."""

    def change(item: Item) -> Item:
        content = item.plain
        if content is None:
            return item
        squeezer = zlib.compressobj()
        stored = squeezer.compress(content) + squeezer.flush(zlib.Z_FULL_FLUSH) + random.randbytes(40)
        return item.with_plain(b"").with_stream(stored)

    return _changed_stream(random, data, change)


# -- what is drawn ----------------------------------------------------------------------------------------------------


def _drawn(random: Random, data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """One drawing stream with other content, deflated anew; the long ones, which are tables, more often."""
    pdf = taken_apart(data)
    places = [place for place, item in enumerate(pdf.items) if item.draws]
    if not places:
        return data
    weights = [len(pdf.items[place].stream or b"") for place in places]
    place = random.choices(places, weights)[0]
    return put_together(pdf.with_item(place, pdf.items[place].with_plain(change(pdf.items[place].plain or b""))))


def wild_operand(random: Random, data: bytes) -> bytes:
    """One to ten numbers of a drawing are wild: places, sizes, matrices, colours, text rendering modes."""

    def change(content: bytes) -> bytes:
        for _ in range(random.choice((1, 1, 3, 10))):
            content = _one_replaced(random, _NUMBER, content, lambda _: random.choice(NUMBERS))
        return content

    return _drawn(random, data, change)


def shifted_operand(random: Random, data: bytes) -> bytes:
    """One to thirty numbers of a drawing are a little more or less."""

    def shifted(match: re.Match[bytes]) -> bytes:
        return b"%.2f" % (float(match[0]) + random.choice((-30, -8, -3, -1, 1, 3, 8, 30)))

    def change(content: bytes) -> bytes:
        for _ in range(random.choice((1, 3, 30))):
            content = _one_replaced(random, _NUMBER, content, shifted)
        return content

    return _drawn(random, data, change)


def other_text(random: Random, data: bytes) -> bytes:
    """One to three texts are others: of another place, or with two bytes exchanged."""

    def change(content: bytes) -> bytes:
        texts = [match[0] for match in _STRING.finditer(content)]
        for _ in range(random.choice((1, 1, 2, 3))):
            content = _one_replaced(random, _STRING, content, lambda _: random.choice(texts))
        return content

    return _drawn(random, data, change)


def swap_texts(random: Random, data: bytes) -> bytes:
    """Two texts of a page stand in each other's places."""

    def change(content: bytes) -> bytes:
        found = list(_STRING.finditer(content))
        if len(found) < 2:
            return content
        one, other = sorted(random.sample(found, 2), key=lambda m: m.start())
        middle = content[one.end() : other.start()]
        return content[: one.start()] + other[0] + middle + one[0] + content[other.end() :]

    return _drawn(random, data, change)


def lose_texts(random: Random, data: bytes) -> bytes:
    """One to some texts are empty."""

    def change(content: bytes) -> bytes:
        for _ in range(random.choice((1, 1, 2, 10))):
            content = _one_replaced(random, _STRING, content, lambda m: b"<>" if m[0][:1] == b"<" else b"()")
        return content

    return _drawn(random, data, change)


def lose_operations(random: Random, data: bytes) -> bytes:
    """Some lines of a drawing are missing: rulings, fonts, beginnings and ends of texts."""

    def change(content: bytes) -> bytes:
        for _ in range(random.choice((1, 5, 50))):
            content = _one_replaced(random, _OPERATION, content, lambda _: b"")
        return content

    return _drawn(random, data, change)


def repeat_operations(random: Random, data: bytes) -> bytes:
    """A run of lines of a drawing stands there twice, or a thousand times."""

    def change(content: bytes) -> bytes:
        lines = content.splitlines(keepends=True) or [b""]
        at = random.randrange(len(lines))
        run = lines[at : at + random.choice((1, 10, 100))]
        return b"".join([*lines[:at], *run * random.choice((2, 2, 10, 1000)), *lines[at:]])

    return _drawn(random, data, change)


def shuffle_operations(random: Random, data: bytes) -> bytes:
    """Two runs of lines of a drawing are exchanged."""

    def change(content: bytes) -> bytes:
        lines = content.splitlines(keepends=True)
        one, other, size = (
            random.randrange(len(lines) or 1),
            random.randrange(len(lines) or 1),
            random.choice((1, 5, 40)),
        )
        lines[one : one + size], lines[other : other + size] = lines[other : other + size], lines[one : one + size]
        return b"".join(lines)

    return _drawn(random, data, change)


def half_drawn(random: Random, data: bytes) -> bytes:
    """A drawing ends early; what there is of it is whole."""
    return _drawn(random, data, lambda content: content[: random.randrange(len(content) + 1)])


def strange_operations(random: Random, data: bytes) -> bytes:
    """Operators in odd places: matrices without an inverse, unbalanced states, clips, hidden text, unending arrays."""
    odd = (
        b"0 0 0 0 0 0 cm\n", b"1e30 0 0 1e30 0 0 cm\n", b"1 0 0 1 1e20 0 cm\n", b"0 1 -1 0 0 0 cm\n", b"Q Q Q Q\n",
        b"q q q q q\n", b"BT BT BT\n", b"ET ET\n", b"0 0 0 0 re W n\n", b"3 Tr\n", b"7 Tr\n", b"1 1 1 rg\n", b"0 Tz\n",
        b"-100 Tz\n", b"1e10 Tc\n", b"-1e10 TL\n", b"[[[[[[[\n", b"<<<<<<\n", b"(((((\n",
        b"BI /W 99999 /H 99999 ID EI\n", b"0.1 0 0 0.1 0 0 cm\n", b"1 0 0 -1 0 842 cm\n",
        b"0.7 0.7 -0.7 0.7 0 0 cm\n", b"/X 1e30 Tf\n", b"1e9 Ts\n",
    )  # fmt: skip

    def change(content: bytes) -> bytes:
        lines = content.splitlines(keepends=True)
        for _ in range(random.choice((1, 1, 3))):
            lines.insert(random.randrange(len(lines) + 1), random.choice(odd))
        return b"".join(lines)

    return _drawn(random, data, change)


def break_tounicode(random: Random, data: bytes) -> bytes:
    """A table of glyphs and characters: lost, with two entries exchanged, with bytes that are others."""
    pdf = taken_apart(data)
    places = [place for place, item in enumerate(pdf.items) if b"begincmap" in (item.plain or b"")]
    if not places:
        return data
    place = random.choice(places)
    content = pdf.items[place].plain or b""
    found = re.findall(rb"<[0-9A-Fa-f]+>", content)
    for _ in range(random.choice((1, 2, 10))):
        how = random.randrange(4)
        if how == 0:
            content = _one_replaced(random, _STRING, content, lambda _: random.choice(found or [b"<>"]))
        elif how == 1:
            odd = random.choice((b"<D800>", b"<FFFE>", b"<0000>", b"<DBFFDFFF>", b"<>", b"<" + b"0041" * 200 + b">"))
            content = _one_replaced(random, _STRING, content, lambda _, odd=odd: odd)  # type: ignore[misc]
        elif how == 2:
            content = flip_bytes(random, content)
        else:
            content = content[: random.randrange(len(content) + 1)] or b"x"
    return put_together(pdf.with_item(place, pdf.items[place].with_plain(content)))


def change_figures(random: Random, data: bytes) -> bytes:
    """Digits of plain texts are others. What is printed changes; glyphs that have other codes stay."""

    def other(match: re.Match[bytes]) -> bytes:
        return bytes(
            random.choice(b"0123456789") if chr(c).isdigit() and random.random() < 0.4 else c for c in match[0]
        )

    def change(content: bytes) -> bytes:
        for _ in range(random.choice((1, 1, 2, 6))):
            content = _one_replaced(
                random, _STRING, content, lambda m: _FIGURE.sub(other, m[0]) if m[0][:1] == b"(" else _hex(random, m[0])
            )
        return content

    return _drawn(random, data, change)


def _hex(random: Random, text: bytes) -> bytes:
    """A text in hex with one digit that is another."""
    if len(text) < 3:
        return text
    at = random.randrange(1, len(text) - 1)
    return text[:at] + random.choice((b"0", b"1", b"2", b"3", b"A", b"F")) + text[at + 1 :]


HARMS: Mapping[str, Harm] = {
    harm.__name__: harm
    for harm in (
        flip_bytes, flip_bits, truncate, behead, insert_garbage, cut_out, repeat_piece, zero_piece, other_line_ends,
        break_xref, swap_objects, swap_streams, drop_object, null_object, other_reference, page_loop, form_loop,
        wild_box, turn_page, wild_number, other_name, wild_font, corrupt_stream, truncate_stream, other_filter,
        predicted, spoilt_end, wild_operand, shifted_operand, other_text, swap_texts, lose_texts, lose_operations,
        repeat_operations, shuffle_operations, half_drawn, strange_operations, break_tounicode, change_figures,
    )
}  # fmt: skip
