"""What must hold of parsing whatever comes: the properties that hypothesis and atheris try to break."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import numpy as np

from juesuan_extract.model.page import Chars, Page
from juesuan_extract.read.grid import find_grids
from juesuan_extract.read.pdfium.objects import rulings_of
from juesuan_extract.values.amounts import MOST as MOST_FEN
from juesuan_extract.values.amounts import UNITS, format_yuan, parse
from juesuan_extract.values.codes import full_code
from juesuan_extract.values.labels import chinese_year, label, normal, row_name, squeeze, strip_ordinal, unify_radicals

WIDTH, HEIGHT = 595.0, 842.0
MOST = 60  # rulings and characters; more make it slow and nothing new

Four = tuple[float, float, float, float]


def amount(text: str) -> None:
    """A printed cell is an amount, a blank, a dash or text, and an amount is the digits that are printed."""
    found = parse(text)
    assert (found.kind == "blank") == (text == "")
    if found.kind != "amount":
        assert (found.value, found.decimals, found.odd) == (0, 0, False)
        return
    digits = "".join(chr(ord(c) - 0xFEE0) if "０" <= c <= "９" else c for c in text if c not in ",，")
    assert "".join(re.findall("[0-9]", digits)).lstrip("0") == str(abs(found.value)).lstrip("0")
    for unit in UNITS:
        fen = found.fen(unit)
        assert type(fen) is int
        assert abs(fen) >= MOST_FEN or parse(format_yuan(fen)).fen("元") == fen
        assert 2 * abs(fen * 10**found.decimals - found.value * UNITS[unit]) <= 10**found.decimals


def words(text: str) -> None:
    """Normal forms stay as they are when they are made again, and nothing is put into a name."""
    marks = any(unicodedata.combining(char) for char in unicodedata.normalize("NFKC", text))  # join what is before them
    for form in (squeeze, unify_radicals) if marks else (squeeze, unify_radicals, normal, label):
        assert form(form(text)) == form(text), form.__name__
    assert text.endswith(strip_ordinal(text))
    assert bool(strip_ordinal(text)) == bool(text)
    assert len(row_name(text)) <= len(unify_radicals(squeeze(text)))
    year = chinese_year(text)
    assert year is None or 1990 <= year <= 2099


def code(printed: str, above: str) -> None:
    """A code is the digits of its printed parts, completed by the row above, or nothing; in full it is itself."""
    printed, above = (re.sub("[^0-9|]", "", text) for text in (printed, above))
    found = full_code(printed, full_code(above, ""))
    assert re.fullmatch(r"[0-9]*", found)
    assert len(found) <= max(len(printed), 7)
    assert full_code(found, full_code(above, "")) == found


def grid(lines: Sequence[Four], boxes: Sequence[Four], text: str) -> None:
    """Tables of any rulings: no place is in two cells, and no character is read twice or made up."""
    straight = np.array(lines, dtype=np.float64).reshape(-1, 4)
    placed = np.array(boxes, dtype=np.float64).reshape(-1, 4)
    upright = np.hstack((np.minimum(placed[:, :2], placed[:, 2:]), np.maximum(placed[:, :2], placed[:, 2:])))
    chars = Chars(text[: len(boxes)].ljust(len(boxes), "1"), upright)
    corners = np.hstack((np.minimum(straight[:, :2], straight[:, 2:]), np.maximum(straight[:, :2], straight[:, 2:])))
    grids, left = find_grids(Page(1, WIDTH, HEIGHT, chars, rulings_of(corners, WIDTH, HEIGHT)))
    for each in grids:
        covered = np.zeros((len(each.ys) - 1, len(each.xs) - 1), dtype=int)
        for cell in each.cells:
            covered[cell.row : cell.row + cell.row_span, cell.column : cell.column + cell.column_span] += 1
            assert cell.row_span > 0
            assert cell.column_span > 0
        assert (covered == 1).all()
        assert list(each.xs) == sorted(each.xs)
        assert list(each.ys) == sorted(each.ys)
    read = sorted("".join([*(cell.text for each in grids for cell in each.cells), *(line.text for line in left)]))
    rest = list(chars.text)
    for char in read:
        rest.remove(char)  # fails where one is read twice or was not there
