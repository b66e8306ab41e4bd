"""Loads and validates the knowledge under schemas/ and offers it in the form in which the stages ask for it."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from juesuan_extract.errors import SchemaError
from juesuan_extract.knowledge.confidence import ConfidenceRules
from juesuan_extract.knowledge.messages import Messages
from juesuan_extract.knowledge.specs import (
    LABEL_KINDS,
    DocumentRules,
    HeadingRules,
    IdentityRules,
    IdentitySpec,
    LabelKind,
    OtherTables,
    Side,
    TableKind,
    TableSpec,
    TitleRules,
)
from juesuan_extract.knowledge.vocabulary import HeadingWords, TitleWords, class_names, title_label
from juesuan_extract.knowledge.yaml_lines import LOADER, Marked, read_marked
from juesuan_extract.values.labels import label, normal

DOCUMENT, HEADINGS, TITLES = "document.yaml", "headings.yaml", "titles.yaml"
IDENTITIES, OTHER_TABLES = "identities.yaml", "other_tables.yaml"
CONFIDENCE, MESSAGES = "confidence.yaml", "messages.yaml"
Model = TypeVar("Model", bound=BaseModel)


class RowRule(NamedTuple):
    """What a row label means in a named table."""

    row_id: str
    side: Side | None
    after: str | None


class TitleMatch(NamedTuple):
    """What a printed title stands for."""

    table_id: str | None  # None: a known table that is none of the nine
    alias: str  # normalised
    rank: int  # place in the list of frames or titles; lower is preferred
    weak: bool  # budgets use the same words
    frame: frozenset[str] = frozenset()  # what its words mean; empty for a title that is listed
    candidates: tuple[str, ...] = ()  # tables that it leaves open


class _Alias(NamedTuple):
    text: str
    match: TitleMatch


@dataclass(frozen=True, eq=False)
class Catalog:
    """All knowledge. tables: the nine in order; functions and economics: names by code, earlier years first."""

    tables: dict[str, TableSpec]
    document: DocumentRules
    headings: HeadingRules
    titles: TitleRules
    identities: tuple[IdentitySpec, ...]
    absent: dict[str, tuple[str, ...]]
    functions: dict[str, tuple[str, ...]]
    economics: dict[str, tuple[str, ...]]
    aliases: tuple[_Alias, ...]  # longest first
    confidence: ConfidenceRules
    messages: Messages

    def __post_init__(self) -> None:
        _ = self.title_words  # frames that two tables have are found at once

    def table(self, name: str) -> TableSpec:
        """A table by id, slug or Chinese title; raises KeyError."""
        for spec in self.tables.values():
            if name in (spec.id, spec.slug) or label(name) == label(spec.title):
                return spec
        raise KeyError(name)

    def codes(self, kind: TableKind) -> dict[str, tuple[str, ...]]:
        """Names by code for a coded table."""
        return self.economics if kind == "economic" else self.functions

    @cached_property
    def function_classes(self) -> dict[str, str]:
        """Row id function.NNN by the label of a functional class, names of other years and shorter ones included."""
        return class_names(self.functions, self.headings.class_tails)

    @cached_property
    def row_rules(self) -> dict[str, dict[str, tuple[RowRule, ...]]]:
        """For each table: what a row label can mean, by label."""
        rules: dict[str, dict[str, list[RowRule]]] = {}
        for spec in self.tables.values():
            found: dict[str, list[RowRule]] = {}
            for row_id, row in spec.rows.items():
                for name in row.names:
                    found.setdefault(label(name), []).append(RowRule(row_id, row.side, row.after))
            if spec.function_rows:
                for name, row_id in self.function_classes.items():
                    found.setdefault(name, []).append(RowRule(row_id, spec.function_rows, None))
            rules[spec.id] = found
        return {table: {name: tuple(r) for name, r in found.items()} for table, found in rules.items()}

    @cached_property
    def code_names(self) -> dict[TableKind, dict[str, frozenset[str]]]:
        """Labels of the names by code."""
        return {
            kind: {code: frozenset(map(label, names)) for code, names in self.codes(kind).items()}
            for kind in ("function", "economic")
        }

    def codes_named(self, kind: TableKind, name: str) -> int:
        """How many codes have a label for a name; 行政运行 and others stand under many."""
        return self._named[kind][name]

    @cached_property
    def _named(self) -> dict[TableKind, Counter[str]]:
        return {kind: Counter(chain.from_iterable(names.values())) for kind, names in self.code_names.items()}

    @cached_property
    def names_by_length(self) -> dict[int, tuple[str, ...]]:
        """Labels of everything that these tables are known to print, by how many characters they have."""
        coded = (name for named in self.code_names.values() for own in named.values() for name in own)
        by_length: dict[int, list[str]] = {}
        for name in sorted({*self.any_heading, *self.row_labels, *self.heading_words.written, *coded}):
            by_length.setdefault(len(name), []).append(name)
        return {length: tuple(names) for length, names in by_length.items()}

    @cached_property
    def row_labels(self) -> frozenset[str]:
        """Labels of all named rows of all tables."""
        return frozenset(name for rules in self.row_rules.values() for name in rules)

    @cached_property
    def transposable_rows(self) -> frozenset[str]:
        """Labels of the rows of tables whose rows may be printed as headings."""
        return frozenset(name for spec in self.tables.values() if spec.transposable for name in self.row_rules[spec.id])

    @cached_property
    def any_heading(self) -> frozenset[str]:
        """Labels of all amount headings of all tables."""
        return frozenset(name for spec in self.tables.values() for name in spec.headings)

    @cached_property
    def _heading_patterns(self) -> dict[str, re.Pattern[str]]:
        groups = {"code": self.headings.code, "ordinal": self.headings.ordinal, "name": self.headings.name}
        groups["word"] = self.headings.heading_words
        groups["other_column"] = self.headings.other_columns
        groups["group"] = self.headings.group_headings
        groups["other_row"] = self.headings.other_rows
        groups["count_row"] = self.headings.count_rows
        return {kind: _any_of(patterns, HEADINGS) for kind, patterns in groups.items()}

    def label_kind(self, text: str) -> LabelKind | None:
        """What a label column under the heading `text` holds; None when it is no heading of a label column."""
        plain = label(text)
        for kind in LABEL_KINDS:
            if self._heading_patterns[kind].fullmatch(plain):
                return kind
        return None

    def is_other_column(self, text: str) -> bool:
        """Whether an amount heading is known to be none of ours."""
        return self._heading_patterns["other_column"].fullmatch(label(text)) is not None

    def is_other_row(self, text: str) -> bool:
        """Whether a row label is known to be none of ours."""
        return self._heading_patterns["other_row"].fullmatch(label(text)) is not None

    def is_total(self, name: str) -> bool:
        """Whether a row's label is 合计 with nothing but words of titles before it: 三公经费支出合计."""
        whole = next((word for word in self.headings.whole_words if name.endswith(word)), "")
        at = len(name) - len(whole)
        while whole and at > 0 and (word := self.title_words.before(name, at)):
            at -= len(word)
        return bool(whole) and at == 0

    def required_tables(self, year: int | None) -> frozenset[str]:
        """The tables that an account of a year must have; of an unknown year those of every year."""
        since = self.document.required_since
        return frozenset(t for t in self.tables if t not in since or (year is not None and year >= since[t]))

    def counts(self, text: str) -> bool:
        """Whether a row or column under this name holds numbers of people, journeys or cars and no amounts."""
        return self._heading_patterns["count_row"].fullmatch(normal(text)) is not None

    def is_heading(self, text: str) -> bool:
        """Whether `text` is a complete heading that some table prints."""
        plain = label(text)
        return (
            plain in self.any_heading
            or plain in self.transposable_rows
            or self.label_kind(text) is not None
            or self.is_heading_word(text)
            or self._heading_patterns["group"].fullmatch(plain) is not None
        )

    def is_heading_word(self, text: str) -> bool:
        """Whether `text` stands in heading rows only."""
        return self._heading_patterns["word"].fullmatch(label(text)) is not None

    @cached_property
    def label_headings(self) -> re.Pattern[str]:
        """Headings of codes and names, which every coded table has, anywhere in a line."""
        return _any_of(self.headings.form_headings, HEADINGS)

    @cached_property
    def ordinal_labels(self) -> frozenset[str]:
        """Labels before the numbers of a row that counts the columns."""
        return frozenset(map(label, self.headings.ordinal_rows))

    @cached_property
    def unit_pattern(self) -> re.Pattern[str]:
        """部门：X, 编制单位：X … on a line without white space."""
        labels = "|".join(sorted(map(re.escape, self.document.unit_labels), key=len, reverse=True))
        return re.compile(rf"(?:{labels})(?:[（(][^）)]{{1,8}}[）)])?[:：]([^:：]+)")

    @cached_property
    def title_suffixes(self) -> dict[TableKind, tuple[str, ...]]:
        """Words that may follow the title of a table of each kind, longest first."""
        found: dict[TableKind, tuple[str, ...]] = {"named": (), "function": (), "economic": ()}
        for kind, words in self.document.title_suffixes.items():
            found[kind] = tuple(sorted(map(title_label, words), key=len, reverse=True))
        return found

    @cached_property
    def title_words(self) -> TitleWords:
        """What titles are made of."""
        return TitleWords.of(self.titles, self.tables.values())

    @cached_property
    def heading_words(self) -> HeadingWords:
        """What headings are made of beside their names."""
        return HeadingWords(self.headings)

    @cached_property
    def alias_places(self) -> dict[str, int]:
        """Where each known title stands among the aliases."""
        return {alias.text: place for place, alias in enumerate(self.aliases)}

    @cached_property
    def alias_ends(self) -> frozenset[str]:
        """The characters that known titles end with."""
        return frozenset(alias.text[-1] for alias in self.aliases)

    @cached_property
    def blocking_words(self) -> tuple[str, ...]:
        """Words that make the title behind them that of another table."""
        return tuple(map(title_label, self.document.title_blockers))

    @cached_property
    def number_pattern(self) -> re.Pattern[str]:
        """The number printed beside a table."""
        return _any_of(self.document.number_patterns, DOCUMENT)

    @cached_property
    def number_patterns(self) -> tuple[re.Pattern[str], ...]:
        """The kinds of such numbers, the one that counts first."""
        return tuple(map(re.compile, self.document.number_patterns))

    @cached_property
    def internal_pattern(self) -> re.Pattern[str]:
        """The number of a table of the internal set."""
        return _any_of(self.document.internal_numbers, DOCUMENT)

    @cached_property
    def sentence_pattern(self) -> re.Pattern[str]:
        """What only a sentence has, in a line that speaks of a table."""
        return _any_of(self.document.sentence_patterns, DOCUMENT)

    @cached_property
    def empty_pattern(self) -> re.Pattern[str]:
        """A sentence that says that a table is empty."""
        return _any_of(self.document.empty_patterns, DOCUMENT)


