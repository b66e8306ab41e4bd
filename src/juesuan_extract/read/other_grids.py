"""Pages that name a table and show no grid, as other readers see them."""

from __future__ import annotations

from dataclasses import replace

from juesuan_extract.errors import UnreadableDocument
from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.model.page import PageContent
from juesuan_extract.read.engines import READERS
from juesuan_extract.recognise.fit import ranking

MOST_PAGES = 20  # a document whose tables all fail is not read again as a whole


def with_other_grids(
    data: bytes, sheets: list[PageContent], pages: tuple[int, ...], catalog: Catalog
) -> list[PageContent]:
    """Pages that name a table and have no grid, with a grid of the first other reader that finds a fitting one."""
    left = list(pages[:MOST_PAGES])
    result = list(sheets)
    for read_grids in READERS.values():
        if not left:
            break
        try:
            found = read_grids(data, left)
        except UnreadableDocument:
            continue  # the table stays missing, which the status says
        for page in list(left):
            grids = [g for g in found.get(page, []) if ranking(g, catalog)[0].score > 0]
            if grids:
                sheet = result[page - 1]
                lines = tuple(
                    line
                    for line in sheet.lines
                    if not any(g.box.top <= (line.box.top + line.box.bottom) / 2 <= g.box.bottom for g in grids)
                )
                result[page - 1] = replace(sheet, grids=tuple(grids), lines=lines)
                left.remove(page)
    return result
