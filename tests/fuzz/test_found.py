"""Mutants with which something went wrong once: an internal error, or a wrong amount in a verified table."""

from __future__ import annotations

from pathlib import Path

import pytest

from juesuan_extract import read_pdf

FOUND = Path(__file__).parent / "found"


@pytest.mark.parametrize(
    ("name", "table", "statuses"),
    [
        ("superscript_digit", "gk01", {"verified", "unverified", "conflict", "missing"}),  # ² was taken for a number
        ("heading_ring", "gk01", set()),  # headings that stood over one another without end
        ("unknown_heading", "gk03", {"conflict"}),  # its figures were given to another column
        ("torn_digit", "gk01", {"unverified"}),  # a 9 as large as a watermark: 22.39 was read 22.3, everywhere
        ("lost_parts", "gk04", {"conflict"}),  # a subtotal whose parts are lost was moved to the closing balance
    ],
)
def test_what_went_wrong_once(name: str, table: str, statuses: set[str]) -> None:
    tables = read_pdf(FOUND / f"{name}.pdf").account.tables
    assert {one.status for one in tables if one.table_id == table} <= statuses
    assert bool(statuses) == any(one.table_id == table for one in tables)
