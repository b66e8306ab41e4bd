"""The worked example of docs/proof.md is what the program says of the document from Fuzhou."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest
from rich.console import Console

from juesuan_extract import pipeline, read_pdf
from juesuan_extract.batch.check import Checked
from juesuan_extract.cli.check import CheckPage
from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.model.account import Account
from juesuan_extract.model.fact import Key
from juesuan_extract.model.proof import Check
from juesuan_extract.say.account import tell
from juesuan_extract.values.amounts import format_in
from juesuan_extract.verify.blame import conflicts
from juesuan_extract.verify.identities import evaluate
from juesuan_extract.verify.proof import Proof
from tests.support.books import book
from tests.support.paths import DOCS
from tests.support.words import en

PAGE = DOCS / "proof.md"
MADE = re.compile(r"(<!-- made: (\w+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)
PDFS = DOCS.parent / "fixtures" / "pdfs"
GOOD, BROKEN = (PDFS / f"fuzhou_2023_calc{what}.pdf" for what in ("", "_broken03"))
FIGURE: Key = ("gk03", "2080505", "total")
WRONG = "23.45"  # instead of 24.35


@pytest.fixture(scope="module")
def good() -> Account:
    return read_pdf(GOOD).account


def accuse(proof: Proof, data: bytes | None, catalog: Catalog) -> Proof:
    """Who may be to blame, with everything as it is printed."""
    return proof.accused(catalog)


@pytest.fixture(scope="module")
def printed() -> Account:
    """The broken document, read as it is printed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "REPAIRS", (accuse,))
        return read_pdf(BROKEN).account


@pytest.fixture(scope="module")
def mended() -> Account:
    return read_pdf(BROKEN).account


def test_the_example_is_what_the_program_says(
    good: Account, printed: Account, mended: Account, catalog: Catalog, request: pytest.FixtureRequest
) -> None:
    made = {
        "witnesses": witnesses(good),
        "printed": rows(printed),
        "failures": arithmetic(check for check in printed.checks if check.verdict == "fails"),
        "repairs": repairs(mended),
        "blame": blame(good, catalog),
    }
    text = PAGE.read_text(encoding="utf-8")
    assert set(made) == {found[2] for found in MADE.finditer(text)}
    now = MADE.sub(lambda found: f"{found[1]}\n{made[found[2]]}\n{found[4]}", text)
    if request.config.getoption("--update-golden"):
        PAGE.write_text(now, encoding="utf-8")
        pytest.skip("written")
    assert now == text, "--update-golden writes the page anew; look at the difference"


def test_the_numbers_in_the_sentences(good: Account, printed: Account, mended: Account) -> None:
    text = PAGE.read_text(encoding="utf-8")
    held, failed = (sum(c.verdict == verdict for c in good.checks) for verdict in ("holds", "fails"))
    assert (f"{held} identities hold" in text, failed) == (True, 0)
    failed = sum(c.verdict == "fails" for c in printed.checks)
    assert f"{failed} identities fail" in text
    unexplained = sum(not conflict.explanations for conflict in printed.conflicts)
    assert f"none for {unexplained} of them" in text
    assert f"{len(printed.conflicts)} conflicts" in text
    assert sum(c.verdict == "holds" for c in mended.checks) == held
    borrowed = sum(r.kind == "name_borrowed" and r.table_id == "gk03" for r in mended.repairs)
    assert f"{borrowed} names" in text
    assert mended.status == good.status == "verified"
    amounts = [{f.key: f.amount for f in one.facts} for one in (good, mended)]
    assert amounts[0] == amounts[1]


def witnesses(good: Account) -> str:
    """The identities in which the 311.40 of 公开03 stands."""
    return arithmetic(c for c in good.checks if ("gk03", "208", "total") in c.cells and c.verdict == "holds")


def arithmetic(checks: Iterable[Check]) -> str:
    return "\n".join(_lines(checks))


def _lines(checks: Iterable[Check]) -> Iterator[str]:
    yield "| identity | left | right | difference | rounding allows |\n|---|---|---|---|---|"
    for check in checks:
        amounts = (check.left_amount, check.right_amount, check.residual)
        figures = " | ".join(format_in(amount or 0, "万元") for amount in amounts)
        yield f"| `{check.check_id}` | {figures} | {(check.tolerance or 0) / 1_000_000:g} |"


def rows(printed: Account) -> str:
    """The first rows of 公开03 as printed."""
    columns = ("total", "basic", "project")
    found: dict[int, dict[str, str]] = {}
    for fact in printed.facts:
        if fact.table_id == "gk03" and fact.row_no <= 5:
            label = "合计" if fact.row_id == "total" else fact.row_id if fact.row_id.isdigit() else ""
            found.setdefault(fact.row_no, {"label": label})[fact.column_id] = fact.text
    lines = (" | ".join([row["label"], *(row[name] for name in columns)]) for row in found.values())
    head = "| 科目编码 | 本年支出合计 | 基本支出 | 项目支出 |\n|---|---|---|---|\n"
    return head + "\n".join(f"| {line} |" for line in lines)


def repairs(mended: Account) -> str:
    return "| before | after |\n|---|---|\n" + "\n".join(
        f"| {en(r.before)} | {en(r.after)} |" for r in mended.repairs if r.kind == "row_pairing"
    )


def blame(good: Account, catalog: Catalog) -> str:
    """What `juesuan check` would say if the figure were printed wrongly."""
    units = {table.table_id: table.unit for table in good.tables}
    fen = round(float(WRONG) * 100) * 10_000
    facts = [f._replace(amount=fen, text=WRONG) if f.key == FIGURE else f for f in good.facts]

    def again(changed: dict[Key, int]) -> list[Check]:
        return evaluate(book([f._replace(amount=changed.get(f.key, f.amount)) for f in facts], units=units), catalog)

    checks = again({})
    found = conflicts(checks, facts, book(facts, units=units).steps, again)
    account = replace(good, facts=tuple(facts), checks=tuple(checks), conflicts=found, status="conflict")
    said = io.StringIO()
    console = Console(file=said, markup=False, highlight=False, emoji=False)
    CheckPage(console, "en", catalog).account(Checked(account, tell(account, catalog, "en")))
    return "```\n" + "\n".join(line.rstrip() for line in said.getvalue().rstrip().splitlines()) + "\n```"
