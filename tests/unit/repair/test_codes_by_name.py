"""Codes that stand beside the wrong names go where the names say."""

from __future__ import annotations

from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.map.rows import map_rows
from juesuan_extract.model.page import Box, Cell
from juesuan_extract.model.table import MappedRow, RawRow, TableColumn
from juesuan_extract.repair.codes_by_name import codes_by_name
from juesuan_extract.values.labels import label

AT = Box(0, 0, 1, 1)
COLUMN = TableColumn(1, 0, 1, "amount", ("合计",), "total")
NAMES = {
    "205": "教育支出", "20502": "普通教育", "2050201": "学前教育", "2050202": "小学教育",
    "229": "其他支出", "22999": "其他支出", "2299999": "其他支出",
}  # fmt: skip
RIGHT = [(code, name, "1.00") for code, name in NAMES.items()]


def rows(catalog: Catalog, printed: list[tuple[str, str, str]]) -> tuple[MappedRow, ...]:
    raw = []
    for code, name, figure in printed:
        cell = Cell(0, 1, 1, 1, figure, (figure,) if figure else (), AT, AT if figure else None)
        raw.append(RawRow(1, code, name, ((COLUMN, cell),), AT, 0, ""))
    return map_rows(tuple(raw), catalog.tables["gk05"], catalog)


def recoded(catalog: Catalog, printed: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    names = {code: frozenset({label(name)}) for code, name in NAMES.items()}
    return [(r.code, r.name, r.amounts[0][1].text) for r in codes_by_name(rows(catalog, printed), names)]


def shifted(by: int, start: int, printed: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Codes from a row on stand `by` rows lower (higher when negative) than names and figures."""
    codes = [code for code, _, _ in printed]
    own = [*codes[:start], "", *codes[start:]] if by == 1 else codes[:start] + codes[start + 1 :] + [""]
    more = [("", "")] * (len(own) - len(printed))
    return [(code, *rest) for code, rest in zip(own, [r[1:] for r in printed] + more, strict=True)]


def test_nothing_where_names_and_codes_agree(catalog: Catalog) -> None:
    assert recoded(catalog, RIGHT) == []


def test_codes_a_row_too_low(catalog: Catalog) -> None:
    for start in range(len(RIGHT)):
        assert recoded(catalog, shifted(1, start, RIGHT)) == RIGHT, start


def test_codes_a_row_too_high_and_one_of_them_lost(catalog: Catalog) -> None:
    for start in range(4):
        assert recoded(catalog, shifted(-1, start, RIGHT)) == RIGHT, start


def test_which_of_several_codes_with_one_name_is_lost_can_not_be_said(catalog: Catalog) -> None:
    for start in (4, 5):
        assert recoded(catalog, shifted(-1, start, RIGHT)) == [], start


def test_a_name_of_no_code_leaves_its_code_alone(catalog: Catalog) -> None:
    assert recoded(catalog, [*RIGHT[:2], ("2050201", "幼儿园", "1.00"), *RIGHT[3:]]) == []


def test_a_row_that_would_stand_twice_is_no_answer(catalog: Catalog) -> None:
    """A publisher's slip in one name: both rows are called 小学教育."""
    twice = [*RIGHT[:2], ("2050201", "小学教育", "1.00"), *RIGHT[3:]]
    assert recoded(catalog, twice) == []


def test_the_code_of_a_line_with_figures_is_kept(catalog: Catalog) -> None:
    stray = [*RIGHT[:3], ("2050203", "", "5.00"), *RIGHT[3:]]
    assert recoded(catalog, stray) == []
