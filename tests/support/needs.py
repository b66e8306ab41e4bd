"""What a test needs of the machine: skipped where it lacks, but not in CI, which installs everything."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def lacking(reason: str) -> NoReturn:
    """Skip the running test; fail it when JUESUAN_CI is set."""
    if os.environ.get("JUESUAN_CI"):
        pytest.fail(reason)
    pytest.skip(reason)
