"""Shared fixtures of the tests."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))  # tests.support and fixtures.make


def pytest_addoption(parser: pytest.Parser) -> None:
    """`pytest --update-golden` writes the files under tests/golden anew; look at the difference before committing."""
    parser.addoption("--update-golden", action="store_true", help="write the files under tests/golden anew")


@pytest.fixture(scope="session")
def catalog():
    from juesuan_extract.knowledge.catalog import load_catalog

    return load_catalog()
