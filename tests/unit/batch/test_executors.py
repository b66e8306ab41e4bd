"""Documents that hang or kill their process cost themselves and nothing else."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from juesuan_extract.batch.sources.discover import Source, discover
from juesuan_extract.batch.sources.location import LocalFile
from juesuan_extract.batch.workers import local
from juesuan_extract.batch.workers.local import LocalProcesses, WorkerFailed
from juesuan_extract.batch.workers.memory import measurable
from juesuan_extract.batch.workers.task import Outcome, Serial, Task, in_order
from juesuan_extract.errors import UsageError
from juesuan_extract.knowledge.catalog import load_catalog
from juesuan_extract.options import Options
from tests.support import poison
from tests.support.paths import ROOT

NOWHERE = LocalFile("")


def never() -> bool:
    return False


def tasks(names: Iterable[str], folder: Path) -> Iterator[Task]:
    return (Task(name, LocalFile(str(folder)), number=number) for number, name in enumerate(names))


def run(names: list[str], folder: Path, jobs: int = 2, timeout: float = 30, **more: Any) -> list[Outcome[Any]]:
    """The outcomes in the order of the names."""
    executor = LocalProcesses(jobs, timeout, **more)
    outcomes = list(executor.run(poison.work, tasks(names, folder), Options(), never))
    return sorted(outcomes, key=lambda outcome: outcome.task.number)


@pytest.mark.parametrize("jobs", [1, 3])
def test_every_task_has_its_outcome_whatever_happens(tmp_path: Path, jobs: int) -> None:
    names = ["slow1", "a", "crash", "b", "exit", "c", "unlucky", "d"]
    outcomes = run(names, tmp_path, jobs)
    assert [outcome.task.source for outcome in outcomes] == names
    errors = {o.task.source: o.error for o in outcomes if o.result is None}
    assert errors.keys() == {"crash", "exit"}
    assert all(o.result[0].source == o.task.source for o in outcomes if o.result)
    assert "died (SIGSEGV)" in errors["crash"]
    assert "died (exit status 7)" in errors["exit"]


def test_a_document_that_hangs_is_given_up(tmp_path: Path) -> None:
    a, hang, b = run(["a", "hang", "b"], tmp_path, jobs=1, timeout=1)
    assert (a.result[0].status, b.result[0].status) == ("verified", "verified")
    assert (hang.result, hang.error) == (None, "took longer than 1 s; allow more time, or leave it out")


def test_a_document_that_hangs_holds_up_no_other(tmp_path: Path) -> None:
    names = ["hang", *(f"{number}" for number in range(40))]
    executor = LocalProcesses(2, 2, None)
    order = [o.task.source for o in executor.run(poison.work, tasks(names, tmp_path), Options(), never)]
    assert order == [*names[1:], "hang"]


@pytest.mark.skipif(not measurable(), reason="memory can't be measured here")
def test_a_document_that_eats_memory_is_given_up(tmp_path: Path) -> None:
    a, eater, b = run(["a", "eater", "b"], tmp_path, jobs=1, max_memory=400)
    assert None not in (a.result, b.result)
    assert eater.error == "needed more than 400 MB of memory; allow more memory, or leave it out"


@pytest.mark.skipif(not measurable(), reason="memory can't be measured here")
def test_a_process_that_a_document_leaves_large_is_replaced(tmp_path: Path) -> None:
    names = ["pid0", "pid1", "grow", "pid2"]
    first, second, _, third = (o.result[0].unit_name for o in run(names, tmp_path, jobs=1, max_memory=500))
    assert first == second != third


def test_memory_that_is_not_there_is_a_failure(tmp_path: Path) -> None:
    a, absurd, b = run(["a", "absurd", "b"], tmp_path, jobs=1)
    assert None not in (a.result, b.result)
    assert absurd.error == "needed more than 800 MB of memory; allow more memory, or leave it out"


def test_a_limit_that_can_not_be_held_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "measurable", lambda: False)
    LocalProcesses(1)
    with pytest.raises(UsageError, match="can't be limited"):
        LocalProcesses(1, max_memory=500)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends the children of a killed process")
def test_workers_end_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    script = HANGING.format(root=str(ROOT), folder=str(tmp_path))
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        worker = int(parent.stdout.readline())
        parent.kill()
    until = time.monotonic() + 20
    while running(worker):
        assert time.monotonic() < until
        time.sleep(0.05)


HANGING = """
import sys
sys.path.insert(0, {root!r})
from tests.support import poison
from juesuan_extract.batch.workers.local import LocalProcesses
from juesuan_extract.batch.sources.location import LocalFile
from juesuan_extract.batch.workers.task import Task
from juesuan_extract.options import Options
place = LocalFile({folder!r})
tasks = [Task("pid", place, number=0), Task("hang", place, number=1)]
for outcome in LocalProcesses(1, 600).run(poison.work, tasks, Options(), lambda: False):
    print(outcome.result[0].unit_name, flush=True)
