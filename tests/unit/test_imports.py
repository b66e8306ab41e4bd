"""Imports point one way: every package stands in the order, and imports only what stands before it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.paths import ROOT

ROOT = ROOT / "src" / "juesuan_extract"
# A new package, or a new module beside them, fails until it is placed here: the reading order of the program.
ORDER = (
    "errors", "options", "model", "values", "knowledge", "recognise", "read", "locate", "map", "verify", "repair",
    "pipeline", "say", "emit", "batch", "authoring", "api", "excel", "database", "cli", "__main__",
)  # fmt: skip
MODULES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.py") if path != ROOT / "__init__.py")
LONGEST = 400  # lines of a file


def room(module: str) -> str:
    return module.removesuffix(".py").replace("/", ".").split(".")[0]


def imported(path: Path) -> Iterator[str]:
    """Modules of this package that a file imports, types included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module] if "." in node.module else [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            package, _, module = name.partition(".")
            if package == "juesuan_extract" and module not in ("", "__version__"):
                yield module


def test_every_package_is_there_and_placed() -> None:
    assert {room(name) for name in MODULES} == set(ORDER)


@pytest.mark.parametrize("name", MODULES)
def test_imports_point_one_way(name: str) -> None:
    """So there are no cycles between packages, either."""
    own = ORDER.index(room(name))
    assert [module for module in imported(ROOT / name) if ORDER.index(room(module)) > own] == []


@pytest.mark.parametrize("name", MODULES)
def test_no_file_is_too_long_to_read(name: str) -> None:
    assert len((ROOT / name).read_text(encoding="utf-8").splitlines()) <= LONGEST
