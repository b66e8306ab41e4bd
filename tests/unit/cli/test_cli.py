"""The command line: thin, quick to start, one line for an expected error, standard output for data only."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

import juesuan_extract
from juesuan_extract import batch
from juesuan_extract.api.document import Document
from juesuan_extract.batch import Interrupted, Notice, Progress, Summary
from juesuan_extract.cli import app as cli
from juesuan_extract.cli import show
from juesuan_extract.cli.progress import Terminal
from juesuan_extract.cli.terminal import plain
from juesuan_extract.errors import UsageError
from juesuan_extract.knowledge.catalog import load_catalog
from juesuan_extract.model.account import Account
from juesuan_extract.options import Options
from tests.support.accounts import FACTS, account, doubtful, fact
from tests.support.paths import PDFS, ROOT

SOURCES = Path(juesuan_extract.__file__).parents[1]
FIXTURE = PDFS / "fuzhou_2023_chromium.pdf"
HEAVY = {"pandas", "pyarrow", "numpy", "cv2", "pypdfium2", "pdfplumber", "camelot", "pydantic", "yaml", "jinja2"}
RUNNER = CliRunner()


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(SOURCES)}
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False, env=environment)


def juesuan(*arguments: object) -> subprocess.CompletedProcess[str]:
    return python("-m", "juesuan_extract", *map(str, arguments))


def test_help_needs_nothing_heavy() -> None:
    code = f"import sys, juesuan_extract.cli; print(sorted({HEAVY} & set(sys.modules)))"
    assert python("-c", code).stdout == "[]\n"


def test_help_and_version() -> None:
    done = juesuan("--help")
    assert done.returncode == 0
    words = ("convert", "show", "explain", "check", "schemas", "--version", "部门决算")
    assert all(word in done.stdout for word in words)
    assert juesuan("--version").stdout == f"juesuan-extract {juesuan_extract.__version__}\n"


@pytest.mark.parametrize(
    "arguments", [[], ["nothing"], ["convert"], ["convert", "x"], ["convert", "x", "-o", "y", "-j", "0"]]
)
def test_wrong_usage(arguments: list[str]) -> None:
    assert juesuan(*arguments).returncode == 2


def test_convert_a_file(tmp_path: Path) -> None:
    done = juesuan("convert", FIXTURE, "-o", tmp_path / "out", "--jobs", 1)
    assert done.returncode == 0
    assert done.stdout == ""
    assert "1 document in " in done.stderr
    assert f"report: {tmp_path / 'out' / 'report.html'}" in done.stderr
    assert (tmp_path / "out" / "cells.parquet").exists()


def test_convert_with_a_failure_among_them(tmp_path: Path) -> None:
    (tmp_path / "empty.pdf").touch()
    done = juesuan("convert", tmp_path / "empty.pdf", FIXTURE, "-o", tmp_path / "out")
    assert done.returncode == 1
    assert "1 failed" in done.stderr
    assert "empty.pdf: the file is empty; download it again" in done.stderr
    quiet = juesuan("convert", tmp_path / "empty.pdf", "-o", tmp_path / "out", "--quiet")
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (1, "", "")


def test_expected_errors_are_one_line_and_advice(tmp_path: Path) -> None:
    done = juesuan("convert", tmp_path / "no\nthing", "-o", tmp_path / "out")
    assert done.returncode == 2
    assert done.stderr == f"juesuan: no such file or folder: {tmp_path}/no\\x0athing\n  check the path\n"
    (tmp_path / "out").touch()
    done = juesuan("convert", FIXTURE, "-o", tmp_path / "out")
    assert done.returncode == 2
    assert "can't write to the output folder" in done.stderr
    done = juesuan("show", tmp_path / "out")
    assert (done.returncode, done.stderr) == (1, f"juesuan: {tmp_path}/out: the file is empty\n  download it again\n")
    done = juesuan("show", tmp_path)
    assert (done.returncode, done.stderr.splitlines()[0]) == (2, f"juesuan: {tmp_path} is a folder")


def test_json_lines_for_programs(tmp_path: Path) -> None:
    (tmp_path / "empty.pdf").touch()
    (tmp_path / "again.pdf").touch()
    for kept in (False, True):
        done = juesuan("convert", tmp_path, "-o", tmp_path / "out", "--log", "json")
        *documents, last = map(json.loads, done.stderr.splitlines())
        first, second = sorted(documents, key=lambda line: line["source"])
        assert (first["event"], first["source"], first["status"]) == ("document", "again.pdf", "failed")
        assert (first["total"], first["kept"], second["kept"]) == (2, kept, False)
        assert first["error"] == "the file is empty; download it again"
        assert {first["done"], second["done"]} == {1, 2}
        assert second["counts"]["duplicate"] == 1
        assert (last["event"], last["exit_status"], last["kept"]) == ("finished", 1, int(kept))
        assert last["counts"] == {"failed": 1, "duplicate": 1}
    done = juesuan("convert", tmp_path / "nothing", "-o", tmp_path / "out", "--log", "json")
    (error,) = map(json.loads, done.stderr.splitlines())
    assert (error["event"], error["exit_status"], done.returncode) == ("error", 2, 2)
    assert error["advice"] == "check the path"


def test_a_terminal_shows_counts_by_status(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.StringIO()
    screen.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    voice = Terminal()
    with voice as tell:
        assert tell
        tell(Progress(3, 10, "a\x1b[2J.pdf", "verified", "", False, {"verified": 2, "conflict": 1}))
    shown_text = screen.getvalue()
    assert "3/10" in shown_text
    assert "2 verified, 1 conflict" in shown_text
    assert "\x1b[2J" not in shown_text


def summary(**counts: int) -> Summary:
    return Summary(Path("out"), counts, (Notice("b.pdf", 7, "gk03 支出决算表", "look"),), 3, 1.25)  # type: ignore[arg-type]


def converted(monkeypatch: pytest.MonkeyPatch, *arguments: str, result: Summary | BaseException) -> Any:
    seen: dict[str, Any] = {}

    def convert(sources: Sequence[str], out: Path, **options: Any) -> Summary:
        seen.update(options, sources=sources, out=out)
        if isinstance(result, BaseException):
            raise result
        return result

    monkeypatch.setattr(batch, "convert", convert)
    return RUNNER.invoke(cli.app, ["convert", "in", "-o", "out", *arguments]), seen


def test_damaged_entries_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    result = replace(summary(verified=4), damaged=("a.pdf", "b\x1b[2J.pdf", "c.pdf", "d.pdf"))
    done, _ = converted(monkeypatch, result=result)
    assert "read again, for what was kept of them is damaged: a.pdf, b" in done.stderr
    assert "c.pdf and 1 more" in done.stderr
    assert "\x1b" not in done.stderr
    done, _ = converted(monkeypatch, "--log", "json", result=result)
    assert json.loads(done.stderr)["damaged"] == list(result.damaged)


def test_options_reach_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    _, seen = converted(monkeypatch, "-j", "3", "--reader", "plumber", "--timeout", "7", result=summary(verified=1))
    assert seen["glob"] == ("*.pdf",)
    assert (seen["sources"], seen["out"], seen["jobs"], seen["timeout"]) == (["in"], Path("out"), 3, 7.0)
    assert seen["options"] == Options(reader="plumber", pictures=True)
    assert seen["progress"] is None, "standard error is no terminal here"
    _, seen = converted(monkeypatch, "--glob", "*.pdf", "--glob", "*.zip", result=summary(verified=1))
    assert seen["glob"] == ["*.pdf", "*.zip"]
    assert (seen["max_memory"], seen["force"], seen["partition_by"]) == (None, False, None)
    more = ("--max-memory", "500", "--force", "--partition-by", "fiscal_year")
    _, seen = converted(monkeypatch, *more, result=summary(verified=1))
    assert seen["jobs"] >= 1
    assert (seen["max_memory"], seen["force"], seen["partition_by"]) == (500, True, "fiscal_year")


def test_summary_and_exit_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    result, _ = converted(monkeypatch, "--strict", result=summary(verified=2, unverified=1))
    assert result.exit_code == 3
    assert result.stderr.splitlines() == [
        "3 documents in 1.2 s: 2 verified, 1 unverified", "",
        "to look at:", "  b.pdf, page 7, gk03 支出决算表: look", "  and 3 more, see the report", "",
        "report: out/report.html",
    ]  # fmt: skip
    stopped = Summary(Path("out"), {"verified": 1}, (), 0, 1.0, interrupted=True)
    result, _ = converted(monkeypatch, result=Interrupted(stopped))
    assert result.exit_code == 130
    assert "interrupted" in result.stderr
    assert converted(monkeypatch, result=KeyboardInterrupt())[0].exit_code == 130


SCRIPT = """
import sys
sys.path.insert(0, {root!r})
from tests.support import poison
from bench.instead import Instead
from juesuan_extract.batch import Interrupted, LocalProcesses, convert

