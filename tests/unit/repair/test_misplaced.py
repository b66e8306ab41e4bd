"""Figures beside the wrong labels are set right where one way is proven, and proposed or left alone elsewhere."""

from __future__ import annotations

import pytest

from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.map.table import map_table
from juesuan_extract.repair.misplaced import set_figures_right
from juesuan_extract.verify.proof import Proof, prove
from tests.support.grids import Rows, grid, span

HEAD = ["科目编码", "科目名称", "合计", "基本支出", "项目支出"]
NAMES = {
    "": "合计", "205": "教育支出", "20502": "普通教育", "2050201": "学前教育", "2050202": "小学教育",
    "221": "住房保障支出", "22102": "住房改革支出", "2210201": "住房公积金", "2210202": "提租补贴",
}  # fmt: skip
FIGURES = [
    ["100.00", "60.00", "40.00"], ["70.00", "45.00", "25.00"], ["70.00", "45.00", "25.00"],
    ["30.00", "25.00", "5.00"], ["40.00", "20.00", "20.00"], ["30.00", "15.00", "15.00"],
    ["30.00", "15.00", "15.00"], ["18.00", "11.00", "7.00"], ["12.00", "4.00", "8.00"],
]  # fmt: skip
EXCHANGED = [*FIGURES[:3], FIGURES[4], FIGURES[3], *FIGURES[5:]]  # 学前教育 and 小学教育


def rows(figures: list[list[str]]) -> Rows:
    return [HEAD, *([code, name, *cells] for (code, name), cells in zip(NAMES.items(), figures, strict=True))]


def proof(catalog: Catalog, *, gk03: Rows, gk05: Rows | None = None) -> Proof:
    tables = {"gk03": map_table(span("gk03", grid(gk03)), catalog)}
    if gk05 is not None:
        tables["gk05"] = map_table(span("gk05", grid(gk05, page=2)), catalog)
    return prove(tables, catalog)


def column(found: Proof, name: str = "gk03") -> dict[str, str]:
    return {f.row_id: f.text for f in found.facts if f.table_id == name and f.column_id == "total"}


RIGHT = rows(FIGURES)
MOVED = rows([*FIGURES[1:], FIGURES[0]])  # the total is figured last: every line but one stands beside another label


def test_the_one_way_that_satisfies_every_identity_is_taken(catalog: Catalog) -> None:
    before = proof(catalog, gk03=MOVED, gk05=RIGHT)
    assert before.failing()
    after = set_figures_right(before, None, catalog)
    assert column(after) == column(proof(catalog, gk03=RIGHT))
    assert [repair.kind for repair in after.repairs] == ["total_moved"]
    assert (after.failing(), after.conflicts, after.proposals) == ([], (), ())


def test_what_holds_is_given_back_as_it_is(catalog: Catalog) -> None:
    before = proof(catalog, gk03=RIGHT, gk05=RIGHT)
    after = set_figures_right(before, None, catalog)
    assert (after.tables, after.repairs, after.proposals) == (before.tables, (), ())


def test_one_wrong_digit_stays_as_printed(catalog: Catalog) -> None:
    """One cell explains it: no figures are moved, and the cell is accused."""
    wrong = rows([*FIGURES[:7], ["81.00", *FIGURES[7][1:]], FIGURES[8]])
    before = proof(catalog, gk03=wrong, gk05=RIGHT)
    after = set_figures_right(before, None, catalog)
    assert column(after) == column(before)
    assert after.repairs == ()
    assert after.conflicts


def test_nothing_is_moved_for_one_table_alone_that_adds_up(catalog: Catalog) -> None:
    """Two neighbours exchanged within a 款 add up as they did: without another table nobody can see it."""
    before = proof(catalog, gk03=rows(EXCHANGED))
    after = set_figures_right(before, None, catalog)
    assert (column(after), after.repairs, after.proposals) == (column(before), (), ())


@pytest.mark.parametrize(("lost", "proposed"), [(3, "figures_shifted"), (7, None)])
def test_a_line_that_is_lost_is_never_invented(lost: int, proposed: str | None, catalog: Catalog) -> None:
    """The figures below it stand one row too high, and nothing says where the gap is: at most that is proposed."""
    before = proof(catalog, gk03=rows([*FIGURES[:lost], *FIGURES[lost + 1 :], ["", "", ""]]), gk05=RIGHT)
    after = set_figures_right(before, None, catalog)
    assert (column(after), after.repairs) == (column(before), ())
    assert {repair.kind for repair in after.proposals} == ({proposed} if proposed else set())
    assert after.conflicts
