"""Repairs of form: labels paired with figures, names borrowed, rows joined over page breaks."""

from __future__ import annotations

from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.map.table import MappedTable, map_table
from juesuan_extract.model.fact import Fact
from juesuan_extract.model.message import Repair
from juesuan_extract.model.proof import Check
from juesuan_extract.model.table import MappedRow
from juesuan_extract.repair.pairing import borrow_names, pair_rows
from juesuan_extract.verify.book import Book
from juesuan_extract.verify.identities import evaluate
from juesuan_extract.verify.proof import Trial
from tests.support.grids import LEFT, Rows, grid, span
from tests.support.words import all_en, en

HEAD = ["科目编码", "科目名称", "本年支出合计", "基本支出", "项目支出"]
TOTAL = ["", "合计", "5.00", "4.00", "1.00"]
SOCIAL = ["208", "社会保障和就业支出", "3.00", "2.00", "1.00"]
AFFAIRS = ["20801", "人力资源和社会保障管理事务", "3.00", "2.00", "1.00"]
HOUSING = ["221", "住房保障支出", "2.00", "2.00", "_"]
REFORM = ["22102", "住房改革支出", "2.00", "2.00", "_"]
BODY = [TOTAL, SOCIAL, AFFAIRS, HOUSING, REFORM]
RIGHT = [
    ("total", "5.00"), ("208", "3.00"), ("20801", "3.00"), ("221", "2.00"), ("22102", "2.00"),
]  # fmt: skip


def table(rows: Rows, catalog: Catalog, table_id: str = "gk03", *more: Rows) -> MappedTable:
    pages = [[HEAD, *rows] if table_id == "gk03" else rows, *more]
    plain = [[["" if text == "_" else text for text in row] for row in page] for page in pages]
    return map_table(span(table_id, *(grid(page, number) for number, page in enumerate(plain, 1))), catalog)


def paired(rows: Rows, catalog: Catalog) -> tuple[list[tuple[str, str]], list[Repair]]:
    """Row ids with the first figure, after labels and figures were paired."""
    found, repairs = pair_rows(*tried(table(rows, catalog), catalog), catalog)
    return [(row.row_id, row.raw.amounts[0][1].text) for row in found.rows], repairs


def tried(mapped: MappedTable, catalog: Catalog) -> tuple[MappedTable, Trial]:
    """A table, and what evaluates its identities with other facts."""
    name = mapped.spec.id

    def trial(facts: tuple[Fact, ...]) -> list[Check]:
        return evaluate(Book(facts, {name: "万元"}, [name]), catalog)

    return mapped, trial


# -- labels and figures -----------------------------------------------------------------------------------------------


def test_figures_one_row_below_their_labels(catalog: Catalog) -> None:
    """The founding document: 合计 has no figures, 208 has those of 合计, the next line has no label."""
    shifted = [
        [*TOTAL[:2], "", "", ""],
        [*SOCIAL[:2], *TOTAL[2:]],
        ["", "", *SOCIAL[2:]],
        AFFAIRS,
        HOUSING,
        REFORM,
    ]
    rows, repairs = paired(shifted, catalog)
    assert rows == RIGHT
    assert [(r.kind, en(r.before), en(r.after)) for r in repairs] == [
        ("row_pairing", "208: 5.00 4.00 1.00", "合计: 5.00 4.00 1.00"),
        ("row_pairing", "(no label): 3.00 2.00 1.00", "208: 3.00 2.00 1.00"),
    ]
    assert "identities fail as printed" in en(repairs[0].evidence)
    assert "I03" in en(repairs[0].evidence)


def test_a_line_of_figures_without_any_label_is_the_total(catalog: Catalog) -> None:
    for place in (0, 4):
        rows = [SOCIAL, AFFAIRS, HOUSING, REFORM]
        rows.insert(place, ["", "", *TOTAL[2:]])
        found, repairs = paired(rows, catalog)
        assert found[place] == ("total", "5.00")
        assert [en(r.after) for r in repairs] == ["合计: 5.00 4.00 1.00"]


def test_a_table_whose_rows_are_whole_is_left_alone(catalog: Catalog) -> None:
    assert paired(BODY, catalog) == (RIGHT, [])
    wrong = [TOTAL, SOCIAL, [*AFFAIRS[:2], "9.00", "2.00", "1.00"], HOUSING, REFORM]
    assert paired(wrong, catalog)[1] == [], "a wrong figure is no wrong pairing"


