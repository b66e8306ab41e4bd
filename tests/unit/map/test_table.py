"""What keeps a table from being called verified whatever its figures say."""

from __future__ import annotations

import numpy as np

from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.map.table import map_table
from juesuan_extract.model.page import Chars, Page, Rulings
from juesuan_extract.read.grid import find_grids
from tests.support.grids import grid, span
from tests.support.words import all_en

HEAD = ["科目编码", "科目名称", "合计", "基本支出", "项目支出"]


def test_a_total_of_nothing_is_in_doubt(catalog: Catalog) -> None:
    """The rest of the page was damaged; no identity misses the rows."""
    cut = map_table(span("gk05", grid([HEAD, ["", "合计", "2.00", "2.00", ""]])), catalog)
    assert all_en(cut.doubts(catalog)) == ("nothing of what the total sums up",)


def test_an_empty_table_ends_with_its_total(catalog: Catalog) -> None:
    assert map_table(span("gk05", grid([HEAD, ["", "合计", "0.00", "0.00", ""]])), catalog).doubts(catalog) == ()


def test_digits_of_a_damaged_font_are_in_doubt() -> None:
    """1.28 in a font whose 1 has no width was read .128, in every table."""
    lines = [(0.0, 0.0, 90.0), (30.0, 0.0, 90.0), (60.0, 0.0, 90.0)]
    rulings = Rulings(np.array([(y, x0, x1) for y, x0, x1 in lines]), np.array([(0.0, 0.0, 60.0), (90.0, 0.0, 60.0)]))
    figure = [(10.0, 5.0, 15.0, 14.0), (15.0, 5.0, 17.0, 14.0), (17.0, 5.0, 22.0, 14.0)]
    giant, watermark = (22.0, 2.0, 40.0, 55.0), (60.0, 2.0, 80.0, 55.0)
    cases = ([], 0), ([(10.0, 5.0, 10.0, 14.0), *figure[1:]], 1), ([*figure, giant], 1), ([*figure, watermark], 0)
    for boxes, doubts in cases:
        boxes = np.array(boxes or figure)
        (found,), _ = find_grids(Page(1, 100.0, 100.0, Chars("1.23"[: len(boxes)], boxes), rulings))
        assert len(found.doubts) == doubts
