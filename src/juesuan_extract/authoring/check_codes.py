"""What is wrong in the lists of codes."""

from __future__ import annotations

import csv
from pathlib import Path

from juesuan_extract.authoring.problem import Problem

CODES = {"function": "codes/function_codes.csv", "economic": "codes/economic_codes.csv"}
_LENGTHS = {"function": (3, 5, 7), "economic": (3, 5)}
_FIRST = {"function": "12", "economic": "35"}


def check_codes(folder: Path, kind: str) -> tuple[frozenset[str], list[Problem]]:
    """The codes of a list and what is wrong with it."""
    file = CODES[kind]
    found: dict[tuple[str, str], int] = {}
    parents: list[tuple[int, str, str]] = []
    problems: list[Problem] = []
    try:
        with (folder / file).open(encoding="utf-8", newline="") as text:
            reader = csv.DictReader(text)
            lacking = [name for name in ("code", "name", "parent") if name not in (reader.fieldnames or ())]
            if lacking:
                return frozenset(), [Problem(file, 1, f"no column {', '.join(lacking)}")]
            for row in reader:
                line, code, name = reader.line_num, row["code"] or "", row["name"] or ""
                problems += [Problem(file, line, message) for message in _faults(kind, row)]
                if found.setdefault((code, name), line) != line:
                    problems.append(Problem(file, line, f"{code} {name} stands in line {found[code, name]} too"))
                parents.append((line, code, row["parent"] or ""))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        return frozenset(), [Problem(file, 0, str(getattr(error, "strerror", None) or error))]
    codes = frozenset(code for code, _ in found)
    if not problems:  # else one wrong code would be a fault of all below it
        problems = [
            Problem(file, line, f"the parent {parent} of {code} is missing or not the code above it")
            for line, code, parent in parents
            if parent and (parent not in codes or not code.startswith(parent))
        ]
    return codes, problems


def _faults(kind: str, row: dict[str, str | None]) -> list[str]:
    code, name = row["code"] or "", row["name"] or ""
    faults = []
    if not (code.isdigit() and len(code) in _LENGTHS[kind] and code[0] in _FIRST[kind]):
        faults.append(f"{code!r} is no code of this list")
    if not name.strip():
        faults.append(f"{code} has no name")
    years = [row.get(field) or "" for field in ("first_year", "last_year")]
    if any(year and not (year.isdigit() and len(year) == 4) for year in years) or (all(years) and years[0] > years[1]):
        faults.append(f"{code}: the years {years[0]} to {years[1]} are none")
    return faults
