"""report.html: pages that open from disk, written document by document in bounded memory.

What a document adds is made where it is read; here it is put in its place.
A small batch is one self-contained file. Of a larger one report.html is the overview, and each document with more to
see than its row has a page of its own in the folder report/, named by its doc_id. Everything that comes from a PDF or
a file name is text: jinja2 escapes it, and the script only ever reads it.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from juesuan_extract import __version__
from juesuan_extract.emit.report.tables import Row
from juesuan_extract.emit.report.view import AccountView, view
from juesuan_extract.emit.spool import Spool
from juesuan_extract.knowledge.catalog import load_catalog
from juesuan_extract.knowledge.messages import Both
from juesuan_extract.model.account import Account, Status

if TYPE_CHECKING:
    from juesuan_extract.knowledge.catalog import Catalog

ONE_FILE = 25  # accounts that report.html shows whole; of more it is the overview
PICTURE_BYTES = 2 << 20  # pictures of one account; beyond that its section names the pages only
PAGES = "report"  # the folder beside report.html
PAGE_NAME = re.compile(r"[0-9a-f]{16}(-\d+)?\.html")  # of a document: its doc_id, whatever the source is called

_TEMPLATES = Path(__file__).parent / "templates"
_INDENT = re.compile(r"\n\s+")  # a third of the bytes of a quiet document
_WORST_FIRST: tuple[Status, ...] = (
    "conflict",
    "failed",
    "unverified",
    "blank",
    "not_final_account",
    "duplicate",
    "verified",
)
assert set(_WORST_FIRST) == set(get_args(Status))


class Shown(NamedTuple):
    """What one account adds. row: its row of the overview; title: what its page is called; section: what there is to
    see, "" where the row says it all."""

    row: dict[str, Any]
    title: str
    section: str


def shown(account: Account, catalog: Catalog) -> Shown:
    """What an account adds to the report."""
    seen = view(account, catalog, PICTURE_BYTES)
    section = ""
    if seen.eventful and PAGE_NAME.fullmatch(f"{account.doc_id}.html"):
        made = _environment().get_template("document.html.j2").render(view=seen, account=account)
        section = _INDENT.sub("\n", made)
    return Shown(_row(seen), account.unit_name or account.source, section)


class _Kept(NamedTuple):
    """A section in the spool that may get a page of its own."""

    doc_id: str
    title: str


class Report:
    """Collects the overview's rows and the documents' sections."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._rows = Spool(path.parent)
        self._sections = Spool(path.parent)
        self._kept: list[_Kept] = []  # of the sections, while they are few
        self._seen: set[str] = set()  # doc_ids with a section
        self._counts: Counter[Status] = Counter()
        self._templates = _environment()

    def add(self, accounts: Sequence[Shown]) -> None:
        """Take the accounts of one source."""
        for account in accounts:
            doc_id = account.row["doc_id"]
            self._counts[account.row["status"]] += 1
            if account.section and doc_id not in self._seen:
                self._seen.add(doc_id)
                self._keep(_Kept(doc_id, account.title), account.section)
            row = {**account.row, "doc_id": doc_id if doc_id in self._seen else ""}
            self._rows.add(json.dumps(row, ensure_ascii=False))

    def close(self, interrupted: bool) -> None:
        """Write report.html."""
        paged = len(self._rows) > ONE_FILE
        if paged:
            self._flush()
        context = {
            "scripts": [_static("page.js"), _static("overview.js")],
            "interrupted": interrupted,
            "counts": [(status, self._counts[status]) for status in _WORST_FIRST],
            "total": len(self._rows),
            "rows": (_linked(json.loads(row), paged) for row in self._rows),
            "sections": () if paged else map(Markup, self._sections),  # rendered with autoescape in add
        }
        with self._path.open("w", encoding="utf-8", errors="replace", newline="\n") as file:
            file.writelines(self._templates.get_template("overview.html.j2").generate(context))
        self.discard()

    def discard(self) -> None:
        """Give up the collected pieces."""
        self._rows.close()
        self._sections.close()

    def _keep(self, kept: _Kept, section: str) -> None:
        if len(self._rows) < ONE_FILE:
            self._kept.append(kept)
            self._sections.add(section)
        else:
            self._flush()
            self._write(kept, section)

    def _flush(self) -> None:
        """Give the sections that were kept pages of their own."""
        for kept, section in zip(self._kept, self._sections, strict=True) if self._kept else ():
            self._write(kept, section)
        self._kept.clear()

    def _write(self, kept: _Kept, section: str) -> None:
        folder = self._path.parent / PAGES
        folder.mkdir(exist_ok=True)
        page = self._templates.get_template("single.html.j2")
        text = page.render(
            title=kept.title, section=Markup(section), up=f"../{self._path.name}", scripts=[_static("page.js")]
        )
        with (folder / f"{kept.doc_id}.html").open("w", encoding="utf-8", errors="replace", newline="\n") as file:
            file.write(text)


