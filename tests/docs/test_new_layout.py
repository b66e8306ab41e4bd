"""docs/new-layout.md runs as it stands: every command, every edit, every line of output."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from juesuan_extract.catalog import load_catalog
from juesuan_extract.read import read_sheets
from tests.support import new_layout

PAGE = Path(__file__).parents[2] / "docs" / "new-layout.md"
BLOCK = re.compile(r"^```(console|diff)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with the PDF, and a `juesuan` on the path."""
    shutil.copy(PAGE.with_suffix(".pdf"), tmp_path)
    script = tmp_path / "bin" / "juesuan"
    script.parent.mkdir()
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m juesuan_extract "$@"\n')
    script.chmod(0o755)
    return tmp_path


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


def test_every_command_prints_what_the_page_shows(place: Path, request: pytest.FixtureRequest) -> None:
    text = PAGE.read_text(encoding="utf-8")
    now = "".join(lived(text, place))
    if request.config.getoption("--update-golden"):
        PAGE.write_text(now, encoding="utf-8")
        pytest.skip("written")
    assert now == text, "--update-golden writes the page anew; look at the difference"


def test_the_page_shows_the_way_from_unknown_to_verified() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text.index("in no knowledge file") < text.index("unknown row") < text.rindex("nothing wrong")
    assert "verified" in text[text.rindex("$ juesuan show") :]


def test_the_document_is_the_one_that_is_drawn() -> None:
    drawn, kept = (read_sheets(data, load_catalog()) for data in (new_layout.draw(), new_layout.PLACE.read_bytes()))
    assert [sheet.text for sheet in drawn] == [sheet.text for sheet in kept]
