"""Checks a folder of knowledge files as a whole and says which file and line is wrong; several faults at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from juesuan_extract.authoring.check_codes import CODES, check_codes
from juesuan_extract.authoring.check_identities import check_identities
from juesuan_extract.authoring.check_tables import check_table
from juesuan_extract.authoring.problem import Problem
from juesuan_extract.errors import SchemaError
from juesuan_extract.knowledge.catalog import (
    CONFIDENCE,
    DOCUMENT,
    HEADINGS,
    IDENTITIES,
    MESSAGES,
    OTHER_TABLES,
    TITLES,
    faults,
    read_catalog,
)
from juesuan_extract.knowledge.confidence import ConfidenceRules
from juesuan_extract.knowledge.messages import Messages
from juesuan_extract.knowledge.specs import (
    DocumentRules,
    HeadingRules,
    IdentityRules,
    OtherTables,
    TableSpec,
    TitleRules,
)
from juesuan_extract.knowledge.vocabulary import Frame, expanded, title_label
from juesuan_extract.knowledge.yaml_lines import Marked, YamlPath, read_marked
from juesuan_extract.recognise.titles import LONGEST_TITLE, match_title

Model = TypeVar("Model", bound=BaseModel)
TABLES = 9
TABLE_FILE = re.compile(r"gk0[1-9]")
# fields that hold regular expressions
PATTERNS = {
    DOCUMENT: ("sentence_patterns", "empty_patterns", "number_patterns", "internal_numbers"),
    HEADINGS: (
        "code",
        "name",
        "ordinal",
        "heading_words",
        "group_headings",
        "other_columns",
        "other_rows",
        "count_rows",
    ),
}


class FolderChecked(NamedTuple):
    """Outcome of a check. counts: how much knowledge there is, by kind."""

    problems: tuple[Problem, ...]
    counts: dict[str, int]


class _Title(NamedTuple):
    """A title with its place. table_id: None for a table that is none of the nine."""

    text: str
    table_id: str | None
    file: str
    line: int


def check_folder(folder: Path) -> FolderChecked:
    """Everything that is wrong with the knowledge files under `folder`, by file and line."""
    problems: list[Problem] = []
    tables: dict[str, TableSpec] = {}
    titles: list[_Title] = []
    for path in sorted((folder / "tables").glob("*.yaml")):
        file = f"tables/{path.name}"
        if not TABLE_FILE.fullmatch(path.stem):
            problems.append(Problem(file, 0, "no table: the files here are gk01.yaml to gk09.yaml"))
            continue
        marked, spec = _read(folder, file, TableSpec, problems)
        if marked and spec:
            if spec.id != path.stem:
                problems.append(Problem(file, marked.line("id"), f"the id {spec.id} is not that of the file"))
            tables[spec.id] = spec
            problems += check_table(spec, marked, file)
            titles += _titles(marked, file, spec.id)
    lacking = [
        f"gk{number:02}" for number in range(1, TABLES + 1) if not (folder / "tables" / f"gk{number:02}.yaml").exists()
    ]
    problems += [Problem(f"tables/{name}.yaml", 0, "this table is missing") for name in lacking]
    marked, words = _read(folder, TITLES, TitleRules, problems)
    if words:
        problems += _frames(folder, tables, words)
    for file, model in ((DOCUMENT, DocumentRules), (HEADINGS, HeadingRules), (OTHER_TABLES, OtherTables)):
        marked, rules = _read(folder, file, model, problems)
        if marked and rules:
            problems += _bad_patterns(marked, file)
            titles += _titles(marked, file, None) if file == OTHER_TABLES else []
    _read(folder, CONFIDENCE, ConfidenceRules, problems)
    _read(folder, MESSAGES, Messages, problems)
    names: dict[str, frozenset[str]] = {}
    for kind in CODES:
        names[kind], faults_of_codes = check_codes(folder, kind)
        problems += faults_of_codes
    marked, identities = _read(folder, IDENTITIES, IdentityRules, problems)
    if marked and identities and len(tables) == TABLES:  # else each term of a broken table would be one more fault
        problems += check_identities(identities, marked, tables, names)
    problems += _repeated(titles)
    if not problems:
        problems += _unreachable(folder, titles)
    counts = {
        "tables": len(tables),
        "frames": sum(len(spec.frames) for spec in tables.values()),
        "titles": len(titles),
        "columns": sum(len(spec.columns) for spec in tables.values()),
        "headings": sum(len(spec.headings) for spec in tables.values()),
        "row names": sum(len(row.names) for spec in tables.values() for row in spec.rows.values()),
        "identities": len(identities.identities) if identities else 0,
        "codes": sum(map(len, names.values())),
    }
    return FolderChecked(tuple(sorted(problems)), counts)


def _read(folder: Path, file: str, model: type[Model], problems: list[Problem]) -> tuple[Marked | None, Model | None]:
    """A file and what it says; its faults go to `problems`."""
    try:
        marked = read_marked(folder / file)
    except SchemaError as error:
        problems.append(Problem(file, error.line, error.reason))
        return None, None
    problems += [Problem(file, marked.line(*place), f"{_dotted(place)} stands twice") for place in marked.repeated]
    try:
        return marked, model.model_validate(marked.data)
    except ValidationError as error:
        problems += [Problem(file, *fault) for fault in faults(error, marked)]
        return marked, None


def _dotted(place: YamlPath) -> str:
    return ".".join(map(str, place))


def _bad_patterns(marked: Marked, file: str) -> Iterator[Problem]:
    for name in PATTERNS.get(file, ()):
        for number, pattern in enumerate(marked.data[name]):
            try:
                re.compile(pattern)
            except re.error as error:
                yield Problem(file, marked.line(name, number), f"{name}: the pattern {pattern!r}: {error}")


def _frames(folder: Path, tables: dict[str, TableSpec], words: TitleRules) -> Iterator[Problem]:
    """Frames with a word that titles.yaml doesn't have, or that two tables have."""
    first: dict[Frame, str] = {}
    for table_id, spec in tables.items():
        marked = read_marked(folder / "tables" / f"{table_id}.yaml")
        for number, frame in enumerate(spec.frames):
            place = f"tables/{table_id}.yaml", marked.line("frames", number)
            for word in sorted({part.removesuffix("?") for part in frame.split()} - set(words.words)):
                yield Problem(*place, f"the frame {frame}: {TITLES} has no word {word}")
            other = next((held for one in expanded(frame) if (held := first.setdefault(one, table_id)) != table_id), "")
            if other:
                yield Problem(*place, f"the frame {frame} is one of {other} too")


