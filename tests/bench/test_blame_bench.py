"""The blame benchmark: which documents it draws, and how it judges what an account says of them."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from bench.blame import KINDS, NONE, TABLES, bounds, draws, forms_with
from bench.suspects import Judgement, Planted, judge, tally
from juesuan_extract.model.account import Account, Table
from juesuan_extract.model.fact import Fact, Key
from juesuan_extract.model.message import Message, Repair, message
from juesuan_extract.model.page import Box
from juesuan_extract.model.proof import Check, Conflict, Suspect
from tests.support.accounts import said

A, B, C = (("gk06", row, "amount") for row in ("302", "30201", "30202"))
OWN = {A: 3_000_000, B: 2_000_000, C: 1_000_000}
DIGIT = Planted("x", "digit", "", "gk06", {**OWN, B: 7_000_000}, B, 5_000_000)
SHIFT = Planted("x", "row_shift", "rows_exchanged", "gk06", OWN, rows=("30201", "30202"), beside={B: OWN[C], C: OWN[B]})


def fact(key: Key, amount: int, **more: Any) -> Fact:
    name = {"302": "商品和服务支出", "30201": "办公费", "30202": "印刷费"}[key[1]]
    text = f"{amount / 1_000_000:.2f}"
    return Fact(key[0], 1, key[1], name, key[2], amount, text, False, 5, Box(0, 0, 1, 1))._replace(**more)


def check(
    verdict: Any = "fails", tolerance: int = 15_000, relation: str = "=", cells: tuple[Key, ...] = (A, B, C)
) -> Check:
    return Check("I06", "I06", ("gk06",), "", "", 0, 0, 0, tolerance, verdict, cells, 1, relation)


def conflict(*explanations: tuple[Key, ...]) -> Conflict:
    suspect: Any = Suspect  # its further fields don't matter here
    sets = tuple(
        tuple(suspect(key, 0, 0, 0, *([0] if "wanted" in Suspect._fields else [])) for key in e) for e in explanations
    )
    return Conflict(("I06",), sets, True)


def account(figures: dict[Key, int | None], status: Any = "conflict", **more: Any) -> Account:
    facts = tuple(fact(key, amount or 0) for key, amount in figures.items())
    table = Table("gk06", "", "", (5,), "万元", 3, 1, status, 1.0)
    return Account("id", "x.pdf", "", 5, "final_account", status, tables=(table,), facts=facts, **more)


def test_the_wrong_figure_may_be_one_of_several_suspects() -> None:
    said = judge(DIGIT, account({**DIGIT.own}, checks=(check(),), conflicts=(conflict((A,), (B,), (C,)),)))
    assert (said.flagged, said.named, said.only, said.first, said.altered) == (True, True, False, False, ())
    said = judge(DIGIT, account({**DIGIT.own}, checks=(check(),), conflicts=(conflict((B,)),)))
    assert (said.named, said.only, said.first) == (True, True, True)
    said = judge(DIGIT, account({**DIGIT.own}, checks=(check(),), conflicts=(conflict((B, C)), conflict((A,)))))
    assert (said.named, said.only, said.first) == (True, False, True)
    said = judge(DIGIT, account({**DIGIT.own}, checks=(check(),), conflicts=(conflict((C,)),)))
    assert (said.named, said.only, said.first) == (False, False, False)
    assert not judge(DIGIT, account({**DIGIT.own}, checks=(check(),))).named


def test_an_error_that_nobody_sees_is_missed_or_invisible() -> None:
    unseen = {"figures": {**DIGIT.own}, "status": "verified"}
    assert judge(DIGIT, account(**unseen, checks=(check("holds"),))).missed
    for checks, reason in (
        ((), "it stands in no identity"),
        ((check("holds", relation="<="),), "it stands in bounds only"),
        ((check("holds", tolerance=2_500_000),), "within rounding"),
    ):
        said = judge(DIGIT, account(**unseen, checks=checks))
        assert (said.flagged, said.invisible, said.missed) == (False, reason, False)
    assert judge(DIGIT, account({**DIGIT.own}, "unverified")).flagged
    shifted = account({**OWN, **SHIFT.beside}, "verified", checks=(check("holds"),))
    assert judge(SHIFT, shifted).invisible == "款 of 06 permuted inside their 类"


def test_what_is_said_otherwise_than_printed_is_altered() -> None:
    assert judge(DIGIT, account({**DIGIT.own, B: 2_000_000})).altered
    right = account({**DIGIT.own})
    mended = [fact(key, amount or 0) for key, amount in DIGIT.own.items()]
    mended[1] = mended[1]._replace(text="2.00")
    assert not judge(DIGIT, right).altered
    assert judge(
        DIGIT, Account("id", "x.pdf", "", 5, "final_account", "verified", tables=right.tables, facts=tuple(mended))
    ).altered
    assert not judge(SHIFT, account({**OWN, **SHIFT.beside})).altered
    assert judge(SHIFT, account(dict(OWN))).altered


def shown(*rows: tuple[str, ...]) -> Message:
    return message("repair.figures", rows=rows)


def repair(kind: str, *rows: tuple[str, ...]) -> Repair:
    before = shown(*(rows or (("30201", "1.00"), ("30202", "2.00"))))
    return Repair("gk06", 5, kind, before, shown(("30201", "2.00"), ("30202", "1.00")), said("why"))


def test_a_shift_is_undone_or_its_rows_are_named() -> None:
    undone = judge(SHIFT, account(dict(OWN), "verified", repairs=(repair("rows_exchanged"),)))
    assert (undone.flagged, undone.altered, undone.named, undone.only) == (True, (), True, True)
    printed = {**OWN, **SHIFT.beside}
    wrongly = judge(SHIFT, account(printed, repairs=(repair("rows_exchanged"),)))
    assert (wrongly.named, wrongly.only) == (False, False)
    proposed = judge(SHIFT, account(printed, proposals=(repair("rows_exchanged"),)))
    assert (proposed.named, proposed.only, proposed.first) == (True, False, True)
    by_name = Repair("gk06", 5, "x", shown(("办公费", "1.00")), "", said("why"))
    assert judge(SHIFT, account(printed, proposals=(by_name,))).named
    elsewhere = Repair("gk06", 5, "x", shown(("30299", "1.00")), "", said("why"))
    assert not judge(SHIFT, account(printed, proposals=(elsewhere,))).named
    assert judge(SHIFT, account(printed, conflicts=(conflict((B, C)),))).named
    assert not judge(SHIFT, account(printed, repairs=(repair("continuation"),))).only


def test_a_lost_line_is_named_by_the_one_proposal() -> None:
    lost = Planted("x", "row_shift", "line_lost", "gk06", {**OWN, C: None}, rows=("30202",), beside={C: 5})
    some = account({**OWN, C: 5}, proposals=(repair("figures_shifted"),))
    assert judge(lost, some).only
    assert not judge(lost, account({**OWN, C: 5}, proposals=(repair("a"), repair("b")))).only


def judgement(kind: str = "digit", **more: Any) -> Judgement:
    return Judgement(Planted("x", kind, "", "gk03", {}), **{"status": "conflict", "flagged": True, **more})


def test_shares_are_of_what_can_be_seen() -> None:
    seen = judgement(named=True, only=True, first=True)
    hidden = judgement(flagged=False, invisible="within rounding")
    total = tally([seen, hidden, judgement(named=True)])
    assert (total.documents, total.flagged, total.invisible, total.named, total.only) == (3, 2, 1, 2, 1)
    assert total.share(total.only) == 0.5


@pytest.mark.parametrize(
    ("more", "missed"),
    [
        ([], []),
        ([judgement(flagged=False, named=True, only=True)], [0]),
        ([judgement(named=True, only=True, altered=("x",))], [1]),
        ([judgement(only=True)], [2]),
        ([judgement(named=True)], [3]),
        ([judgement(NONE)], [4]),
        ([judgement(NONE, flagged=False, status="unverified")], []),
    ],
)
def test_bounds(more: list[Judgement], missed: list[int]) -> None:
    good = [judgement(named=True, only=True)] * 3
    assert [n for n, bound in enumerate(bounds([*good, *more])) if not bound.met] == missed


def test_draws_are_of_every_kind_in_every_table() -> None:
    some = draws(300, "1", 100)
    assert len({draw.name for draw in some}) == 400
    pairs = Counter((draw.kind, draw.table) for draw in some if draw.kind != NONE)
    assert set(pairs) == {(kind, table) for kind in KINDS for table in TABLES}
    assert max(pairs.values()) - min(pairs.values()) <= 1
    assert sum(draw.kind == NONE for draw in some) == 100
    assert sum(draw.producer == "reportlab" for draw in some) > 300
    assert len({draw.producer for draw in some}) == 5
    assert "shanghai" in forms_with("gk07")
    assert all(forms_with(table) for table in TABLES)
