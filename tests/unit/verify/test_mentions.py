"""Figures of the text that speak for or against a suspect."""

from __future__ import annotations

from juesuan_extract.model.page import Box, Line, PageContent
from juesuan_extract.model.proof import Conflict, Mention, Suspect
from juesuan_extract.verify.mentions import passages, with_mentions

AT = Box(0, 0, 1, 1)
KEY, OTHER = ("gk05", "212", "basic"), ("gk05", "213", "basic")


def sheet(*lines: str, number: int = 20) -> PageContent:
    return PageContent(number, "\n".join(lines), tuple(Line(line, AT) for line in lines))


def suspect(key: tuple[str, str, str], printed: int, wanted: int) -> Suspect:
    return Suspect(key, printed, wanted, wanted, wanted)


def test_amounts_of_the_text_in_fen() -> None:
    found = passages([sheet("一、基本支出10,661.51万", "元，比上年增加6.2万元。其中：", "补助1.5亿元；余额30元。")])
    assert [(p.amount, p.telling) for p in found] == [
        (10_661_510_000, True), (6_200_000, False), (15_000_000_000, False), (3_000, False),
    ]  # fmt: skip


def test_numbers_without_a_unit_and_finer_than_fen_are_no_amounts() -> None:
    assert list(passages([sheet("共2024年，增长10.57%，编码2080108，平均1.23456元。")])) == []


def test_the_suspect_that_the_text_contradicts_is_the_one() -> None:
    conflict = Conflict(("I05.row[212]",), ((suspect(OTHER, 5, 7),), (suspect(KEY, 106_651, 1_066_151),)), True)
    text = list(passages([sheet("城乡社区支出10661.51元。")]))
    (explanation,) = with_mentions(conflict, text, {}).explanations
    assert explanation[0].key == KEY
    assert explanation[0].mentions == (Mention(20, "城乡社区支出10661.51元。", False),)


def test_what_the_text_prints_as_well_comes_last() -> None:
    conflict = Conflict(("I05.row[212]",), ((suspect(OTHER, 106_651, 7),), (suspect(KEY, 5, 8),)), True)
    text = list(passages([sheet("城乡社区支出1066.51元。")]))
    assert [e[0].key for e in with_mentions(conflict, text, {}).explanations] == [KEY, OTHER]


def test_a_short_figure_counts_only_beside_the_name_of_its_row() -> None:
    conflict = Conflict(("I05.row[212]",), ((suspect(KEY, 5_000_000, 6_000_000),),), True)
    text = list(passages([sheet("农林水支出6万元。住房保障支出5万元。")]))
    assert with_mentions(conflict, text, {}).explanations[0][0].mentions == ()
    named = with_mentions(conflict, text, {KEY[:2]: "住房保障支出"})
    assert named.explanations[0][0].mentions == (Mention(20, "住房保障支出5万元。", True),)


def test_digits_without_end_are_no_amount() -> None:
    assert list(passages([sheet("共" + "9" * 5000 + "元。")])) == []