def _row(seen: AccountView) -> dict[str, Any]:
    """What the overview says about an account."""
    account = seen.account
    return {
        "status": account.status,
        "doc_id": account.doc_id,
        "source": account.source,
        "unit": account.unit_name,
        "year": account.fiscal_year,
        "pages": account.pages,
        "tables": len(seen.lines),
        "found": seen.found,
        "failed": seen.checks_failed,
        "doubts": seen.doubts_total,
        "confidence": "" if account.confidence is None else _confidence(account.confidence),
        "error": account.error,
    }


def _linked(row: dict[str, Any], paged: bool) -> dict[str, Any]:
    target = f"{PAGES}/{row['doc_id']}.html" if paged else f"#d{row['doc_id']}"
    return {**row, "href": target if row["doc_id"] else ""}


# -- what templates use -----------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals |= {
        "t": _both,
        "badge": _badge,
        "name": lambda status: _both(*_status(status)),
        "confidence": _confidence,
        "reasons": _reasons,
        "quiet": _quiet,
        "css": _static("report.css"),
        "policy": _policy,
        "version": __version__,
    }
    environment.filters["both"] = lambda said: _both(*said)
    return environment


def _policy(scripts: Sequence[Markup]) -> str:
    """What the page may do: show itself, and run the scripts that stand in it."""
    digests = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
    return (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
        f"script-src {allowed}; base-uri 'none'; form-action 'none'"
    )


@lru_cache(maxsize=8)
def _static(name: str) -> Markup:
    """A file of our own as it is embedded: without indentation."""
    return Markup(_INDENT.sub("\n", (_TEMPLATES / name).read_text(encoding="utf-8")).strip())


@lru_cache(maxsize=4096)
def _both(zh: str, en: str) -> Markup:
    """Text in both languages, of which the style sheet shows one."""
    if zh == en:
        return Markup.escape(zh)
    return Markup('<span lang="zh">%s</span><span lang="en">%s</span>') % (zh, en)


@lru_cache(maxsize=32)
def _badge(status: str) -> Markup:
    return Markup('<span class="badge %s">%s</span>') % (status, _both(*_status(status)))


def _quiet(rows: Sequence[Row], coded: bool) -> Markup:
    """Table rows without doubts, as nearly all are: what the template does for others, at a third of the cost."""
    made = []
    for row in rows:
        code = f'<td class="code">{row.code}</td>' if coded else ""
        cells = "</td><td>".join(map(_escaped, row.cells))
        level = f' class="l{row.level}"' if row.level else ""
        made.append(f'<tr>{code}<th scope="row"{level}>{_escaped(row.name)}</th><td>{cells}</td></tr>')
    return Markup("\n".join(made))


@lru_cache(maxsize=1 << 14)
def _escaped(text: object) -> str:
    return html.escape(str(text))


def _confidence(value: float) -> str:
    """Four digits, and never 1."""
    return f"{value:.4f}" if value < 0.99995 else ">0.9999"


def _reasons(reasons: Sequence[Both]) -> Markup:
    return _both("；".join(said.zh for said in reasons), "; ".join(said.en for said in reasons))


def _status(status: str) -> Both:
    messages = load_catalog().messages
    return messages.both(messages.known(f"status.{status}"))
