"""What is said of a reading: corrections of form, and what a person may want to know."""

from __future__ import annotations

from typing import NamedTuple


class Repair(NamedTuple):
    """One correction of form: what was read, what it was taken for, and why."""

    table_id: str
    page: int
    kind: str
    before: str
    after: str
    evidence: str


class Finding(NamedTuple):
    """Something a person may want to know: an unknown heading, a page without text …"""

    code: str
    where: str  # page and table
    message: str
