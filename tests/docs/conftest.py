"""A folder like that of a newcomer: fixtures/ and, converted from it, out/."""

from __future__ import annotations

from pathlib import Path

import pytest

from juesuan_extract.batch import convert
from tests.support.paths import ROOT


@pytest.fixture(scope="session")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder. Whatever a page writes goes elsewhere than out/, or is what another page would write, too."""
    place = tmp_path_factory.mktemp("newcomer")
    (place / "fixtures").symlink_to(ROOT / "fixtures")
    convert(ROOT / "fixtures" / "pdfs", place / "out", jobs=2)
    return place
