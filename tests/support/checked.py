"""Hand-made accounts whose identities fail, with conflicts of every kind, for tests of what is told of them."""

from __future__ import annotations

from typing import Any

from juesuan_extract.batch.check import Checked
from juesuan_extract.knowledge.catalog import load_catalog
from juesuan_extract.knowledge.messages import Lang
from juesuan_extract.model.account import Account, Table, TableStatus
from juesuan_extract.model.fact import Fact
from juesuan_extract.model.message import Repair, message
from juesuan_extract.model.proof import Conflict, Mention, Suspect
from juesuan_extract.say.account import tell
from juesuan_extract.verify.identities import evaluate
from tests.support.accounts import figures
from tests.support.books import book, facts

NAMES = {
    "total": "合计",
    "212": "城乡社区支出",
    "21201": "城乡社区管理事务",
    "21208": "土地出让收入安排的支出",
}
EXPENDITURE = """
        total      basic     project
total   10,681.51  1,066.51  20.00
212     10,681.51  10,661.51 20.00
21201   10,661.51  10,661.51 0.00
21208   20.00      _         20.00
"""
PLACE = ("gk03", "total", "basic")
MENTIONS = (
    Mention(9, "基本支出10661.51万元", printed=False),
    Mention(10, "基本支出合计1066.51万元", printed=True),
)
SUSPECT = Suspect(PLACE, 106651_0000, 1066151_0000, 1066151_0000, 1066151_0000, sums=0, copies=0, slip="lost")
PAIRED = Repair(
    "gk03", 7, "row_pairing", figures("", "3.00", "2.00", "1.00"), figures("208", "3.00", "2.00", "1.00"),
    message("repair.paired", failed=16, checks=("I03.total[total]", *("I03.row[208]",) * 15), held=134),
)  # fmt: skip


def account(*tables: list[Fact], unit: str = "万元", proven: TableStatus = "conflict", **more: Any) -> Account:
    """An account of these tables on page 7, with its checks. proven: the status of its tables."""
    every = [fact._replace(page=7, row_name=NAMES.get(fact.row_id, "")) for table in tables for fact in table]
    found = {fact.table_id: unit for fact in every}
    made = tuple(
        Table(name, "", "", (7,), found.get(name, ""), 1, 1, proven if name in found else "missing", None)
        for name in load_catalog().tables
    )
    checks = tuple(evaluate(book(every, units=found), load_catalog()))
    values: dict[str, Any] = {"unit_name": "某市城管局", "fiscal_year": 2023, "tables": made, "checks": checks}
    return Account("0" * 16, "a.pdf", "0" * 64, 20, "final_account", "conflict", facts=tuple(every), **(values | more))


def failed(found: Account) -> tuple[str, ...]:
    """Ids of the checks that fail."""
    return tuple(check.check_id for check in found.checks if check.verdict == "fails")


def disputed(*explanations: tuple[Suspect, ...], complete: bool = True, **more: Any) -> Account:
    """The account of EXPENDITURE with one conflict of all that fails."""
    found = account(facts("gk03", EXPENDITURE))
    conflict = Conflict(failed(found), explanations, complete)
    return account(facts("gk03", EXPENDITURE), conflicts=(conflict,), **more)


OTHER = Suspect(("gk03", "21208", "basic"), 0, 1066149_0000, 1066153_0000, 1066151_0000, sums=2, copies=1)
DISPUTED = disputed(
    (SUSPECT._replace(mentions=MENTIONS),),
    (SUSPECT._replace(slip="", sums=1), OTHER),
    proposals=(PAIRED,),
    repairs=(PAIRED, PAIRED._replace(kind="continuation")),
)


def checked(found: Account, lang: Lang = "zh") -> Checked:
    """It and what is told of it."""
    return Checked(found, tell(found, load_catalog(), lang))
