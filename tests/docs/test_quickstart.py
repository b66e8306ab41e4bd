"""README.md, README.zh-CN.md and docs/quickstart.md, typed by a newcomer into a new virtual environment."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import site
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.needs import lacking
from tests.support.paths import ROOT

START = re.compile(r"^```sh\n(pip install .*?)^```$", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"^```(sh|console)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
SECONDS = re.compile(r"\bin [\d.]+ s\b")
PARTS = ("src", "schemas", "notebooks", "pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What a newcomer has cloned."""
    if importlib.util.find_spec("nbconvert") is None:
        lacking("needs the packages of the extra notebook")
    place = tmp_path / "clone"
    place.mkdir()
    for name in PARTS:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, place / name)
    (place / "fixtures").symlink_to(ROOT / "fixtures")
    return place


def environment(place: Path) -> dict[str, str]:
    """A shell with .venv activated. pip finds all requirements in this environment, and fetches nothing.

    It makes no scripts of packages that are there already, so `jupyter nbconvert` is made here.
    """
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "JUESUAN_", "PYTHON", "VIRTUAL_ENV"))}
    home = place.parent / "home"
    home.mkdir(exist_ok=True)
    for name, module in (("jupyter", "jupyter"), ("jupyter-nbconvert", "nbconvert")):
        script = place.parent / "scripts" / name
        script.parent.mkdir(exist_ok=True)
        script.write_text(f'#!/bin/sh\nexec python -m {module} "$@"\n')
        script.chmod(0o755)
    return kept | {
        "PATH": f"{place / '.venv' / 'bin'}:{place.parent / 'scripts'}:{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join(site.getsitepackages()),
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_NO_INDEX": "1",
        "PIP_NO_BUILD_ISOLATION": "0",  # pip reads it as the option's opposite: no isolation
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "HOME": str(home),
        "COLUMNS": "110",
        "JUPYTER_PATH": f"{sys.prefix}/share/jupyter",
        "JUPYTER_PREFER_ENV_PATH": "1",
        "JUPYTER_PLATFORM_DIRS": "1",
    }


def typed(command: str, place: Path) -> str:
    """What a command prints, to both streams, with seconds that don't vary."""
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=place,
        env=environment(place),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}"
    lines = SECONDS.sub("in 5.9 s", done.stdout).split("\n")
    return "\n".join(line.rstrip() for line in lines)


def installed(place: Path) -> bool:
    """Whether the newcomer's own copy is what runs."""
    where = typed("python -c 'import juesuan_extract; print(juesuan_extract.__file__)'", place)
    return (place / ".venv").as_posix() in where


def start(name: str) -> list[str]:
    """The lines with which a README begins."""
    (block,) = START.findall((ROOT / name).read_text(encoding="utf-8"))
    return [line.partition(" #")[0].rstrip() for line in block.splitlines()]


def test_both_readmes_begin_alike() -> None:
    assert start("README.md") == start("README.zh-CN.md")


def test_under_ten_lines_lead_to_a_database_and_a_notebook(clone: Path) -> None:
    lines = start("README.md")
    assert len(lines) < 10
    subprocess.run([sys.executable, "-m", "venv", clone / ".venv"], check=True)
    printed = [typed(line, clone) for line in lines]
    assert installed(clone)
    assert "德化县不动产登记中心" in "".join(printed), "the answer of the database"
    assert (clone / "out" / "juesuan.duckdb").exists()
    page = (clone / "notebooks" / "01-one-document.html").read_text(encoding="utf-8")
    assert "福州市社会保险技术服务保障中心" in page


def test_quickstart_prints_what_it_shows(clone: Path, request: pytest.FixtureRequest) -> None:
    page = ROOT / "docs" / "quickstart.md"
    text = page.read_text(encoding="utf-8")
    now = "".join(lived(text, clone))
    assert installed(clone)
    if request.config.getoption("--update-golden"):
        page.write_text(now, encoding="utf-8")
        pytest.skip("written")
    assert now == text, "--update-golden writes the page anew; look at the difference"
    assert (clone / "notebooks" / "01-one-document.html").exists()


def lived(text: str, place: Path) -> Iterator[str]:
    """The page with what its commands print now."""
    end = 0
    for block in BLOCK.finditer(text):
        yield text[end : block.start()]
        end = block.end()
        if block[1] == "sh":
            typed("set -e\n" + block[2], place)
            yield block[0]
        else:
            printed = [f"$ {command}\n{typed(command, place)}" for command, _ in COMMAND.findall(block[2])]
            yield "```console\n" + "".join(printed) + "```"
    yield text[end:]
