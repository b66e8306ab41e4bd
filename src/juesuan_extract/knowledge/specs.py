"""The files under schemas/ as they are written: one model for each, with what is derived of it alone."""

from __future__ import annotations

from functools import cached_property
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from juesuan_extract.values.labels import label

TableKind = Literal["named", "function", "economic"]
Side = Literal["income", "expenditure"]
LabelKind = Literal["code", "ordinal", "name"]
LABEL_KINDS: tuple[LabelKind, ...] = ("code", "ordinal", "name")


class Strict(BaseModel):
    """What a file under schemas/ says; nothing that it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ColumnSpec(Strict):
    """An amount column: how its heading is printed, and in which context it is or isn't meant."""

    title: str
    headings: tuple[str, ...]
    not_under: tuple[str, ...] = ()
    side: Side | None = None


class RowSpec(Strict):
    """A named row; `after`: only below that row (the same label stands twice)."""

    names: tuple[str, ...]
    side: Side | None = None
    after: str | None = None


class TableSpec(Strict):
    """One of the nine tables, as schemas/tables/gkNN.yaml describes it."""

    id: str
    title: str
    slug: str
    kind: TableKind
    frames: tuple[str, ...]
    titles: tuple[str, ...] = ()
    weak_titles: tuple[str, ...] = ()
    columns_: dict[str, ColumnSpec] = Field(alias="columns")
    required_columns: tuple[str, ...]
    rows: dict[str, RowSpec] = {}
    sides: dict[Side, tuple[str, ...]] = {}
    function_rows: Side | None = None
    key_rows: tuple[str, ...] = ()
    total_names: tuple[str, ...] = ("合计", "总计")
    transposable: bool = False
    default_column: str | None = None
    group_leaf: tuple[str, ...] = ()
    foreign_headings: tuple[str, ...] = ()
    foreign_classes: tuple[str, ...] = ()  # functional classes of which alone the table never consists

    @property
    def columns(self) -> tuple[str, ...]:
        """Canonical column ids in order."""
        return tuple(self.columns_)

    @property
    def column_titles(self) -> dict[str, str]:
        """Chinese heading by column id."""
        return {name: spec.title for name, spec in self.columns_.items()}

    @cached_property
    def headings(self) -> dict[str, tuple[str, ...]]:
        """Column ids by heading label, in column order."""
        found: dict[str, list[str]] = {}
        for name, spec in self.columns_.items():
            for heading in spec.headings:
                found.setdefault(label(heading), []).append(name)
        return {key: tuple(names) for key, names in found.items()}

    @cached_property
    def not_under_labels(self) -> dict[str, frozenset[str]]:
        """For each column the labels of headings under which it isn't meant."""
        return {name: frozenset(map(label, spec.not_under)) for name, spec in self.columns_.items()}

    @cached_property
    def side_labels(self) -> dict[str, Side]:
        """Side by the label of a block's top heading."""
        return {label(text): side for side, texts in self.sides.items() for text in texts}

    @cached_property
    def total_labels(self) -> frozenset[str]:
        """Labels of the 合计 row."""
        return frozenset(label(text) for text in self.total_names)

    @cached_property
    def foreign_labels(self) -> frozenset[str]:
        """Headings that show that this is another table."""
        return frozenset(label(text) for text in self.foreign_headings)

    @cached_property
    def group_labels(self) -> frozenset[str]:
        """Leaf headings that stand for the group above them."""
        return frozenset(label(text) for text in self.group_leaf)


class DocumentRules(Strict):
    """schemas/document.yaml: what is printed around tables, and what kind of document a PDF is."""

    title_blockers: tuple[str, ...]
    title_suffixes: dict[TableKind, tuple[str, ...]] = {}
    sentence_patterns: tuple[str, ...]
    final_words: tuple[str, ...]
    budget_words: tuple[str, ...]
    budget_titles: tuple[str, ...]
    required_since: dict[str, int]
    department_tables: tuple[str, ...]
    area_words: tuple[str, ...]
    area_rows: tuple[str, ...]
    unit_labels: tuple[str, ...]
    empty_patterns: tuple[str, ...]
    number_patterns: tuple[str, ...]
    internal_numbers: tuple[str, ...]


class TitleRules(Strict):
    """schemas/titles.yaml: the words that titles are made of, by what they mean; behind: meanings that may follow the
    title; and those that mean nothing."""

    words: dict[str, tuple[str, ...]]
    behind: tuple[str, ...]
    neutral: tuple[str, ...]


class HeadingRules(Strict):
    """schemas/headings.yaml: headings of columns that hold no amounts, and words of heading rows."""

    code: tuple[str, ...]
    name: tuple[str, ...]
    ordinal: tuple[str, ...]
    heading_words: tuple[str, ...]
    ordinal_rows: tuple[str, ...]
    form_headings: tuple[str, ...]
    whole_words: tuple[str, ...]
    neutral_words: tuple[str, ...]
    group_headings: tuple[str, ...]
    class_tails: tuple[str, ...]
    count_rows: tuple[str, ...]
    other_columns: tuple[str, ...]
    other_rows: tuple[str, ...]


class OtherTables(Strict):
    """schemas/other_tables.yaml: titles of tables that are none of the nine."""

    titles: tuple[str, ...]


class IdentitySpec(Strict):
    """An identity as printed in schemas/identities.yaml."""

    id: str
    zh: str
    en: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    relation: Literal["=", "<=", ">="] = "="
    for_: dict[str, str | tuple[str, ...]] = Field(default={}, alias="for")
    zero_when: tuple[str, ...] = ()
    equal_when: tuple[tuple[str, str], ...] = ()
    when: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    soft: bool = False
    dependent: bool = False


class IdentityRules(Strict):
    """schemas/identities.yaml."""

    absent: dict[str, tuple[str, ...]]
    identities: tuple[IdentitySpec, ...]
