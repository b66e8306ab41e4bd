"""Kinds of repairs: what each decides."""

from __future__ import annotations

# which figure belongs to which label or heading
PAIRINGS = (
    "row_pairing", "figures_shifted", "rows_exchanged", "total_moved", "columns_exchanged", "columns_shifted",
    "codes_shifted",
)  # fmt: skip
# what a figure is, or which row it stands in; all others only tell how a table is printed
DECIDING = (*PAIRINGS, "second_reader", "row_joined_over_pages", "overflow_dropped", "figure_joined")