def schemas_folder() -> Path:
    """Where the knowledge files are: inside an installed package, or beside the sources."""
    installed = Path(__file__).parents[1] / "schemas"
    return installed if installed.is_dir() else Path(__file__).parents[3] / "schemas"


@lru_cache(maxsize=4)
def load_catalog(folder: Path | None = None) -> Catalog:
    """The knowledge under `folder` (the shipped schemas by default); read once per process.

    Raises SchemaError naming the file, the line and the place in it.
    """
    return read_catalog(folder)


def read_catalog(folder: Path | None = None) -> Catalog:
    """The same, read anew."""
    root = folder or schemas_folder()
    tables = {}
    for path in sorted((root / "tables").glob("gk*.yaml")):
        spec = _load(path, TableSpec)
        tables[spec.id] = spec
    if not tables:
        raise SchemaError(f"no tables under {root / 'tables'}")
    document = _load(root / DOCUMENT, DocumentRules)
    headings = _load(root / HEADINGS, HeadingRules)
    identities = _load(root / IDENTITIES, IdentityRules)
    others = _load(root / OTHER_TABLES, OtherTables)
    return Catalog(
        tables=tables,
        document=document,
        headings=headings,
        titles=_load(root / TITLES, TitleRules),
        identities=identities.identities,
        absent=identities.absent,
        functions=_codes(root / "codes" / "function_codes.csv"),
        economics=_codes(root / "codes" / "economic_codes.csv"),
        aliases=_aliases(tables, others),
        confidence=_load(root / CONFIDENCE, ConfidenceRules),
        messages=_load(root / MESSAGES, Messages),
    )


