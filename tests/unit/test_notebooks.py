"""The notebooks run, and show what they would show if they were run now."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_notebook(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(NOTEBOOKS)
    cells = [c for c in json.loads(path.read_text(encoding="utf-8"))["cells"] if c["cell_type"] == "code"]
    assert cells
    scope: dict[str, Any] = {}
    for cell in cells:
        shown = ["".join(output["data"]["text/plain"]) for output in cell["outputs"]]
        with pd.option_context("display.width", 80, "display.max_columns", 20):  # as in Jupyter
            assert [repr(value) for value in _run("".join(cell["source"]), scope)] == shown


def _run(source: str, scope: dict[str, Any]) -> list[Any]:
    """Execute a cell; its last expression's value, as Jupyter shows it."""
    body = ast.parse(source).body
    last = body.pop() if isinstance(body[-1], ast.Expr) else None
    exec(compile(ast.Module(body, []), "cell", "exec"), scope)
    if last is None:
        return []
    return [eval(compile(ast.Expression(last.value), "cell", "eval"), scope)]
