"""What is installed and what works: `juesuan doctor`. Nothing is changed, and nothing is fetched."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any, Literal, NamedTuple

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from juesuan_extract import __version__
from juesuan_extract.authoring.check import check_folder
from juesuan_extract.cli.terminal import plain, plain_json
from juesuan_extract.knowledge.catalog import schemas_folder

NAME = "juesuan-extract"
SECONDS = 120.0  # after which an import is given up
MIB = 1 << 20
State = Literal["works", "missing", "too old", "broken"]

# Programs that the fixture generator and tests use; converting needs none of them.
TOOLS = {
    "soffice": "LibreOffice: fixtures, tests of the workbooks",
    "chromium": "Chromium: fixtures, tests of the report",
    "gs": "Ghostscript: fixtures",
    "qpdf": "qpdf: fixtures",
    "pdftotext": "poppler: tests",
    "fc-list": "fontconfig: fonts of the fixtures",
}
_EXTRA = re.compile(r"""extra\s*==\s*['"]([\w.-]+)['"]""")
# Imports what it is told on standard input and says how it went, one line each, before the next one may crash.
_IMPORTER = """
import importlib, sys
for name in sys.stdin.read().split():
    print("try", name, file=sys.__stdout__, flush=True)
    try:
        importlib.import_module(name)
    except ImportError as error:
        print("not", name, " ".join(str(error).split()), file=sys.__stdout__, flush=True)
    else:
        print("yes", name, file=sys.__stdout__, flush=True)
"""


class Package(NamedTuple):
    """A package that is required. found: its version, empty where it is missing; why: what is wrong with it."""

    name: str
    required: str  # as >=2.0
    found: str
    state: State
    why: str = ""


class Group(NamedTuple):
    """The base, or an extra."""

    name: str
    packages: tuple[Package, ...]

    @property
    def works(self) -> bool:
        """All of its packages work."""
        return all(package.state == "works" for package in self.packages)


class Tool(NamedTuple):
    """A program. path: empty where it isn't installed."""

    name: str
    path: str
    purpose: str


class Knowledge(NamedTuple):
    """The knowledge files. problems: what `juesuan schemas check` lists."""

    folder: str
    counts: dict[str, int]
    problems: tuple[str, ...]


class Machine(NamedTuple):
    """Where it runs. Bytes; None where that isn't known or not limited."""

    python: str
    executable: str
    platform: str
    cores: int
    memory_available: int | None
    memory_limit: int | None


class Diagnosis(NamedTuple):
    """All that `juesuan doctor` says."""

    version: str
    location: str
    machine: Machine
    base: Group
    extras: tuple[Group, ...]
    tools: tuple[Tool, ...]
    schemas: Knowledge

    @property
    def works(self) -> bool:
        """Documents can be converted: all of the base works, and nothing is wrong with the knowledge files."""
        return self.base.works and not self.schemas.problems


def diagnose(folder: Path | None = None) -> Diagnosis:
    """Look at everything. folder: of the knowledge files, those shipped unless given."""
    required = _required()
    names = {name for group in required.values() for name, _ in group}
    imports = _imports(sorted(names))
    groups = {
        group: Group(group, tuple(_package(name, bound, imports) for name, bound in wanted))
        for group, wanted in required.items()
    }
    return Diagnosis(
        version=__version__,
        location=str(Path(__file__).parents[1]),
        machine=_machine(),
        base=groups.pop(""),
        extras=tuple(groups.values()),
        tools=tuple(Tool(name, shutil.which(name) or "", purpose) for name, purpose in TOOLS.items()),
        schemas=_knowledge(folder or schemas_folder()),
    )


