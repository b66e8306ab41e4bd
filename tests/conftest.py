"""Shared fixtures of the tests."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))  # tests.support and fixtures.make


@pytest.fixture(scope="session")
def catalog():
    from juesuan_extract.catalog import load_catalog

    return load_catalog()
