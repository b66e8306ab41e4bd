"""Random accounts drawn with ReportLab, with the truth about them, and how a reading differs from it."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Collection, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from juesuan_extract.model.account import Account
from juesuan_extract.values.amounts import to_yuan
from tests.support.needs import lacking

SMALL = ("tiny", "small")
UNRULED = frozenset({"three_line"})
Key = tuple[int, str, str, str]  # account, table, row (its name where it maps to nothing), column
Value = tuple[str | None, bool]  # amount in 元, whether the cell is blank


class Made(NamedTuple):
    """A PDF and what a perfect reader says of it."""

    name: str
    data: bytes
    truth: dict[str, Any]


def random_account(seed: int, form: str, without: Collection[str] = UNRULED) -> Made | None:
    """A small account of this form that has none of some features; None where no draw fits on paper."""
    from fixtures.make.random_docs import Wanted, plan

    for attempt in range(12):
        try:
            order = plan(Wanted(f"test{seed}", form, "reportlab"), 0, attempt)
        except ValueError:
            continue
        meta = order.booklet.meta
        if meta["size"] in SMALL and not set(meta["features"]) & set(without):  # type: ignore[arg-type]
            return drawn(f"test{seed}", form, attempt=attempt)
    return None


@lru_cache(maxsize=64)
def drawn(seed: str, form: str, features: tuple[str, ...] = (), index: int = 0, attempt: int = 0) -> Made | None:
    """The document that `python -m fixtures.make random` makes of these; None where it can't be drawn."""
    from fixtures.make.produce import produce
    from fixtures.make.random_docs import Wanted, plan

    order = plan(Wanted(seed, form, "reportlab", features), index, attempt)
    name = order.booklet.name
    with tempfile.TemporaryDirectory() as folder:
        try:
            failed = produce([order], Path(folder), Path(folder))
        except OSError as error:
            lacking(f"fonts are not installed: {error}")
        if failed:
            return None
        truth = json.loads((Path(folder) / f"{name}.json").read_text(encoding="utf-8"))
        return Made(name, (Path(folder) / f"{name}.pdf").read_bytes(), truth)


def differences(accounts: Sequence[Account], truth: dict[str, Any]) -> dict[str, list[str]]:
    """What is read otherwise than printed, by table. Optional cells and extra columns may be there or not."""
    said = _said(accounts)
    asked: Counter[tuple[Key, Value]] = Counter()
    free: set[Key] = set()
    for cell in truth["cells"]:
        row = cell["row_name"] if cell["row_id"].startswith("unmapped") else cell["row_id"]
        key = (cell["instance"], cell["table_id"], row, cell["column_id"])
        if cell["optional"]:
            free.add(key)
        else:
            asked[key, (cell["amount_yuan"], cell["is_blank"])] += 1
    found: dict[str, list[str]] = {}
    for what, counts in (("not read", asked - said), ("not printed", said - asked)):
        for (key, value), _ in sorted(counts.items(), key=str):
            if key not in free:
                found.setdefault(f"{key[0]}.{key[1]}", []).append(f"{what}: {key[2]} {key[3]} {value[0] or 'blank'}")
    return found


def _said(accounts: Sequence[Account]) -> Counter[tuple[Key, Value]]:
    said: Counter[tuple[Key, Value]] = Counter()
    for number, account in enumerate(accounts):
        for fact in account.facts:
            if not fact.column_id.startswith("extra."):
                row = fact.row_name if fact.row_id.startswith("unmapped") else fact.row_id
                amount = None if fact.amount is None else str(to_yuan(fact.amount))
                said[(number, fact.table_id, row, fact.column_id), (amount, fact.is_blank)] += 1
    return said


def silent(accounts: Sequence[Account], found: dict[str, list[str]]) -> dict[str, list[str]]:
    """Amounts among those differences that stand in tables called verified."""
    verified = {f"{n}.{t.table_id}" for n, a in enumerate(accounts) for t in a.tables if t.status == "verified"}
    amounts = {table: [line for line in lines if not line.endswith(" blank")] for table, lines in found.items()}
    return {table: lines for table, lines in amounts.items() if table in verified and lines}
