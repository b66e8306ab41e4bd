"""What proves a repair: equalities of several kinds that were false and are true, none that was true and is false."""

from __future__ import annotations

import pytest

from juesuan_extract.model.proof import Check, Verdict
from juesuan_extract.repair.evidence import compare


def check(name: str, verdict: Verdict, amount: int = 100, relation: str = "=", independent: bool = True) -> Check:
    return Check(
        name, name.partition("[")[0], ("gk03",), "", "", amount, amount, 0, 0, verdict, (),
        relation=relation, independent=independent,
    )  # fmt: skip


FALSE = [check("total", "fails"), check("copy", "fails"), check("row", "holds")]
TRUE = [check("total", "holds"), check("copy", "holds"), check("row", "holds")]


def test_two_equalities_of_two_kinds_prove_a_repair() -> None:
    change = compare(FALSE, TRUE)
    assert change.proves
    assert [c.check_id for c in change.mended] == ["total", "copy"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([], []),
        (FALSE[:1], TRUE[:1]),
        ([check(f"copy[{r}]", "fails") for r in "ab"], [check(f"copy[{r}]", "holds") for r in "ab"]),
        (FALSE, [*TRUE, check("new", "fails")]),
        (FALSE, [*TRUE[:2], check("row", "fails")]),
        (FALSE, TRUE[:2]),
        ([c._replace(verdict="not_evaluable") for c in FALSE], TRUE),
        (FALSE, [c._replace(relation="<=") for c in TRUE]),
        (FALSE, [c._replace(left_amount=0, right_amount=0) for c in TRUE]),
        ([c._replace(independent=False) for c in FALSE], [c._replace(independent=False) for c in TRUE]),
    ],
    ids=[
        "nothing", "one", "one kind", "another fails", "one that held fails", "one that held is lost",
        "not evaluable before", "bounds", "zeros", "consequences of others",
    ],
)  # fmt: skip
def test_nothing_else_does(before: list[Check], after: list[Check]) -> None:
    assert not compare(before, after).proves
