"""Readers as child processes: started, asked, ended."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any

from bench.peers.found import FoundCell, FoundTable
from bench.peers.registry import OURS, ROOT, Peer


class Refused(Exception):
    """A reader raised on a file; the message is its own."""


class Child:
    """A running `bench.peers.child`."""

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - what it complains about, read only when it dies
        self._process = subprocess.Popen(
            [str(peer.python), "-m", "bench.peers.child", peer.adapter],
            cwd=ROOT, env=environ(peer), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._said, text=True,
        )  # fmt: skip

    def tables(self, path: Path) -> list[FoundTable]:
        """What it finds in a PDF."""
        found = self._ask(f"tables {path}")
        return [FoundTable(page, [FoundCell(*cell) for cell in cells]) for page, cells in found]

    def seconds(self, path: Path, times: int = 1) -> float:
        """How long it takes to read a PDF."""
        return float(self._ask(f"time {times} {path}"))

    def peak(self) -> float:
        """MB that it has had in memory at most."""
        return float(self._ask("peak"))

    def _ask(self, command: str) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(command + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            self._said.seek(0)
            raise RuntimeError(f"{self.peer.name} died: {self._said.read().decode(errors='replace')[-2000:]}")
        said = json.loads(answer)
        if "raised" in said:
            raise Refused(said["raised"])
        return said["answer"]

    def __enter__(self) -> Child:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()  # its input ends, and so does it
        self._said.close()


def environ(peer: Peer) -> dict[str, str]:
    """What a reader's process sees; ours reads the code of this folder, not that installed."""
    ours = {"PYTHONPATH": str(ROOT / "src")} if peer.name == OURS else {}
    return {name: text for name, text in os.environ.items() if name != "PYTHONPATH"} | ours
