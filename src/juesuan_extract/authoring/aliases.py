"""Where in the knowledge files each alias stands."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple

from juesuan_extract.authoring.check_codes import CODES
from juesuan_extract.knowledge.catalog import DOCUMENT, HEADINGS, OTHER_TABLES, TitleMatch
from juesuan_extract.knowledge.vocabulary import title_label
from juesuan_extract.knowledge.yaml_lines import Marked, read_marked
from juesuan_extract.values.labels import label

PatternKind = Literal["code", "name", "ordinal", "other_columns", "other_rows"]
PATTERN_KINDS: tuple[PatternKind, ...] = ("code", "name", "ordinal", "other_columns", "other_rows")


class Alias(NamedTuple):
    """A text of a knowledge file; file: from the folder of the knowledge files; line: from 1."""

    text: str
    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Aliases:
    """Aliases by what they stand for. Texts are labels, as they are compared."""

    titles: dict[tuple[str | None, str], Alias] = field(default_factory=dict)  # table (None: none of the nine)
    frames: dict[tuple[str, int], Alias] = field(default_factory=dict)  # table, which of its frames
    headings: dict[tuple[str, str, str], Alias] = field(default_factory=dict)  # table, column, label
    rows: dict[tuple[str, str, str], Alias] = field(default_factory=dict)  # table, row, label
    classes: dict[str, Alias] = field(default_factory=dict)  # names of functional classes
    patterns: dict[PatternKind, tuple[tuple[re.Pattern[str], Alias], ...]] = field(default_factory=dict)
    internal_numbers: tuple[tuple[re.Pattern[str], Alias], ...] = ()

    def title(self, match: TitleMatch) -> Alias | None:
        """The title, or the frame, that a printed title was taken for; None for one of words that make no table."""
        listed = self.titles.get((match.table_id, match.alias))
        return listed or (self.frames.get((match.table_id, match.rank)) if match.table_id else None)

    def pattern(self, kind: PatternKind, text: str) -> Alias | None:
        """The first pattern of a kind that a printed text matches."""
        plain = label(text)
        return next((alias for pattern, alias in self.patterns[kind] if pattern.fullmatch(plain)), None)

    def internal_number(self, text: str) -> Alias | None:
        """The pattern that makes a printed number one of the internal set."""
        return next((alias for pattern, alias in self.internal_numbers if pattern.fullmatch(text)), None)


def read_places(folder: Path) -> Aliases:
    """The places of all aliases under `folder`, whose files are valid."""
    places = Aliases(
        patterns=_patterns(read_marked(folder / HEADINGS)),
        internal_numbers=_compiled(read_marked(folder / DOCUMENT), DOCUMENT, "internal_numbers"),
    )
    for path in sorted((folder / "tables").glob("gk*.yaml")):
        _add_table(places, read_marked(path), f"tables/{path.name}")
    others = read_marked(folder / OTHER_TABLES)
    for number, text in enumerate(others.data["titles"]):
        places.titles[None, title_label(text)] = Alias(text, OTHER_TABLES, others.line("titles", number))
    with (folder / CODES["function"]).open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            code, name = line.split(",", 2)[:2]
            if len(code) == 3:
                places.classes.setdefault(label(name), Alias(name, CODES["function"], number))
    return places


def _add_table(places: Aliases, marked: Marked, file: str) -> None:
    data: dict[str, Any] = marked.data
    table = data["id"]
    for name in ("titles", "weak_titles"):
        for number, text in enumerate(data.get(name, ())):
            places.titles.setdefault((table, title_label(text)), Alias(text, file, marked.line(name, number)))
    for number, text in enumerate(data["frames"]):
        places.frames[table, number] = Alias(text, file, marked.line("frames", number))
    for column, spec in data["columns"].items():
        for number, text in enumerate(spec["headings"]):
            alias = Alias(text, file, marked.line("columns", column, "headings", number))
            places.headings.setdefault((table, column, label(text)), alias)
    for row, spec in data.get("rows", {}).items():
        for number, text in enumerate(spec["names"]):
            alias = Alias(text, file, marked.line("rows", row, "names", number))
            places.rows.setdefault((table, row, label(text)), alias)
    for number, text in enumerate(data.get("total_names", ())):
        places.rows.setdefault((table, "total", label(text)), Alias(text, file, marked.line("total_names", number)))


def _patterns(marked: Marked) -> dict[PatternKind, tuple[tuple[re.Pattern[str], Alias], ...]]:
    return {kind: _compiled(marked, HEADINGS, kind) for kind in PATTERN_KINDS}


def _compiled(marked: Marked, file: str, name: str) -> tuple[tuple[re.Pattern[str], Alias], ...]:
    return tuple(
        (re.compile(text), Alias(text, file, marked.line(name, number)))
        for number, text in enumerate(marked.data[name])
    )