"""


def running(process: int) -> bool:
    status = Path(f"/proc/{process}/status")
    return status.exists() and "Z (zombie)" not in status.read_text()


def test_no_tasks() -> None:
    assert list(LocalProcesses(1, 30).run(poison.work, [], Options(), never)) == []


def test_tasks_are_drawn_when_there_is_room(tmp_path: Path) -> None:
    drawn = 0

    def some() -> Iterator[Task]:
        nonlocal drawn
        for task in tasks(map(str, range(100)), tmp_path):
            drawn += 1
            yield task

    for done, _ in enumerate(LocalProcesses(2, 30).run(poison.work, some(), Options(), never)):
        assert drawn - done <= 2 + 2
    assert drawn == 100


def test_accounts_in_the_order_of_their_sources(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.pdf").write_bytes(b"no PDF " + name[:1].replace("c", "a").encode())
    sources = [*discover([tmp_path]), Source("gone.pdf", LocalFile(str(tmp_path / "gone.pdf")))]
    found = list(in_order(Backwards(load_catalog()), sources, Options()))
    assert [(account.source, account.status) for (account,) in found] == [
        ("a.pdf", "failed"), ("b.pdf", "failed"), ("c.pdf", "duplicate"), ("gone.pdf", "failed"),
    ]  # fmt: skip


class Backwards(Serial):
    """The last document is done first."""

    def run(self, work: Any, tasks: Iterable[Task], *more: Any) -> Iterator[Outcome[Any]]:
        return reversed(list(super().run(work, tasks, *more)))  # type: ignore[return-value]


def test_stop_keeps_what_is_finished(tmp_path: Path) -> None:
    seen: list[str] = []
    names = [f"{number}" for number in range(50)]
    names[2] = "hang"
    executor = LocalProcesses(2, 30)
    for outcome in executor.run(poison.work, tasks(names, tmp_path), Options(), lambda: len(seen) >= 4):
        seen.append(outcome.task.source)
    assert set(seen) < set(names)
    assert "hang" not in seen
    assert len(seen) < 50


def test_a_worker_that_can_not_start_is_an_error_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("only_here")
    exec("def work(task, options, catalog): ...", module.__dict__)
    monkeypatch.setitem(sys.modules, "only_here", module)
    with pytest.raises(WorkerFailed, match="before they were ready"):
        list(LocalProcesses(1, 30).run(module.work, [Task("a", NOWHERE)], Options(), never))


SCRIPT = """
import sys
sys.path.insert(0, {root!r})
print("script")
from tests.support import poison
from juesuan_extract.batch.workers.local import LocalProcesses
from juesuan_extract.batch.sources.location import LocalFile
from juesuan_extract.batch.workers.task import Task
from juesuan_extract.options import Options
outcomes = LocalProcesses(1, 30).run(poison.work, [Task("noisy", LocalFile(""))], Options(), lambda: False)
print([outcome.result[0].status for outcome in outcomes])
"""


def test_a_script_without_a_main_guard_works_and_keeps_its_standard_output(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.format(root=str(ROOT)))
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    assert done.stdout == "script\n['verified']\n"
    assert "noise of a library" in done.stderr
