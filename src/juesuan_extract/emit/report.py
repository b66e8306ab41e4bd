"""report.html: one self-contained page that opens from disk, written document by document in bounded memory.

Everything that comes from a PDF or a file name is text; jinja2 escapes it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from juesuan_extract import __version__
from juesuan_extract.emit.spool import Spool
from juesuan_extract.emit.view import view
from juesuan_extract.model import Account, Status

if TYPE_CHECKING:
    from juesuan_extract.catalog import Catalog

PICTURE_BYTES = 4 << 20  # pictures of one source
ALL_PICTURE_BYTES = 48 << 20  # pictures of the whole report; after that it names the pages only

_INDENT = re.compile(r"\n\s+")  # a third of the bytes of a quiet document


class Report:
    """Collects the overview's rows and the documents' sections."""

    def __init__(self, path: Path, catalog: Catalog) -> None:
        self._path = path
        self._catalog = catalog
        self._rows = Spool(path.parent)
        self._sections = Spool(path.parent)
        self._counts: Counter[Status] = Counter()
        self._room = ALL_PICTURE_BYTES
        environment = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._page = environment.get_template("report.html.j2")
        self._row = environment.get_template("row.html.j2")
        self._section = environment.get_template("section.html.j2")

    def add(self, accounts: Sequence[Account]) -> None:
        """Take the accounts of one source."""
        for account in accounts:
            self._counts[account.status] += 1
            shown = view(account, self._catalog, min(self._room, PICTURE_BYTES))
            used = len(account.pictures) - len(shown.pictures_left_out)
            self._room -= sum(len(picture.png) for picture in account.pictures[:used])
            context = {"view": shown, "account": account, "anchor": f"d{len(self._rows) + 1}"}
            self._rows.add(_INDENT.sub("\n", self._row.render(context)))
            if shown.eventful:
                self._sections.add(_INDENT.sub("\n", self._section.render(context)))

    def close(self, interrupted: bool) -> None:
        """Write the page."""
        context = {
            "version": __version__,
            "interrupted": interrupted,
            "counts": [(status, self._counts[status]) for status in get_args(Status)],
            "total": len(self._rows),
            "rows": _markup(self._rows),
            "sections": _markup(self._sections),
        }
        with self._path.open("w", encoding="utf-8", errors="replace", newline="\n") as file:
            file.writelines(self._page.generate(context))
        self.discard()

    def discard(self) -> None:
        """Give up the collected pieces."""
        self._rows.close()
        self._sections.close()


def _markup(spool: Spool) -> Iterator[Markup]:
    return (Markup(piece) for piece in spool)  # rendered with autoescape above
