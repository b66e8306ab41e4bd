"""The command `juesuan`: thin over the library. Everything heavy is imported when a command needs it."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from juesuan_extract import __version__
from juesuan_extract.errors import JuesuanError, UsageError
from juesuan_extract.options import Options, ReaderName
from juesuan_extract.terminal import plain

if TYPE_CHECKING:
    from juesuan_extract.batch import Progress, Summary

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

ReaderOption = Annotated[
    ReaderName, typer.Option(help="auto: the fast reader, and the others where its figures don't add up.")
]
SchemasOption = Annotated[
    str,
    typer.Option(
        "--schemas",
        metavar="DIR",
        envvar="JUESUAN_SCHEMAS",
        help="Folder of knowledge files, instead of those shipped.",
    ),
]
SOURCES = "PDFs, folders, .zip archives, .txt lists of paths, and s3://, oss:// and file:// URLs."
schemas_app = typer.Typer(no_args_is_help=True, help="The knowledge files: titles, headings, rows, identities, codes.")
app.add_typer(schemas_app, name="schemas")


def main() -> None:
    """Entry point: errors that are expected become one line and their advice."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        app(prog_name="juesuan")
    except JuesuanError as error:
        _say(f"juesuan: {plain(str(error))}", f"  {error.advice}")
        sys.exit(error.exit_code)
    except OSError as error:
        _say(f"juesuan: {plain(str(error))}", "  check the disk and the permissions of the folder")
        sys.exit(1)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"juesuan-extract {__version__}")
        raise typer.Exit


@app.callback()
def juesuan(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_print_version, help="Show the version and exit.")
    ] = False,
) -> None:
    """Chinese departmental final accounts (部门决算) from PDF to proven, normalised tables."""


@app.command()
def convert(
    sources: Annotated[list[str], typer.Argument(metavar="SOURCE", help=SOURCES)],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="OUT", help="Folder for the results.")],
    jobs: Annotated[
        int | None,
        typer.Option("--jobs", "-j", min=1, metavar="N", help="Worker processes; one per core unless given."),
    ] = None,
    glob: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PATTERN", help="Files to take from folders and archives, *.pdf unless given; repeatable."
        ),
    ] = None,
    reader: ReaderOption = "auto",
    timeout: Annotated[float, typer.Option(min=1, help="Seconds after which a document is given up.")] = 120,
    schemas: SchemasOption = "",
    strict: Annotated[bool, typer.Option(help="Exit with 3 unless every document is verified.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no summary.")] = False,
) -> None:
    """Convert PDFs into CSV, Parquet and a report.

    Exit status: 0 all converted; 1 a document failed, the others are complete;
    2 usage; 3 with --strict, when a document is not verified; 130 interrupted.
    """
    from juesuan_extract.batch import Interrupted
    from juesuan_extract.batch import convert as run
    from juesuan_extract.batch.sources import GLOB

    try:
        with _progress(quiet) as progress:
            summary = run(
                sources,
                out,
                glob=glob or GLOB,
                options=Options(reader=reader, pictures=True, schemas=schemas),
                jobs=jobs or _cores(),
                timeout=timeout,
                progress=progress,
            )
    except Interrupted as interrupted:
        summary = interrupted.summary
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    if not quiet:
        _summarise(summary)
    raise typer.Exit(summary.exit_code(strict))


@app.command()
def show(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A PDF.")],
    table: Annotated[str, typer.Option("--table", "-t", metavar="TABLE", help="gk01 … gk09, or a title.")] = "",
    reader: ReaderOption = "auto",
    schemas: SchemasOption = "",
) -> None:
    """Show a document and its tables, or one table, in the terminal."""
    from juesuan_extract.show import show_file

    try:
        show_file(file, table, Options(reader=reader, schemas=schemas))
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


@app.command()
def explain(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A PDF.")],
    table: Annotated[
        str, typer.Option("--table", "-t", metavar="TABLE", help="gk01 … gk09, or a title: all of its rows.")
    ] = "",
    reader: ReaderOption = "auto",
    schemas: SchemasOption = "",
) -> None:
    """Explain what each table, heading and row was taken for, by which line of the knowledge files."""
    from juesuan_extract.show_explain import show_explanation

    try:
        show_explanation(file, table, Options(reader=reader, schemas=schemas))
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


