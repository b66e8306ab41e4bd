"""Where the Parquet files of a table lie in an output folder: one file, or one for each year in a folder of its own."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

YEAR = "fiscal_year"  # the column that the name of the folder stands for
NO_YEAR = 0  # in the name, for unknown years: pandas can't read a dataset with Hive's own name for null
BY_YEAR = f"{YEAR}=*/part-0.parquet"
UNFINISHED = ".unfinished"  # a file in an output folder while the files of a run get their names
_FOLDER = re.compile(rf"{YEAR}=(\d{{1,18}})")


class ParquetPart(NamedTuple):
    """A Parquet file. by_year: its folder's name has the year, which the file lacks; year: None where it is unknown."""

    path: Path
    by_year: bool = False
    year: int | None = None


def year_folder(year: int | None) -> str:
    """The name of the folder of a year.

    >>> year_folder(2023), year_folder(None)
    ('fiscal_year=2023', 'fiscal_year=0')
    """
    return f"{YEAR}={NO_YEAR if year is None else year}"


def check_finished(folder: Path) -> None:
    """Raises ValueError where the files of an output folder may be those of two runs."""
    if (folder / UNFINISHED).exists():
        raise ValueError(f"{folder} holds files of two runs: the one that wrote them last did not come to its end")


def parts(folder: Path, name: str) -> tuple[ParquetPart, ...]:
    """The Parquet files of a table in order; none where there are none.

    Raises ValueError where those of two runs stand side by side, and where a folder of a year names none.
    """
    whole = folder / f"{name}.parquet"
    by_year = sorted((folder / name).glob(f"{YEAR}=*/*.parquet"))
    if not whole.is_file():
        return tuple(ParquetPart(path, True, _year(path.parent)) for path in by_year)
    if by_year:
        raise ValueError(f"both {whole} and {by_year[0]} are there: one is left from an earlier run")
    return (ParquetPart(whole),)


def _year(folder: Path) -> int | None:
    match = _FOLDER.fullmatch(folder.name)
    if match is None:
        raise ValueError(f"{folder} names no year")
    return int(match[1]) or None
