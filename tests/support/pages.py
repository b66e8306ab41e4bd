"""Pages of docs/ that run as they stand: every command, every edit, every line of output."""

from __future__ import annotations

import contextlib
import doctest
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

BLOCK = re.compile(r"^```(console|diff)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PYCON = re.compile(r"^```pycon\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_EXAMPLES = doctest.DocTestParser().get_examples
COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)


def with_juesuan(folder: Path) -> Path:
    """The folder, with a `juesuan` that `run` finds."""
    script = folder / "bin" / "juesuan"
    script.parent.mkdir()
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m juesuan_extract "$@"\n')
    script.chmod(0o755)
    return folder


def run(command: str, place: Path) -> str:
    """What a shell command prints, without the white space at line ends."""
    environment = {k: v for k, v in os.environ.items() if k != "JUESUAN_SCHEMAS"}
    environment |= {"PATH": f"{place / 'bin'}:{os.environ['PATH']}", "COLUMNS": "80"}
    done = subprocess.run(
        command, shell=True, cwd=place, env=environment, capture_output=True, text=True, encoding="utf-8"
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return "\n".join(line.rstrip() for line in done.stdout.split("\n"))


def lived(text: str, place: Path) -> Iterator[str]:
    """The page block by block, with what its commands print now; edits are made."""
    end = 0
    for block in BLOCK.finditer(text):
        yield text[end : block.start()]
        end = block.end()
        if block[1] == "diff":
            subprocess.run(
                ["patch", "-p0", "--fuzz=0"], input=block[2], cwd=place, check=True, text=True, encoding="utf-8"
            )
            yield block[0]
            continue
        printed = [f"$ {command}\n{run(command, place)}" for command, _ in COMMAND.findall(block[2])]
        yield "```console\n" + "".join(printed) + "```"
    yield text[end:]


def spoken(text: str) -> Iterator[str]:
    """The page block by block, with what its Python examples (```pycon) print now, in this process and folder."""
    scope: dict[str, object] = {"__name__": "page"}
    end = 0
    for block in PYCON.finditer(text):
        yield text[end : block.start()]
        end = block.end()
        yield "```pycon\n" + "".join(_said(example.source, scope) for example in _EXAMPLES(block[1])) + "```"
    yield text[end:]


def _said(source: str, scope: dict[str, object]) -> str:
    """An example with its prompts and what it prints."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(source, "page", "single"), scope)
    first, *more = source.splitlines()
    shown = "\n".join([f">>> {first}", *(f"... {line}".rstrip() for line in more)])
    lines = [line.rstrip() for line in printed.getvalue().splitlines()]
    return "\n".join([shown, *lines]) + "\n"