def test_no_pairing_that_satisfies_the_identities_no_repair(catalog: Catalog) -> None:
    wrong = [
        [*TOTAL[:2], "", "", ""],
        [*SOCIAL[:2], *TOTAL[2:]],
        ["", "", "9.00", "2.00", "1.00"],
        AFFAIRS,
        HOUSING,
        REFORM,
    ]
    rows, repairs = paired(wrong, catalog)
    assert repairs == []
    assert rows[1:3] == [("208", "5.00"), ("unmapped.3", "9.00")]


def test_more_than_one_pairing_that_does_no_repair(catalog: Catalog) -> None:
    """Two rows of zeros: whichever of their labels goes without figures, everything holds."""
    zero = ["0.00", "0.00", "0.00"]
    empty = [["22103", "城乡社区住宅", "", "", ""], ["22104", "某某支出", "", "", ""], ["", "", *zero]]
    rows, repairs = paired([*BODY, *empty], catalog)
    assert repairs == []
    assert rows[-1][0].startswith("unmapped.")


def test_what_fails_no_identity_stays_as_printed(catalog: Catalog) -> None:
    """A stray line of zeros: shifting the figures below it would satisfy everything too, but proves nothing."""
    zero = ["0.00", "0.00", "0.00"]
    rows, repairs = paired(
        [*BODY, ["", "", *zero], ["229", "其他支出", *zero], ["230", "某某支出", "", "", ""]], catalog
    )
    assert repairs == []
    assert [row for row in rows if row[0] in ("229", "230")] == [("229", "0.00"), ("230", "")]


# -- names ------------------------------------------------------------------------------------------------------------


def test_names_that_are_not_printed_are_borrowed_by_code(catalog: Catalog) -> None:
    mapped = table([TOTAL, ["208", "", *SOCIAL[2:]], AFFAIRS], catalog)
    names = {"208": "社会保障和就业支出", "20801": "另一个名称", "221": "住房保障支出"}
    rows, repairs = borrow_names(mapped.rows, names, mapped.spec)
    assert [(row.row_id, row.name) for row in rows] == [
        ("total", "合计"), ("208", "社会保障和就业支出"), ("20801", "人力资源和社会保障管理事务"),
    ]  # fmt: skip
    assert [(r.kind, en(r.before), en(r.after)) for r in repairs] == [("name_borrowed", "208", "社会保障和就业支出")]


# -- page breaks ------------------------------------------------------------------------------------------------------


def test_a_name_that_ends_on_the_next_page(catalog: Catalog) -> None:
    cut = ["2080505", "机关事业单位基本养老保险", "3.00", "2.00", "1.00"]
    mapped = table([TOTAL, cut], catalog, "gk03", [["", "缴费支出", "", "", ""], HOUSING])
    assert [(row.row_id, row.name, row.raw.page) for row in mapped.rows] == [
        ("total", "合计", 1), ("2080505", "机关事业单位基本养老保险缴费支出", 1), ("221", "住房保障支出", 2),
    ]  # fmt: skip
    (repair,) = (r for r in mapped.layout.repairs if r.kind == "row_joined_over_pages")
    assert (repair.page, en(repair.evidence)) == (2, "together they are the name of the code")


def test_figures_that_stand_on_the_next_page(catalog: Catalog) -> None:
    mapped = table([TOTAL, [*SOCIAL[:2], "", "", ""]], catalog, "gk03", [["", "", *SOCIAL[2:]], HOUSING])
    row = mapped.rows[1]
    assert (row.row_id, row.raw.page) == ("208", 2)
    assert [cell.text for _, cell in row.raw.amounts] == ["3.00", "2.00", "1.00"]
    assert {f.page for f in mapped.facts if f.row_id == "208"} == {2}


def test_figures_after_empty_lines_belong_to_no_row_above_them(catalog: Catalog) -> None:
    """A label without figures three lines above the end of its page; figures without a label on the next one."""
    nothing = ["", "", "", "", ""]
    mapped = table([TOTAL, [*SOCIAL[:2], "", "", ""], nothing, nothing], catalog, "gk03", [["", "", *SOCIAL[2:]]])
    assert [(row.row_id, row.raw.has_figures) for row in mapped.rows] == [
        ("total", True), ("208", False), ("unmapped.3", True),
    ]  # fmt: skip


def test_a_named_row_cut_by_the_page(catalog: Catalog) -> None:
    head = [["收入", LEFT, "支出", LEFT], ["项目", "决算数", "项目", "决算数"]]
    first = [*head, ["本年收入合计", "1.00", "一、资源勘探工业", "1.00"]]
    mapped = table(first, catalog, "gk01", [["总计", "1.00", "信息等支出", ""], ["", "", "总计", "1.00"]])
    assert [row.row_id for row in mapped.rows] == [
        "income.subtotal", "income.total", "function.215", "expenditure.total",
    ]  # fmt: skip


