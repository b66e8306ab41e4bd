"""docs/cli.md and the reference of docs/python.md are what the program says, and it says what everything is for."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

import juesuan_extract
from tests.support.paths import ROOT
from tools import reference
from tools.reference import Command, code_of, commands, entries, statuses

COMMANDS = list(commands())
LEAVES = [command for command in COMMANDS if "COMMAND" not in command.usage]


def test_the_files_are_what_make_docs_writes() -> None:
    made = reference.files(ROOT)
    stored = {path: (ROOT / path).read_text(encoding="utf-8") for path in made if (ROOT / path).exists()}
    assert {path for path in made if made[path] != stored.get(path)} == set(), "run `make docs`"


def test_every_command_is_there() -> None:
    names = {command.name for command in COMMANDS}
    assert {"juesuan", "juesuan convert", "juesuan load", "juesuan schemas", "juesuan schemas check"} <= names


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_argument_and_option_has_help(command: Command) -> None:
    assert command.help.endswith(".")
    silent = [parameter.names for parameter in command.parameters if not parameter.help]
    assert silent == []
    mute = [p.names for p in command.parameters if p.option and not p.help.rstrip("`").endswith((".", ")"))]
    assert mute == [], "help is a sentence"


@pytest.mark.parametrize("command", LEAVES, ids=lambda command: command.name)
def test_every_command_says_its_exit_statuses(command: Command) -> None:
    found = statuses(command)
    numbers = [int(number) for number, _ in found]
    assert numbers[0] == 0
    assert numbers == sorted(numbers)
    assert all(meaning for _, meaning in found)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_nothing_of_the_help_is_lost_in_a_terminal(command: Command) -> None:
    """Square brackets are markup to rich: `juesuan-extract[ray]` was shown as `juesuan-extract`."""
    assert all("[" not in parameter.help for parameter in command.parameters)
    done = subprocess.run(
        [sys.executable, "-m", "juesuan_extract", *command.name.split()[1:], "--help"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert all(parameter.names[0] in done.stdout for parameter in command.parameters)


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
