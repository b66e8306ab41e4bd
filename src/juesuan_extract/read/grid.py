"""Rulings and characters to grids of cells: edges, crossings, merged cells, text by position.

Every reader that yields characters and rulings shares this file. It works on whole arrays; the loops that are left run
over cells, of which a page has a few hundred.
"""

from __future__ import annotations

from itertools import repeat

import numpy as np

from juesuan_extract.model.message import Message, message
from juesuan_extract.model.page import PDFIUM, Box, Cell, Chars, Floats, Grid, Line, Page, Rulings, Source
from juesuan_extract.values.geometry import cluster, hulls, median
from juesuan_extract.values.labels import squeeze

NEAR = 3.0  # pt; rulings nearer than this are one (double borders); no text fits between them
DRAWN = 0.5  # share of an edge that must be drawn; rulings have gaps where a cell's line breaks
OVERHANG = 8.0  # pt; rulings that go on this far beyond the last crossing stand for a missing outer border
LARGE = 2.0  # times the usual height of characters in a table: a watermark
MAX_LINES = 4000  # merged rulings on one page; published tables have under 200
MAX_PLACES = 50_000  # crossings of rows and columns in one table; published ones have under 6,000
LINE_GAP = 0.45  # of a character's height: a larger step down begins a new line
_OF_FIGURES = np.array([chr(code) in "0123456789.,-" for code in range(129)])  # by code point; the last for all above
_OF_DIGITS = np.array([chr(code) in "0123456789" for code in range(129)])
NO_WIDTH = 0.1  # of its height: a digit narrower than this; those of condensed fonts have 0.25
BESIDE = 0.5  # pt; between two characters of a figure
STREAM_GAP = 0.6  # of a character's height: a larger step right ends a run of characters


def find_grids(page: Page, source: Source = PDFIUM) -> tuple[list[Grid], list[Line]]:
    """All ruled tables of a page, top to bottom, and the lines of text outside them.

    A table needs at least two rows or two columns of cells; a frame around the page is none.
    """
    frames = _frames(page.rulings)
    if not frames:
        return [], text_lines(page.chars)
    middle_x, middle_y = _middles(page.chars.boxes)
    height = page.chars.boxes[:, 3] - page.chars.boxes[:, 1]
    taken = np.zeros(len(page.chars.boxes), dtype=bool)
    grids = []
    for frame in frames:
        xs, ys = frame[0], frame[1]
        inside = (middle_x >= xs[0]) & (middle_x <= xs[-1]) & (middle_y >= ys[0]) & (middle_y <= ys[-1]) & ~taken
        if not inside.any():
            continue
        taken |= inside
        large = inside & (height > LARGE * median(height[inside]))
        torn = _torn(page.chars, inside & ~large, large)
        grids.append(_build(page, frame, np.flatnonzero(inside & ~large), source, torn))
    grids.sort(key=lambda g: (g.box.top, g.box.x0))
    return grids, text_lines(page.chars, ~taken)


# -- rulings to frames ------------------------------------------------------------------------------------------------

Frame = tuple[Floats, Floats, np.ndarray, np.ndarray]  # xs, ys, right edge drawn [row, column], lower edge drawn


def _frames(rulings: Rulings) -> list[Frame]:
    horizontal, vertical = _merged(rulings.horizontal), _merged(rulings.vertical)
    if len(horizontal) < 2 or len(vertical) < 1 or len(horizontal) + len(vertical) > MAX_LINES:
        return []
    frames = []
    for rows, columns in _components(horizontal, vertical):
        frame = _frame(horizontal[rows], vertical[columns])
        if frame is not None:
            frames.append(frame)
    # the smaller first: a table inside a frame around the page keeps its characters
    frames.sort(key=lambda f: (f[0][-1] - f[0][0]) * (f[1][-1] - f[1][0]))
    return frames


