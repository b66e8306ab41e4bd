"""What stages record in English is put into Chinese for the report; nothing that occurs lacks words."""

from __future__ import annotations

from pathlib import Path

import pytest

from juesuan_extract.knowledge.catalog import load_catalog
from juesuan_extract.options import Options
from juesuan_extract.pipeline import extract
from juesuan_extract.say.wording import KINDS
from juesuan_extract.say.words import FINDINGS, REPAIRS, STATUS, phrase, words
from juesuan_extract.verify import status

PDFS = Path(__file__).parents[2] / "fixtures" / "pdfs"


@pytest.mark.parametrize(
    ("text", "chinese"),
    [
        ("no identity speaks for it", "没有勾稽关系涉及它"),
        ("plumber reads nothing here", "plumber 在此没有读到数字"),
        ("camelot reads 1,066.51 here", "camelot 在此读作 1,066.51"),
        ("pages 3, 5–17", "第 3, 5–17 页"),
        ("page 5, 收入决算表", "第 5 页 收入决算表"),
        (
            "with 2 more explains I03.row[212], I03.row[213], I03.row[214] and 5 more; would have to be 1.00 元",
            "与另 2 个数同改，I03.row[212], I03.row[213], I03.row[214] 另 5 项 就全部成立；应为 1.00 元",
        ),
        ("其中：基建", "其中：基建"),
    ],
)
def test_phrases(text: str, chinese: str) -> None:
    assert phrase(text) == (chinese, text)


def test_every_reason_of_a_status_has_words() -> None:
    said = {*status.ALONE.values(), status.REPEATED, status.UNPROVEN, status.OTHER_NAME}
    assert [text for text in said if phrase(text).zh == text] == []


def test_unknown_words_stay_readable() -> None:
    assert words(STATUS, "not_yet_known") == ("not yet known", "not yet known")


@pytest.mark.parametrize("name", ["shanghai_mixed_wrong_digit", "case_figures_up_06", "fujian_writer_cut_row"])
def test_what_occurs_has_words(name: str) -> None:
    (account,) = extract((PDFS / f"{name}.pdf").read_bytes(), name, Options(), load_catalog())
    assert {repair.kind for repair in account.repairs} <= REPAIRS.keys() | KINDS.keys()
    assert {finding.code for finding in account.findings} <= FINDINGS.keys()
    said = [reason for fact in account.facts for reason in fact.reasons]
    said += [repair.evidence for repair in account.repairs] + [finding.where for finding in account.findings]
    assert [text for text in said if phrase(text).zh == text] == []
