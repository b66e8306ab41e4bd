"""Lines for schemas/ that documents ask for: what nobody knew, where, how often, and what the arithmetic says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.recognise.titles import match_title

SHOWN = 3  # places of each


class Seen(NamedTuple):
    """Something unknown in a document. kind: unknown_heading, unknown_row, title or name; text: as printed."""

    kind: str
    table_id: str
    text: str
    source: str
    page: int | None


class Told(NamedTuple):
    """What the arithmetic says: the column or row that a text is, and why (a row of `repairs`)."""

    source: str
    table_id: str
    text: str
    meant: str
    why: str


class Suggestion(NamedTuple):
    """A line. file: in schemas/; place: where in it; documents: how many; places: the first with the page."""

    file: str
    place: str
    text: str
    documents: int
    places: tuple[str, ...]
    arithmetic: str

    def __str__(self) -> str:
        seen = f"{self.documents} document{'s' * (self.documents != 1)}: {', '.join(self.places)}"
        return f"{self.file}  {self.place}: {self.text}\n    seen in {seen}\n    {self.arithmetic}"


def suggest(seen: Iterable[Seen], told: Iterable[Told], catalog: Catalog) -> list[Suggestion]:
    """Suggestions, the most frequent first. Nothing is changed by them."""
    groups: dict[tuple[str, str, str], list[Seen]] = {}
    for one in seen:
        if not _is_known(one, catalog):
            groups.setdefault((one.kind, one.table_id, one.text), []).append(one)
    says: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for one_told in told:
        says.setdefault((one_told.table_id, one_told.text), set()).add((one_told.meant, one_told.why))
    found = [_suggestion(key, own, says) for key, own in groups.items()]
    return sorted(found, key=lambda one: (-one.documents, one.file, one.place, one.text))


def _is_known(seen: Seen, catalog: Catalog) -> bool:
    """Whether it is known to be none of ours."""
    if seen.kind == "title":
        return match_title(seen.text, catalog) is not None
    if seen.kind == "unknown_row":
        return catalog.is_other_row(seen.text)
    return seen.kind == "unknown_heading" and catalog.is_other_column(seen.text)


def _suggestion(
    key: tuple[str, str, str], seen: list[Seen], says: Mapping[tuple[str, str], set[tuple[str, str]]]
) -> Suggestion:
    kind, table_id, text = key
    sources = dict.fromkeys((one.source, one.page) for one in seen)
    places = tuple(f"{source} page {page}" if page else source for source, page in sources)
    count = len({one.source for one in seen})
    meant = says.get((table_id, text), set())
    ids = sorted({name for name, _ in meant})
    if kind == "title":
        file, place, arithmetic = "titles.yaml", "neutral, or words", "a word of it is unknown"
    elif kind == "name":
        file, place, arithmetic = "codes/", "a name of the code", "figures agree, the name is that of another code"
    else:
        part, field = ("columns", "headings") if kind == "unknown_heading" else ("rows", "names")
        file, place = f"tables/{table_id}.yaml", f"{part}.{ids[0] if len(ids) == 1 else '?'}.{field}"
        arithmetic = "the arithmetic leaves open what it is"
        if len(ids) == 1:
            arithmetic = sorted(why for _, why in meant)[0]
        elif ids:
            arithmetic = f"the arithmetic says different things: {', '.join(ids)}"
    return Suggestion(file, place, text, count, places[:SHOWN], arithmetic)
