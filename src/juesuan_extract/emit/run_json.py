"""run.json: what was done with which options, and what a maintainer may want to teach the program.

Everything that differs between two runs over the same input (times, date, number of jobs) stands in `timings`.
"""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, get_args

from juesuan_extract import __version__
from juesuan_extract.emit.spool import Spool
from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.model.account import Account, Status, TableStatus
from juesuan_extract.model.message import Finding, message
from juesuan_extract.model.proof import Verdict
from juesuan_extract.options import Options

CONTRACT = 1  # version of the output contract


class Noted(NamedTuple):
    """What one account adds. line: its JSON; counts: how often what occurs in it, by group; seconds: per stage."""

    line: str
    counts: dict[str, dict[str, int]]
    seconds: dict[str, float]


def noted(account: Account, catalog: Catalog) -> Noted:
    """What an account adds to run.json."""
    checks = Counter(check.verdict for check in account.checks)
    counts: dict[str, Mapping[Any, int]] = {
        "counts": {account.status: 1},
        "checks": checks,
        "not_evaluable": Counter(c.identity for c in account.checks if c.verdict == "not_evaluable"),
        "findings": Counter(finding.code for finding in account.findings),
        **{f"tables.{table.table_id}": {table.status: 1} for table in account.tables},
    }
    line = {
        "doc_id": account.doc_id,
        "source": account.source,
        "status": account.status,
        "checks": _each(checks, get_args(Verdict)),
        "findings": [_finding(finding, catalog) for finding in account.findings],
        "other_tables": [{"title": other.title, "pages": list(other.pages)} for other in account.others],
    }
    return Noted(_json(line), {group: dict(found) for group, found in counts.items() if found}, account.timings)


def _finding(finding: Finding, catalog: Catalog) -> dict[str, str]:
    pages = [catalog.messages.say(message("say.pages", pages=finding.pages), "en")] if finding.pages else []
    title = [catalog.tables[finding.table_id].title] if finding.table_id else []
    said = catalog.messages.say(finding.message, "en")
    return {"code": finding.code, "where": ", ".join([*pages, *title]), "message": said}


class RunFile:
    """Collects counts, and one line per account with its findings."""

    def __init__(self, path: Path, options: Options) -> None:
        self._path = path
        self._options = options
        self._sources = 0
        self._counts: dict[str, Counter[str]] = {}
        self._stages: dict[str, float] = {}
        self._documents = Spool(path.parent)

    def add(self, accounts: Iterable[Noted]) -> None:
        """Take the accounts of one source."""
        self._sources += 1
        for account in accounts:
            for group, found in account.counts.items():
                self._counts.setdefault(group, Counter()).update(found)
            for stage, seconds in account.seconds.items():
                self._stages[stage] = self._stages.get(stage, 0.0) + seconds
            self._documents.add(account.line)

    def close(self, timings: Mapping[str, object], interrupted: bool) -> None:
        """Write the file. timings: seconds and whatever else differs from run to run."""
        head: dict[str, Any] = {
            "program": "juesuan-extract",
            "version": __version__,
            "contract": CONTRACT,
            "options": dataclasses.asdict(self._options),
            "interrupted": interrupted,
            "sources": self._sources,
            "counts": _each(self._group("counts"), get_args(Status)),
            "tables": {
                group.removeprefix("tables."): _each(self._counts[group], get_args(TableStatus))
                for group in sorted(self._counts)
                if group.startswith("tables.")
            },
            "checks": _each(self._group("checks"), get_args(Verdict)),
            "not_evaluable": dict(sorted(self._group("not_evaluable").items())),
            "findings": dict(sorted(self._group("findings").items())),
            "timings": {**timings, "stages": {name: round(s, 6) for name, s in sorted(self._stages.items())}},
        }
        with self._path.open("w", encoding="utf-8", errors="replace", newline="\n") as file:
            file.write("{\n")
            file.writelines(f"{_json(key)}: {_json(value)},\n" for key, value in head.items())
            file.write('"documents": [')
            file.writelines(("\n" if i == 0 else ",\n") + text for i, text in enumerate(self._documents))
            file.write("\n]\n}\n")
        self._documents.close()

    def discard(self) -> None:
        """Give up the collected lines."""
        self._documents.close()

    def _group(self, name: str) -> Counter[str]:
        return self._counts.get(name, Counter())


def _each(counts: Mapping[Any, int], names: Iterable[str]) -> dict[str, int]:
    """The counts of all names, 0 for those that don't occur."""
    return {name: counts.get(name, 0) for name in names}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
