"""Planted publisher's errors: what is printed, and what the truth says of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from fixtures.make.features import FEATURES, PLANTED
from fixtures.make.forms.catalog import FORMS
from fixtures.make.model import Booklet, Cell
from fixtures.make.money import parse_yuan
from fixtures.make.random_docs import Wanted, plan
from fixtures.make.shifts import VARIANTS
from fixtures.make.truth import truth_of

TABLES = [f"gk{n:02}" for n in range(1, 9)]


def drawn(feature: str, form: str = "fujian", **more: str) -> Booklet:
    """The first document that fits on paper."""
    for attempt in range(80):
        try:
            wanted = Wanted("planted", form, "reportlab", (feature,), exact=True, brief=True, **more)  # type: ignore[arg-type]
            return plan(wanted, 0, attempt).booklet
        except ValueError:
            continue
    raise AssertionError(f"no {feature} in {form} with {more}")


def right(booklet: Booklet) -> Mapping[tuple[Any, ...], Any]:
    cells: Any = truth_of(booklet, "x.pdf", {})["cells"]
    found = {(c["table_id"], c["row_id"], c["column_id"]): c["amount_yuan"] for c in cells}
    assert len(found) == len(cells)
    return found


@pytest.mark.parametrize("kind", ["digit", "transposed"])
@pytest.mark.parametrize("table", TABLES)
def test_a_wrong_figure_stands_in_the_table_asked_for(kind: str, table: str) -> None:
    booklet = drawn(f"fault_any_{kind}", "central", table=table)
    (fault,) = booklet.faults
    assert (fault["kind"], fault["table_id"]) == (kind, table)
    assert right(booklet)[table, fault["row_id"], fault["column_id"]] == fault["printed_yuan"] != fault["right_yuan"]
    digits = [str(fault[name]).replace(".", "").lstrip("0") for name in ("printed_yuan", "right_yuan")]
    if kind == "transposed":
        assert Counter(digits[0].strip("0")) == Counter(digits[1].strip("0"))
    else:
        assert sum(a != b for a, b in zip(*(d.zfill(15) for d in digits), strict=True)) == 1


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("form", ["fujian", "shanghai"])
def test_a_shift_moves_figures_and_the_truth_keeps_their_rows(variant: str, form: str) -> None:
    booklet = drawn("fault_row_shift", form, variant=variant)
    (fault,) = booklet.faults
    places: Any = fault["places"]
    assert fault["kind"] == f"row_shift/{variant}"
    assert fault["row_id"] is None
    assert fault["rows"] == list(places)
    own = right(booklet)
    for row, columns in places.items():
        for column, printed in columns.items():
            belongs = own[fault["table_id"], row, column]
            assert parse_yuan(belongs or "0") != parse_yuan(printed or "0")
    printed = [c for _, part in booklet.parts() for row in part.rows for c in row.cells if c.slot and c.fen]
    assert Counter(c.text for c in printed) == Counter(_texts(booklet))


def _texts(booklet: Booklet) -> list[str]:
    cells: Any = truth_of(booklet, "x.pdf", {})["cells"]
    return [c["amount_text"] for c in cells if c["amount_yuan"] and parse_yuan(c["amount_yuan"])]


def test_the_figures_of_a_shift_stand_where_the_fault_says() -> None:
    booklet = drawn("fault_row_shift", "shanghai", table="gk05", variant="rows_exchanged")
    (fault,) = booklet.faults
    places: Any = fault["places"]
    rows = [row.cells for _, part in booklet.parts() if part.table.table_id == "gk05" for row in part.rows]
    for row_id, columns in places.items():
        (line,) = [
            cells for cells in rows if cells[0].text == row_id or (row_id == "total" and cells[0].text == "合计")
        ]
        beside = {c.slot.column_id: c for c in line if c.slot}
        assert {c.slot.row_id for c in beside.values() if c.slot} == set(places) - {row_id}
        for column, yuan in columns.items():
            assert beside[column].fen == (None if yuan is None else parse_yuan(yuan))


def test_balanced_columns_add_up_by_single_cents() -> None:
    moved = 0
    for index in range(12):
        plain, even = (_functions(index, features) for features in ((), ("balanced",)))
        parts = {row: fen for row, fen in even.items() if row.startswith("function.")}
        assert all(abs(fen - plain[row]) in (0, 10_000) for row, fen in even.items())
        assert sum(parts.values()) == even["expenditure.subtotal"]
        moved += plain != even
    assert moved >= 3


def _functions(index: int, features: tuple[str, ...]) -> dict[str, int]:
    for attempt in range(40):
        try:
            order = plan(Wanted("even", "central", "reportlab", features, exact=True, size="medium"), index, attempt)
        except ValueError:
            continue
        cells = [c for _, part in order.booklet.parts() for row in part.rows for c in row.cells]
        own: list[Cell] = [c for c in cells if c.slot and c.slot.table_id == "gk01" and c.slot.column_id == "amount"]
        return {c.slot.row_id: c.fen or 0 for c in own if c.slot and c.slot.row_id[:3] in ("fun", "exp")}
    raise AssertionError(index)


def test_planted_features_are_asked_for_and_never_drawn() -> None:
    assert not set(PLANTED) & set(FEATURES)
    for form in sorted(FORMS):
        order = None
        for attempt in range(6):
            try:
                order = order or plan(Wanted("planted", form, "reportlab"), 1, attempt)
            except ValueError:
                continue
        assert order is not None
        assert not set(order.booklet.meta["features"]) & set(PLANTED)  # type: ignore[call-overload]