def _merged(pieces: Floats) -> Floats:
    """Pieces on one straight line that touch or overlap, joined: N×3 of (position, start, end)."""
    if len(pieces) == 0:
        return pieces
    means, label = cluster(pieces[:, 0], 1.5)
    order = np.lexsort((pieces[:, 1], label))
    label, start, end = label[order], pieces[order, 1], pieces[order, 2]
    offset = label * 1e6  # keeps the running maximum within one line
    reach = np.maximum.accumulate(end + offset)
    new = np.ones(len(order), dtype=bool)
    new[1:] = start[1:] + offset[1:] > reach[:-1] + NEAR
    first = np.flatnonzero(new)
    return np.stack((means[label[first]], start[first], np.maximum.reduceat(end, first)), axis=1)


def _components(horizontal: Floats, vertical: Floats) -> list[tuple[np.ndarray, np.ndarray]]:
    """Groups of lines that cross or touch one another, as index arrays."""
    y, x0, x1 = horizontal.T
    x, y0, y1 = vertical.T
    touch = (
        (x[None, :] >= x0[:, None] - NEAR)
        & (x[None, :] <= x1[:, None] + NEAR)
        & (y[:, None] >= y0[None, :] - NEAR)
        & (y[:, None] <= y1[None, :] + NEAR)
    )
    if touch.all(axis=1).any():  # a border that meets every vertical line: one group, the usual case
        return [(np.flatnonzero(touch.any(axis=1)), np.arange(len(x)))]
    groups = []
    left = touch.any(axis=1)
    while left.any():
        rows, columns = np.zeros(len(y), dtype=bool), np.zeros(len(x), dtype=bool)
        rows[left.argmax()] = True
        new = rows
        while new.any():  # from line to line; each is looked at once, so that a long chain costs no more than a table
            crossed = touch[new].any(axis=0) & ~columns
            columns |= crossed
            new = touch[:, crossed].any(axis=1) & ~rows
            rows |= new
        left &= ~rows
        groups.append((np.flatnonzero(rows), np.flatnonzero(columns)))
    return groups


def _frame(horizontal: Floats, vertical: Floats) -> Frame | None:
    ys, row_of = cluster(horizontal[:, 0], NEAR)
    xs, column_of = cluster(vertical[:, 0], NEAR)
    # a missing outer border: the other rulings go on beyond the last one
    reach = median(horizontal[:, 1]), median(horizontal[:, 2])
    xs, column_of = _with_borders(xs, column_of, reach, float(horizontal[:, 1].min()), float(horizontal[:, 2].max()))
    fall = median(vertical[:, 1]), median(vertical[:, 2])
    ys, row_of = _with_borders(ys, row_of, fall, float(vertical[:, 1].min()), float(vertical[:, 2].max()))
    if len(xs) < 2 or len(ys) < 2 or (len(xs) == 2 and len(ys) == 2) or len(xs) * len(ys) > MAX_PLACES:
        return None
    right = _coverage(vertical, column_of, len(xs), ys) >= DRAWN
    lower = _coverage(horizontal, row_of, len(ys), xs) >= DRAWN
    right[[0, -1], :] = True
    lower[[0, -1], :] = True
    return xs, ys, right, lower


def _with_borders(
    edges: Floats, label: np.ndarray, usual: tuple[float, float], least: float, most: float
) -> tuple[Floats, np.ndarray]:
    """Edges with an outer one added where most crossing rulings reach beyond the last."""
    if edges[0] - usual[0] > OVERHANG:
        edges, label = np.concatenate(([least], edges)), label + 1
    if usual[1] - edges[-1] > OVERHANG:
        edges = np.concatenate((edges, [most]))
    return edges, label


def _coverage(lines: Floats, edge_of: np.ndarray, edges: int, bands: Floats) -> Floats:
    """Share of each band drawn at each edge: for vertical lines [row, x edge], for horizontal [y edge, column]."""
    low = np.maximum(lines[:, 1, None], bands[None, :-1])
    high = np.minimum(lines[:, 2, None], bands[None, 1:])
    overlap = np.maximum(high - low, 0)
    drawn = np.zeros((edges, len(bands) - 1))
    np.add.at(drawn, edge_of, overlap)
    return drawn / (bands[1:] - bands[:-1])