def tell(progress):
    print(progress.done, flush=True)

try:
    convert({source!r}, {out!r}, executor=Instead(LocalProcesses(1, 60), poison.read), progress=tell)
except Interrupted as stopped:
    sys.exit(stopped.summary.exit_code())
"""


def test_ctrl_c_keeps_finished_documents(tmp_path: Path) -> None:
    for name in ("a.pdf", "b.pdf", "hang.pdf", "z.pdf"):
        (tmp_path / "in" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "in" / name).write_text(name)
    code = SCRIPT.format(root=str(ROOT), source=str(tmp_path / "in"), out=str(tmp_path / "out"))
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert [process.stdout.readline() for _ in range(2)] == ["1\n", "2\n"]
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (130, "")
    documents = (tmp_path / "out" / "documents.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[1] for line in documents] == ["source", "a.pdf", "b.pdf"]
    assert '"interrupted": true' in (tmp_path / "out" / "run.json").read_text(encoding="utf-8")
    assert not list((tmp_path / "out").glob(".partial-*"))


def shown(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], table: str, *accounts: Account) -> str:
    monkeypatch.setattr(show, "read_pdf", lambda path, options, out: Document(accounts, load_catalog()))
    show.show_file(Path("x.pdf"), table, Options())
    return capsys.readouterr().out


def test_show_a_document(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(monkeypatch, capsys, "", doubtful())
    assert "某市教育局  2023  b.pdf" in text
    assert "checks: 1 hold, 1 fail, 1 can't be evaluated; repairs: 1" in text
    assert "! I03.row[208]: 1,234.56 ≠ 0.00, off by 1,234.56 万元" in text
    (line,) = (line for line in text.splitlines() if line.lstrip().startswith("gk03"))
    assert line.split() == ["gk03", "支出决算表", "conflict", "7,8", "2", "6", "2"]


@pytest.mark.parametrize("name", ["gk03", "支出决算表", "expenditure"])
def test_show_a_table(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str) -> None:
    text = shown(monkeypatch, capsys, name, doubtful())
    total, social = (line for line in text.splitlines() if "234.56" in line)
    assert total.split() == ["合计", "1,234.56", "1,000.00", "234.56"]
    assert social.split() == ["208", "社会保障和就业支出", "1,234.56!", "0.000005?"]
    assert "! a failed check accuses it" in text


def test_columns_line_up_whatever_the_width_of_characters(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wide = fact(3, "213", "total", -1_000_000, row_name="农林水支出，名称很长的一行" * 4)
    text = shown(monkeypatch, capsys, "gk03", account(facts=[*FACTS, wide]))
    lines = [line for line in text.splitlines() if line.rstrip().endswith(("234.56", "-1.00")) or "───" in line]
    assert len({Console().render_str(line).cell_len for line in lines}) == 1, "no line is wrapped or cut"


def test_show_other_documents(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    budget = account(status="not_final_account", kind="budget", tables=(), facts=(), checks=())
    assert "no final account: nothing to show (a budget)" in shown(monkeypatch, capsys, "", budget)
    with pytest.raises(show.TableNotFound, match=r"a.pdf has no gk01 收入支出决算总表"):
        shown(monkeypatch, capsys, "gk01", account())
    with pytest.raises(UsageError, match="no table 'gk77'"):
        shown(monkeypatch, capsys, "gk77", account())
    both = shown(monkeypatch, capsys, "gk03", account(), account(unit_name="某中学"))
    assert both.index("某市教育局") < both.index("某中学")


def test_documents_can_not_steer_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    evil = "\x1b[2J[bold]\x07\u202eevil\r\n"
    facts = [fact(1, "total", "extra." + evil, None, row_name=evil, text=evil, is_blank=False)]
    text = shown(monkeypatch, capsys, "gk03", account(evil, unit_name=evil, facts=facts))
    assert not any(character in text for character in "\x1b\x07\u202e\r")
    assert r"\x1b[2J[bold]\x07\x202eevil\x0d\x0a" in text
    assert plain("决算 2023.pdf") == "决算 2023.pdf"


def test_show_a_real_file() -> None:
    done = juesuan("show", FIXTURE, "--table", "gk07")
    assert done.returncode == 0
    assert "公务接待费" in done.stdout
    assert done.stderr == ""
