"""Interruptions, closed streams, few open files: the command ends cleanly, and what was read is in the outputs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import juesuan_extract
from juesuan_extract.batch import Interrupted, LocalProcesses, Serial, convert
from juesuan_extract.batch.workers import local
from juesuan_extract.batch.workers import task as task_module
from juesuan_extract.batch.workers.local import WorkerFailed
from juesuan_extract.database import load
from juesuan_extract.emit.partitions import UNFINISHED
from juesuan_extract.errors import JuesuanError, LoadError
from juesuan_extract.excel import export
from juesuan_extract.knowledge.catalog import load_catalog
from tests.support.paths import PDFS
from tests.unit.batch.test_batch import content, fake, pdf, read

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals and limits of POSIX")
COMMAND = [sys.executable, "-m", "juesuan_extract", "convert"]
ENVIRONMENT = os.environ | {"PYTHONPATH": str(Path(juesuan_extract.__file__).parents[1])}


@pytest.fixture
def some(tmp_path: Path) -> Path:
    """Three documents that are read quickly."""
    folder = tmp_path / "in"
    folder.mkdir()
    for path in sorted(PDFS.glob("*_decoy.pdf"))[:3]:
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


# -- Ctrl-C -----------------------------------------------------------------------------------------------------------


class Stopped(Serial):
    """Ctrl-C comes before the first document."""

    def run(self, work: Any, tasks: Any, options: Any, stop: Callable[[], bool]) -> Iterator[Any]:
        os.kill(os.getpid(), 2)
        time.sleep(0.01)
        assert stop()
        yield from super().run(work, tasks, options, stop)


@posix
def test_ctrl_c_on_a_repeat_leaves_the_outputs_as_they_were(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task_module, "extract", fake)
    monkeypatch.setattr("juesuan_extract.batch.sources.location._SETTLED", -(10**9))
    for name in "abc":
        pdf(tmp_path / "in" / f"{name}.pdf", name)
    convert(tmp_path / "in", tmp_path / "out", executor=Serial(load_catalog()))
    before = content(tmp_path / "out")
    pdf(tmp_path / "in" / "d.pdf", "d")
    with pytest.raises(Interrupted) as raised:
        convert(tmp_path / "in", tmp_path / "out", executor=Stopped(load_catalog()))
    assert raised.value.summary.kept == 3
    assert [row["source"] for row in read(tmp_path / "out", "documents")] == ["a.pdf", "b.pdf", "c.pdf"]
    after = content(tmp_path / "out")
    assert {name for name in after if after[name] != before.get(name)} == {"report.html"}, "it says interrupted"


# -- workers ----------------------------------------------------------------------------------------------------------


def test_a_worker_that_is_killed_before_it_is_ready_costs_nothing(
    some: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hired: list[local._Worker] = []
    start = local._Worker.__init__

    def killed(worker: local._Worker, *given: Any) -> None:
        start(worker, *given)
        hired.append(worker)
        if len(hired) <= 2:
            worker._process.kill()

    monkeypatch.setattr(local._Worker, "__init__", killed)
    done = convert(some, tmp_path / "out", executor=LocalProcesses(1, 60))
    assert (done.counts, len(hired)) == ({"not_final_account": 3}, 3)


def test_workers_that_never_start_are_an_error(some: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    start = local._Worker.__init__

    def killed(worker: local._Worker, *given: Any) -> None:
        start(worker, *given)
        worker._process.kill()

    monkeypatch.setattr(local._Worker, "__init__", killed)
    with pytest.raises(WorkerFailed, match="3 worker processes ended before they were ready"):
        convert(some, tmp_path / "out", executor=LocalProcesses(1, 60))


# -- between the last renames -----------------------------------------------------------------------------------------


def test_files_of_two_runs_are_neither_loaded_nor_exported(
    some: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    convert(some, out, executor=Serial(load_catalog()))
    replace, done = os.replace, []

    def torn(*paths: Any) -> None:
        if len(done) == 5:
            raise KeyboardInterrupt  # as good as a kill: nothing is said any more
        done.append(paths)
        replace(*paths)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", torn)
        with pytest.raises(KeyboardInterrupt):
            convert(some, out, executor=Serial(load_catalog()))
    assert (out / UNFINISHED).exists()
    with pytest.raises(LoadError, match="files of two runs"):
        load(out, f"duckdb:///{tmp_path / 'x.duckdb'}")
    with pytest.raises(JuesuanError, match="files of two runs"):
        export(out, tmp_path / "x.xlsx", load_catalog())
    convert(some, out, executor=Serial(load_catalog()))
    assert not (out / UNFINISHED).exists()
    load(out, f"duckdb:///{tmp_path / 'x.duckdb'}")


# -- streams ----------------------------------------------------------------------------------------------------------


def counts(out: Path | bytes) -> dict[str, int]:
    with open(os.path.join(os.fsencode(out), b"run.json"), encoding="utf-8") as file:
        found: dict[str, int] = json.load(file)["counts"]
    return {status: count for status, count in found.items() if count}


@posix
@pytest.mark.parametrize("log", ["text", "json"])
def test_a_log_pipe_that_is_closed(some: Path, tmp_path: Path, log: str) -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    command = [*COMMAND, str(some), "-o", str(tmp_path / "out"), "--log", log, "--jobs", "1"]
    done = subprocess.run(command, stderr=write_end, stdout=write_end, env=ENVIRONMENT, check=False, timeout=60)
    os.close(write_end)
    assert (done.returncode, counts(tmp_path / "out")) == (0, {"not_final_account": 3})


@posix
def test_a_log_pipe_that_is_full(some: Path, tmp_path: Path) -> None:
    read_end, write_end = os.pipe()
    os.set_blocking(write_end, False)
    with suppress(BlockingIOError):
        while True:
            os.write(write_end, b"x" * 512)
    os.set_blocking(write_end, True)
    command = [*COMMAND, str(some), "-o", str(tmp_path / "out"), "--log", "json", "--jobs", "1"]
    done = subprocess.run(command, stderr=write_end, env=ENVIRONMENT, check=False, timeout=60)
    os.close(read_end)
    os.close(write_end)
    assert (done.returncode, counts(tmp_path / "out")) == (0, {"not_final_account": 3})


@posix
@pytest.mark.parametrize("closed", ["<&- >&- 2>&-", ">&- 2>&-", "2>&-", ">&-", "<&-"])
def test_streams_that_are_closed(some: Path, tmp_path: Path, closed: str) -> None:
    script = f'exec "$0" -m juesuan_extract convert "$1" -o "$2" --jobs 1 {closed}'
    command = ["sh", "-c", script, sys.executable, str(some), str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, env=ENVIRONMENT, check=False, timeout=60)
    assert (done.returncode, counts(tmp_path / "out")) == (0, {"not_final_account": 3}), done.stderr


@posix
def test_few_open_files(some: Path, tmp_path: Path) -> None:
    script = 'ulimit -n 32; exec "$0" -m juesuan_extract convert "$1" -o "$2" --jobs 2'
    command = ["sh", "-c", script, sys.executable, str(some), str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, env=ENVIRONMENT, check=False, timeout=60, text=True)
    assert (done.returncode, counts(tmp_path / "out")) == (0, {"not_final_account": 3}), done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="file names are bytes")
def test_an_output_folder_whose_name_is_no_text(some: Path, tmp_path: Path) -> None:
    out = os.fsencode(tmp_path) + b"/out-\xff\xfe"
    command = [*map(os.fsencode, COMMAND), os.fsencode(some), b"-o", out, b"--jobs", b"1"]
    for _ in range(2):
        done = subprocess.run(command, capture_output=True, env=ENVIRONMENT, check=False, timeout=60)
        assert (done.returncode, counts(out)) == (0, {"not_final_account": 3}), done.stderr
    assert b"out-\\xdcff\\xdcfe" in done.stderr


@posix
def test_who_reads_standard_output_may_stop(tmp_path: Path) -> None:
    script = '"$0" -m juesuan_extract show "$1" | true'
    command = ["sh", "-c", script, sys.executable, str(PDFS / "fuzhou_2023_calc.pdf")]
    done = subprocess.run(command, capture_output=True, env=ENVIRONMENT, check=False, timeout=60)
    assert done.stderr == b""


# -- sources ----------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
def test_a_file_without_a_size_does_not_hang(tmp_path: Path) -> None:
    """A file of /proc claims to be a regular one, and some never end."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "endless.pdf").symlink_to("/proc/self/status")
    convert(tmp_path / "in", tmp_path / "out", executor=Serial(load_catalog()))
    (row,) = read(tmp_path / "out", "documents")
    assert (row["status"], row["error"]) == (
        "failed", "it has no size and is not empty; copy it to a disk, and give the copy",
    )  # fmt: skip


