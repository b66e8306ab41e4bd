"""Makes the environments of the peers in `.venv-peers`, each from its own requirement file, with pip from the network.

`python -m bench.peers.setup` makes those that are missing or whose requirements changed, `… NAME NAME` these anew.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from pathlib import Path

from bench.peers.registry import EMPTY, ENVIRONMENTS, PEERS, ROOT, python_of, requirements_of


def make(environment: str) -> None:
    """A new environment with what its requirement file names; none is left behind when that fails."""
    folder = ENVIRONMENTS / environment
    shutil.rmtree(folder, ignore_errors=True)
    venv.create(folder, with_pip=True)
    wanted = requirements_of(environment)
    if not wanted.exists():  # the empty one, to compare sizes with
        return
    pip = [str(python_of(environment)), "-m", "pip", "--disable-pip-version-check", "install", "-q"]
    done = subprocess.run([*pip, "-r", str(wanted)], cwd=ROOT, check=False)
    if done.returncode:
        shutil.rmtree(folder)
        raise SystemExit(f"{environment}: pip ended with {done.returncode}")
    shutil.copy(wanted, _made_from(environment))


def _made_from(environment: str) -> Path:
    return ENVIRONMENTS / environment / "requirements.txt"


def _is_current(environment: str) -> bool:
    wanted, made = requirements_of(environment), _made_from(environment)
    if not wanted.exists():
        return python_of(environment).exists()
    return made.exists() and made.read_bytes() == wanted.read_bytes()


def main() -> None:
    """Make those asked for, else those that are not as they should be."""
    known = [EMPTY, *dict.fromkeys(peer.environment for peer in PEERS)]
    if unknown := set(sys.argv[1:]) - set(known):
        raise SystemExit(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    for environment in sys.argv[1:] or [name for name in known if not _is_current(name)]:
        print(environment, flush=True)
        make(environment)


if __name__ == "__main__":
    main()
