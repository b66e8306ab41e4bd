"""Results as tables for people and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from rich.console import Console
from rich.table import Table

_WIDTH = 120  # columns of a report that goes to a file


@dataclass(frozen=True, slots=True)
class Comparison:
    """juesuan-extract beside another library on one document.

    ours, theirs: ms per page; ratio: theirs to ours; figures: cells with a figure that we and they find.
    """

    document: str
    pages: int
    against: str
    ours: float
    theirs: float
    ratio: float
    at_least: float | None
    met: bool | None
    our_figures: int | None = None
    their_figures: int | None = None


@dataclass(frozen=True, slots=True)
class PageCost:
    """What a page costs in PDFs of growing length; ratio: to the shortest one."""

    accounts: int
    pages: int
    ms_per_page: float
    ratio: float
    at_most: float
    met: bool


@dataclass(frozen=True, slots=True)
class StageCost:
    """What one stage takes; share: in per cent of all stages."""

    stage: str
    ms_per_page: float
    share: float


@dataclass(frozen=True, slots=True)
class Throughput:
    """Documents that `juesuan convert` does in a second; ratio: to one job."""

    jobs: int
    documents: int
    seconds: float
    per_second: float
    ratio: float
    at_least: float | None
    met: bool | None


@dataclass(frozen=True, slots=True)
class Overhead:
    """What an engine costs besides the work: until the first document is back, and for each one after it."""

    engine: str
    documents: int
    seconds_to_start: float
    ms_per_document: float


@dataclass(frozen=True, slots=True)
class Memory:
    """Peak memory of one `juesuan convert` in MB (2^20 bytes); ratio: of the sum to that of the shortest run."""

    documents: int
    seconds: float
    ms_per_document: float
    parent_mb: float
    worker_mb: float
    ratio: float
    at_most: float
    met: bool


@dataclass(frozen=True, slots=True)
class PeerCells:
    """Figures of some documents as one reader reads them; share: right ones in per cent of those printed."""

    documents: str
    printed: int
    reader: str
    right: int
    share: float | None
    wrong: int
    refused: int | None


@dataclass(frozen=True, slots=True)
class PeerTime:
    """How long one reader takes; ratio: to ours."""

    document: str
    pages: int
    reader: str
    ms_per_page: float
    ratio: float


@dataclass(frozen=True, slots=True)
class PeerCosts:
    """What it takes to have and to start a reader."""

    reader: str
    version: str
    install_mb: float
    import_s: float
    first_page_s: float
    peak_mb: float


Row = Comparison | PageCost | StageCost | Throughput | Overhead | Memory | PeerCells | PeerTime | PeerCosts


@dataclass(frozen=True, slots=True)
class Section:
    """One measurement. note: what exactly was measured."""

    title: str
    note: str
    rows: Sequence[Row]


def show(section: Section) -> None:
    """Print a section on standard output."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=_WIDTH)
    console.print(f"\n[bold]{section.title}[/bold]\n{section.note}", highlight=False)
    if not section.rows:
        console.print("nothing to measure")
        return
    names = [f.name for f in fields(section.rows[0]) if any(getattr(row, f.name) is not None for row in section.rows)]
    table = Table(box=None, pad_edge=False)
    for name in names:
        text = isinstance(getattr(section.rows[0], name), str)
        table.add_column(name.replace("_", " "), justify="left" if text else "right", overflow="fold")
    above = ""
    for row in section.rows:
        first, *others = (_shown(getattr(row, name)) for name in names)
        table.add_row("" if first == above else first, *others)
        above = first
    console.print(table)


def save(path: Path, sections: Mapping[str, Section], conditions: Mapping[str, object]) -> None:
    """Write all sections as JSON. conditions: how and with what they were measured."""
    content = {"conditions": conditions, "sections": {name: asdict(section) for name, section in sections.items()}}
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _shown(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "NO"
        case float():
            return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
        case _:
            return str(value)
