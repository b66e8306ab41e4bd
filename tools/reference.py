"""docs/cli.md and the reference part of docs/python.md, made of the command line and of the docstrings.

`python -m tools.reference ROOT` writes them under ROOT; `make docs` calls it.
"""

from __future__ import annotations

import dataclasses
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple

import typer
from typer.cli import get_docs_for_click

import juesuan_extract
from juesuan_extract import batch, errors, excel
from juesuan_extract import database as load
from juesuan_extract.api import overlay
from juesuan_extract.api.difference import Change
from juesuan_extract.batch.convert import Interrupted
from juesuan_extract.cli.app import app

CLI = "docs/cli.md"
PYTHON = "docs/python.md"
BEGIN, END = "<!-- from here on made by `make docs` -->", "<!-- made by `make docs` up to here -->"

_CLI_HEAD = """\
# Command line

Made by `make docs` of `src/juesuan_extract/cli/app.py`; a test fails on drift, and when a command, an argument or an
option lacks help. [quickstart.md](quickstart.md) shows the commands at work.

What is read by programs goes to standard output, everything said to people to standard error. An expected error is one
line and a second one with advice.
"""


def files(root: Path) -> dict[str, str]:
    """Every generated file by its path. root: where docs/python.md is, of which only the reference is made."""
    page = (root / PYTHON).read_text(encoding="utf-8")
    head, rest = page.split(BEGIN)
    return {CLI: command_line(), PYTHON: f"{head}{BEGIN}\n\n{python()}{END}{rest.split(END)[1]}"}


def command_line() -> str:
    """docs/cli.md, as typer describes the commands."""
    command = typer.main.get_command(app)
    made = get_docs_for_click(obj=command, ctx=typer.Context(command, info_name="juesuan"), name="juesuan", indent=1)
    return _CLI_HEAD + "\n" + unescape(made).strip() + "\n"


def commands() -> Iterator[tuple[str, Any]]:
    """The program itself, then its commands, each by its full name."""
    return _commands(typer.main.get_command(app), "juesuan")


def _commands(made: Any, name: str) -> Iterator[tuple[str, Any]]:
    yield name, made
    for child in getattr(made, "commands", {}).values():
        yield from _commands(child, f"{name} {child.name}")


def _cell(text: str) -> str:
    return text.replace("|", r"\|")


# --- Python


class Entry(NamedTuple):
    """A public name. home: the module it is imported from."""

    name: str
    home: str
    what: Any


def entries() -> list[Entry]:
    """What docs/python.md describes, in its order."""
    top, many = "juesuan_extract", "juesuan_extract.batch"
    return [
        *(Entry(n, top, getattr(juesuan_extract, n)) for n in ("read_pdf", "read_folder", "Document", "Options")),
        Entry("PagePicture", "juesuan_extract.api.overlay", overlay.PagePicture),
        Entry("TableView", "juesuan_extract.api.overlay", overlay.TableView),
        Entry("Change", "juesuan_extract.api.difference", Change),
        Entry("convert", top, batch.convert),
        *(Entry(name, many, getattr(batch, name)) for name in ("Summary", "Notice", "Progress")),
        Entry("Interrupted", many, Interrupted),
        Entry("load", "juesuan_extract.database", load.load),
        Entry("Loaded", "juesuan_extract.database", load.Loaded),
        Entry("export", "juesuan_extract.excel", excel.export),
        Entry("Exported", "juesuan_extract.excel", excel.Exported),
    ]


def python() -> str:
    """The reference part of docs/python.md."""
    return "\n".join(line for entry in entries() for line in _entry(entry)) + "\n" + "\n".join(_errors()) + "\n"


def _entry(entry: Entry) -> Iterator[str]:
    what = entry.what
    yield f"### {entry.name}\n"
    yield f"```python\nfrom {entry.home} import {entry.name}\n\n{entry.name}{_signature(what)}\n```\n"
    yield _text(what) + "\n"
    if not inspect.isclass(what):
        return
    members = [pair for pair in vars(what).items() if _public(*pair)]
    if members:
        yield "| member | |\n|---|---|"
        for name, member in members:
            yield f"| `{_cell(_member(name, member))}` | {_cell(' '.join(_text(member).split()))} |"
        yield ""


def _public(name: str, member: object) -> bool:
    named = name in ("__getitem__", "__iter__", "__contains__", "__len__") or not name.startswith("_")
    # tuples make their fields members; these stand in the signature
    return named and bool(code_of(member)) and bool(getattr(member, "__doc__", ""))


def code_of(member: object) -> Callable[..., object] | None:
    """The function behind a member, None where there is none."""
    found = getattr(member, "fget", None) or getattr(member, "func", None) or member
    return found if inspect.isfunction(found) else None


def _member(name: str, member: object) -> str:
    code = code_of(member)
    assert code
    if code is member:
        return name + _signature(code)
    return f"{name}: {_plain(inspect.signature(code).return_annotation)}"


def _signature(what: Any) -> str:
    if inspect.isclass(what) and not (dataclasses.is_dataclass(what) or hasattr(what, "_fields")):
        if issubclass(what, BaseException):
            return "(summary: Summary)"
        return "(…)"  # made by read_pdf and read_folder
    made = inspect.signature(what)
    words = []
    star = False
    for parameter in made.parameters.values():
        if parameter.name in ("self", "_cls"):
            continue
        if parameter.kind is parameter.KEYWORD_ONLY and not star:
            words.append("*")
            star = True
        word = f"{parameter.name}: {_plain(parameter.annotation)}"
        words.append(word if parameter.default is parameter.empty else f"{word} = {parameter.default!r}")
    result = "" if inspect.isclass(what) else f" -> {_plain(made.return_annotation)}"
    line = f"({', '.join(words)}){result}"
    return line if len(line) < 90 or words == [] else "(\n    " + ",\n    ".join(words) + f",\n){result}"


def _plain(annotation: Any) -> str:
    text = annotation if isinstance(annotation, str) else getattr(annotation, "__forward_arg__", str(annotation))
    return re.sub(r"\bstr \| os\.PathLike\[str\]", "StrPath", text)


def _text(what: object) -> str:
    """The docstring, paragraphs in one line each."""
    text = inspect.getdoc(what) or ""
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


def _errors() -> Iterator[str]:
    yield "### Errors\n"
    yield "From `juesuan_extract.errors`. `advice` says what to do, `exit_code` is what the command exits with.\n"
    yield "| error | is a | `exit_code` | when | `advice` |\n|---|---|---|---|---|"
    for name, what in vars(errors).items():
        if inspect.isclass(what) and issubclass(what, errors.JuesuanError):
            why = _text(what).partition("\n\n")[0]
            above = what.__mro__[1].__name__
            yield f"| `{name}` | `{above}` | {what.exit_code} | {_cell(why)} | {_cell(what.advice)} |"
    yield ""


def main() -> None:
    """Write the files under the folder named, the current one unless given."""
    root = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    for path, text in files(root).items():
        (root / path).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
