"""Makes the corpus: of every way to harm a file a small mutant, and the hogs that need a few KB.

`python -m tests.fuzz.corpus` writes corpus/*.pdf and corpus/expected.json anew; look at the difference of the latter.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from random import Random

from bench.bombs import BOMBS
from bench.mutants import HARMS
from juesuan_extract.batch.sources.location import LocalFile
from juesuan_extract.batch.workers.local import LocalProcesses
from juesuan_extract.batch.workers.task import Task, attempt, failure
from juesuan_extract.model.account import Account
from juesuan_extract.options import Options
from tests.fuzz.tiny import tiny

CORPUS = Path(__file__).parent / "corpus"
EXPECTED = CORPUS / "expected.json"
TRIES = 12
SMALL = 12_000  # bytes
TIMEOUT = 30.0  # seconds
ENDLESS = ("form_loop",)  # end with the clock
PLAIN = ["verified"]


def outcomes(paths: list[Path], options: Options, jobs: int = 1) -> dict[str, tuple[Account, ...]]:
    """What becomes of files in worker processes, by name."""
    tasks = [Task(path.name, LocalFile(str(path)), number=number) for number, path in enumerate(paths)]
    outcomes = LocalProcesses(jobs, TIMEOUT).run(attempt, tasks, options, lambda: False)
    return {task.source: accounts or (failure(task, error),) for task, accounts, error in outcomes}


def said(accounts: tuple[Account, ...]) -> list[str]:
    """The outcome in words: the status of each account, or why it failed."""
    return [account.error.partition("; ")[0] or account.status for account in accounts]


def main() -> None:
    """Write the corpus."""
    kinds = [kind for kind in HARMS if kind not in ENDLESS]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for kind in kinds:
            for number in range(TRIES):
                (folder / f"{kind}-{number:02}.pdf").write_bytes(HARMS[kind](Random(f"{kind}/{number}"), tiny()))
        for kind, bomb in BOMBS.items():
            smallest = min((bomb(Random(f"{kind}/{number}")) for number in range(TRIES)), key=len)
            if len(smallest) <= SMALL:
                (folder / f"{kind}.pdf").write_bytes(smallest)
        found = {name: said(a) for name, a in outcomes(sorted(folder.glob("*.pdf")), Options()).items()}
        chosen = [f"{kind}.pdf" for kind in BOMBS if f"{kind}.pdf" in found]
        for kind in kinds:  # the first that is not read as if nothing had happened
            own = [f"{kind}-{number:02}.pdf" for number in range(TRIES)]
            chosen.append(next((name for name in own if found[name] != PLAIN), own[0]))
        CORPUS.mkdir(exist_ok=True)
        for path in CORPUS.glob("*.pdf"):
            path.unlink()
        for name in chosen:
            (CORPUS / name).write_bytes((folder / name).read_bytes())
    expected = {name: found[name] for name in sorted(chosen)}
    EXPECTED.write_text(json.dumps(expected, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
