"""The notebooks run, and show what they would show if they were run now.

`pytest tests/notebooks --update-golden` keeps what they show now; look at the difference before committing. Texts are
compared, pictures and HTML are not: they depend on fonts and on releases of matplotlib.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from tests.support.paths import ROOT

NOTEBOOKS = ROOT / "notebooks"
NAMES = ("01-one-document", "02-a-folder", "03-questions-in-duckdb", "04-doubtful-cells")
LARGEST = 400_000  # bytes
_STYLE = re.compile("\x1b\\[[0-9;]*m")  # bold and colours, which depend on the terminal


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a notebook may use: fixtures and knowledge files, and the folder that it is in."""
    folder = tmp_path_factory.mktemp("clone")
    for name in ("notebooks", "fixtures", "schemas"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints"))
    return folder


@pytest.fixture
def kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel of this Python that keeps its files in a temporary folder, and sees the terminal of no one."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "1")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    for name in ("COLUMNS", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)


def test_these_are_all() -> None:
    assert sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb")) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_runs_and_shows_the_same(name: str, clone: Path, kernel: None, request: pytest.FixtureRequest) -> None:
    stored = _read(name)
    before = _files(clone)
    ran = nbformat.from_dict(stored)
    for cell in ran.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    where = {"metadata": {"path": str(clone / "notebooks")}}
    NotebookClient(ran, timeout=300, coalesce_streams=True, resources=where).execute()  # prints may come in pieces
    assert _files(clone) == before, "a notebook writes into a temporary folder only"
    if request.config.getoption("--update-golden"):
        _keep(name, ran)
        stored = _read(name)
    assert _texts(ran) == _texts(stored)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_kept(name: str) -> None:
    text = (NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8")
    assert len(text.encode()) < LARGEST
    stored = _read(name)
    nbformat.validate(stored)
    assert stored.metadata.kernelspec.name == "python3"
    outputs = [output for cell in stored.cells if cell.cell_type == "code" for output in cell.outputs]
    assert any("image/png" in output.get("data", ()) or "<img" in str(output.get("data")) for output in outputs)
    assert [output for output in outputs if output.output_type == "error" or output.get("name") == "stderr"] == []
    for place in ("/home/", "/root/", "/tmp/", "/Users/", "site-packages", str(ROOT), sys.prefix):
        assert place not in text


def _read(name: str) -> NotebookNode:
    return nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)


def _files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if "__pycache__" not in path.parts}


def _texts(notebook: NotebookNode) -> list[tuple[str, list[str]]]:
    """What each code cell prints, and what the values that it shows are as text."""
    return [
        (cell.source, [_text(output) for output in cell.outputs]) for cell in notebook.cells if cell.cell_type == "code"
    ]


def _text(output: NotebookNode) -> str:
    if output.output_type == "stream":
        return f"{output.name}: {_STYLE.sub('', output.text)}"
    if "image/png" in output.data:
        return "a picture"
    return str(output.data.get("text/plain", ""))


def _keep(name: str, ran: NotebookNode) -> None:
    """Write a notebook, without what differs from run to run, and each picture once."""
    ran.metadata = {"kernelspec": ran.metadata.kernelspec, "language_info": {"name": "python"}}
    for cell in ran.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", ()):
            if "image/png" in output.get("data", ()):
                output.data.pop("text/html", None)
    (NOTEBOOKS / f"{name}.ipynb").write_text(nbformat.writes(ran, indent=1) + "\n", encoding="utf-8")
