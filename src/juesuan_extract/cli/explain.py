"""An explanation as text for a terminal or a pipe."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table as Sheet
from rich.text import Text

from juesuan_extract.authoring.aliases import Alias
from juesuan_extract.authoring.explanation import (
    IN_CONTENTS,
    Explanation,
    HeadingTaken,
    RowTaken,
    TableTaken,
    TitleRejected,
    explain_file,
)
from juesuan_extract.cli.show import find_spec
from juesuan_extract.cli.terminal import plain, print_wide
from juesuan_extract.knowledge.catalog import load_catalog
from juesuan_extract.knowledge.messages import Messages
from juesuan_extract.knowledge.specs import TableSpec
from juesuan_extract.knowledge.vocabulary import title_label
from juesuan_extract.model.message import Message
from juesuan_extract.options import Options
from juesuan_extract.recognise.fit import Fit
from juesuan_extract.values.ids import is_code, is_unmapped

SHOWN = 4  # headings that a line lists
LONGEST = 30  # characters of an alias that is a pattern
UNKNOWN = "yellow"


def show_explanation(path: Path, table: str, options: Options) -> None:
    """Explain a PDF; table: id, title or slug of the one table to explain in full, or empty for all in short."""
    catalog = load_catalog(options.schemas_folder)
    messages = catalog.messages
    spec = find_spec(table, catalog) if table else None
    found = explain_file(path, options)
    console = Console(markup=False, highlight=False, emoji=False)
    kind = "" if found.kind == "final_account" else f", {found.kind.replace('_', ' ')}: its tables are not extracted"
    console.print(Text(f"{plain(found.source)}  {found.pages} pages{kind}", "bold"), soft_wrap=True)
    console.print(f"knowledge files: {plain(options.schemas or 'those shipped')}", style="dim", soft_wrap=True)
    several = max((t.account for t in found.tables), default=1) > 1
    for taken in found.tables:
        if spec is None or taken.span.table_id == spec.id:
            _print_table(console, taken, messages, several, full=spec is not None)
    if spec and not any(taken.span.table_id == spec.id for taken in found.tables):
        console.print(Text(f"\n{spec.id} {spec.title}: not found", UNKNOWN))
    _print_rejected(console, found, spec, messages)
    if spec is None and found.tables:
        console.print("\n`--table gk03` shows every row of a table.", style="dim")


# -- one table --------------------------------------------------------------------------------------------------------


def _print_table(console: Console, taken: TableTaken, messages: Messages, several: bool, full: bool) -> None:
    span = taken.span
    parts = [str(span.table_id), f"page {','.join(map(str, span.pages))}", plain(span.unit), plain(span.number)]
    if several:
        parts.append(f"account {taken.account}")
    console.print()
    console.print(Text("  ".join(filter(None, parts)), "bold"), soft_wrap=True)
    _line(console, "title", f"{plain(span.title)}{_from(taken.alias, span.title)}" if span.title else "none is printed")
    own, *others = taken.fits
    _line(console, "fit", _fit(own, messages))
    _line(console, "next", _fit(others[0], messages) if others[0].score else "no other table fits")
    for said in span.evidence:
        if said.code != "span.titled":
            why = dict(said.values).get("why", said)
            _line(console, "because", plain(messages.say(why if isinstance(why, Message) else said, "en")))
    for doubt in taken.doubts:
        _line(console, "doubt", plain(messages.say(doubt, "en")), UNKNOWN)
    _print_headings(console, taken.headings)
    if full:
        _print_rows(console, taken.rows)
    else:
        _print_few_rows(console, taken.rows)


def _line(console: Console, name: str, text: str, style: str = "") -> None:
    if text:
        console.print(Text.assemble((f"  {name:9}", "dim"), (text, style)), soft_wrap=True)


def _from(alias: Alias | None, title: str) -> str:
    """Where the title stands, and as what when it is printed with more around it."""
    if alias is None:
        return ""
    same = title_label(alias.text) == title_label(title)
    return f", {alias}" if same else f" = {plain(alias.text)}, {alias}"


def _fit(fit: Fit, messages: Messages) -> str:
    """gk05 0.50: unknown 上缴上级支出; lacks basic."""
    remarks = []
    if fit.foreign:
        remarks.append(messages.say(fit.foreign, "en"))
    if fit.unknown:
        more = f" and {len(fit.unknown) - SHOWN} more" if len(fit.unknown) > SHOWN else ""
        remarks.append(f"doesn't know {', '.join(fit.unknown[:SHOWN])}{more}")
    if fit.lacking:
        remarks.append(f"lacks {', '.join(fit.lacking)}")
    return plain(_score(fit) + (f": {'; '.join(remarks)}" if remarks else ""))


def _print_headings(console: Console, headings: tuple[HeadingTaken, ...]) -> None:
    sheet = _sheet("heading", "column", "from")
    for taken in headings:
        means = ".".join(filter(None, (taken.row_id, taken.column_id)))
        sheet.add_row(
            plain(" > ".join(taken.path)),
            Text(plain(means), UNKNOWN if taken.unknown else ""),
            _source(taken.alias, taken.why, taken.unknown),
        )
    if headings:
        print_wide(console, sheet)


def _print_rows(console: Console, rows: tuple[RowTaken, ...]) -> None:
    sheet = _sheet("row", "id", "from")
    for taken in rows:
        sheet.add_row(
            plain(taken.printed) or Text("(no label)", "dim"),
            Text(plain(taken.row_id), UNKNOWN if taken.unknown else ""),
            _source(taken.alias, taken.why, taken.unknown),
        )
    if rows:
        print_wide(console, sheet)


def _print_few_rows(console: Console, rows: tuple[RowTaken, ...]) -> None:
    """How many rows were mapped, and those that were not."""
    mapped = [row for row in rows if not is_unmapped(row.row_id)]
    if rows:
        how = Counter("by code" if is_code(row.row_id) else "by name" for row in mapped)
        counts = ", ".join(f"{count} {what}" for what, count in sorted(how.items()))
        _line(console, "rows", ", ".join(filter(None, (counts, f"{len(rows) - len(mapped)} unmapped"))))
    _print_rows(console, tuple(row for row in rows if row not in mapped))


def _source(alias: Alias | None, why: str, unknown: bool) -> Text:
    """File, line and alias that decided; or why, or that nothing is known."""
    if alias is None and not why:
        return Text("in no knowledge file" if unknown else "", UNKNOWN)
    text = alias.text if alias else ""
    known = f"{alias}  {plain(text[:LONGEST])}{'…' * (len(text) > LONGEST)}" if alias else ""
    return Text("; ".join(filter(None, (known, plain(why)))), UNKNOWN if unknown else "")


# -- the others -------------------------------------------------------------------------------------------------------


def _print_rejected(console: Console, found: Explanation, spec: TableSpec | None, messages: Messages) -> None:
    """What is none of the nine; of one table only what could have been it."""
    rejected = [r for r in found.rejected if spec is None or _near(r, spec.id)]
    if not rejected:
        return
    console.print()
    console.print(Text("not taken" + (f" for {spec.id}" if spec else "") + ":", "bold"))
    sheet = _sheet("page", "title", "why", "best fit", "from")
    listed = Counter(one.pages for one in rejected if one.why == IN_CONTENTS)
    for pages, count in listed.items() if spec is None else ():
        sheet.add_row(",".join(map(str, pages)), Text(f"({count} titles)", "dim"), IN_CONTENTS)
    for one in rejected:
        if one.why == IN_CONTENTS and spec is None:
            continue
        best = next((f for f in one.fits if spec is None or f.table_id == spec.id), None)
        sheet.add_row(
            ",".join(map(str, one.pages)),
            plain(one.title) or Text("(none)", "dim"),
            plain(one.why),
            ""
            if best is None or not best.score
            else _fit(best, messages)
            if spec
            else f"{best.table_id} {best.score:.2f}",
            str(one.alias or ""),
        )
    print_wide(console, sheet)


def _score(fit: Fit) -> str:
    return f"{fit.table_id} {fit.score:.2f}"


def _near(rejected: TitleRejected, table_id: str) -> bool:
    fits = any(fit.table_id == table_id and fit.score for fit in rejected.fits)
    return fits or (rejected.alias is not None and rejected.alias.file == f"tables/{table_id}.yaml")


def _sheet(*headings: str) -> Sheet:
    sheet = Sheet(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in headings:
        sheet.add_column(heading, no_wrap=True)
    return sheet
