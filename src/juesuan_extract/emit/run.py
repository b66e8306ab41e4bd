"""run.json: what was done with which options, and what a maintainer may want to teach the program.

Everything that differs between two runs over the same input (times, date, number of jobs) stands in `timings`.
"""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from juesuan_extract import __version__
from juesuan_extract.emit.spool import Spool
from juesuan_extract.model import Account, Status, TableStatus, Verdict
from juesuan_extract.options import Options

CONTRACT = 1  # version of the output contract


class RunFile:
    """Collects counts, and one line per source with its findings."""

    def __init__(self, path: Path, options: Options) -> None:
        self._path = path
        self._options = options
        self._sources = 0
        self._statuses: Counter[Status] = Counter()
        self._tables: dict[str, Counter[TableStatus]] = {}
        self._checks: Counter[Verdict] = Counter()
        self._unevaluable: Counter[str] = Counter()
        self._findings: Counter[str] = Counter()
        self._stages: dict[str, float] = {}
        self._documents = Spool(path.parent)

    def add(self, accounts: Sequence[Account]) -> None:
        """Take the accounts of one source."""
        self._sources += 1
        for account in accounts:
            self._count(account)
            self._documents.add(_json(_document(account)))

    def close(self, timings: Mapping[str, object], interrupted: bool) -> None:
        """Write the file. timings: seconds and whatever else differs from run to run."""
        head: dict[str, Any] = {
            "program": "juesuan-extract",
            "version": __version__,
            "contract": CONTRACT,
            "options": dataclasses.asdict(self._options),
            "interrupted": interrupted,
            "sources": self._sources,
            "counts": {status: self._statuses[status] for status in get_args(Status)},
            "tables": {
                table: {status: counts[status] for status in get_args(TableStatus)}
                for table, counts in sorted(self._tables.items())
            },
            "checks": {verdict: self._checks[verdict] for verdict in get_args(Verdict)},
            "not_evaluable": dict(sorted(self._unevaluable.items())),
            "findings": dict(sorted(self._findings.items())),
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

    def _count(self, account: Account) -> None:
        self._statuses[account.status] += 1
        for table in account.tables:
            self._tables.setdefault(table.table_id, Counter())[table.status] += 1
        self._checks.update(check.verdict for check in account.checks)
        self._unevaluable.update(c.identity for c in account.checks if c.verdict == "not_evaluable")
        self._findings.update(finding.code for finding in account.findings)
        for stage, seconds in account.timings.items():
            self._stages[stage] = self._stages.get(stage, 0.0) + seconds


def _document(account: Account) -> dict[str, Any]:
    verdicts = Counter(check.verdict for check in account.checks)
    return {
        "doc_id": account.doc_id,
        "source": account.source,
        "status": account.status,
        "checks": {verdict: verdicts[verdict] for verdict in get_args(Verdict)},
        "findings": [finding._asdict() for finding in account.findings],
        "other_tables": [{"title": other.title, "pages": list(other.pages)} for other in account.others],
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
