"""Any table of merged cells is found back from its rulings, and every character in the cell where it stands."""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from juesuan_extract.model.page import Chars, Page, Rulings
from juesuan_extract.read.grid import find_grids
from juesuan_extract.values.geometry import cluster, to_displayed

Rectangle = tuple[int, int, int, int]  # row, column, end row, end column
SIZE = 6.0  # pt of a character
INK = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏闰余成岁律吕调阳"


class Drawn(NamedTuple):
    """A table as it is drawn."""

    xs: list[float]
    ys: list[float]
    cells: list[Rectangle]

    def box(self, cell: Rectangle) -> tuple[float, float, float, float]:
        row, column, row_end, column_end = cell
        return self.xs[column], self.ys[row], self.xs[column_end], self.ys[row_end]


@st.composite
def tables(draw: st.DrawFn) -> Drawn:
    """A grid of up to 6 × 5 in which rectangles are merged; every inner edge is drawn somewhere."""
    rows, columns = draw(st.integers(2, 6)), draw(st.integers(2, 5))
    size = st.floats(14, 60, allow_nan=False).map(lambda v: round(v, 1))
    xs = list(accumulate(draw(st.lists(size, min_size=columns, max_size=columns)), initial=40.0))
    ys = list(accumulate(draw(st.lists(size, min_size=rows, max_size=rows)), initial=50.0))
    taken = np.zeros((rows, columns), dtype=bool)
    cells = []
    for r in range(rows):
        for c in range(columns):
            if taken[r, c]:
                continue
            r1, c1 = draw(st.integers(r + 1, min(rows, r + 2))), draw(st.integers(c + 1, min(columns, c + 3)))
            while taken[r:r1, c:c1].any():
                c1 -= 1
            taken[r:r1, c:c1] = True
            cells.append((r, c, r1, c1))
    return Drawn(xs, ys, cells)


def edges_in_use(drawn: Drawn) -> Drawn:
    """The same table without edges at which no cell ends: nobody can see them."""
    rows = sorted({r for cell in drawn.cells for r in (cell[0], cell[2])})
    columns = sorted({c for cell in drawn.cells for c in (cell[1], cell[3])})
    cells = [(rows.index(r), columns.index(c), rows.index(r1), columns.index(c1)) for r, c, r1, c1 in drawn.cells]
    return Drawn([drawn.xs[c] for c in columns], [drawn.ys[r] for r in rows], cells)


def page(drawn: Drawn, shuffle: st.DataObject, texts: list[str]) -> Page:
    """The four sides of every cell as rulings, and a text in the upper left of each."""
    horizontal, vertical, boxes = [], [], []
    for cell, text in zip(drawn.cells, texts, strict=True):
        x0, y0, x1, y1 = drawn.box(cell)
        horizontal += [(y0, x0, x1), (y1, x0, x1)]
        vertical += [(x0, y0, y1), (x1, y0, y1)]
        boxes += [(x0 + 1 + i * SIZE, y0 + 2, x0 + 1 + (i + 1) * SIZE, y0 + 2 + SIZE) for i in range(len(text))]
    order = shuffle.draw(st.permutations(range(len(horizontal))))
    rulings = Rulings(np.array(horizontal)[list(order)], np.array(vertical)[list(order)])
    return Page(1, 600.0, 800.0, Chars("".join(texts), np.array(boxes)), rulings)


@given(tables(), st.data())
def test_every_cell_is_found_back_with_its_text(table: Drawn, data: st.DataObject) -> None:
    drawn = edges_in_use(table)
    if len(drawn.cells) < 2 or (len(drawn.xs) == 2 and len(drawn.ys) == 2):
        return
    texts = [data.draw(st.sampled_from(["", "1", "12", "甲", "甲乙"])) for _ in drawn.cells]
    texts[0] = texts[0] or "甲"
    (grid,), lines = find_grids(page(drawn, data, texts))
    assert lines == []
    assert list(map(round, grid.xs)) == list(map(round, drawn.xs))
    assert list(map(round, grid.ys)) == list(map(round, drawn.ys))
    found = {(c.row, c.column, c.row + c.row_span, c.column + c.column_span): c.text for c in grid.cells}
    assert found == dict(zip(drawn.cells, texts, strict=True))
    assert grid.doubts == ()


@given(tables(), st.data())
def test_cells_cover_the_table_once(table: Drawn, data: st.DataObject) -> None:
    drawn = edges_in_use(table)
    if len(drawn.cells) < 2 or (len(drawn.xs) == 2 and len(drawn.ys) == 2):
        return
    (grid,), _ = find_grids(page(drawn, data, [INK[i % len(INK)] for i in range(len(drawn.cells))]))
    covered = np.zeros((len(grid.ys) - 1, len(grid.xs) - 1), dtype=int)
    for cell in grid.cells:
        covered[cell.row : cell.row + cell.row_span, cell.column : cell.column + cell.column_span] += 1
        assert cell.ink is None or (cell.box.x0 <= cell.ink.x0 and cell.ink.bottom <= cell.box.bottom)
    assert (covered == 1).all()
    assert sum(len(cell.text) for cell in grid.cells) == len(drawn.cells), "no character is lost or read twice"


@given(st.lists(st.floats(0, 1000, allow_nan=False), max_size=40), st.floats(0.1, 20))
def test_clusters_are_apart_and_their_values_together(values: list[float], gap: float) -> None:
    means, labels = cluster(np.array(values, dtype=np.float64), gap)
    assert len(labels) == len(values)
    assert all(a <= b for a, b in pairwise(means.tolist()))
    ordered = sorted(zip(values, labels.tolist(), strict=True))
    for (a, one), (b, other) in pairwise(ordered):
        assert (one == other) == (b - a <= gap)


SIDE = st.floats(0, 500, allow_nan=False, width=16)


@given(st.tuples(SIDE, SIDE, SIDE, SIDE), st.integers(0, 3))
def test_a_turned_page_keeps_what_it_shows(corners: tuple[float, float, float, float], turns: int) -> None:
    matrix, width, height = to_displayed((0.0, 0.0, 500.0, 700.0), turns)
    assert (width, height) == ((500.0, 700.0) if turns % 2 == 0 else (700.0, 500.0))
    x0, y0, x1, y1 = min(corners[0], corners[2]), min(corners[1], corners[3]), max(corners[0], corners[2]), max(
        corners[1], corners[3]
    )  # fmt: skip
    box = matrix.boxes(np.array([[x0, y0, x1, y1]]))
    left, top, right, bottom = box[0].tolist()
    sides = (right - left, bottom - top)
    assert sides == ((x1 - x0, y1 - y0) if turns % 2 == 0 else (y1 - y0, x1 - x0))
    assert left >= 0 and right <= width and top >= 0 and bottom <= height  # noqa: PT018
