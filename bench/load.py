"""`juesuan load`: time and memory for the outputs of many documents, loaded twice into each database.

python -m bench.load [--count N] [--out OUT]

The outputs are those of fixtures/pdfs, or of the folder OUT, multiplied. A PostgreSQL server is started for it.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from bench.outputs import multiply
from tests.support.postgres import PASSWORD, USER, NoServer, server

_COMMAND = (sys.executable, "-m", "juesuan_extract")
_ROOT = Path(__file__).parents[1]


class Run(NamedTuple):
    """Seconds, and peak resident memory of the client in MB (2^20 bytes)."""

    seconds: float
    memory: float


def run(*arguments: str) -> Run:
    """Run `juesuan` in a process of its own; raises RuntimeError when it fails."""
    started = time.monotonic()
    process = os.posix_spawn(sys.executable, [*_COMMAND, *arguments, "--quiet"], os.environ)
    _, status, usage = os.wait4(process, 0)
    if status:
        raise RuntimeError(f"juesuan {arguments[0]} ended with status {os.waitstatus_to_exitcode(status)}")
    return Run(time.monotonic() - started, usage.ru_maxrss / 1024)


@contextmanager
def databases(folder: Path) -> Iterator[dict[str, str]]:
    """URLs by name; PostgreSQL is left out where the machine has none."""
    files = {"DuckDB": str(folder / "load.duckdb"), "SQLite": str(folder / "load.sqlite")}
    try:
        with server() as socket:
            address = f"postgresql://{USER}:{quote(PASSWORD)}@/postgres?host={quote(socket, safe='')}"
            yield {"DuckDB": files["DuckDB"], "PostgreSQL": address, "SQLite": files["SQLite"]}
    except NoServer as lacking:
        print(lacking)
        yield files


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=5_000, help="documents, at least")
    parser.add_argument("--out", type=Path, help="outputs to multiply, instead of those of fixtures/pdfs")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        small = arguments.out or folder / "small"
        if not arguments.out:
            run("convert", str(_ROOT / "fixtures" / "pdfs"), "-o", str(small))
        count = multiply(small, folder / "large", arguments.count)
        print(f"{count:,} documents")
        print("| database | first load | again | peak memory |\n|---|---|---|---|")
        with databases(folder) as urls:
            for database, url in urls.items():
                first, again = (run("load", str(folder / "large"), url) for _ in range(2))
                memory = max(first.memory, again.memory)
                print(f"| {database} | {first.seconds:.0f} s | {again.seconds:.0f} s | {memory:.0f} MB |", flush=True)


if __name__ == "__main__":
    main()
