"""The fixture generator itself: its accounts add up and its truth says what its pages print."""

import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from fixtures.make.accounts.seed import load_account  # noqa: E402
from fixtures.make.money import NumberStyle, parse_yuan, print_amount, yuan_text  # noqa: E402
from fixtures.make.seed_docs import booklets  # noqa: E402
from fixtures.make.truth import truth_of  # noqa: E402


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
