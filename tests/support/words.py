"""Messages in English, for tests that say what a person reads."""

from __future__ import annotations

from collections.abc import Iterable

from juesuan_extract.knowledge.catalog import load_catalog
from juesuan_extract.model.message import Said


def en(said: Said | None) -> str:
    """A message in English; "" for none."""
    return "" if said is None else load_catalog().messages.say(said, "en")


def all_en(said: Iterable[Said]) -> tuple[str, ...]:
    """Several."""
    return tuple(map(en, said))
