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
from test_batch import content

import juesuan_extract

PDFS = Path(__file__).parents[2] / "fixtures" / "pdfs"
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


def test_killed_again_and_again(tmp_path: Path, folder: Path) -> None:
    moments = random.Random(SEED)
    began = time.monotonic()
    finished(folder, tmp_path / "undisturbed")
    whole = time.monotonic() - began
    out = tmp_path / "killed"
    for _ in range(KILLS):
        process = command(folder, out)
        time.sleep(moments.uniform(0.1, 0.5) * whole)
        end(process, signal.SIGKILL)
        assert not (out / "documents.csv").exists() or content(out) == content(tmp_path / "undisturbed")
    assert finished(folder, out)["kept"], "something was finished before"
    assert content(out) == content(tmp_path / "undisturbed")
    assert finished(folder, out)["kept"] == DOCUMENTS
    assert content(out) == content(tmp_path / "undisturbed")


def test_ctrl_c_and_on_with_it(tmp_path: Path, folder: Path) -> None:
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
    finished(folder, tmp_path / "whole")
    assert content(tmp_path / "out") == content(tmp_path / "whole")
