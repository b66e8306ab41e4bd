"""The fixture generator itself: its accounts add up and its truth says what its pages print."""

import json
import random
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from fixtures.make.accounts.identities import violations  # noqa: E402
from fixtures.make.accounts.leaves import Recipe  # noqa: E402
from fixtures.make.accounts.random_account import make_account  # noqa: E402
from fixtures.make.accounts.seed import load_account  # noqa: E402
from fixtures.make.check import problems  # noqa: E402
from fixtures.make.codes import economic_names  # noqa: E402
from fixtures.make.forms.catalog import FORMS  # noqa: E402
from fixtures.make.model import Cell, TablePart  # noqa: E402
from fixtures.make.money import NumberStyle, parse_yuan, print_amount, yuan_text  # noqa: E402
from fixtures.make.produce import RENDERERS, Order  # noqa: E402
from fixtures.make.random_docs import Wanted, plan  # noqa: E402
from fixtures.make.render.base import Job  # noqa: E402
from fixtures.make.seed_docs import booklets  # noqa: E402
from fixtures.make.truth import truth_of  # noqa: E402
from tests.support.needs import lacking  # noqa: E402


@pytest.mark.parametrize(
    ("fen", "style", "text", "value"),
    [
        (353_060_000, NumberStyle(), "353.06", 353_060_000),
        (353_064_999, NumberStyle(), "353.06", 353_060_000),
        (353_065_000, NumberStyle(), "353.07", 353_070_000),
        (-353_065_000, NumberStyle(minus="－"), "－353.07", -353_070_000),
        (123_456_789, NumberStyle(unit="元", thousands=True), "1,234,567.89", 123_456_789),
        (4_999, NumberStyle(zero=""), "", None),
        (0, NumberStyle(zero="－"), "－", None),
        (0, NumberStyle(full_width=True), "０．００", 0),
    ],
)
def test_amounts_are_printed_and_valued_alike(fen: int, style: NumberStyle, text: str, value: int | None) -> None:
    printed = print_amount(fen, style)
    assert (printed.text, printed.fen) == (text, value)
    if value is not None:
        assert parse_yuan(yuan_text(value)) == value


def test_seed_documents_hold_the_account() -> None:
    account = load_account()
    want = {
        (table_id, line.row_id, column): fen
        for table_id, lines in account.tables.items()
        for line in lines
        for column, fen in line.amounts.items()
    }
    for _, booklet in booklets():
        cells = truth_of(booklet, booklet.name, {})["cells"]
        assert isinstance(cells, list)
        assert {(c["table_id"], c["row_id"], c["column_id"]): parse_yuan(c["amount_yuan"]) for c in cells} == want


def test_committed_truth_is_what_the_generator_says() -> None:
    for _, booklet in booklets():
        committed = json.loads((ROOT / "fixtures" / "pdfs" / f"{booklet.name}.json").read_text(encoding="utf-8"))
        fresh = json.loads(json.dumps(truth_of(booklet, f"{booklet.name}.pdf", {}), ensure_ascii=False))
        for truth in (committed, fresh):
            for cell in truth["cells"]:
                cell["box"] = None
        assert committed == fresh


@pytest.mark.parametrize("seed", range(40))
def test_random_accounts_hold_every_identity_in_fen(seed: int) -> None:
    rng = random.Random(seed)
    year = rng.choice([2016, 2018, 2020, 2023])
    recipe = Recipe(
        year=year,
        rows=rng.choice([1, 3, 12, 40, 120]),
        step=rng.choice([1, 100, 10_000]),
        carry_over=rng.random() < 0.6,
        own_money=rng.random() < 0.5,
        government_fund=rng.random() < 0.5,
        state_capital=rng.random() < 0.3,
        fund_carry_over=rng.random() < 0.5,
        negatives=rng.random() < 0.3,
    )
    account = make_account(rng, recipe, economic_names(year), "部门", "事业")
    assert violations(account) == []


def _plan(form: str, index: int) -> Order:
    for attempt in range(6):
        try:
            return plan(Wanted("test", form, "reportlab"), index, attempt)
        except ValueError:
            continue
    raise AssertionError(f"{form}/{index} cannot be laid out")


def _printed_amounts(parts: list[TablePart]) -> list[Cell]:
    return [cell for part in parts for row in part.rows for cell in row.cells if cell.slot and cell.text]


@pytest.mark.parametrize("form", sorted(FORMS))
@pytest.mark.parametrize("index", range(3))
def test_truth_names_the_cells_that_are_printed(form: str, index: int) -> None:
    booklet = _plan(form, index).booklet
    truth = truth_of(booklet, "x.pdf", {})
    cells, tables = truth["cells"], truth["tables"]
    assert isinstance(cells, list)
    assert isinstance(tables, list)
    keys = Counter((c["table_id"], c["instance"], c["row_id"], c["column_id"]) for c in cells)
    assert [key for key, count in keys.items() if count > 1] == []
    pages = {(t["table_id"], t["instance"]): set(t["pages"]) for t in tables}
    assert all(c["page"] in pages[c["table_id"], c["instance"]] for c in cells)
    parts = [part for _, part in booklet.parts()]
    assert Counter(c["amount_text"] for c in cells if c["amount_text"]) == Counter(
        c.text for c in _printed_amounts(parts)
    )
    for fault in booklet.faults:
        if fault["row_id"] is not None:
            same = [c for c in cells if all(c[k] == fault[k] for k in ("table_id", "row_id", "column_id"))]
            assert fault["printed_yuan"] in {c["amount_yuan"] for c in same}


def test_drawn_document_reads_back(tmp_path: Path) -> None:
    booklet = _plan("shanghai", 1).booklet
    try:
        (rendered,) = RENDERERS["reportlab"].render([Job(booklet, tmp_path / "x.pdf")])
    except OSError as error:
        lacking(f"fonts are not installed: {error}")
    assert rendered.error is None
    assert problems(booklet, tmp_path / "x.pdf") == []
    assert set(rendered.boxes) >= {id(cell) for _, part in booklet.parts() for cell in _printed_amounts([part])}