# -- frames and characters to cells -----------------------------------------------------------------------------------


def _build(page: Page, frame: Frame, inside: np.ndarray, source: Source, torn: bool) -> Grid:
    xs, ys, right, lower = frame
    right = right.T  # [row, x edge]
    rows, columns = len(ys) - 1, len(xs) - 1
    owner, doubts = _merge(rows, columns, right, lower)
    boxes, codes = page.chars.boxes[inside], _codes(page.chars)[inside]
    if torn or _narrow(codes, boxes):
        doubts = [*doubts, message("table.narrow_digits")]
    middle_x, middle_y = _middles(boxes)
    column = np.searchsorted(xs[1:-1], middle_x, side="right")
    row = np.searchsorted(ys[1:-1], middle_y, side="right")
    cell_of = owner[row, column]
    cell_of = _whole_runs(codes, inside, boxes, cell_of, xs, row)
    texts = _texts(codes, boxes, cell_of)
    flat = owner.ravel()
    first = np.flatnonzero(flat == np.arange(len(flat)))  # each cell is named after its upper left elementary cell
    last = np.zeros(len(flat), dtype=np.intp)
    last[flat] = np.arange(len(flat))  # row-major: the last write is the lower right one
    (r, c), (r1, c1) = np.divmod(first, columns), np.divmod(last[first], columns)
    places = r.tolist(), c.tolist(), (r1 - r + 1).tolist(), (c1 - c + 1).tolist()
    held = [texts.get(index, ((), None)) for index in first.tolist()]
    lines, inks = [lines for lines, _ in held], [ink for _, ink in held]
    outlines = map(Box, xs[c].tolist(), ys[r].tolist(), xs[c1 + 1].tolist(), ys[r1 + 1].tolist())
    cells = map(Cell, *places, map("".join, lines), lines, outlines, inks, repeat(source))
    x, y = tuple(xs.tolist()), tuple(ys.tolist())
    return Grid(page.number, Box(x[0], y[0], x[-1], y[-1]), x, y, tuple(cells), source, tuple(doubts))


def _narrow(codes: np.ndarray, boxes: Floats) -> bool:
    """Whether some digits take no room, as in a damaged font: the next one stands on top of them."""
    own = boxes[_OF_DIGITS[np.minimum(codes, len(_OF_DIGITS) - 1)]]
    return bool((own[:, 2] - own[:, 0] < NO_WIDTH * (own[:, 3] - own[:, 1])).any())


def _torn(chars: Chars, kept: np.ndarray, large: np.ndarray) -> bool:
    """Whether a digit that is left out for its size goes on a figure, as in a damaged font; a watermark's does not."""
    places = np.flatnonzero(large[1:] & kept[:-1]) + 1
    if not len(places):
        return False
    codes = np.minimum(_codes(chars), len(_OF_DIGITS) - 1)
    beside = np.abs(chars.boxes[places, 0] - chars.boxes[places - 1, 2]) < BESIDE
    return bool((beside & _OF_DIGITS[codes[places]] & _OF_FIGURES[codes[places - 1]]).any())


def _merge(rows: int, columns: int, right: np.ndarray, lower: np.ndarray) -> tuple[np.ndarray, list[Message]]:
    """Owner of each elementary cell: the index of the upper left one of the merged cell that it belongs to."""
    count = rows * columns
    owner = np.arange(count).reshape(rows, columns)
    joined_right = ~right[:, 1:-1]
    joined_down = ~lower[1:-1, :]
    if not joined_right.any() and not joined_down.any():
        return owner, []
    while True:  # the lowest index spreads over edges that are not drawn
        new = owner.copy()
        across = np.minimum(new[:, :-1], new[:, 1:])
        new[:, :-1] = np.where(joined_right, across, new[:, :-1])
        new[:, 1:] = np.where(joined_right, np.minimum(across, new[:, 1:]), new[:, 1:])
        down = np.minimum(new[:-1, :], new[1:, :])
        new[:-1, :] = np.where(joined_down, down, new[:-1, :])
        new[1:, :] = np.where(joined_down, np.minimum(down, new[1:, :]), new[1:, :])
        new = new.ravel()[new.ravel()].reshape(rows, columns)
        if (new == owner).all():
            break
        owner = new
    return _rectangles(owner, joined_right)


