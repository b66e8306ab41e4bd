"""What failed identities say in words, in Chinese and in English."""

from __future__ import annotations

import pytest

from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.knowledge.messages import Lang
from juesuan_extract.model.account import Account
from juesuan_extract.model.proof import Mention, Suspect
from juesuan_extract.say import account as telling
from juesuan_extract.say.account import FailureSaid, tell
from juesuan_extract.verify.identities import evaluate
from tests.support.accounts import said
from tests.support.books import book, facts, seed_facts
from tests.support.checked import DISPUTED, EXPENDITURE, OTHER, PAIRED, SUSPECT, account, checked, disputed

FUND = """
        opening_balance income total basic project closing_balance
total   1.00            5.00   4.00  1.00  3.00    1.00
"""
PUBLIC = """
            budget final
reception   1.00   2.00
"""
ECONOMIC = """
       amount
302    90.00
30217  3.00
30201  10.00
30202  20.00
30203  0.00
30204  30.00
30205  7.00
30206  8.00
30207  9.00
"""
SUMMARY = """
                   amount
income.subtotal    10.00
income.opening_balance 1.00
income.total       11.00
expenditure.subtotal 9.00
expenditure.closing_balance 1.00
expenditure.total  10.00
"""


def failures(found: Account, lang: Lang = "zh") -> dict[str, FailureSaid]:
    return {failure.check.check_id: failure for failure in checked(found, lang).telling.failures}


def test_a_sum_that_fails() -> None:
    found = failures(account(facts("gk03", EXPENDITURE)))["I03.row[total]"]
    assert (found.printed, found.expected, found.difference, found.tolerance, found.unit, found.pages) == (
        "10,681.51", "1,086.51", "9,595.00", "0.015", "万元", (7,),
    )  # fmt: skip
    assert (found.left_sum, found.sign, found.right_sum) == ("10,681.51", "≠", "1,066.51 + 20.00")
    assert found.says == "每行：本年支出合计＝基本＋项目＋上缴上级＋经营＋对附属单位补助"
    assert found.sentence == (
        "第 7 页 支出决算表 合计 本年支出合计：实为 10,681.51，应为 1,086.51（1,066.51 + 20.00），差 9,595.00 万元"
    )
    (term,) = found.left
    assert (term.sign, term.figure.key, term.figure.row, term.figure.column) == (
        "+", ("gk03", "total", "total"), "合计", "本年支出合计",
    )  # fmt: skip
    assert failures(account(facts("gk03", EXPENDITURE)), "en")["I03.row[total]"].sentence == (
        "page 7, gk03 支出决算表, 合计, 本年支出合计: is 10,681.51, should be 1,086.51 (1,066.51 + 20.00), "
        "off by 9,595.00 万元"
    )


def test_two_figures_that_should_be_the_same() -> None:
    found = account(facts("gk01", SUMMARY))
    assert failures(found)["I01.balance[amount]"].sentence == (
        "第 7 页 收入支出决算总表 收入income.total 决算数为 11.00，"
        "第 7 页 收入支出决算总表 支出expenditure.total 决算数为 10.00，两者应相等，差 1.00 万元"
    )
    assert "; they should be equal, off by 1.00 万元" in failures(found, "en")["I01.balance[amount]"].sentence


def test_bounds_and_balances() -> None:
    found = failures(account(facts("gk06", ECONOMIC), facts("gk07", PUBLIC), facts("gk08", FUND)))
    bound, flow = found["X06-07.reception"], found["I08.flow[total]"]
    assert bound.sign == ">"
    assert bound.sentence.endswith("决算数为 2.00，前者不应大于后者，差 1.00 万元")
    assert flow.sentence == (
        "第 7 页 政府性基金预算财政拨款收入支出决算表 合计：1.00 + 5.00 = 6.00，4.00 + 1.00 = 5.00，"
        "两者应相等，差 1.00 万元"
    )


def test_the_terms_of_every_check_add_up(catalog: Catalog) -> None:
    found = seed_facts()
    amounts = {fact.key: fact.amount or 0 for fact in reversed(found)}
    made = [check for check in evaluate(book(found), catalog) if check.verdict != "not_evaluable"]
    assert len(made) > 300
    for check in made:
        for side, cells, amount in (
            (check.left, check.cells[: check.left_cells], check.left_amount),
            (check.right, check.cells[check.left_cells :], check.right_amount),
        ):
            signed = list(telling.signed(side, cells))
            assert sum(amounts[key] if sign == "+" else -amounts[key] for sign, key in signed) == amount, check
            assert [key for _, key in signed] == list(cells)