def _load(path: Path, model: type[Model]) -> Model:
    try:
        with path.open(encoding="utf-8") as file:
            data: Any = yaml.load(file, Loader=LOADER)
        return model.model_validate(data)
    except OSError as error:
        raise SchemaError(f"{path}: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError):
        read_marked(path)  # says on which line
        raise
    except ValidationError as error:
        line, message = faults(error, read_marked(path))[0]
        raise SchemaError(f"{path}:{line}: {message}") from error


def faults(error: ValidationError, marked: Marked) -> list[tuple[int, str]]:
    """What a file lacks or has wrong: line and message."""
    return [
        (marked.line(*one["loc"]), f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}")
        for one in error.errors()
    ]


def _codes(path: Path) -> dict[str, tuple[str, ...]]:
    """Names by code from a CSV with the columns code and name; several rows of one code are names of other years."""
    names: dict[str, list[str]] = {}
    try:
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                names.setdefault(row["code"], []).append(row["name"])
    except (OSError, KeyError) as error:
        raise SchemaError(f"{path}: {error}") from error
    return {code: tuple(found) for code, found in names.items()}


def _any_of(patterns: tuple[str, ...], file: str) -> re.Pattern[str]:
    """One pattern for several; raises SchemaError for one that is none."""
    for pattern in patterns:
        try:
            re.compile(pattern)
        except re.error as error:
            raise SchemaError(f"{file}: the pattern {pattern!r}: {error}") from error
    return re.compile("|".join(f"(?:{p})" for p in patterns))


def _aliases(tables: dict[str, TableSpec], others: OtherTables) -> tuple[_Alias, ...]:
    found: dict[str, TitleMatch] = {}
    for text in others.titles:
        found[title_label(text)] = TitleMatch(None, title_label(text), 0, False)
    for spec in tables.values():
        for weak, titles in ((False, spec.titles), (True, spec.weak_titles)):
            for rank, text in enumerate(titles):
                key = title_label(text)
                if key in found and found[key].table_id not in (None, spec.id):
                    raise SchemaError(f"tables/{spec.id}.yaml: the title {text} belongs to {found[key].table_id} too")
                found.setdefault(key, TitleMatch(spec.id, key, rank, weak))
    ordered = sorted(found.items(), key=lambda item: (-len(item[0]), item[0]))
    return tuple(_Alias(text, match) for text, match in ordered)
