"""The command `juesuan`: thin over the library. Everything heavy is imported when a command needs it."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

import typer

from juesuan_extract import __version__
from juesuan_extract.cli.progress import JsonLines, Quiet, Terminal, Voice, say
from juesuan_extract.cli.streams import close, open_all
from juesuan_extract.cli.terminal import plain
from juesuan_extract.errors import JuesuanError, UnreadableDocument, UsageError
from juesuan_extract.options import Options, ReaderName

if TYPE_CHECKING:
    from juesuan_extract.batch import Executor

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
KeptOption = Annotated[
    Path | None,
    typer.Option("--out", "-o", metavar="OUT", help="Folder of a conversion: what it has read is not read again."),
]
SOURCES = "PDFs, folders, .zip archives, .txt lists of paths, and s3://, oss:// and file:// URLs."
schemas_app = typer.Typer(no_args_is_help=True, help="The knowledge files: titles, headings, rows, identities, codes.")
app.add_typer(schemas_app, name="schemas")


def main() -> None:
    """Entry point: errors that are expected become one line and their advice."""
    open_all()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        app(prog_name="juesuan")
    except BrokenPipeError:  # whoever read standard output has seen enough
        close(1)
        sys.exit(1)
    except (JuesuanError, OSError) as error:
        told = _told(error)
        say(f"juesuan: {plain(told.message)}", f"  {told.advice}")
        sys.exit(told.exit_code)


class _Told(NamedTuple):
    """What is said of an expected error."""

    message: str
    advice: str
    exit_code: int


def _told(error: JuesuanError | OSError) -> _Told:
    if isinstance(error, JuesuanError):
        return _Told(str(error), error.advice, error.exit_code)
    return _Told(str(error), "check the disk and the permissions of the folder", 1)


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
    max_memory: Annotated[
        int | None,
        typer.Option(
            min=100,
            metavar="MB",
            help="Memory of a worker at which its document is given up; 800 on Linux unless given.",
        ),
    ] = None,
    schemas: SchemasOption = "",
    engine: Annotated[
        Literal["local", "ray"], typer.Option(help="ray: on a Ray cluster; needs the extra ray.")
    ] = "local",
    ray_address: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Of a Ray cluster (auto, HOST:PORT); one is started here unless given."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Read every document, whatever an earlier run did.")] = False,
    partition_by: Annotated[
        Literal["fiscal_year"] | None, typer.Option(help="Parquet as folders by year: OUT/NAME/fiscal_year=2023/.")
    ] = None,
    strict: Annotated[bool, typer.Option(help="Exit with 3 unless every document is verified.")] = False,
    log: Annotated[Literal["text", "json"], typer.Option(help="json: a line for every document.")] = "text",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no summary.")] = False,
) -> None:
    """Convert PDFs into CSV, Parquet and a report. The same command goes on where it was stopped.

    Exit status: 0 all converted; 1 a document failed, the others are complete;
    2 usage; 3 with --strict, when a document is not verified; 130 interrupted.
    """
    from juesuan_extract.batch import Interrupted
    from juesuan_extract.batch import convert as run
    from juesuan_extract.batch.sources.discover import GLOB
    from juesuan_extract.batch.workers.local import cores

    voice: Voice = Quiet() if quiet else JsonLines() if log == "json" else Terminal()
    try:
        with voice as progress:
            summary = run(
                sources,
                out,
                glob=glob or GLOB,
                options=Options(reader=reader, pictures=True, schemas=schemas),
                jobs=jobs or cores(),
                timeout=timeout,
                max_memory=max_memory,
                force=force,
                partition_by=partition_by,
                progress=progress,
                executor=_executor(engine, ray_address, jobs, timeout, max_memory),
            )
    except Interrupted as interrupted:
        summary = interrupted.summary
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    except (JuesuanError, OSError) as error:
        if voice.fail(*_told(error)):
            raise typer.Exit(_told(error).exit_code) from error
        raise
    code = summary.exit_code(strict)
    voice.finish(summary, code)
    raise typer.Exit(code)


@app.command()
def show(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A PDF.")],
    table: Annotated[str, typer.Option("--table", "-t", metavar="TABLE", help="gk01 … gk09, or a title.")] = "",
    out: KeptOption = None,
    reader: ReaderOption = "auto",
    schemas: SchemasOption = "",
) -> None:
    """Show a document and its tables, or one table, in the terminal.

    Exit status: 0 shown; 1 the file can't be read, or has no such table; 2 usage; 130 interrupted.
    """
    from juesuan_extract.cli.show import show_file

    with _about(file):
        show_file(file, table, Options(reader=reader, schemas=schemas), out)


@app.command()
def explain(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A PDF.")],
    table: Annotated[
        str, typer.Option("--table", "-t", metavar="TABLE", help="gk01 … gk09, or a title: all of its rows.")
    ] = "",
    reader: ReaderOption = "auto",
    schemas: SchemasOption = "",
) -> None:
    """Explain what each table, heading and row was taken for, by which line of the knowledge files.

    Exit status: 0 explained; 1 the file can't be read, or has no such table; 2 usage; 130 interrupted.
    """
    from juesuan_extract.cli.explain import show_explanation

    with _about(file):
        show_explanation(file, table, Options(reader=reader, schemas=schemas))


@app.command()
def check(
    files: Annotated[list[str], typer.Argument(metavar="FILE", help=SOURCES)],
    lang: Annotated[Literal["zh", "en"], typer.Option(help="Language of what is said.")] = "zh",
    form: Annotated[Literal["text", "json"], typer.Option("--format", help="json: see docs/check.md.")] = "text",
    out: KeptOption = None,
    reader: ReaderOption = "auto",
    schemas: SchemasOption = "",
) -> None:
    """Check published accounts: what doesn't add up, by how much, on which page, and which figure is to blame.

    Exit status: 0 nothing fails; 1 a file can't be read, the others are checked; 2 usage; 3 an identity fails;
    130 interrupted.
    """
    from juesuan_extract.batch.workers.local import cores
    from juesuan_extract.cli.check import show_check

    try:
        code = show_check(files, Options(reader=reader, schemas=schemas), lang, form, cores(), out)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    raise typer.Exit(code)


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(metavar="OUT", help="Folder that `juesuan convert -o` wrote.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The workbook, such as out.xlsx.")],
    doc: Annotated[
        list[str] | None,
        typer.Option(metavar="DOC", help="Only this document, by doc_id or source; repeatable."),
    ] = None,
    schemas: SchemasOption = "",
) -> None:
    """Write an output folder, or one document of it, as an Excel workbook.

    Exit status: 0 written; 1 the output folder is damaged; 2 usage; 130 interrupted.
    """
    from juesuan_extract.excel import export as write
    from juesuan_extract.knowledge.catalog import load_catalog

    if file.suffix.lower() != ".xlsx":
        raise UsageError(f"{file} is no workbook", "name a file that ends in .xlsx")
    try:
        done = write(folder, file, load_catalog(Options(schemas=schemas).schemas_folder), doc or ())
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    print(f"{plain(str(done.file))}: {done.documents} document{'s' * (done.documents != 1)}")


@app.command()
def doctor(
    form: Annotated[Literal["text", "json"], typer.Option("--format", help="Lines to read, or JSON.")] = "text",
    schemas: SchemasOption = "",
) -> None:
    """Say what is installed, which extras work, and where the knowledge files come from.

    Exit status: 0 documents can be converted; 1 something that is needed for it is missing or broken.
    """
    from juesuan_extract.cli.doctor import as_json, as_text, diagnose

    found = diagnose(Options(schemas=schemas).schemas_folder)
    print(as_json(found) if form == "json" else "\n".join(as_text(found)))
    raise typer.Exit(0 if found.works else 1)


@app.command()
def load(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder that convert wrote.")],
    url: Annotated[
        str,
        typer.Argument(
            metavar="URL",
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

    Documents that are there already are replaced. Exit status: 0 loaded; 1 the files or the database are at fault;
    2 usage; 130 interrupted.
    """
    from juesuan_extract.database import load as run

    try:
        done = run(out, url, schema=schema, prune=prune, schemas=schemas)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    if not quiet:
        documents = f"{done.documents} document{'s' * (done.documents != 1)}"
        say(
            f"{documents}, {done.rows} rows in {done.seconds:.1f} s: {done.replaced} replaced, {done.removed} removed",
            f"database: {plain(done.shown)}",
        )