def test_long_sums_are_cut_and_zeros_left_out() -> None:
    found = account(facts("gk06", ECONOMIC))
    assert failures(found)["I06.class[302]"].right_sum == "3.00 + 10.00 + 20.00 + 30.00 …等 7 项"
    assert failures(found, "en")["I06.class[302]"].right_sum == "3.00 + 10.00 + 20.00 + 30.00 … and 3 more"


def test_amounts_are_in_the_unit_of_the_table() -> None:
    found = failures(account(facts("gk03", EXPENDITURE, "元"), unit="元"))["I03.row[total]"]
    assert (found.difference, found.unit) == ("9,595.00", "元")


@pytest.mark.parametrize(
    ("slip", "zh", "en"),
    [
        ("digit", "；疑为一位数字写错", "; looks like one digit changed"),
        ("transposed", "；疑为两位数字颠倒", "; looks like two digits transposed"),
        ("lost", "；疑为漏一位数字", "; looks like a digit lost"),
        ("added", "；疑为多一位数字", "; looks like a digit added"),
        ("point", "；疑为小数点错位", "; looks like the decimal point moved"),
        ("sign", "；疑为正负号写错", "; looks like a wrong sign"),
        ("", "", ""),
    ],
)
def test_a_suspect_and_its_slip(slip: str, zh: str, en: str) -> None:
    found = disputed((SUSPECT._replace(slip=slip),))
    words = "第 7 页 支出决算表 合计 基本支出：印为 1,066.51，应为 10,661.51，差 9,595.00 万元"
    assert sentence(found) == words + zh
    words = (
        "page 7, gk03 支出决算表, 合计, 基本支出: printed 1,066.51, would have to be 10,661.51, off by 9,595.00 万元"
    )
    assert sentence(found, "en") == words + en


def sentence(found: Account, lang: Lang = "zh") -> str:
    return checked(found, lang).telling.disputes[0].explanations[0][0].sentence


@pytest.mark.parametrize(
    ("least", "most", "wanted", "zh", "en"),
    [
        (3_000_000, 3_000_000, 3_000_000, "应为 3.00，差 2.00 万元", "have to be 3.00, off by 2.00"),
        (2_990_000, 3_010_000, 3_000_000, "应为 3.00，差 2.00 万元", "have to be 3.00, off by 2.00"),
        (2_000_000, 3_000_000, 2_500_000,
         "应为 2.50（2.00 至 3.00 均说得通），差 1.50 万元",
         "(anything from 2.00 to 3.00"),
        (2_000_000, None, 2_000_000, "应不小于 2.00，至少差 1.00 万元", "be at least 2.00, off by at least 1.00"),
        (None, 500_000, 500_000, "应不大于 0.50，至少差 0.50 万元", "be at most 0.50, off by at least 0.50"),
    ],
)  # fmt: skip
def test_what_it_would_have_to_be(least: int | None, most: int | None, wanted: int, zh: str, en: str) -> None:
    found = disputed((Suspect(("gk03", "21208", "basic"), 1_000_000, least, most, wanted),))
    assert sentence(found).endswith(zh)
    assert en in sentence(found, "en")


@pytest.mark.parametrize(
    ("sums", "copies", "zh", "en"),
    [
        (0, 0, "没有其他勾稽关系支持印出的数", "nothing else supports what is printed"),
        (1, 0, "印出的数另有 1 项加总关系支持", "what is printed is supported by 1 sum"),
        (2, 1, "印出的数另有 2 项加总关系、1 处相同数字支持", "what is printed is supported by 2 sums and 1 copy"),
        (0, 3, "印出的数另有 3 处相同数字支持", "what is printed is supported by 3 copies"),
    ],
)
def test_witnesses(sums: int, copies: int, zh: str, en: str) -> None:
    found = disputed((SUSPECT._replace(sums=sums, copies=copies),))
    told = [checked(found, lang).telling.disputes[0].explanations[0][0].witnesses for lang in ("zh", "en")]
    assert told == [zh, en]


