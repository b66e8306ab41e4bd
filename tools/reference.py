"""docs/cli.md and the reference part of docs/python.md, made of the command line and of the docstrings.

`python -m tools.reference ROOT` writes them under ROOT; `make docs` calls it.
"""

from __future__ import annotations

import dataclasses
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args, get_origin, get_type_hints

import typer

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
STATUS = "Exit status:"

_CLI_HEAD = """\
# Command line

Made by `make docs` of `src/juesuan_extract/cli/app.py`; a test fails on drift, and when a command, an argument or an
option lacks help. [quickstart.md](quickstart.md) shows the commands at work.

What is read by programs goes to standard output, everything said to people to standard error. An expected error is one
line and a second one with advice.
"""


class Parameter(NamedTuple):
    """An argument or option of a command. value: what is to be given, empty for a flag."""

    names: tuple[str, ...]
    value: str
    default: str
    help: str
    option: bool


class Command(NamedTuple):
    """A command or a group of them. status: its exit statuses; empty for a group."""

    name: str
    help: str
    status: str
    usage: str
    parameters: tuple[Parameter, ...]


def commands() -> Iterator[Command]:
    """The program itself, then its commands, in the order of --help."""
    yield from _commands(typer.main.get_command(app), "juesuan")


def files(root: Path) -> dict[str, str]:
    """Every generated file by its path. root: where docs/python.md is, of which only the reference is made."""
    page = (root / PYTHON).read_text(encoding="utf-8")
    head, rest = page.split(BEGIN)
    return {CLI: command_line(), PYTHON: f"{head}{BEGIN}\n\n{python()}{END}{rest.split(END)[1]}"}


def command_line() -> str:
    """docs/cli.md."""
    return _CLI_HEAD + "".join("\n" + part for command in commands() for part in _described(command))


def _commands(made: Any, name: str) -> Iterator[Command]:
    paragraphs = [" ".join(part.split()) for part in (made.help or "").split("\n\n")]
    text = " ".join(paragraphs)
    told, _, status = text.partition(STATUS)
    hints = get_type_hints(made.callback) if made.callback else {}
    parameters = tuple(_parameter(p, hints.get(p.name, str)) for p in made.params if p.name != "help")
    within = getattr(made, "commands", {})
    usage = [name]
    usage += ["[OPTIONS]"] if any(p.option for p in parameters) else []
    usage += ["COMMAND …"] if within else [_place(p) for p in made.params if p.param_type_name == "argument"]
    yield Command(name, told.strip(), status.strip(), " ".join(usage), parameters)
    for child in within.values():
        yield from _commands(child, f"{name} {child.name}")


def _parameter(made: Any, hint: Any) -> Parameter:
    option = made.param_type_name == "option"
    names = (*made.opts, *made.secondary_opts) if option else (made.metavar.strip("[]"),)
    kinds = [kind for kind in get_args(hint) if kind is not type(None)] if _optional(hint) else [hint]
    flag = kinds == [bool]
    if get_origin(kinds[0]) is Literal:
        value = ", ".join(f"`{word}`" for word in get_args(kinds[0]))
    else:
        value = f"`{made.metavar or kinds[0].__name__.upper()}`" if option else ""
    bounds = [f"{word} {bound}" for word, bound in (("from", made.min), ("to", made.max)) if bound is not None]
    given = "" if made.default in (None, "", False, []) else f"`{made.default}`"
    text = " ".join((made.help or "").split())
    if made.envvar:
        text += f" Environment: `{made.envvar}`."
    return Parameter(
        names, "" if flag else ", ".join([value, *bounds]), "required" if made.required else given, text, option
    )


def _optional(hint: Any) -> bool:
    return type(None) in get_args(hint)


def _place(argument: Any) -> str:
    """An argument in the usage line."""
    name = argument.metavar.strip("[]") + ("…" if argument.nargs == -1 else "")
    return name if argument.required else f"[{name}]"


def _described(command: Command) -> Iterator[str]:
    yield f"## {command.name}\n\n```\n{command.usage}\n```\n\n{command.help}\n"
    arguments = [p for p in command.parameters if not p.option]
    options = [p for p in command.parameters if p.option]
    if arguments:
        yield "| argument | default | |\n|---|---|---|\n" + "".join(
            f"| `{p.names[0]}` | {p.default} | {_cell(p.help)} |\n" for p in arguments
        )
    if options:
        yield "| option | value | default | |\n|---|---|---|---|\n" + "".join(
            f"| {', '.join(f'`{name}`' for name in p.names)} | {p.value} | {p.default} | {_cell(p.help)} |\n"
            for p in options
        )
    if command.status:
        yield "| exit status | |\n|---|---|\n" + "".join(
            f"| {number} | {_cell(meaning)} |\n" for number, meaning in statuses(command)
        )


def statuses(command: Command) -> list[tuple[str, str]]:
    """Exit statuses and what they mean."""
    parts = (part.strip().rstrip(".") for part in command.status.split(";"))
    return [(number, meaning) for number, _, meaning in (part.partition(" ") for part in parts)]


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
