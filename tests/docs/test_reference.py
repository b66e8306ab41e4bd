"""docs/cli.md and the reference of docs/python.md are what the program says, and it says what everything is for."""

from __future__ import annotations

import inspect
import subprocess
import sys
from typing import Any

import pytest

import juesuan_extract
from tests.support.paths import ROOT
from tools import reference
from tools.reference import code_of, commands, entries

STATUS = "Exit status:"
COMMANDS = dict(commands())
LEAVES = [name for name, command in COMMANDS.items() if not hasattr(command, "commands")]


def names(parameter: Any) -> list[str]:
    """How an option or an argument is written."""
    return list(parameter.opts) if parameter.param_type_name == "option" else [parameter.metavar.strip("[]{}.")]


def test_the_files_are_what_make_docs_writes() -> None:
    made = reference.files(ROOT)
    stored = {path: (ROOT / path).read_text(encoding="utf-8") for path in made if (ROOT / path).exists()}
    assert {path for path in made if made[path] != stored.get(path)} == set(), "run `make docs`"


def test_every_command_is_there() -> None:
    assert {"juesuan", "juesuan convert", "juesuan load", "juesuan schemas", "juesuan schemas check"} <= set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_argument_and_option_has_help(name: str) -> None:
    command = COMMANDS[name]
    assert command.help.partition(STATUS)[0].strip().endswith(".")
    assert [names(p) for p in command.params if not p.help] == []
    mute = [names(p) for p in command.params if not p.help.rstrip("`").endswith((".", ")"))]
    assert mute == [], "help is a sentence"


@pytest.mark.parametrize("name", LEAVES)
def test_every_command_says_its_exit_statuses(name: str) -> None:
    told = " ".join(COMMANDS[name].help.partition(STATUS)[2].split()).rstrip(".")
    found = [part.strip().partition(" ") for part in told.split(";")]
    numbers = [int(number) for number, _, _ in found]
    assert numbers[0] == 0
    assert numbers == sorted(numbers)
    assert all(meaning for _, _, meaning in found)


@pytest.mark.parametrize("name", COMMANDS)
def test_nothing_of_the_help_is_lost_in_a_terminal(name: str) -> None:
    """Square brackets are markup to rich: `juesuan-extract[ray]` was shown as `juesuan-extract`."""
    command = COMMANDS[name]
    assert all("[" not in p.help for p in command.params)
    done = subprocess.run(
        [sys.executable, "-m", "juesuan_extract", *name.split()[1:], "--help"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert all(names(p)[0] in done.stdout for p in command.params)


def test_every_public_name_is_described() -> None:
    described = {entry.name for entry in entries()}
    assert set(juesuan_extract.__all__) - described == {"__version__"}


def test_every_public_name_and_member_has_a_docstring() -> None:
    silent = []
    for entry in entries():
        members = vars(entry.what).items() if inspect.isclass(entry.what) else ()
        own = [(entry.name, entry.what), *((n, m) for n, m in members if not n.startswith("_") and code_of(m))]
        silent += [f"{entry.name}.{name}" for name, what in own if not inspect.getdoc(what)]
    assert silent == []
