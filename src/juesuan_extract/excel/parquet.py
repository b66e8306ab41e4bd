"""Reads the Parquet files of an output folder in bounded memory, whether they are partitioned by year or not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from juesuan_extract.emit.partitions import YEAR, ParquetPart, check_finished, parts
from juesuan_extract.errors import JuesuanError, UsageError

BATCH_ROWS = 8_192  # rows held as Python objects at a time
_SCAN = ds.ParquetFragmentScanOptions(pre_buffer=False)  # or a whole column of a large file would be kept


class NoOutput(UsageError):
    """The folder holds no results of `juesuan convert`."""

    advice = "name the folder that was given to `juesuan convert` with -o"


class DamagedOutput(JuesuanError):
    """The files of an output folder can't be read, or don't belong together."""

    advice = "run `juesuan convert` again, with the same -o"


class SourceKey(NamedTuple):
    """Where the rows of one source stand together: its folder (empty without partitions) and its path."""

    part: str
    source: str


Tuple = tuple[Any, ...]
SourceRows = tuple[SourceKey, list[Tuple]]


class ParquetFolder:
    """The files of one output folder.

    docs: the doc_ids to read; None: all. Raises NoOutput where the folder isn't one.
    """

    def __init__(self, folder: Path, docs: Sequence[str] | None = None) -> None:
        self.folder = folder
        self._docs = None if docs is None else pc.is_in(pc.field("doc_id"), value_set=pa.array(docs, pa.string()))
        self._files: dict[str, tuple[_File, ...]] = {}
        try:
            check_finished(folder)
        except ValueError as error:
            raise DamagedOutput(str(error)) from error
        self._of("documents")

    def only(self, docs: Sequence[str]) -> ParquetFolder:
        """The same folder, of these documents only."""
        return ParquetFolder(self.folder, docs)

    def columns(self, name: str) -> tuple[str, ...]:
        """Names of the columns of a file, without fiscal_year where that is the name of a folder."""
        return tuple(self._of(name)[0].dataset.schema.names)

    def rows(self, name: str, columns: Sequence[str], where: pc.Expression | None = None) -> Iterator[Tuple]:
        """Rows in stored order; money is Decimal, an unknown year None."""
        for _, row in self._rows(name, columns, where):
            yield row

    def groups(self, name: str, columns: Sequence[str], where: pc.Expression | None = None) -> Iterator[SourceRows]:
        """Rows in stored order, those of one source together; `columns` without the source."""

        def place(pair: tuple[str, Tuple]) -> SourceKey:
            return SourceKey(pair[0], pair[1][0])

        for key, pairs in groupby(self._rows(name, ("source", *columns), where), place):
            yield key, [row[1:] for _, row in pairs]

    def _rows(self, name: str, columns: Sequence[str], where: pc.Expression | None) -> Iterator[tuple[str, Tuple]]:
        known = [column for column in columns if column in self.columns(name)]
        if missing := set(columns) - set(known) - {YEAR}:
            raise DamagedOutput(f"{self.folder / name}.parquet has no column {min(missing)}")
        condition = where if self._docs is None else self._docs if where is None else self._docs & where
        try:
            for file in self._of(name):
                scanner = file.dataset.scanner(
                    columns=known,
                    filter=condition,
                    batch_size=BATCH_ROWS,
                    batch_readahead=1,
                    fragment_readahead=1,
                    use_threads=False,
                    fragment_scan_options=_SCAN,
                )
                place = file.part.path.parent.name if file.part.by_year else ""
                for batch in scanner.to_batches():
                    values: list[Any] = [
                        batch.column(known.index(column)).to_pylist()
                        if column in known
                        else [file.part.year] * batch.num_rows
                        for column in columns
                    ]
                    for row in zip(*values, strict=True):
                        yield place, row
        except (pa.ArrowInvalid, OSError) as error:
            raise DamagedOutput(f"{self.folder / name}.parquet: {error}") from error

    def _of(self, name: str) -> tuple[_File, ...]:
        if name not in self._files:
            self._files[name] = _open(self.folder, name)
        return self._files[name]


class _File(NamedTuple):
    part: ParquetPart
    dataset: ds.Dataset


class Beside:
    """Groups of another file, looked up in step with a file of the same order, one group in memory at a time."""

    def __init__(self, groups: Iterator[SourceRows], rank: Callable[[SourceKey], int]) -> None:
        self._groups = groups
        self._rank = rank
        self._next = next(groups, None)

    def at(self, place: SourceKey) -> list[Tuple]:
        """The rows of a source; sources must be asked for in stored order."""
        wanted = self._rank(place)
        while self._next is not None and self._rank(self._next[0]) < wanted:
            self._next = next(self._groups, None)
        return self._next[1] if self._next is not None and self._next[0] == place else []


def ranks(stored: ParquetFolder) -> Mapping[SourceKey, int]:
    """The place of every source in the order in which all files have them."""
    found: dict[SourceKey, int] = {}
    for place, _ in stored.groups("documents", ("doc_id",)):
        found.setdefault(place, len(found))
    return found


def _open(folder: Path, name: str) -> tuple[_File, ...]:
    file, by_year = folder / f"{name}.parquet", folder / name
    if file.is_file() and by_year.is_dir():
        raise DamagedOutput(f"{folder} holds both {file.name} and {by_year.name}/, the results of two runs")
    try:
        found = tuple(_File(part, ds.dataset(str(part.path), format="parquet")) for part in parts(folder, name))
    except (ValueError, OSError) as error:  # pa.ArrowInvalid is a ValueError
        raise DamagedOutput(f"{by_year}: {error}") from error
    if not found:
        raise NoOutput(f"{folder} holds no {file.name}")
    return found
