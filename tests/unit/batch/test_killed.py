"""The real command, killed at random moments and started again, ends with the bytes of an undisturbed run."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import juesuan_extract
from tests.support.paths import PDFS
from tests.unit.batch.test_batch import content

DOCUMENTS = 40
KILLS = 6
SEED = 20240711

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kills a group of processes")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Small documents whose contents all differ, a pair that doesn't, and some that can't be read."""
    made = tmp_path_factory.mktemp("in")
    small = sorted(PDFS.glob("*.pdf"), key=lambda path: path.stat().st_size)[: DOCUMENTS // 2]
    for number in range(DOCUMENTS):
        path = small[number % len(small)]
        data = path.read_bytes() + f"% {number}\n".encode()
        (made / f"{number:02}.pdf").write_bytes(data if number % 10 else data[: 9000 + number])
    (made / "last.pdf").write_bytes((made / "01.pdf").read_bytes())
    return made


def command(folder: Path, out: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "juesuan_extract", "convert", folder, "-o", out, "--jobs", "2", "--log", "json"],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=os.environ | {"PYTHONPATH": str(Path(juesuan_extract.__file__).parents[1])},
    )


def finished(folder: Path, out: Path) -> dict[str, object]:
    """Run to the end; what the command says last."""
    _, errors = command(folder, out).communicate(timeout=300)
    last: dict[str, object] = json.loads(errors.splitlines()[-1])
    assert last["event"] == "finished", errors
    return last


def end(process: subprocess.Popen[str], number: int) -> None:
    """Send a signal to the command and all of its workers."""
    os.killpg(process.pid, number)
    process.communicate(timeout=60)


@pytest.fixture(scope="module")
def undisturbed(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, bytes], float]:
    """The files of an undisturbed run, and the seconds it took."""
    out, began = tmp_path_factory.mktemp("out"), time.monotonic()
    finished(folder, out)
    return content(out), time.monotonic() - began


def test_killed_again_and_again(tmp_path: Path, folder: Path, undisturbed: tuple[dict[str, bytes], float]) -> None:
    moments = random.Random(SEED)
    whole, seconds = undisturbed
    out = tmp_path / "killed"
    for _ in range(KILLS):
        process = command(folder, out)
        time.sleep(moments.uniform(0.1, 0.5) * seconds)
        end(process, signal.SIGKILL)
        assert not (out / "documents.csv").exists() or content(out) == whole
    assert finished(folder, out)["kept"], "something was finished before"
    assert content(out) == whole
    assert finished(folder, out)["kept"] == DOCUMENTS
    assert content(out) == whole


def test_ctrl_c_and_on_with_it(tmp_path: Path, folder: Path, undisturbed: tuple[dict[str, bytes], float]) -> None:
    process = command(folder, tmp_path / "out")
    assert process.stderr
    for _ in range(10):
        process.stderr.readline()
    end(process, signal.SIGINT)
    assert process.returncode == 130
    assert len((tmp_path / "out" / "documents.csv").read_text(encoding="utf-8").splitlines()) > 5
    assert json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))["interrupted"] is True
    last = finished(folder, tmp_path / "out")
    assert (last["interrupted"], last["exit_status"]) == (False, 1)
    assert content(tmp_path / "out") == undisturbed[0]


def test_a_full_disk_and_on_with_it(tmp_path: Path, folder: Path) -> None:
    """A limit on the size of files stands for the disk: some documents fit under it, all of them don't."""
    resource = pytest.importorskip("resource")
    arguments = [sys.executable, "-m", "juesuan_extract", "convert", folder, "-o", tmp_path / "out", "--quiet"]
    environment = os.environ | {"PYTHONPATH": str(Path(juesuan_extract.__file__).parents[1])}
    size = 400 << 10
    done = subprocess.run(
        arguments,
        env=environment,
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY)),
    )
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "juesuan: [Errno 5] disk I/O error: '.juesuan/store.sqlite'",
        "  check the disk and the permissions of the folder",
    ]
    assert [path.name for path in (tmp_path / "out").iterdir()] == [".juesuan"]
    assert finished(folder, tmp_path / "out")["kept"], "what fits is kept"
