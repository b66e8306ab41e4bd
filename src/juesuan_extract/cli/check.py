"""What fails in published accounts as text for a terminal or a pipe, or as JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.table import Table as Sheet
from rich.text import Text

from juesuan_extract.batch.check import Checked, check_files, exit_code
from juesuan_extract.cli.check_json import FORMAT, document
from juesuan_extract.cli.terminal import plain, plain_json
from juesuan_extract.knowledge.catalog import Catalog, load_catalog
from juesuan_extract.knowledge.messages import Lang
from juesuan_extract.model.message import Value, message
from juesuan_extract.options import Options
from juesuan_extract.say.account import ConflictSaid, FailureSaid, SuspectSaid, table_title

Format = Literal["text", "json"]

LISTED = 20  # failed identities of one conflict, and
EXPLANATIONS = 5  # explanations that are written out; JSON has all

_STYLES = {"conflict": "bold red", "failed": "bold red", "clean": "green", "skipped": "yellow"}


def show_check(given: Sequence[str], options: Options, lang: Lang, form: Format, jobs: int, out: Path | None) -> int:
    """Check files and folders and print what was found; the exit status (see check.exit_code)."""
    catalog = load_catalog(options.schemas_folder)
    found = check_files(given, options, lang, jobs, out)
    if form == "json":
        done = list(found)
        data = {"format": FORMAT, "documents": [document(checked, catalog) for checked in done]}
        print(plain_json(json.dumps(data, ensure_ascii=False, indent=2)))
        return exit_code(done)
    page = CheckPage(Console(markup=False, highlight=False, emoji=False), lang, catalog)
    done = []
    for checked in found:
        page.account(checked)
        done.append(checked)
    page.total(done)
    return exit_code(done)


def _outcome(checked: Checked) -> Literal["conflict", "clean", "skipped", "failed"]:
    match checked.account.status:
        case "failed":
            return "failed"
        case "not_final_account" | "duplicate":
            return "skipped"
        case _:
            return "conflict" if checked.telling.failures else "clean"


class CheckPage:
    """Prints accounts one after the other. Lines are wrapped under their indent on a terminal, and never in a pipe."""

    def __init__(self, console: Console, lang: Lang, catalog: Catalog) -> None:
        self._console = console
        self._lang = lang
        self._catalog = catalog
        self._apart = False  # the next line begins after an empty one

    def account(self, checked: Checked) -> None:
        """Its name and what became of it; then conflict by conflict who may be to blame and what fails."""
        telling = checked.telling
        self._head(checked)
        for number, dispute in enumerate(telling.disputes, 1):
            if len(telling.disputes) > 1:
                self._line(2, self._say("case", n=number), "bold")
            self._dispute(dispute)
        if telling.others:
            self._line(2, self._say("others" if telling.disputes else "identities"), "bold")
            self._failures(telling.others)
        for name, mended in (("proposals", telling.proposals), ("repairs", telling.repairs)):
            if mended:
                self._line(2, self._say(name), "bold")
            for one in mended:
                self._line(4, one.sentence, mark="- ")
        if checked.unproven:
            figures = self._say("figures", n=checked.unproven_figures) if checked.unproven_figures else ""
            self._line(2, self._say("unproven", tables=self._tables(checked.unproven)) + figures, "yellow")
        if checked.missing:
            self._line(2, self._say("missing", tables=self._tables(checked.missing)), "yellow")
        self._apart = bool(telling.failures or telling.proposals or telling.repairs)

    def total(self, done: Sequence[Checked]) -> None:
        """How many files were checked, with what result; a file with several accounts counts as the worst."""
        outcomes: dict[str, str] = {}
        order = ("failed", "conflict", "clean", "skipped")
        for checked in done:
            source, outcome = checked.account.source, _outcome(checked)
            outcomes[source] = min(outcome, outcomes.get(source, outcome), key=order.index)
        counts = Counter(outcomes.values())
        if len(outcomes) > 1:
            parts = (self._say(f"n_{name}", n=counts[name]) for name in order if counts[name])
            text = self._say("total", n=len(outcomes), files="files", counts=self._say("comma").join(parts))
            self._begin(Text(text, "bold"))

    def _say(self, name: str, **values: Value) -> str:
        return self._catalog.messages.say(message(f"check.{name}", **values), self._lang)

    def _tables(self, ids: Sequence[str]) -> str:
        return self._say("list").join(table_title(self._catalog, name, self._lang) for name in ids)

    def _line(self, indent: int, text: str, style: str = "", mark: str = "") -> None:
        shown, before = Text(plain(text), style), Text(" " * indent + mark, style)
        if self._console.is_terminal:
            sheet = Sheet.grid()
            sheet.add_column(no_wrap=True)
            sheet.add_column(overflow="fold")  # a figure is never cut
            sheet.add_row(before, shown)
            self._console.print(sheet)
        else:
            self._console.print(before + shown, soft_wrap=True)

    def _begin(self, line: Text) -> None:
        if self._apart:
            self._console.print()
        self._console.print(line, soft_wrap=not self._console.is_terminal)

    def _head(self, checked: Checked) -> None:
        account, outcome = checked.account, _outcome(checked)
        name: str = outcome
        if outcome == "skipped":
            name = "duplicate" if account.status == "duplicate" else "budget" if account.kind == "budget" else "other"
        elif outcome == "clean" and not checked.held:
            name = "nothing"
        failed = len(checked.telling.failures)
        identities = "identity fails" if failed == 1 else "identities fail"
        result = self._say(name, error=account.error, held=checked.held, n=failed, identities=identities)
        year = self._say("year", year=account.fiscal_year) if account.fiscal_year else ""
        head = "  ".join(plain(part) for part in (account.source, account.unit_name, year) if part)
        line = Text.assemble((head, "bold"), "  ", (plain(result), _STYLES[outcome]))
        self._begin(line)

    def _dispute(self, dispute: ConflictSaid) -> None:
        if dispute.explanations:
            self._line(2, self._say("suspects"), "bold")
        for number, explanation in enumerate(dispute.explanations[:EXPLANATIONS], 1):
            self._explanation(number, explanation)
        self._more(len(dispute.explanations) - EXPLANATIONS)
        self._line(4, dispute.remark, "dim")
        self._line(2, self._say("identities"), "bold")
        self._failures(dispute.failures)

    def _explanation(self, number: int, explanation: Sequence[SuspectSaid]) -> None:
        """Its cells, likeliest explanation first; those that would have to change together under one number."""
        style = "red" if number == 1 else ""
        mark = f"{number}. "
        if len(explanation) == 1:
            self._accused(4, explanation[0], style, mark)
            return
        self._line(4, self._say("together", n=len(explanation)), style, mark)
        for accused in explanation:
            self._accused(4 + len(mark), accused, style, "- ")

    def _accused(self, indent: int, accused: SuspectSaid, style: str, mark: str) -> None:
        self._line(indent, accused.sentence, style, mark)
        for text in (accused.witnesses, *accused.mentions):
            self._line(indent + len(mark), text)

    def _failures(self, failures: Sequence[FailureSaid]) -> None:
        for failure in failures[:LISTED]:
            self._line(4, failure.sentence, mark="- ")
            basis = {"id": failure.check.check_id, "says": failure.says}
            self._line(6, self._say("basis", tolerance=failure.tolerance, unit=failure.unit, **basis), "dim")
        self._more(len(failures) - LISTED)

    def _more(self, count: int) -> None:
        if count > 0:
            self._line(4, self._say("and_more", n=count), "dim")