def test_rows_that_only_follow_one_another_are_not_joined(catalog: Catalog) -> None:
    mapped = table([TOTAL, SOCIAL], catalog, "gk03", [AFFAIRS, HOUSING])
    assert [row.row_id for row in mapped.rows] == ["total", "208", "20801", "221"]
    empty = table([TOTAL, [*SOCIAL[:2], "", "", ""]], catalog, "gk03", [[*HOUSING[:2], *SOCIAL[2:]]])
    assert [row.row_id for row in empty.rows] == ["total", "208", "221"], "each has its own code"


def test_two_lines_with_figures_in_one_column_are_not_joined(catalog: Catalog) -> None:
    mapped = table([TOTAL, SOCIAL], catalog, "gk03", [["", "缴费支出", "3.00", "", ""]])
    assert len(mapped.rows) == 3
    assert not any(r.kind == "row_joined_over_pages" for r in mapped.layout.repairs)


# -- lines that are lost ----------------------------------------------------------------------------------------------


def kin(rows: Rows, catalog: Catalog) -> list[str]:
    return sorted(doubt for doubt in all_en(table(rows, catalog).doubts(catalog)) if " without " in doubt)


def test_a_lost_line_is_noticed_by_its_kin(catalog: Catalog) -> None:
    """What stands below a lost 类 or 款 counts in its place, and every sum holds."""
    item = ["2210201", "住房公积金", "2.00", "2.00", "_"]
    affairs = ["2080101", "行政运行", "3.00", "2.00", "1.00"]
    whole = [TOTAL, SOCIAL, AFFAIRS, affairs, HOUSING, REFORM, item]
    assert kin(whole, catalog) == []
    lost = {row[0]: kin([r for r in whole if r is not row], catalog) for row in whole[1:]}
    assert lost == {
        "208": ["20801 without 208"],
        "20801": ["208 without a code of 5 digits", "2080101 without 20801"],
        "2080101": ["20801 without a code of 7 digits"],
        "221": ["22102 without 221"],
        "22102": ["221 without a code of 5 digits", "2210201 without 22102"],
        "2210201": ["22102 without a code of 7 digits"],
    }


def test_a_table_of_items_alone_lacks_nothing(catalog: Catalog) -> None:
    item = ["2210201", "住房公积金", "5.00", "4.00", "1.00"]
    assert kin([TOTAL, item], catalog) == []


# -- what proves a pairing --------------------------------------------------------------------------------------------


def sections(*figures: list[str]) -> Rows:
    """公开05 with two rows over its whole width that name a section and print no figure."""
    return [
        ["一、本级支出", LEFT, LEFT, LEFT, LEFT],
        *figures,
        ["二、其他支出", LEFT, LEFT, LEFT, LEFT],
    ]


def test_rows_without_figures_are_not_taken_for_one_another(catalog: Catalog) -> None:
    """All of them have the same empty tuple of amounts."""
    rows = [*sections(SOCIAL, AFFAIRS, HOUSING, REFORM), ["", "", *TOTAL[2:]]]
    found, repairs = mended([HEAD, *rows], "gk05", catalog)
    assert [(en(r.before), en(r.after)) for r in repairs] == [("(no label): 5.00 4.00 1.00", "合计: 5.00 4.00 1.00")]
    assert [row.row_id for row in found if row.row_id.isdigit()] == ["208", "20801", "221", "22102"]
    assert [row.raw.paired for row in found if row.raw.has_figures] == [False] * 4 + [True]


def test_labels_one_more_than_figures_prove_no_pairing(catalog: Catalog) -> None:
    """With the total first a single pairing satisfied what little could be evaluated, and took its figures away."""
    rows = [["", "", *TOTAL[2:]], ["一、本级支出", LEFT, LEFT, LEFT, LEFT], SOCIAL, AFFAIRS]
    found, repairs = mended([HEAD, *rows], "gk05", catalog)
    assert [r for r in repairs if "本级支出" in en(r.after)] == []
    assert [(row.row_id, row.raw.amounts[0][1].text) for row in found if row.row_id.isdigit()] == [
        ("208", "3.00"), ("20801", "3.00"),
    ]  # fmt: skip


def mended(rows: Rows, table_id: str, catalog: Catalog) -> tuple[tuple[MappedRow, ...], list[Repair]]:
    found, repairs = pair_rows(*tried(table(rows, catalog, table_id), catalog), catalog)
    return found.rows, repairs
