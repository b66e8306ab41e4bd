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

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
WRONG = ROOT / "fixtures" / "pdfs" / "shanghai_mixed_wrong_digit.pdf"
LARGEST = 150_000  # bytes
_WIDTH = 1080
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

# of each notebook: the beginnings of the cells that are shown, and the height of the picture in px, 0 for all
CHOSEN: dict[str, tuple[tuple[str, ...], int]] = {
    "01-one-document": (("from pathlib", "一般公共预算", "doc.view("), 760),
    "02-a-folder": (("from juesuan_extract import convert", "## Status by", "import matplotlib"), 0),
    "03-questions-in-duckdb": (("## Expenditure by", "import matplotlib", "units = "), 0),
    "04-doubtful-cells": (("doubtful = ", "import pandas", "Cut out", "import io", "import os"), 0),
}


def notebook(page: Page, name: str) -> bytes:
    """Some cells of an executed notebook."""
    from nbconvert import HTMLExporter

    beginnings, height = CHOSEN[name]
    whole = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4)
    title = whole.cells[0].source.split("\n", 1)[0]
    cells = [cell for cell in whole.cells if cell.source.startswith(beginnings)]
    whole.cells = [nbformat.v4.new_markdown_cell(title), *cells]
    html, _ = HTMLExporter(template_name="lab").from_notebook_node(whole)
    html = html.replace("</head>", f"<style>{_STYLE}</style></head>")
    return _shot(page, html, height)


def report(page: Page) -> bytes:
    """The HTML report of a document with a wrong digit, at the table beside its page."""
    with tempfile.TemporaryDirectory() as folder:
        pdfs = Path(folder, "pdfs")
        pdfs.mkdir()
        shutil.copy(WRONG, pdfs)
        _juesuan("convert", str(pdfs), "-o", str(Path(folder, "out")), "--quiet")
        html = Path(folder, "out", "report.html").read_text(encoding="utf-8")
    return _shot(page, html, 1500)


def terminal(page: Page) -> bytes:
    """`juesuan check` on the same document."""
    from rich.console import Console
    from rich.text import Text

    printed = _juesuan("check", WRONG.name, "--lang", "en", cwd=WRONG.parent, COLUMNS="118", FORCE_COLOR="1")
    console = Console(record=True, width=120, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi(f"$ juesuan check {WRONG.name} --lang en\n{printed}"))
    svg = console.export_svg(title="juesuan check")
    style = "body{margin:0;background:#fff} svg{width:1080px;display:block}"
    return _shot(page, f"<html><head><style>{style}</style></head><body>{svg}</body></html>", 0)


def _juesuan(*arguments: str, cwd: Path = ROOT, **environment: str) -> str:
    command = [sys.executable, "-m", "juesuan_extract", *arguments]
    return subprocess.run(
        command, cwd=cwd, env=os.environ | environment, capture_output=True, text=True, check=False
    ).stdout


def _shot(page: Page, html: str, height: int) -> bytes:
    with tempfile.NamedTemporaryFile("w", suffix=".html", encoding="utf-8") as file:
        file.write(html)
        file.flush()
        page.goto(Path(file.name).as_uri(), wait_until="domcontentloaded")
        page.wait_for_timeout(700)
        whole = int(page.evaluate("document.body.scrollHeight"))
        clip: Any = {"x": 0, "y": 0, "width": _WIDTH, "height": min(height or whole, whole)}
        return page.screenshot(full_page=True, clip=clip)


def small(png: bytes) -> bytes:
    """The picture in as many colours, up to 256, as LARGEST allows."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    for colours in (256, 128, 64, 32, 16):
        file = io.BytesIO()
        image.quantize(colours, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
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
            page = browser.new_page(viewport=viewport, device_scale_factor=1.5, color_scheme="light", locale="en")
            png = small(made[name](page))
            (PICTURES / f"{name}.png").write_bytes(png)
            print(f"{name}: {len(png) / 1000:.0f} kB")
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
