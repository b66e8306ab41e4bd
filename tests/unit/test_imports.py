"""Imports point one way: model, errors <- helpers <- catalog, options <- stages <- pipeline <- edge <- commands."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "src" / "juesuan_extract"
STAGES = 3  # where a module stands that isn't named here: readers, repair, verify and the like
LAYERS = {
    **dict.fromkeys(("model", "errors"), 0),
    **dict.fromkeys(("amounts", "confidence", "text", "geometry", "intake", "marks", "terminal"), 1),
    **dict.fromkeys(("catalog", "options"), 2),
    "pipeline": 4,
    "emit": 5,
    **dict.fromkeys(("batch", "document", "excel", "explain", "check", "load", "overlay"), 6),
    **dict.fromkeys(("show", "show_explain", "show_check", "progress", "doctor", "cli"), 7),
    **dict.fromkeys(("__main__", "reference"), 8),
}
MODULES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.py") if path != ROOT / "__init__.py")


def layer(module: str) -> int:
    return LAYERS.get(module.split(".")[0], STAGES)


def imported(path: Path) -> Iterator[str]:
    """Modules of this package that a file imports, types included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module] if "." in node.module else [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            package, _, module = name.partition(".")
            if package == "juesuan_extract" and module != "__version__":
                yield module


@pytest.mark.parametrize("name", MODULES)
def test_imports_point_one_way(name: str) -> None:
    own = layer(name.removesuffix(".py").replace("/", "."))
    wrong = [module for module in imported(ROOT / name) if layer(module) > own]
    assert wrong == []
