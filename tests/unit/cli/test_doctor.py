"""`juesuan doctor`: what is installed, what works, and what is wrong."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from juesuan_extract.cli import doctor
from juesuan_extract.cli.app import app
from juesuan_extract.cli.doctor import Group, Package
from tests.support.paths import ROOT


def test_the_base_works_here_and_every_extra_is_listed() -> None:
    found = doctor.diagnose()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert found.works
    assert [package.name for package in found.base.packages] == [
        line.partition(">")[0] for line in project["dependencies"]
    ]
    assert {group.name for group in found.extras} == set(project["optional-dependencies"])
    assert found.schemas.counts["tables"] == 9
    assert found.machine.cores >= 1


def test_the_command_says_it_in_lines_and_as_json(tmp_path: Path) -> None:
    lines = CliRunner().invoke(app, ["doctor"])
    assert lines.exit_code == 0
    for text in ("base: works", "extra remote", "xlsxwriter", "soffice", "schemas: ", "the base works"):
        assert text in lines.output
    told = json.loads(CliRunner().invoke(app, ["doctor", "--format", "json"]).output)
    assert told["works"] is True
    assert told["base"]["works"] is True
    wrong = CliRunner().invoke(app, ["doctor", "--schemas", str(tmp_path)])
    assert wrong.exit_code == 1
    assert "the base does not work" in wrong.output
    assert "this table is missing" in wrong.output


def test_a_package_is_missing_or_too_old_or_broken() -> None:
    assert doctor._package("no-such-package", ">=1", {}).state == "missing"
    assert doctor._package("pyyaml", ">=999.1", {"pyyaml": ""}).state == "too old"
    assert doctor._package("pyyaml", ">=6.0", {"pyyaml": "no libyaml"}) == Package(
        "pyyaml", ">=6.0", doctor.metadata.version("pyyaml"), "broken", "no libyaml"
    )
    assert not Group("", (doctor._package("no-such-package", "", {}),)).works


def test_versions_are_compared_as_versions() -> None:
    found = doctor.metadata.version("pyyaml")
    assert doctor._package("pyyaml", f">={found}.0", {"pyyaml": ""}).state == "works", "6 is 6.0"
    assert doctor._package("pyyaml", f">={found}.dev1", {"pyyaml": ""}).state == "works"
    assert doctor._package("pyyaml", f">={found}.1", {"pyyaml": ""}).state == "too old"


def test_a_module_that_ends_the_process_costs_itself_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dies.py").write_text("import os; os.abort()")
    (tmp_path / "exits.py").write_text("raise SystemExit(3)")
    (tmp_path / "lacks.py").write_text("import no_such_module_at_all")
    (tmp_path / "raises.py").write_text("raise ValueError('half installed')")
    (tmp_path / "talks.py").write_text("print('yes dies')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    said = doctor.import_all(["dies", "exits", "json", "lacks", "raises", "talks"])
    assert said["json"] == said["talks"] == ""
    assert said["lacks"] == "No module named 'no_such_module_at_all'"
    assert said["raises"] == "ValueError: half installed"
    assert said["exits"] == "exit status 3"
    assert said["dies"]


def test_extras_come_from_the_metadata_of_the_installed_package(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [
        "numpy>=2.0",
        "s3fs>=2024.6 ; extra == 'remote'",
        "ray[default] (>=2) ; python_version > '3' and extra == \"ray\"",
    ]

    class Extras:
        def get_all(self, name: str) -> list[str]:
            return ["remote", "ray", "empty"]

    class Installed:
        requires = lines
        metadata = Extras()

    monkeypatch.setattr(doctor, "__file__", "/somewhere/site-packages/juesuan_extract/cli/doctor.py")
    monkeypatch.setattr(doctor.metadata, "distribution", lambda name: Installed)
    assert doctor._required() == {
        "": [("numpy", ">=2.0")],
        "remote": [("s3fs", ">=2024.6")],
        "ray": [("ray", ">=2")],
        "empty": [],
    }


def test_the_lowest_limit_of_memory_counts(tmp_path: Path) -> None:
    proc, groups = tmp_path / "proc", tmp_path / "cgroup"
    (proc / "self").mkdir(parents=True)
    (groups / "a" / "b").mkdir(parents=True)
    assert doctor._memory_limit(proc, groups) is None
    assert doctor._memory_available(proc) is None
    (proc / "meminfo").write_text("MemTotal: 10 kB\nMemAvailable:   2048 kB\n")
    (proc / "self" / "limits").write_text("Max address space         unlimited            unlimited            bytes\n")
    (proc / "self" / "cgroup").write_text("0::/a/b\n")
    (groups / "a" / "memory.max").write_text("1000\n")
    (groups / "a" / "b" / "memory.max").write_text("max\n")
    assert doctor._memory_limit(proc, groups) == 1000
    assert doctor._memory_available(proc) == 2 * 1024 * 1024
    (proc / "self" / "limits").write_text("Max address space         500                  500                  bytes\n")
    assert doctor._memory_limit(proc, groups) == 500