def test_mentions() -> None:
    mentions = (Mention(9, "基本支出10661.51万元", printed=False), Mention(10, "1066.51万元", printed=True))
    found = disputed((SUSPECT._replace(mentions=mentions),))
    assert checked(found).telling.disputes[0].explanations[0][0].mentions == (
        "第 9 页正文写“基本支出10661.51万元”，支持应为的数",
        "第 10 页正文写“1066.51万元”，支持印出的数",
    )
    assert checked(found, "en").telling.disputes[0].explanations[0][0].mentions == (
        "page 9 says “基本支出10661.51万元”, which supports what it would have to be",
        "page 10 says “1066.51万元”, which supports what is printed",
    )


def test_remarks_say_how_sure_it_is() -> None:
    one, two = (SUSPECT,), (OTHER,)
    cases = {
        "没有找到": disputed(complete=False),
        "只有这一种": disputed(one),
        "不能区分": disputed(one, two),
        "可能还有其他": disputed(one, two, complete=False),
    }
    for words, found in cases.items():
        assert words in checked(found).telling.disputes[0].remark
        assert checked(found, "en").telling.disputes[0].remark.isascii()


def test_a_figure_that_is_blank_or_not_printed() -> None:
    assert "：印为 空白，" in sentence(disputed((OTHER,)))
    figure = checked(disputed((OTHER._replace(key=("gk03", "229", "basic")),))).telling.disputes[0].explanations[0][0]
    assert (figure.figure.page, figure.figure.box, figure.figure.text) == (0, None, "")
    assert figure.figure.place == "支出决算表 229 基本支出"


def test_conflicts_first_then_what_stands_in_none() -> None:
    told = checked(DISPUTED).telling
    assert [len(explanation) for explanation in told.disputes[0].explanations] == [1, 2]
    assert (len(told.disputes[0].failures), told.others) == (2, ())
    told = checked(account(facts("gk03", EXPENDITURE))).telling
    assert (told.disputes, len(told.others)) == ((), 2)
    assert told.failures == told.others


def test_pairings_made_and_proposed(catalog: Catalog) -> None:
    told = checked(DISPUTED).telling
    assert [mended.sentence for mended in (*told.proposals, *told.repairs)] == [
        "第 7 页 支出决算表：“3.00 2.00 1.00”印在无标签行，可能属“208”行；"
        "按印出的对应关系有 16 项勾稽关系不成立，调整后 134 项全部成立",
        "第 7 页 支出决算表：“3.00 2.00 1.00”印在无标签行，按“208”行读取；"
        "按印出的对应关系有 16 项勾稽关系不成立，调整后 134 项全部成立",
    ]
    assert told.repairs[0].repair == PAIRED, "other repairs mend the reading, not the document"
    (made,) = tell(DISPUTED, catalog, "en").repairs
    assert made.sentence.startswith("page 7, gk03 支出决算表: “3.00 2.00 1.00” stands beside no label, was")
    other = PAIRED._replace(kind="new_kind", before="208", after="210", evidence=said("because"))
    (proposed,) = tell(account(facts("gk03", EXPENDITURE), proposals=(other,)), catalog).proposals
    assert proposed.sentence == "第 7 页 支出决算表：new kind：印为“208”，可能应为“210”；because"


def test_labels_that_stand_twice_are_told_apart() -> None:
    assert telling.row_title("income.total", "总计") == "收入总计"
    assert telling.row_title("expenditure.total", "支出总计") == "支出总计"
    assert telling.row_title("income.opening_balance.government_fund", "政府性基金预算财政拨款") == (
        "年初政府性基金预算财政拨款"
    )
    assert (
        telling.row_title("2080505", "机关事业单位基本养老保险缴费支出") == "2080505 机关事业单位基本养老保险缴费支出"
    )
    assert telling.row_title("unmapped.3", "其中：基建") == "其中：基建"


def test_braces_in_a_document_are_text() -> None:
    mention = Mention(9, "{page} {0}", printed=True)
    (told,) = checked(disputed((SUSPECT._replace(mentions=(mention,)),))).telling.disputes[0].explanations[0]
    assert told.mentions == ("第 9 页正文写“{page} {0}”，支持印出的数",)