def _rectangles(owner: np.ndarray, joined_right: np.ndarray) -> tuple[np.ndarray, list[Message]]:
    """Cut cells that are no rectangles into runs along rows, joined downwards where runs are equal."""
    rows, columns = owner.shape
    flat, by_column = owner.ravel(), owner.T.ravel()
    size = np.bincount(flat, minlength=flat.size)
    r, c = np.repeat(np.arange(rows), columns), np.repeat(np.arange(columns), rows)
    extent = np.zeros((4, flat.size), dtype=np.intp)
    extent[0, flat[::-1]], extent[2, flat] = r[::-1], r  # the last write counts: of the first row, of the last
    extent[1, by_column[::-1]], extent[3, by_column] = c[::-1], c
    area = (extent[2] - extent[0] + 1) * (extent[3] - extent[1] + 1)
    bad = np.flatnonzero((size > 0) & (area != size))
    if len(bad) == 0:
        return owner, []
    owner = owner.copy()
    for name in bad.tolist():
        above: dict[tuple[int, int], int] = {}
        for row in range(int(extent[0, name]), int(extent[2, name]) + 1):
            runs: dict[tuple[int, int], int] = {}
            start = None
            for column in range(columns + 1):
                here = column < columns and flat[row * columns + column] == name
                if here and start is None:
                    start = column
                ends = start is not None and (not here or not joined_right[row, column - 1]) and column > start
                if start is not None and ends:
                    key = (start, column)
                    runs[key] = above.get(key, row * columns + start)
                    owner[row, start:column] = runs[key]
                    start = column if here else None
            above = runs
    return owner, [message("table.odd_cells")]


def _whole_runs(
    codes: np.ndarray, inside: np.ndarray, boxes: Floats, cell_of: np.ndarray, xs: Floats, row: np.ndarray
) -> np.ndarray:
    """Give a run of characters that is printed across a ruling to one cell.

    A name too long for its cell overflows into the next; the ruling then stands inside a glyph. Figures belong to the
    cell where they end (they are set to the right), names to the cell where they begin.
    """
    if len(inside) < 2:
        return cell_of
    height = np.maximum(boxes[:, 3] - boxes[:, 1], 1.0)
    gap = boxes[1:, 0] - boxes[:-1, 2]
    figure = _OF_FIGURES[np.minimum(codes, len(_OF_FIGURES) - 1)]
    joined = (
        (inside[1:] - inside[:-1] == 1)
        & (np.abs(boxes[1:, 1] - boxes[:-1, 1]) < 0.3 * height[1:])
        & (gap < STREAM_GAP * height[1:])
        & (gap > -0.5 * height[1:])
        & (figure[1:] == figure[:-1])
    )
    crossing = joined & (cell_of[1:] != cell_of[:-1]) & (row[1:] == row[:-1])
    if not crossing.any():
        return cell_of
    result = cell_of.copy()
    starts = np.flatnonzero(np.concatenate(([True], ~joined)))
    ends = np.concatenate((starts[1:], [len(inside)]))
    for place in np.unique(np.searchsorted(starts, np.flatnonzero(crossing), side="right") - 1).tolist():
        start, end = int(starts[place]), int(ends[place])
        run = boxes[start:end]
        edges = xs[(xs > run[0, 0]) & (xs < run[-1, 2])]
        slack = 0.15 * (run[:, 2] - run[:, 0])
        cut = any(bool(((run[:, 0] + slack < x) & (x < run[:, 2] - slack)).any()) for x in edges.tolist())
        tight = bool((gap[start : end - 1][crossing[start : end - 1]] < 0.12 * height[start]).any())
        if cut or tight:
            result[start:end] = cell_of[end - 1] if figure[start] else cell_of[start]
    return result