def _titles(marked: Marked, file: str, table_id: str | None) -> Iterator[_Title]:
    for name in ("titles", "weak_titles"):
        for number, text in enumerate(marked.data.get(name, ())):
            yield _Title(text, table_id, file, marked.line(name, number))


def _repeated(titles: list[_Title]) -> Iterator[Problem]:
    """Titles that are the same once quotes, brackets and spaces are gone and 收支 is written out."""
    first: dict[str, _Title] = {}
    for title in titles:
        held = first.setdefault(title_label(title.text), title)
        if held is not title:
            where = f"line {held.line}" if held.file == title.file else f"{held.file}:{held.line}"
            yield Problem(title.file, title.line, f"the title {title.text} stands in {where} too")


def _unreachable(folder: Path, titles: list[_Title]) -> Iterator[Problem]:
    """Titles under which a table would not be found."""
    catalog = read_catalog(folder)
    for title in titles:
        match = match_title(title.text, catalog)
        if match and (match.table_id, match.alias) == (title.table_id, title_label(title.text)):
            continue
        if "表" not in title.text or len(title.text) > LONGEST_TITLE:
            why = f"a title has the word 表 and at most {LONGEST_TITLE} characters"
        elif catalog.sentence_pattern.search(title_label(title.text)):
            why = f"{DOCUMENT}: sentence_patterns makes it a sentence"
        else:
            why = f"it is read as {match.alias if match else 'no title'}"
        yield Problem(title.file, title.line, f"the title {title.text} is never met: {why}")
