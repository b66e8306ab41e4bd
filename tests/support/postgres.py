"""A PostgreSQL server of its own: a cluster in a temporary folder, on a socket there, gone with the context."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PASSWORD = "s3cret-不告诉"
USER = "juesuan"


class NoServer(Exception):
    """The machine has no PostgreSQL."""


@contextmanager
def server() -> Iterator[str]:
    """The folder of the socket of a running server; raises NoServer.

    PostgreSQL refuses to be run by root, who lends it to the system's user `postgres`.
    """
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # short: the path of a socket holds some 100 bytes
    try:
        before: list[str] = []
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
            before = ["runuser", "-u", "postgres", "--"]
        (folder / "password").write_text(PASSWORD, encoding="utf-8")
        (folder / "password").chmod(0o644)
        data, log = folder / "data", folder / "log"
        options = ["--encoding=UTF8", "--locale=C", "--auth=scram-sha-256", f"--username={USER}", "--no-sync"]
        _run([*before, str(programs / "initdb"), "-D", str(data), *options, f"--pwfile={folder / 'password'}"], folder)
        flags = f"-k {folder} -c listen_addresses='' -c fsync=off"
        _run([*before, str(programs / "pg_ctl"), "-D", str(data), "-l", str(log), "-w", "-o", flags, "start"], folder)
        try:
            yield str(folder)
        finally:
            _run([*before, str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop"], folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    """The folder of initdb and pg_ctl; Debian keeps them off the path."""
    places = [Path(found).parent] if (found := shutil.which("initdb")) else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for place in places:
        if (place / "initdb").exists() and (place / "pg_ctl").exists():
            return place
    raise NoServer("a PostgreSQL server needs initdb and pg_ctl: apt-get install postgresql")


def _run(command: list[str], folder: Path) -> None:
    # output goes to a file: the server would hold a pipe open for as long as it runs
    with (folder / "output").open("ab") as output:
        done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False)
    if done.returncode:
        raise RuntimeError((folder / "output").read_text(encoding="utf-8", errors="replace"))