def as_json(diagnosis: Diagnosis) -> str:
    """The diagnosis as JSON."""
    value: dict[str, Any] = {
        "works": diagnosis.works,
        "version": diagnosis.version,
        "location": diagnosis.location,
        "machine": diagnosis.machine._asdict(),
        "base": _group(diagnosis.base),
        "extras": {group.name: _group(group) for group in diagnosis.extras},
        "tools": [tool._asdict() for tool in diagnosis.tools],
        "schemas": diagnosis.schemas._asdict(),
        "models": [],
    }
    return plain_json(json.dumps(value, ensure_ascii=False, indent=2))


def as_text(diagnosis: Diagnosis) -> Iterator[str]:
    """The diagnosis as lines for a terminal."""
    machine, schemas = diagnosis.machine, diagnosis.schemas
    yield f"{NAME} {diagnosis.version} in {plain(diagnosis.location)}"
    yield f"Python {machine.python} ({plain(machine.executable)}), {machine.platform}"
    memory = [f"{machine.cores} core{'s' * (machine.cores != 1)}"]
    if machine.memory_available is not None:
        memory.append(f"{machine.memory_available // MIB:,} MiB of memory available")
    if machine.memory_limit is not None:
        memory.append(f"limit {machine.memory_limit // MIB:,} MiB")
    yield ", ".join(memory)
    for group in (diagnosis.base, *diagnosis.extras):
        yield ""
        title = f"extra {group.name}" if group.name else "base"
        hint = "" if group.works else f"  (pip install '{NAME}{f'[{group.name}]' if group.name else ''}')"
        yield f"{title}: {'works' if group.works else 'does not work'}{hint}"
        wide = max((len(package.name) for package in group.packages), default=0)
        for one in group.packages:
            said = "" if one.state == "works" else f"  {one.state}" + (f": {plain(one.why)}" if one.why else "")
            yield f"  {one.name:{wide}}  {one.found or '-':10}  {one.required}{said}".rstrip()
    yield ""
    yield "programs (converting needs none of them):"
    wide = max(len(tool.name) for tool in diagnosis.tools)
    for tool in diagnosis.tools:
        yield f"  {tool.name:{wide}}  {plain(tool.path) or 'not found'}  ({tool.purpose})"
    yield ""
    counts = ", ".join(f"{count} {what}" for what, count in schemas.counts.items())
    yield f"schemas: {plain(schemas.folder)}"
    yield f"  {counts}"
    for problem in schemas.problems:
        yield f"  {plain(problem)}"
    yield "models: none are used"
    yield ""
    yield "the base works" if diagnosis.works else "the base does not work: mend what is named above"


def _group(group: Group) -> dict[str, Any]:
    return {"works": group.works, "packages": [package._asdict() for package in group.packages]}


# -- packages ---------------------------------------------------------------------------------------------------------


def _required() -> dict[str, list[tuple[str, str]]]:
    """Name and bound of the packages of each extra, those of the base under the empty name.

    Of a checkout of the sources what pyproject.toml says, otherwise what the installed package says of itself.
    """
    project = Path(__file__).parents[3] / "pyproject.toml"
    if project.is_file() and Path(__file__).parents[2].name == "src":
        data = tomllib.loads(project.read_text(encoding="utf-8"))["project"]
        groups = {"": data.get("dependencies", []), **data.get("optional-dependencies", {})}
        return {name: list(_parsed(lines)) for name, lines in groups.items()}
    own = metadata.distribution(NAME)
    found: dict[str, list[tuple[str, str]]] = {
        "": [],
        **{name: [] for name in own.metadata.get_all("Provides-Extra") or ()},
    }
    for line in own.requires or ():
        extra = _EXTRA.search(line)
        found.setdefault(extra[1] if extra else "", []).extend(_parsed([line]))
    return found


