"""The output folder: every file of the contract, complete under its final name or not there at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self

from juesuan_extract.emit.contract import Columns
from juesuan_extract.emit.csv_parquet import CsvFile, ParquetFile
from juesuan_extract.emit.files import outputs
from juesuan_extract.emit.partitions import BY_YEAR, UNFINISHED, YEAR, year_folder
from juesuan_extract.emit.piece import Piece, Year
from juesuan_extract.emit.report.html import PAGE_NAME, PAGES, Report
from juesuan_extract.emit.run_json import RunFile
from juesuan_extract.errors import UsageError
from juesuan_extract.options import Options

if TYPE_CHECKING:
    from juesuan_extract.knowledge.catalog import Catalog

Partition = Literal["fiscal_year"]

_PARTIAL = ".partial-"


class Output:
    """Writes pieces, which arrive in order of source, into a folder.

    partition_by: write Parquet as partitioned datasets (see `add_year`) instead of one file for each table. A context
    manager: `finish` gives the files their names; leaving without it leaves the folder as it was.
    """

    def __init__(self, folder: Path, catalog: Catalog, options: Options, partition_by: Partition | None = None) -> None:
        self._folder = folder
        self._columns = outputs(catalog)
        for path in [folder / name for name in (PAGES, *(self._columns if partition_by else ()))]:
            if path.is_symlink():
                raise UsageError(f"{path} is a link, and leads out of the folder", "choose another one with -o")
            if path.exists() and not path.is_dir():
                raise UsageError(f"{path} is a file, and a folder is to be there", "choose another folder with -o")
        self._partial = _partial_folder(folder)
        self._csv = {name: CsvFile(self._partial / f"{name}.csv", of) for name, of in self._columns.items()}
        self._parquet = {} if partition_by else _parquet_files(self._partial, self._columns)
        self._report = Report(self._partial / "report.html")
        self._run = RunFile(self._partial / "run.json", options)

    def add(self, piece: Piece) -> None:
        """Append the piece of one source, the next in order."""
        for name, part in piece.tables.items():
            self._csv[name].write(part.csv)
            if self._parquet:
                self._parquet[name].write(part.batch)
        self._report.add(piece.shown)
        self._run.add(piece.noted)

    def add_year(self, year: Year, pieces: Iterable[Piece]) -> None:
        """Write the rows of one year, of every table, in the form NAME/fiscal_year=YEAR/part-0.parquet.

        pieces: those that hold accounts of that year, in order. One year at a time keeps memory bounded.
        """
        folders = {name: self._partial / name / year_folder(year) for name in self._columns}
        columns = {name: _without_year(of) for name, of in self._columns.items()}
        with ExitStack() as stack:
            files = {}
            for name, folder in folders.items():
                folder.mkdir(parents=True)
                files[name] = stack.enter_context(closing(ParquetFile(folder / Path(BY_YEAR).name, columns[name])))
            for piece in pieces:
                for name, file in files.items():
                    batch = piece.of_year(name, year)
                    if batch is not None:
                        file.write(batch.select([column.name for column in columns[name]]))

    def finish(self, timings: Mapping[str, object], interrupted: bool = False) -> None:
        """Complete every file and give it its final name. timings: what may differ between two runs, for run.json."""
        for lines in self._csv.values():
            lines.close()
        for batches in self._parquet.values():
            batches.close()
        self._report.close(interrupted)
        self._run.close(timings, interrupted)
        if hasattr(os, "sync"):
            os.sync()  # a file is on the disk before it has its name; one by one this takes longer than the run
        mark = self._folder / UNFINISHED
        with mark.open("wb") as file:  # until every file has its name, they are not those of one run
            os.fsync(file.fileno())
        made = [path.relative_to(self._partial) for path in self._partial.rglob("*") if path.is_file()]
        for path in sorted(made, key=lambda path: (len(path.parts) == 1, path)):  # a page before what links to it
            (self._folder / path).parent.mkdir(parents=True, exist_ok=True)
            os.replace(self._partial / path, self._folder / path)
        shutil.rmtree(self._partial)
        self._drop_old(set(made))
        mark.unlink()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._partial.exists():
            tables = [file.discard for files in (self._csv, self._parquet) for file in files.values()]
            for discard in (*tables, self._report.discard, self._run.discard):
                with suppress(OSError):  # a full disk, say, which is on its way to the caller already
                    discard()
            shutil.rmtree(self._partial, ignore_errors=True)

    def _drop_old(self, made: set[Path]) -> None:
        """Remove what an earlier run left and this one did not write, with folders that become empty; no file that
        isn't ours."""
        for path in [path for path in self._ours() if path.relative_to(self._folder) not in made]:
            path.unlink()
            for folder in path.parents:
                if folder == self._folder:
                    break
                with suppress(OSError):  # somebody else's files
                    folder.rmdir()

    def _ours(self) -> Iterator[Path]:
        """The files that not every run writes."""
        yield from (path for path in self._inside(PAGES, "*.html") if PAGE_NAME.fullmatch(path.name))
        for name in self._columns:
            yield from self._inside(name, BY_YEAR)
            yield from self._folder.glob(f"{name}.parquet")

    def _inside(self, name: str, pattern: str) -> list[Path]:
        folder = self._folder / name
        return [] if folder.is_symlink() else sorted(folder.glob(pattern))


def _parquet_files(folder: Path, columns: dict[str, Columns]) -> dict[str, ParquetFile]:
    return {name: ParquetFile(folder / f"{name}.parquet", of) for name, of in columns.items()}


def _without_year(columns: Columns) -> Columns:
    """Columns of a partitioned dataset: the name of the folder holds the year."""
    return tuple(column for column in columns if column.name != YEAR)


def _partial_folder(folder: Path) -> Path:
    """A new folder inside the output folder, which is made where it is missing; those of killed runs are removed."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob(f"{_PARTIAL}*"):
            shutil.rmtree(old)
        partial = Path(tempfile.mkdtemp(prefix=_PARTIAL, dir=folder))
    except OSError as error:
        raise UsageError(
            f"can't write to the output folder {folder}: {error.strerror}", "choose another folder with -o"
        ) from error
    return partial
