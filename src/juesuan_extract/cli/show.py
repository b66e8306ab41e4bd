"""A document or one of its tables as text for a terminal; standard output is for this and nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table as Sheet
from rich.text import Text

from juesuan_extract.api.document import Document, read_pdf
from juesuan_extract.cli.terminal import plain, print_wide
from juesuan_extract.errors import JuesuanError, UsageError
from juesuan_extract.knowledge.catalog import Catalog, load_catalog
from juesuan_extract.knowledge.specs import TableSpec
from juesuan_extract.model.account import Account
from juesuan_extract.model.fact import Fact
from juesuan_extract.options import Options
from juesuan_extract.say.account import column_title, tell
from juesuan_extract.values.amounts import DEFAULT_UNIT, UNITS, format_in
from juesuan_extract.values.ids import is_code

HEADING_CHARS = 6  # of a heading in one line
_MARKS = {"conflict": ("!", "bold red"), "unverified": ("?", "yellow"), "repaired": ("~", "blue")}
_MEANINGS = {
    "conflict": "! a failed check accuses it",
    "unverified": "? no check speaks for it",
    "repaired": "~ corrected",
}
_STYLES = {"verified": "green", "unverified": "yellow", "conflict": "bold red", "blank": "dim", "missing": "dim"}


class TableNotFound(JuesuanError):
    """The document does not hold the table asked for."""


def show_file(path: Path, table: str, options: Options, out: Path | None = None) -> None:
    """Read a PDF and print it; table: id, title or slug of a table, or empty for a summary of the document."""
    catalog = load_catalog(options.schemas_folder)
    spec = find_spec(table, catalog) if table else None
    document = read_pdf(path, options=options, out=out)
    console = Console(markup=False, highlight=False, emoji=False)
    for one in document.accounts:
        if spec:
            _print_table(console, one.account, spec, catalog)
        else:
            _print_summary(console, one, catalog)


def find_spec(name: str, catalog: Catalog) -> TableSpec:
    """A table by id, title or slug; raises UsageError that names those there are."""
    try:
        return catalog.table(name)
    except KeyError:
        known = ", ".join(f"{spec.id} {spec.title}" for spec in catalog.tables.values())
        raise UsageError(f"no table {plain(name)!r}", f"there are {known}") from None


def _print_summary(console: Console, document: Document, catalog: Catalog) -> None:
    account = document.account
    _print_head(console, account)
    if account.status == "not_final_account":
        console.print("no final account: nothing to show" + (" (a budget)" if account.kind == "budget" else ""))
        return
    sheet = Sheet(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("table", "title", "status", "page"):
        sheet.add_column(heading, no_wrap=True)
    for heading in ("rows", "columns", "to look at"):
        sheet.add_column(heading, justify="right", no_wrap=True)
    for table in account.tables:
        doubts = sum(fact.table_id == table.table_id and fact.doubtful for fact in account.facts)
        sheet.add_row(
            table.table_id,
            catalog.tables[table.table_id].title,
            Text(table.status, _STYLES[table.status]),
            ",".join(map(str, table.pages)),
            *([""] * 2 if table.status == "missing" else [str(table.rows), str(table.columns)]),
            str(doubts or ""),
        )
    print_wide(console, sheet)
    for table in account.tables:
        for remark in table.remarks if table.status != "missing" else ():
            line = f"{table.table_id} {table.status}: {catalog.messages.say(remark, 'en')}"
            console.print(Text(plain(line), _STYLES[table.status]), soft_wrap=True)
    for lacking in account.lacking:
        where = f"; it may stand on page {', '.join(map(str, lacking.pages))}" if lacking.pages else ""
        title = catalog.tables[lacking.table_id].title
        console.print(Text(f"{lacking.table_id} {title} ought to be there{where}", "yellow"), soft_wrap=True)
    verdicts = Counter(check.verdict for check in account.checks)
    console.print(
        f"checks: {verdicts['holds']} hold, {verdicts['fails']} fail, {verdicts['not_evaluable']} can't be evaluated; "
        f"repairs: {len(account.repairs)}"
    )
    for failure in tell(account, catalog, "en").failures:
        line = f"{failure.left_sum} {failure.sign} {failure.right_sum}, off by {failure.difference} {failure.unit}"
        console.print(Text(f"! {plain(failure.check.check_id)}: {line}", _STYLES["conflict"]), soft_wrap=True)
    console.print("`--table gk03` shows a table.", style="dim")


def _print_table(console: Console, account: Account, spec: TableSpec, catalog: Catalog) -> None:
    table = next((t for t in account.tables if t.table_id == spec.id and t.status != "missing"), None)
    if table is None:
        raise TableNotFound(
            f"{plain(account.source)} has no {spec.id} {spec.title}", "leave --table out to see which tables it has"
        )
    _print_head(console, account)
    unit = table.unit if table.unit in UNITS else DEFAULT_UNIT
    pages = ",".join(map(str, table.pages))
    console.print(
        Text(f"{spec.id} {spec.title}  {unit}  page {pages}  "), Text(table.status, _STYLES[table.status]), sep=""
    )
    facts = [fact for fact in account.facts if fact.table_id == spec.id]
    print_wide(console, _sheet(facts, spec, catalog, unit))
    for status in dict.fromkeys(fact.status for fact in facts if fact.doubtful):
        console.print(_MEANINGS[status], style=_MARKS[status][1])
    for note in table.said:
        console.print(plain(catalog.messages.say(note, "en")), soft_wrap=True)


def _print_head(console: Console, account: Account) -> None:
    head = [plain(account.unit_name) or "(no unit name)", str(account.fiscal_year or ""), plain(account.source)]
    console.print(Text("  ".join(filter(None, head)), "bold"), soft_wrap=True)


def _sheet(facts: Sequence[Fact], spec: TableSpec, catalog: Catalog, unit: str) -> Sheet:
    columns = _columns(facts, spec)
    sheet = Sheet(box=box.SIMPLE_HEAD, pad_edge=False)
    sheet.add_column("row", no_wrap=True)
    sheet.add_column("name", no_wrap=True)
    for column in columns:
        sheet.add_column(_folded(plain(column_title(catalog, spec.id, column))), justify="right", no_wrap=True)
    rows: dict[tuple[int, str], dict[str, Fact]] = {}
    for fact in facts:
        rows.setdefault((fact.row_no, fact.row_id), {})[fact.column_id] = fact
    for (_, row_id), own in rows.items():
        name = plain(next(iter(own.values())).row_name)
        code = row_id if is_code(row_id) else ""
        sheet.add_row(code, name, *(_amount(own.get(column), unit) for column in columns))
    return sheet


def _columns(facts: Iterable[Fact], spec: TableSpec) -> list[str]:
    """The columns that are printed: the canonical ones in order, then the others."""
    printed = dict.fromkeys(fact.column_id for fact in facts)
    return [name for name in spec.columns if name in printed] + [name for name in printed if name not in spec.columns]


def _amount(fact: Fact | None, unit: str) -> Text:
    """An amount with a mark behind it where there is doubt; marks stand in a column of their own."""
    if fact is None:
        return Text("")
    mark, style = _MARKS[fact.status] if fact.doubtful else (" ", "")
    return Text((plain(fact.text) if fact.amount is None else format_in(fact.amount, unit)) + mark, style)


def _folded(heading: str) -> str:
    return "\n".join(heading[i : i + HEADING_CHARS] for i in range(0, len(heading), HEADING_CHARS))
