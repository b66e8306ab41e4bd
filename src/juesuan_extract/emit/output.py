"""The output folder: every file of the contract, complete under its final name or not there at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from juesuan_extract.emit.columns import outputs
from juesuan_extract.emit.files import CsvFile, ParquetFile, TableFile
from juesuan_extract.emit.report import PAGE_NAME, PAGES, Report
from juesuan_extract.emit.rows import rows
from juesuan_extract.emit.run import RunFile
from juesuan_extract.errors import UsageError
from juesuan_extract.model import Account
from juesuan_extract.options import Options

if TYPE_CHECKING:
    from juesuan_extract.catalog import Catalog


class Output:
    """Writes the accounts, which arrive in order of source, into a folder.

    A context manager: `finish` gives the files their names; leaving without it leaves the folder as it was.
    """

    def __init__(self, folder: Path, catalog: Catalog, options: Options) -> None:
        self._folder = folder
        self._catalog = catalog
        if (folder / PAGES).is_symlink():
            raise UsageError(f"{folder / PAGES} is a link, and leads out of the folder", "choose another one with -o")
        if (folder / PAGES).exists() and not (folder / PAGES).is_dir():
            raise UsageError(
                f"{folder / PAGES} is a file, and a folder is to be there", "choose another folder with -o"
            )
        self._partial = _partial_folder(folder)
        self._files: dict[str, tuple[TableFile, TableFile]] = {
            name: (
                CsvFile(self._partial / f"{name}.csv", columns),
                ParquetFile(self._partial / f"{name}.parquet", columns),
            )
            for name, columns in outputs(catalog).items()
        }
        self._report = Report(self._partial / "report.html", catalog)
        self._run = RunFile(self._partial / "run.json", options)

    def add(self, accounts: Sequence[Account]) -> None:
        """Append the accounts of one source, the next in order."""
        for name, new in rows(accounts, self._catalog).items():
            for file in self._files[name]:
                file.write(new)
        self._report.add(accounts)
        self._run.add(accounts)

    def finish(self, timings: Mapping[str, object], interrupted: bool = False) -> None:
        """Complete every file and give it its final name. timings: what may differ between two runs, for run.json."""
        self._close()
        self._report.close(interrupted)
        self._run.close(timings, interrupted)
        pages = self._publish_pages()
        for path in sorted(self._partial.iterdir()):
            os.replace(path, self._folder / path.name)
        self._partial.rmdir()
        _drop_pages(self._folder / PAGES, pages)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._partial.exists():
            with suppress(OSError):  # a full disk, say, which is on its way to the caller already
                self._close()
            self._report.discard()
            self._run.discard()
            shutil.rmtree(self._partial, ignore_errors=True)

    def _publish_pages(self) -> set[str]:
        """Give the documents' pages their final names, before the report that links to them; returns the names."""
        made = self._partial / PAGES
        if not made.is_dir():
            return set()
        (self._folder / PAGES).mkdir(exist_ok=True)
        names = {path.name for path in made.iterdir()}
        for name in sorted(names):
            os.replace(made / name, self._folder / PAGES / name)
        made.rmdir()
        return names

    def _close(self) -> None:
        for pair in self._files.values():
            for file in pair:
                file.close()


def _drop_pages(folder: Path, keep: set[str]) -> None:
    """Remove the pages of an earlier run, and the folder when nothing else is in it; no file that isn't ours."""
    if folder.is_dir() and not folder.is_symlink():
        for path in sorted(folder.iterdir()):
            if PAGE_NAME.fullmatch(path.name) and path.name not in keep:
                path.unlink()
        with suppress(OSError):  # somebody else's files
            folder.rmdir()


def _partial_folder(folder: Path) -> Path:
    """A new folder inside the output folder, which is made where it is missing."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=".partial-", dir=folder))
    except OSError as error:
        raise UsageError(
            f"can't write to the output folder {folder}: {error.strerror}", "choose another folder with -o"
        ) from error
    return partial
