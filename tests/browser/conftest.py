"""A headless Chromium, the machine's own, that reports whatever goes wrong on a page."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.support.needs import lacking


@dataclass
class Watched:
    """A page, and what must not happen on it."""

    page: Any
    errors: list[str] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def open(self, path: Path, anchor: str = "") -> Any:
        """Load a file from disk."""
        self.page.goto(path.resolve().as_uri() + anchor)
        return self.page


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """One browser for the tests of a module; while it runs, no other test could have an event loop of its own."""
    program = shutil.which("chromium")
    if program is None:
        lacking("no chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        lacking("no playwright")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def browse(chromium: Any) -> Iterator[Callable[..., Watched]]:
    """Opens a fresh profile; afterwards nothing may have failed, asked or been fetched from elsewhere."""
    opened: list[Watched] = []

    def new(**options: Any) -> Watched:
        settings = {"viewport": {"width": 1280, "height": 900}, "locale": "zh-CN", "color_scheme": "light"}
        context = chromium.new_context(**(settings | options))
        watched = Watched(context.new_page())
        page = watched.page
        page.set_default_timeout(10_000)
        page.on("console", lambda said: watched.errors.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: watched.errors.append(str(error)))
        page.on("request", lambda request: watched.fetched.append(request.url))
        page.on("dialog", lambda dialog: (watched.dialogs.append(dialog.message), dialog.dismiss()))
        opened.append(watched)
        return watched

    yield new
    for watched in opened:
        watched.page.context.close()
        assert watched.errors == []
        assert watched.dialogs == []
        assert [url for url in watched.fetched if not url.startswith(("file:", "data:"))] == []
