"""Documents that hang or kill their process cost themselves and nothing else."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import poison
import pytest
from make_account import failed

from juesuan_extract.batch import task
from juesuan_extract.batch.local import LocalProcesses, WorkerFailed
from juesuan_extract.batch.places import LocalFile
from juesuan_extract.batch.task import Outcome, Task
from juesuan_extract.catalog import load_catalog
from juesuan_extract.options import Options

NOWHERE = LocalFile("")


def never() -> bool:
    return False


def run(names: list[str], folder: Path, jobs: int = 2, timeout: float = 30) -> list[Outcome]:
    executor = LocalProcesses(jobs, timeout, poison.work)
    return list(executor.run([Task(name, LocalFile(str(folder))) for name in names], Options(), never))


@pytest.mark.parametrize("jobs", [1, 3])
def test_outcomes_come_in_order_whatever_happens(tmp_path: Path, jobs: int) -> None:
    names = ["slow1", "a", "crash", "b", "exit", "c", "unlucky", "d"]
    outcomes = run(names, tmp_path, jobs)
    assert [outcome.task.source for outcome in outcomes] == names
    errors = {o.task.source: o.accounts[0].error for o in outcomes if o.accounts[0].status == "failed"}
    assert errors.keys() == {"crash", "exit"}
    assert "died (SIGSEGV)" in errors["crash"]
    assert "died (exit status 7)" in errors["exit"]


def test_a_document_that_hangs_is_given_up(tmp_path: Path) -> None:
    a, hang, b = run(["a", "hang", "b"], tmp_path, jobs=1, timeout=1)
    assert (a.accounts[0].status, b.accounts[0].status) == ("verified", "verified")
    assert hang.accounts[0].error == "took longer than 1 s; allow more time, or leave it out"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds the memory of a process")
def test_a_document_that_takes_all_memory_costs_itself(tmp_path: Path) -> None:
    executor = LocalProcesses(1, 30, poison.work, memory=300 << 20)
    tasks = [Task(name, LocalFile(str(tmp_path))) for name in ("a", "greedy", "b")]
    a, greedy, b = executor.run(tasks, Options(), never)
    assert (a.accounts[0].status, b.accounts[0].status) == ("verified", "verified")
    assert "died (exit status 1)" in greedy.accounts[0].error


def test_a_document_for_which_memory_does_not_suffice_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def extract(*args: object) -> None:
        raise MemoryError

    monkeypatch.setattr(task, "extract", extract)
    pdf = Path(__file__).parents[2] / "fixtures/pdfs/case_funds_in_05.pdf"
    (account,) = task.attempt(Task("a.pdf", LocalFile(str(pdf))), Options(), load_catalog())
    assert account.error.startswith("needs more memory than a document may have; ")


def test_settled_tasks_need_no_process() -> None:
    settled = Task("x.pdf", NOWHERE, "", failed("x.pdf"))
    executor = LocalProcesses(1, 30, poison.work)
    assert [o.accounts for o in executor.run([settled, settled], Options(), never)] == [(failed("x.pdf"),)] * 2
    assert list(executor.run([], Options(), never)) == []


def test_tasks_are_drawn_a_bounded_way_ahead(tmp_path: Path) -> None:
    drawn = 0

    def tasks() -> Iterator[Task]:
        nonlocal drawn
        for number in range(100):
            drawn += 1
            yield Task(f"slow{number}" if number == 0 else f"{number}", NOWHERE)

    for done, _ in enumerate(LocalProcesses(2, 30, poison.work).run(tasks(), Options(), never)):
        assert drawn - done <= 8 + 8 * 2
    assert drawn == 100


def test_stop_keeps_what_is_finished(tmp_path: Path) -> None:
    seen: list[str] = []
    names = [f"{number}" for number in range(50)]
    names[5] = "hang"
    executor = LocalProcesses(2, 30, poison.work)
    for outcome in executor.run((Task(name, NOWHERE) for name in names), Options(), lambda: len(seen) >= 4):
        seen.append(outcome.task.source)
    assert seen[:4] == names[:4]
    assert seen == [name for name in names if name in seen], "in order"
    assert "hang" not in seen
    assert len(seen) < 50


def test_a_worker_that_can_not_start_is_an_error_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("only_here")
    exec("def work(task, options, catalog): ...", module.__dict__)
    monkeypatch.setitem(sys.modules, "only_here", module)
    with pytest.raises(WorkerFailed, match="before it was ready"):
        list(LocalProcesses(1, 30, module.work).run([Task("a", NOWHERE)], Options(), never))


SCRIPT = """
import sys
sys.path.insert(0, {tests!r})
print("script")
import poison
from juesuan_extract.batch.local import LocalProcesses
from juesuan_extract.batch.places import LocalFile
from juesuan_extract.batch.task import Task
from juesuan_extract.options import Options
outcomes = LocalProcesses(1, 30, poison.work).run([Task("noisy", LocalFile(""))], Options(), lambda: False)
print([outcome.accounts[0].status for outcome in outcomes])
"""


def test_a_script_without_a_main_guard_works_and_keeps_its_standard_output(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.format(tests=str(Path(__file__).parent)))
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    assert done.stdout == "script\n['verified']\n"
    assert "noise of a library" in done.stderr
