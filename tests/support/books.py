"""Facts written down as small text tables, for tests of arithmetic."""

from __future__ import annotations

import json
from collections.abc import Iterable

from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.model.fact import Fact, Key
from juesuan_extract.model.page import Box
from juesuan_extract.model.proof import Check, Conflict
from juesuan_extract.values.amounts import parse
from juesuan_extract.verify.blame import conflicts
from juesuan_extract.verify.book import Book
from juesuan_extract.verify.identities import evaluate
from tests.support.paths import PDFS

BLANK, NOTHING = "_", "."


def facts(table_id: str, text: str, unit: str = "万元") -> list[Fact]:
    """Facts of a table: the first line names the columns, every other line begins with a row id.

    "_" is a blank cell, "." is no cell at all.
    """
    head, *lines = (line.split() for line in text.strip().splitlines())
    found = []
    for number, (row_id, *figures) in enumerate(lines, 1):
        assert len(figures) == len(head), row_id
        for column_id, figure in zip(head, figures, strict=True):
            if figure == NOTHING:
                continue
            printed = "" if figure == BLANK else figure
            amount = parse(printed)
            value = amount.fen(unit) if amount.kind == "amount" else None
            box = Box(0.0, 20.0 * number, 90.0, 20.0 * number + 20)
            found.append(Fact(table_id, number, row_id, row_id, column_id, value, printed, not printed, 1, box))
    return found


def book(*tables: list[Fact], units: dict[str, str] | None = None, empty: Iterable[str] = ()) -> Book:
    """An account of these tables; empty: ids of tables that are found and have no facts."""
    every = [fact for table in tables for fact in table]
    found = dict.fromkeys([*(fact.table_id for fact in every), *empty])
    return Book(every, units or dict.fromkeys(found, "万元"), found)


def checks(account: Book, catalog: Catalog) -> dict[str, Check]:
    """All checks by id."""
    made = evaluate(account, catalog)
    found = {check.check_id: check for check in made}
    assert len(found) == len(made), "check ids are unique"
    return found


def blamed(account: list[Fact], catalog: Catalog) -> tuple[Conflict, ...]:
    """Who is to blame for what fails in an account of these facts."""

    def recheck(changed: dict[Key, int]) -> list[Check]:
        return evaluate(book([f._replace(amount=changed.get(f.key, f.amount)) for f in account]), catalog)

    own = book(account)
    return conflicts(evaluate(own, catalog), account, own.steps, recheck)


def seed_facts() -> list[Fact]:
    """The published account of the founding document, as its truth says; all amounts in 万元."""
    path = PDFS / "fuzhou_2023_reportlab.json"
    found = []
    for number, cell in enumerate(json.loads(path.read_text(encoding="utf-8"))["cells"], 1):
        text = cell["amount_text"]
        amount = parse(text).fen("万元") if not (cell["is_blank"] or cell["is_dash"]) else None
        row = (cell["row_id"], cell["row_name"], cell["column_id"])
        found.append(
            Fact(cell["table_id"], number, *row, amount, text, cell["is_blank"], cell["page"], Box(0, 0, 1, 1))
        )
    assert len(found) > 400
    return found