def _parsed(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        wanted = Requirement(line)
        yield wanted.name, str(wanted.specifier)


def _package(name: str, bound: str, imports: Mapping[str, str]) -> Package:
    """A package as it is installed. imports: what went wrong with it, empty where it imports."""
    try:
        found = metadata.version(name)
    except metadata.PackageNotFoundError:
        return Package(name, bound, "", "missing")
    if not SpecifierSet(bound).contains(found, prereleases=True):
        return Package(name, bound, found, "too old")
    why = imports.get(name, "")
    return Package(name, bound, found, "broken" if why else "works", why)


def _imports(names: Sequence[str]) -> dict[str, str]:
    """Why a package can't be imported, empty where it can; packages that aren't installed are left out."""
    modules: dict[str, list[str]] = {}
    for module, owners in metadata.packages_distributions().items():
        for owner in owners:
            modules.setdefault(canonicalize_name(owner), []).append(module)
    wanted = {
        name: _module(name, modules[canonicalize_name(name)]) for name in names if canonicalize_name(name) in modules
    }
    said = import_all(sorted(set(wanted.values())))
    return {name: said[module] for name, module in wanted.items()}


def _module(name: str, modules: Sequence[str]) -> str:
    """The module by which a package is used: the one of the same name, else the first that isn't private."""
    same = [module for module in modules if canonicalize_name(module) == canonicalize_name(name)]
    return (same or sorted(modules, key=lambda module: (module.startswith("_"), module)))[0]


def import_all(modules: Sequence[str]) -> dict[str, str]:
    """Import modules in a process of their own; returns why each one can't be, empty where it can.

    A module that ends the process or raises anything but ImportError is broken, and the others are tried again.
    """
    said: dict[str, str] = {}
    while rest := [module for module in modules if module not in said]:
        try:
            done = subprocess.run(
                [sys.executable, "-P", "-c", _IMPORTER],
                input=" ".join(rest),
                capture_output=True,
                text=True,
                timeout=SECONDS,
            )
        except subprocess.TimeoutExpired as error:
            output, why = error.stdout or b"", f"it takes more than {SECONDS:.0f} s"
            lines = (output.decode(errors="replace") if isinstance(output, bytes) else output).splitlines()
        else:
            lines, why = (
                done.stdout.splitlines(),
                (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1],
            )
        tried = ""
        for line in lines:
            word, _, text = line.partition(" ")
            if word == "try":
                tried = text
            elif word in ("yes", "not") and text.split(" ")[0] == tried:
                said[tried] = (text.partition(" ")[2] or "ImportError") if word == "not" else ""
        if tried not in said:
            said[tried or rest[0]] = why
    return said


# -- the machine and the knowledge ------------------------------------------------------------------------------------


def _machine() -> Machine:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return Machine(
        platform.python_version(), sys.executable, platform.platform(), cores, _memory_available(), _memory_limit()
    )


def _memory_available(proc: Path = Path("/proc")) -> int | None:
    """What the system could give to a new process, in bytes."""
    match = re.search(r"^MemAvailable:\s*(\d+) kB", _read(proc / "meminfo"), re.MULTILINE)
    return int(match[1]) * 1024 if match else None


def _memory_limit(proc: Path = Path("/proc"), groups: Path = Path("/sys/fs/cgroup")) -> int | None:
    """The lowest limit of this process: its address space, its control group and those above it."""
    match = re.search(r"^Max address space\s+(\d+)", _read(proc / "self" / "limits"), re.MULTILINE)
    limits = [int(match[1])] if match else []
    for line in _read(proc / "self" / "cgroup").splitlines():
        group = Path(line.rpartition(":")[2].lstrip("/"))
        for folder in (group, *group.parents):
            text = _read(groups / folder / "memory.max").strip()
            limits += [int(text)] if text.isdigit() else []
    return min(limits, default=None)


def _read(path: Path) -> str:
    """The text of a file of the system, empty where there is none."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _knowledge(folder: Path) -> Knowledge:
    if not folder.is_dir():
        return Knowledge(str(folder), {}, (f"there is no folder {folder}",))
    checked = check_folder(folder)
    return Knowledge(str(folder), dict(checked.counts), tuple(map(str, checked.problems)))