@schemas_app.command("path")
def show_schemas_folder() -> None:
    """Print the folder of the knowledge files that are shipped, for a copy to edit.

    Exit status: 0 printed.
    """
    from juesuan_extract.knowledge.catalog import schemas_folder

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
    from juesuan_extract.authoring.check import check_folder
    from juesuan_extract.knowledge.catalog import schemas_folder

    root = folder or schemas_folder()
    if not root.is_dir():
        raise UsageError(f"there is no folder {root}", "name the folder that holds tables/ and identities.yaml")
    checked = check_folder(root)
    for problem in checked.problems:
        print(plain(f"{root}/{problem}"))
    if checked.problems:
        count = len(checked.problems)
        say(f"{count} problem{'s' * (count != 1)} in {plain(str(root))}")
        raise typer.Exit(2)
    print(", ".join(f"{count} {what}" for what, count in checked.counts.items()) + ": nothing wrong")


@schemas_app.command("suggest")
def suggest_lines(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder that `juesuan convert -o` wrote.")],
    schemas: SchemasOption = "",
) -> None:
    """Print lines that the knowledge files could have, from what was unknown in the documents of an output folder.

    With each where it was seen, how often, and what the arithmetic says it is. Nothing is changed.

    Exit status: 0 printed; 1 the output folder is damaged; 2 usage.
    """
    from juesuan_extract.cli.suggest import print_suggestions
    from juesuan_extract.knowledge.catalog import load_catalog

    print_suggestions(out, load_catalog(Path(schemas) if schemas else None))


@contextmanager
def _about(file: Path) -> Iterator[None]:
    """What is done with one PDF: errors name it."""
    if file.is_dir():
        raise UsageError(f"{file} is a folder", "name a PDF in it; convert and check take folders")
    try:
        yield
    except UnreadableDocument as error:
        raise UnreadableDocument(f"{file}: {error}", error.advice) from error
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def _executor(
    engine: str, address: str | None, jobs: int | None, timeout: float, max_memory: int | None
) -> Executor | None:
    """What runs the documents; None for processes of this machine."""
    if engine == "ray":
        from juesuan_extract.batch.workers.ray import RayCluster

        return RayCluster(address, jobs, timeout, max_memory)
    if address:
        raise UsageError("--ray-address needs --engine ray", "add it, or leave the address out")
    return None