def _texts(codes: np.ndarray, boxes: Floats, cell_of: np.ndarray) -> dict[int, tuple[tuple[str, ...], Box]]:
    """Lines of text and ink box by cell."""
    order, cells, new_line = reading_order(boxes, cell_of)
    text = codes[order].tobytes().decode("utf-32-le")
    new_cell = np.concatenate(([True], cells[1:] != cells[:-1]))
    line_starts = np.flatnonzero(new_line | new_cell)
    line_ends = np.concatenate((line_starts[1:], [len(order)])).tolist()
    starts = np.flatnonzero(new_cell)
    ink = hulls(boxes[order], starts)
    names = cells[starts].tolist()
    lines: dict[int, list[str]] = {name: [] for name in names}
    owner_of_line = cells[line_starts].tolist()
    for name, start, end in zip(owner_of_line, line_starts.tolist(), line_ends, strict=True):
        lines[name].append(text[start:end])
    return {name: (tuple(lines[name]), box) for name, box in zip(names, ink, strict=True)}


def reading_order(boxes: Floats, group: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Order by group, then line, then x; with the group and whether a new line begins, both in that order."""
    middle_y = (boxes[:, 1] + boxes[:, 3]) / 2
    height = boxes[:, 3] - boxes[:, 1]
    by_y = np.lexsort((middle_y, group))
    middle_y, height, group = middle_y[by_y], height[by_y], group[by_y]
    step = middle_y[1:] - middle_y[:-1] > LINE_GAP * np.minimum(height[1:], height[:-1])
    new_line = np.concatenate(([True], step | (group[1:] != group[:-1])))
    order = by_y[np.lexsort((boxes[by_y, 0], new_line.cumsum()))]
    return order, group, new_line  # within a line the group is the same


def text_lines(chars: Chars, choose: np.ndarray | None = None) -> list[Line]:
    """Characters (those chosen) as lines, top to bottom; words far apart on one line stay one line."""
    index = np.flatnonzero(choose) if choose is not None else np.arange(len(chars.boxes))
    if len(index) == 0:
        return []
    boxes = chars.boxes[index]
    order, _, new_line = reading_order(boxes, np.zeros(len(index), dtype=np.intp))
    starts = np.flatnonzero(new_line)
    text = _codes(chars)[index[order]].tobytes().decode("utf-32-le")
    ends = [*starts[1:].tolist(), len(order)]
    found = zip(starts.tolist(), ends, hulls(boxes[order], starts), strict=True)
    return [Line(text[start:end], box) for start, end, box in found]


def _codes(chars: Chars) -> np.ndarray:
    return np.frombuffer(chars.text.encode("utf-32-le"), dtype="<u4")


def _middles(boxes: Floats) -> tuple[Floats, Floats]:
    return (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2


def grid_from_boxes(page: int, boxes: list[tuple[Box, str]], source: Source) -> Grid | None:
    """A grid from cells that another reader found: (box, text with line breaks). None for fewer than two cells."""
    if len(boxes) < 2:
        return None
    sides = np.array([box for box, _ in boxes], dtype=np.float64)
    xs, column = cluster(np.concatenate((sides[:, 0], sides[:, 2])), NEAR)
    ys, row = cluster(np.concatenate((sides[:, 1], sides[:, 3])), NEAR)
    count = len(boxes)
    cells = []
    for index, (box, text) in enumerate(boxes):
        c0, c1, r0, r1 = (int(v) for v in (column[index], column[index + count], row[index], row[index + count]))
        if c1 <= c0 or r1 <= r0:
            continue
        lines = tuple(line for line in (squeeze(t) for t in text.split("\n")) if line)
        cells.append(Cell(r0, c0, r1 - r0, c1 - c0, "".join(lines), lines, box, box if lines else None, source))
    cells.sort(key=lambda cell: (cell.row, cell.column))
    outline = Box(float(xs[0]), float(ys[0]), float(xs[-1]), float(ys[-1]))
    return Grid(page, outline, tuple(xs.tolist()), tuple(ys.tolist()), tuple(cells), source)