@app.command()
def check(
    files: Annotated[list[str], typer.Argument(metavar="FILE", help=SOURCES)],
    lang: Annotated[Literal["zh", "en"], typer.Option(help="Language of what is said.")] = "zh",
    form: Annotated[Literal["text", "json"], typer.Option("--format", help="json: see docs/check.md.")] = "text",
    reader: ReaderOption = "auto",
    schemas: SchemasOption = "",
) -> None:
    """Check published accounts: what doesn't add up, by how much, on which page, and which figure is to blame.

    Exit status: 0 nothing fails; 1 a file can't be read, the others are checked; 2 usage; 3 an identity fails.
    """
    from juesuan_extract.show_check import show_check

    try:
        code = show_check(files, Options(reader=reader, schemas=schemas), lang, form, _cores())
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    raise typer.Exit(code)


@app.command()
def load(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder that convert wrote.")],
    url: Annotated[
        str,
        typer.Argument(
            metavar="[URL]",
            help="duckdb:///FILE, sqlite:///FILE, postgresql://USER@HOST/DATABASE or a path; "
            "OUT/juesuan.duckdb unless given.",
        ),
    ] = "",
    schema: Annotated[
        str, typer.Option("--schema", metavar="NAME", help="Schema of PostgreSQL; public unless given.")
    ] = "",
    prune: Annotated[bool, typer.Option(help="Remove documents that OUT does not have.")] = False,
    schemas: SchemasOption = "",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No summary.")] = False,
) -> None:
    """Load the outputs into DuckDB, SQLite or PostgreSQL: all of them, or nothing.

    Documents that are there already are replaced. Exit status: 0 loaded; 1 the files or the database; 2 usage.
    """
    from juesuan_extract.load import load as run

    try:
        done = run(out, url, schema=schema, prune=prune, schemas=schemas)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    if not quiet:
        documents = f"{done.documents} document{'s' * (done.documents != 1)}"
        _say(
            f"{documents}, {done.rows} rows in {done.seconds:.1f} s: {done.replaced} replaced, {done.removed} removed",
            f"database: {plain(done.shown)}",
        )


@schemas_app.command("path")
def show_schemas_folder() -> None:
    """Print the folder of the knowledge files that are shipped, for a copy to edit."""
    from juesuan_extract.catalog import schemas_folder

    print(schemas_folder())


@schemas_app.command("check")
def check_schemas(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[DIR]", envvar="JUESUAN_SCHEMAS", help="Their folder; those shipped unless given."),
    ] = None,
) -> None:
    """Check the knowledge files and say which file and line is wrong.

    Exit status: 0 nothing is wrong; 2 something is.
    """
    from juesuan_extract.catalog import schemas_folder
    from juesuan_extract.knowledge.check import check_folder

    root = folder or schemas_folder()
    if not root.is_dir():
        raise UsageError(f"there is no folder {root}", "name the folder that holds tables/ and identities.yaml")
    checked = check_folder(root)
    for problem in checked.problems:
        print(plain(f"{root}/{problem}"))
    if checked.problems:
        count = len(checked.problems)
        _say(f"{count} problem{'s' * (count != 1)} in {plain(str(root))}")
        raise typer.Exit(2)
    print(", ".join(f"{count} {what}" for what, count in checked.counts.items()) + ": nothing wrong")


@contextmanager
def _progress(quiet: bool) -> Iterator[Callable[[Progress], None] | None]:
    """A progress bar on standard error, when that is a terminal."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar
    from rich.table import Column

    name = TextColumn("{task.description}", markup=False, table_column=Column(ratio=1, no_wrap=True))
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), name)
    with Bar(*columns, console=Console(stderr=True), transient=True, expand=True) as bar:
        task = bar.add_task("", total=None)

        def advance(progress: Progress) -> None:
            bar.update(task, total=progress.total, completed=progress.done, description=plain(progress.source))

        yield advance


def _summarise(summary: Summary) -> None:
    """Counts, where to look, and which documents need a look."""
    total = sum(summary.counts.values())
    counts = ", ".join(f"{count} {status.replace('_', ' ')}" for status, count in summary.counts.items())
    lines = [f"{total} document{'s' * (total != 1)} in {summary.seconds:.1f} s" + (f": {counts}" if counts else "")]
    if summary.interrupted:
        lines.append("interrupted: the documents above are complete, the others are missing")
    if summary.notices:
        lines += ["", "to look at:", *(f"  {plain(str(notice))}" for notice in summary.notices)]
    if summary.unlisted:
        lines.append(f"  and {summary.unlisted} more, see the report")
    lines += ["", f"report: {plain(str(summary.report))}"]
    _say(*lines)


def _cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _say(*lines: str) -> None:
    print(*lines, sep="\n", file=sys.stderr)
