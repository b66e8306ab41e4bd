"""Second readers: asked where identities fail, believed where they prove themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest

from juesuan_extract.errors import UnreadableDocument
from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.map.table import map_table
from juesuan_extract.model.fact import Fact
from juesuan_extract.model.page import Grid
from juesuan_extract.model.proof import Check
from juesuan_extract.read import other_grids
from juesuan_extract.read.other_grids import with_other_grids
from juesuan_extract.repair import second_reader as opinion
from juesuan_extract.repair.second_reader import Opinion, second_opinion
from juesuan_extract.verify.book import Book
from juesuan_extract.verify.identities import evaluate
from tests.support.grids import Rows, grid, sheet, span
from tests.support.words import en

HEAD = ["科目编码", "科目名称", "合计", "基本支出", "项目支出"]


def rows(basic: str) -> Rows:
    """A table that is right with 2.00."""
    return [
        HEAD,
        ["", "合计", "3.00", "2.00", "1.00"],
        ["208", "社会保障和就业支出", "3.00", basic, "1.00"],
        ["20801", "某某事务", "3.00", "2.00", "1.00"],
    ]


class Asked(NamedTuple):
    """What a second opinion was, and which readers were asked for it."""

    opinion: Opinion
    readers: list[str]

    @property
    def basic(self) -> int | None:
        return next(f.amount for f in self.opinion.table.facts if (f.row_id, f.column_id) == ("208", "basic"))


Ask = Callable[..., Asked]


@pytest.fixture
def ask(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Asks about a table when the others (name=grids, or an error) read it like this."""

    def start(read: Grid, **others: list[Grid] | Exception) -> Asked:
        asked: list[str] = []

        def reader(name: str, answer: list[Grid] | Exception) -> Callable[[bytes, list[int]], dict[int, list[Grid]]]:
            def read_grids(data: bytes, pages: list[int]) -> dict[int, list[Grid]]:
                asked.append(name)
                if isinstance(answer, Exception):
                    raise answer
                return {1: answer}

            return read_grids

        def trial(facts: tuple[Fact, ...]) -> list[Check]:
            return evaluate(Book(facts, {"gk05": "万元"}, ["gk05"]), catalog)

        monkeypatch.setattr(opinion, "READERS", {name: reader(name, answer) for name, answer in others.items()})
        table = map_table(span("gk05", read), catalog)
        return Asked(second_opinion(b"", table, catalog, trial), asked)

    return start


def test_a_reading_that_satisfies_every_identity_is_taken(ask: Ask) -> None:
    found = ask(grid(rows("7.00")), one=[grid(rows("2.00"))], two=[])
    assert (found.basic, found.readers) == (2_000_000, ["one"])
    (repair,) = found.opinion.repairs
    assert (repair.kind, en(repair.before), en(repair.after)) == ("second_reader", "208.basic=7.00", "208.basic=2.00")
    assert "none as read by one" in en(repair.evidence)


def test_a_reading_that_agrees_shows_that_it_is_printed_so(ask: Ask) -> None:
    found = ask(grid(rows("7.00")), one=[grid(rows("7.00"))], two=[grid(rows("2.00"))])
    assert (found.basic, found.readers) == (7_000_000, ["one"])
    assert [f.code for f in found.opinion.findings] == ["readers_agree"]
    assert found.opinion.repairs == ()


def test_a_reading_that_differs_and_does_not_help_is_reported_by_cell(ask: Ask) -> None:
    found = ask(grid(rows("7.00")), one=[grid(rows("8.00"))], two=[])
    assert found.basic == 7_000_000
    assert {key: en(said) for key, said in found.opinion.differing.items()} == {
        ("gk05", "208", "basic"): "one reads 8.00 here"
    }
    assert found.readers == ["one", "two"], "the next one is asked too"


def test_what_it_says_of_each_cell_is_told(ask: Ask) -> None:
    def seconds(one: str) -> dict[str, str]:
        opinion = ask(grid(rows("7.00")), one=[grid(rows(one))], two=[]).opinion
        return {key[2]: said for key, said in opinion.seconds.items() if key[1] == "208"}

    assert seconds("2.00") == {"total": "agrees", "basic": "adopted", "project": "agrees"}
    assert seconds("8.00") == {"total": "agrees", "basic": "differs", "project": "agrees"}
    assert set(seconds("7.00").values()) == {"agrees"}
    assert ask(grid(rows("7.00")), one=[], two=[]).opinion.seconds == {}, "nobody found the table"


def test_zeros_where_the_first_reader_sees_nothing_are_hidden_text(ask: Ask) -> None:
    def with_row(basic: str, figure: str) -> Grid:
        return grid([*rows(basic), ["20802", "民政管理事务", figure, figure, figure]])

    found = ask(with_row("7.00", ""), one=[with_row("2.00", "0.00")])
    assert found.basic == 2_000_000
    assert {(f.amount, f.is_blank) for f in found.opinion.table.facts if f.row_id == "20802"} == {(None, True)}


def test_a_reading_that_loses_cells_proves_nothing(ask: Ask) -> None:
    less = [[*row[:3], "" if row[0] == "208" else row[3], row[4]] for row in rows("7.00")]
    lost = [[row[0], row[1], *("" if row[0] == "208" else text for text in row[2:])] for row in rows("7.00")]
    for reading in (less, lost):
        assert ask(grid(rows("7.00")), one=[grid(reading)]).opinion.repairs == ()


def test_a_reader_that_fails_is_a_finding(ask: Ask) -> None:
    found = ask(grid(rows("7.00")), one=UnreadableDocument("the file is damaged"), two=[grid(rows("2.00"))])
    assert found.basic == 2_000_000
    assert [(f.code, f.message) for f in found.opinion.findings] == [("reader_failed", "the file is damaged")]


def test_a_grid_elsewhere_on_the_page_is_no_opinion(ask: Ask) -> None:
    found = ask(grid(rows("7.00")), one=[grid(rows("2.00"), top=600.0)])
    assert (found.basic, found.opinion.repairs, found.opinion.differing) == (7_000_000, (), {})


def test_tables_without_rulings_are_not_shown_to_readers_that_need_them(ask: Ask) -> None:
    found = ask(grid(rows("7.00"), reader="stream"), one=[grid(rows("2.00"))])
    assert (found.basic, found.readers) == (7_000_000, [])


def test_pages_without_a_grid_get_the_first_that_fits(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    names = grid([["姓名", "电话"], ["张三", "1"]], 2)
    right = grid(rows("2.00"), 2, top=52.0)
    readers = {"one": lambda data, pages: {2: [names]}, "two": lambda data, pages: {2: [names, right]}}
    monkeypatch.setattr(other_grids, "READERS", readers)
    title = "一般公共预算财政拨款支出决算表"
    before = [sheet(1, "封面"), sheet(2, title, "合计 3.00 2.00 1.00", "208 3.00 2.00 1.00")]
    first, second = with_other_grids(b"", before, (2,), catalog)
    assert first is before[0]
    assert second.grids == (right,)
    assert [line.text for line in second.lines] == [title], "its text is in the grid now"
