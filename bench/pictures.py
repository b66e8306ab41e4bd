"""The pictures of the README, docs/pictures/*.png: notebooks, the report and the terminal, photographed with Chromium.

    python -m pip install nbconvert
    python -m bench.pictures [NAME …]

Run it after the notebooks were executed anew (`pytest tests/notebooks --update-golden`), and look at the pictures.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
from PIL import Image
from playwright.sync_api import Page, sync_playwright
from rich.terminal_theme import MONOKAI

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
WRONG = ROOT / "fixtures" / "pdfs" / "shanghai_mixed_wrong_digit.pdf"
LARGEST = 150_000  # bytes
_WIDTH = 1080
_SCALE = {"report": 1.0, "notebook-04": 1.2}  # 1.5 for the others; what holds more is drawn smaller
_STYLE = """
body { padding: 0 !important; overflow: hidden !important; }
.jp-Notebook, main { padding: 14px 18px 6px 6px !important; }
.jp-Cell { padding: 3px 0 !important; }
.jp-InputPrompt, .jp-OutputPrompt { min-width: 66px !important; flex: 0 0 66px !important; }
.jp-RenderedHTMLCommon, .jp-OutputArea-output pre { font-family: "Noto Sans", "Noto Sans CJK SC", sans-serif; }
.jp-OutputArea-output pre, .jp-CodeMirrorEditor pre, .highlight pre {
  font-family: "DejaVu Sans Mono", "Noto Sans Mono CJK SC", monospace !important; line-height: 1.45 !important;
}
.jp-RenderedImage img { max-width: 100% !important; }
"""

_PAGE = ".jp-RenderedImage img { width: 100%; height: 460px; object-fit: cover; object-position: top; }"
_TERMINAL = """
html { background: #fff; }
body { margin: 0; }
main { background: #1e2228; border-radius: 10px; padding: 10px 20px 16px; }
header { color: #6b727d; font: 13px sans-serif; letter-spacing: 2px; padding-bottom: 8px; }
pre { margin: 0; color: #d7dae0; font: 15.6px/1.5 "Noto Sans Mono CJK SC", monospace; white-space: pre; }
"""
CODE, RESULT, BOTH = ("code",), ("result",), ("code", "result")
# of each notebook: the beginnings of the cells that are shown, and what of each; the height in px, 0 for all
CHOSEN: dict[str, tuple[dict[str, tuple[str, ...]], int]] = {
    "01-one-document": ({"from pathlib": CODE, "一般公共预算": BOTH, "doc.view(": BOTH}, 690),
    "02-a-folder": (
        {"from juesuan_extract import convert": BOTH, "import pandas": BOTH, "import matplotlib": RESULT},
        0,
    ),
    "03-questions-in-duckdb": (
        {"by_function": CODE, "import matplotlib": RESULT, "items": CODE, "units = ": RESULT},
        0,
    ),
    "04-doubtful-cells": ({"import pandas": BOTH, "One cell": BOTH, "doc.page": BOTH, "import os": RESULT}, 0),
}


def notebook(page: Page, name: str) -> bytes:
    """Some cells of an executed notebook."""
    from nbconvert import HTMLExporter

    chosen, height = CHOSEN[name]
    whole = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4)
    cells = [nbformat.v4.new_markdown_cell(whole.cells[0].source.split("\n", 1)[0])]
    for cell in whole.cells:
        parts = next((parts for begin, parts in chosen.items() if cell.source.startswith(begin)), ())
        if "code" not in parts:
            cell.metadata["transient"] = {"remove_source": True}
        if "result" not in parts and cell.cell_type == "code":
            cell.outputs = []
        if parts:
            cells.append(cell)
    whole.cells = cells
    html, _ = HTMLExporter(template_name="lab").from_notebook_node(whole)
    style = _STYLE + (_PAGE if name == "04-doubtful-cells" else "")  # the lower part of the page is empty
    html = html.replace("</head>", f"<style>{style}</style></head>")
    if name == "01-one-document":
        page.set_viewport_size({"width": 1230, "height": 900})
    return _shot(page, html, height)


def report(page: Page) -> bytes:
    """The HTML report of a document with a wrong digit: the conflict, and the table beside its page."""
    with tempfile.TemporaryDirectory() as folder:
        pdfs = Path(folder, "pdfs")
        pdfs.mkdir()
        shutil.copy(WRONG, pdfs)
        _juesuan("convert", str(pdfs), "-o", str(Path(folder, "out")), "--quiet")
        html = Path(folder, "out", "report.html").read_text(encoding="utf-8")
    page.set_viewport_size({"width": 1400, "height": 900})
    return _shot(page, html, 0, "section.document > header, section.document h2", "details.sheet[open]")


def terminal(page: Page) -> bytes:
    """`juesuan check` on the same document."""
    from rich.console import Console
    from rich.text import Text

    printed = _juesuan("check", WRONG.name, "--lang", "en", cwd=WRONG.parent, COLUMNS="126", FORCE_COLOR="1")
    console = Console(record=True, width=130, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi(f"$ juesuan check {WRONG.name} --lang en\n{printed.rstrip()}"))
    text = console.export_html(inline_styles=True, code_format="{code}", theme=MONOKAI)
    html = f"<!doctype html><style>{_TERMINAL}</style><main><header>● ● ●</header><pre>{text}</pre></main>"
    return _shot(page, html, 0, "main", "main")


def _juesuan(*arguments: str, cwd: Path = ROOT, **environment: str) -> str:
    command = [sys.executable, "-m", "juesuan_extract", *arguments]
    return subprocess.run(
        command, cwd=cwd, env=os.environ | environment, capture_output=True, text=True, check=False
    ).stdout


def _shot(page: Page, html: str, height: int, first: str = "body", last: str = "body") -> bytes:
    """A page from the top of the first to the bottom of the last of these elements, or height px of it."""
    with tempfile.NamedTemporaryFile("w", suffix=".html", encoding="utf-8") as file:
        file.write(html)
        file.flush()
        page.goto(Path(file.name).as_uri(), wait_until="domcontentloaded")
        page.wait_for_timeout(700)
        top = page.locator(first).first.bounding_box()
        bottom = page.locator(last).first.bounding_box()
        assert top
        assert bottom
        start, end = top["y"], bottom["y"] + bottom["height"]
        width = page.evaluate("document.documentElement.clientWidth")
        clip: Any = {"x": 0, "y": max(0, start - 8), "width": width, "height": min(height or end, end - start + 8)}
        return page.screenshot(full_page=True, clip=clip)


def small(png: bytes) -> bytes:
    """The picture in as many colours, up to 256, as LARGEST allows."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    for colours in (256, 128, 64, 32, 16):
        file = io.BytesIO()
        image.quantize(colours, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
        if len(file.getvalue()) < LARGEST:
            return file.getvalue()
    raise ValueError("the picture is too large: show less of it")


def main() -> None:
    """Make all pictures, or those named."""
    made: dict[str, Callable[[Page], bytes]] = {
        f"notebook-{name[:2]}": lambda page, name=name: notebook(page, name)  # type: ignore[misc]
        for name in CHOSEN
    }
    made |= {"report": report, "terminal": terminal}
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name in sys.argv[1:] or made:
            viewport: Any = {"width": _WIDTH, "height": 900}
            page = browser.new_page(
                viewport=viewport,
                device_scale_factor=_SCALE.get(name, 1.5),
                color_scheme="light",
                locale="en",
            )
            png = small(made[name](page))
            (PICTURES / f"{name}.png").write_bytes(png)
            print(f"{name}: {len(png) / 1000:.0f} kB")
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