def test_hashing_has_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pdf(tmp_path / "in" / "a.pdf", "a")
    clock = iter(range(0, 100_000, 1000))
    monkeypatch.setattr("juesuan_extract.batch.sources.location.time.monotonic", lambda: next(clock))
    convert(tmp_path / "in", tmp_path / "out", executor=Serial(load_catalog()))
    assert "can't be read in 120 s" in read(tmp_path / "out", "documents")[0]["error"]


def test_a_duplicate_costs_little(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the command knows of each of 100,000 may be 1.5 KB; here what 1,800 more take stands for them."""
    import tracemalloc

    monkeypatch.setattr(task_module, "extract", fake)
    for number in range(2_000):
        pdf(tmp_path / ("few" if number < 200 else "more") / f"{number:05}.pdf", "the same")
    sizes = []
    module = sys.modules["juesuan_extract.batch.convert"]
    write = module._write

    def weighed(*given: Any) -> None:
        sizes.append(tracemalloc.get_traced_memory()[0])
        write(*given)

    monkeypatch.setattr(module, "_write", weighed)
    few, more = tmp_path / "few", tmp_path / "more"
    convert(few, tmp_path / "warm", executor=Serial(load_catalog()))
    tracemalloc.start()
    try:
        convert(few, tmp_path / "one", executor=Serial(load_catalog()))
        done = convert([few, more], tmp_path / "two", executor=Serial(load_catalog()))
    finally:
        tracemalloc.stop()
    assert done.counts == {"verified": 1, "duplicate": 1_999}
    load_catalog.cache_clear()
    assert (sizes[2] - sizes[1]) / 1_800 < 1_500
