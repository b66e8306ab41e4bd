"""A converted folder for the tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from juesuan_extract.batch import convert
from juesuan_extract.batch.sources.discover import GLOB
from juesuan_extract.options import Options
from tests.support.paths import PDFS

NAMES = (
    "budget_writer_decoy", "case_slip_in_03_05", "central_calc_share_page", "fuzhou_2023_calc",
    "fujian_calc_two_accounts", "shanxi_2016_writer_in_yuan_rows",
    "university_calc_extra_columns", "yunnan_mixed_heading_total",
)  # fmt: skip


@pytest.fixture(scope="session")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of eight documents: a slip, figures nobody vouches for, two accounts in one file, a budget."""
    out = tmp_path_factory.mktemp("converted") / "out"
    sources = [str(PDFS / f"{name}.pdf") for name in NAMES]
    convert(sources, out, glob=GLOB, options=Options(), jobs=1, timeout=120, progress=None)
    return out
