"""What README.md and README.zh-CN.md say in passing: options, counts, the example."""

from __future__ import annotations

import re
from typing import Any

import pytest

from juesuan_extract.knowledge.catalog import Catalog
from tests.support.paths import ROOT
from tools.reference import commands

OTHERS = {"--execute", "--to"}  # of nbconvert
READMES = ["README.md", "README.zh-CN.md"]
PAGES = [*READMES, "docs/quickstart.md", "docs/outputs.md", "docs/python.md"]


@pytest.fixture(params=READMES)
def readme(request: pytest.FixtureRequest) -> str:
    return (ROOT / request.param).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_every_option_and_command_exists(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    options = {name for _, made in commands() for p in made.params for name in (*p.opts, *p.secondary_opts)} | OTHERS
    assert set(re.findall(r"(?<![\w-])--[a-z][\w-]*", text)) <= options
    known = {name for name, _ in commands()}
    assert {f"juesuan {name}" for name in re.findall(r"[`$] ?juesuan ([a-z]+)", text)} <= known


def test_counts(readme: str, catalog: Catalog) -> None:
    pdfs = len(list((ROOT / "fixtures" / "pdfs").glob("*.pdf")))
    assert f"# {pdfs} " in readme
    assert re.search(rf"\b{len(catalog.identities)} (accounting identities|项勾稽关系)", readme)


def test_the_python_example(readme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    (code,) = re.findall(r"^```python\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)
    scope: dict[str, Any] = {}
    exec(code, scope)
    doc = scope["doc"]
    assert repr((doc.status, doc.unit_name, doc.fiscal_year)) in code
    assert f"{int(doc.checks.passed.sum())} " in readme


def test_the_figures_are_those_of_the_benchmarks(readme: str) -> None:
    """Every figure of the table stands in docs/benchmarks.md as well."""
    table = readme[readme.index("docs/benchmarks.md") :].split("\n\n")[1]
    figures = set(re.findall(r"\d[\d,.]*\d", table)) - {"03", "05"}
    known = set(re.findall(r"\d[\d,.]*\d", (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")))
    assert figures - known == set()
