"""The engine ray on a real cluster of two nodes (two raylets on this machine), of which parts are killed."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.instead import Instead
from bench.poison import KINDS, poisoned, work
from juesuan_extract.batch import Interrupted, LocalProcesses, Progress, convert
from juesuan_extract.batch.sources.location import LocalFile
from juesuan_extract.batch.workers import ray as cluster
from juesuan_extract.batch.workers.ray import AHEAD, OtherProgram, RayCluster
from juesuan_extract.batch.workers.task import Outcome, Task, attempt
from juesuan_extract.errors import UsageError
from juesuan_extract.options import Options
from tests.support.paths import PDFS, ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")


@pytest.fixture
def nodes(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Two nodes with a CPU each."""
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")])))
    import ray
    from ray.cluster_utils import Cluster

    made = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    made.second = made.add_node(num_cpus=1)
    made.wait_for_nodes()
    yield made
    ray.shutdown()
    made.shutdown()


def content(out: Path) -> dict[str, bytes]:
    """What must be the same in every run."""
    return {
        str(path.relative_to(out)): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.name != "run.json" and ".juesuan" not in path.parts
    }


def readers() -> list[int]:
    """The processes that Ray runs documents in."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if path.read_bytes().startswith(b"ray::_read"):
                found.append(int(path.parent.name))
        except OSError:
            continue
    return found


def documents(folder: Path, count: int) -> None:
    """Copies of the fixtures, every ninth of which does harm."""
    folder.mkdir()
    originals = sorted(PDFS.glob("*.pdf"))
    for number in range(count):
        data = originals[number % len(originals)].read_bytes() + b"\n%% %d\n" % number
        if number % 9 == 4:
            data = poisoned(data, KINDS[number // 9 % len(KINDS)], number)
        (folder / f"{number:03}.pdf").write_bytes(data)


def test_nothing_is_lost_when_a_worker_and_then_a_node_are_killed(tmp_path: Path, nodes: Any) -> None:
    documents(tmp_path / "in", 45)
    killed: list[int] = []

    def kill(progress: Progress) -> None:
        if progress.done == 8:
            victim = readers()[0]
            os.kill(victim, signal.SIGKILL)
            killed.append(victim)
        if progress.done == 20:
            nodes.remove_node(nodes.second, allow_graceful=False)
            killed.append(0)

    engine = Instead(RayCluster(nodes.address, timeout=8), work)
    convert(tmp_path / "in", tmp_path / "ray", executor=engine, timeout=8, progress=kill)
    assert len(killed) == 2
    with (tmp_path / "ray" / "documents.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [(row["source"], row["error"]) for row in csv.DictReader(file)]
    assert sorted({source for source, _ in rows}) == sorted(path.name for path in (tmp_path / "in").iterdir())
    assert not [error for _, error in rows if "machine" in error]
    # the same folder on this machine alone: the same bytes, poison included
    convert(tmp_path / "in", tmp_path / "local", executor=Instead(LocalProcesses(2, 8), work), timeout=8)
    assert content(tmp_path / "ray") == content(tmp_path / "local")
    # and what one engine has read the other need not read again
    again = convert(tmp_path / "in", tmp_path / "ray", executor=Instead(LocalProcesses(1, 8), work), timeout=8)
    assert again.kept == 45


def test_documents_are_drawn_when_there_is_room(nodes: Any) -> None:
    drawn = 0

    def some() -> Iterator[Task]:
        nonlocal drawn
        for number in range(40):
            drawn += 1
            yield Task(f"{number}.pdf", LocalFile("/nowhere/x.pdf"), number=number)

    seen: list[Outcome[Any]] = []
    for outcome in RayCluster(nodes.address).run(attempt, some(), Options(), lambda: False):
        seen.append(outcome)
        assert drawn - len(seen) <= 2 * AHEAD, "two CPUs"
    assert sorted(outcome.task.number for outcome in seen) == list(range(40))


def test_another_program_on_a_machine_is_refused(tmp_path: Path, nodes: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    documents(tmp_path / "in", 3)
    monkeypatch.setattr(cluster, "program", lambda: "a later one")
    with pytest.raises(OtherProgram):
        convert(tmp_path / "in", tmp_path / "out", executor=RayCluster(nodes.address))
    assert not (tmp_path / "out" / "documents.csv").exists()


def test_ctrl_c_leaves_what_is_finished(tmp_path: Path, nodes: Any) -> None:
    documents(tmp_path / "in", 12)

    def stop(progress: Progress) -> None:
        if progress.done == 3:
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(Interrupted) as stopped:
        convert(tmp_path / "in", tmp_path / "out", executor=RayCluster(nodes.address), progress=stop)
    assert 3 <= sum(stopped.value.summary.counts.values()) < 12
    assert convert(tmp_path / "in", tmp_path / "out", executor=RayCluster(nodes.address)).kept >= 3


def test_the_command_starts_a_cluster_of_its_own(tmp_path: Path) -> None:
    documents(tmp_path / "in", 4)
    command = [
        sys.executable,
        "-c",
        "from juesuan_extract.cli.app import main; main()",
        "convert",
        str(tmp_path / "in"),
    ]
    for engine in (("--engine", "ray", "--jobs", "2"), ("--jobs", "1")):
        out = tmp_path / engine[1]
        done = subprocess.run([*command, "-o", str(out), *engine], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stderr.startswith("4 documents in "), done.stderr
    assert content(tmp_path / "ray") == content(tmp_path / "1")


def test_no_cluster_at_an_address(tmp_path: Path) -> None:
    documents(tmp_path / "in", 1)
    with pytest.raises(UsageError, match="no Ray cluster at 127"):
        convert(tmp_path / "in", tmp_path / "out", executor=RayCluster("127.0.0.1:9"))
