"""`juesuan load` as it is typed, on what `juesuan convert` writes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import duckdb
import pytest

from tests.database.places import Place, write
from tests.support.accounts import account, doubtful
from tests.support.paths import PDFS
from tests.support.postgres import PASSWORD


def juesuan(*arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "juesuan_extract", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return write(tmp_path / "out", account("a.pdf"), doubtful("b.pdf"))


def test_what_convert_writes(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    for name in ("fujian_calc_two_accounts.pdf", "fuzhou_2023_calc.pdf", "budget_writer_decoy.pdf"):
        shutil.copy(PDFS / name, source)
    shutil.copy(PDFS / "fuzhou_2023_calc.pdf", source / "z again.pdf")
    (source / "broken.pdf").write_bytes(b"%PDF-1.7")
    juesuan("convert", source, "-o", tmp_path / "out", "--jobs", 1)
    done = juesuan("load", "out", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith("5 documents, ")
    assert "0 replaced, 0 removed\ndatabase: out/juesuan.duckdb\n" in done.stderr
    place = Place("duckdb", f"duckdb:///{tmp_path / 'out' / 'juesuan.duckdb'}")
    assert place.run("SELECT COUNT(*) FROM sources") == [(6,)]
    assert place.run("SELECT income FROM latest_years WHERE unit_name = '福州市社会保险技术服务保障中心'")
    again = juesuan("load", "out", "--prune", cwd=tmp_path)
    assert "5 replaced, 0 removed" in again.stderr
    assert juesuan("load", "out", "-q", cwd=tmp_path).stderr == ""


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("load", "nowhere"), 2, "there is no folder nowhere"),
        (("load", "out", "mysql://me:pa55word@h/d"), 2, "no database of this scheme"),
        (("load", "out", "x.db", "--schema", "s"), 2, "only PostgreSQL has schemas"),
        (("load", "."), 1, "run.json is missing"),
        (("load", "out", "bad.duckdb"), 1, "bad.duckdb can't be opened"),
        (("load", "out", "bad.sqlite"), 1, "bad.sqlite can't be opened"),
    ],
)
def test_errors_are_one_line_and_advice(
    arguments: tuple[str, ...], code: int, says: str, tmp_path: Path, out: Path
) -> None:
    for name in ("bad.duckdb", "bad.sqlite"):
        (tmp_path / name).write_bytes(b"no database" * 1000)
    done = juesuan(*arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (code, "")
    assert says in done.stderr
    assert len(done.stderr.strip().split("\n")) == 2
    assert "pa55word" not in done.stderr


def test_a_database_in_use_is_told(tmp_path: Path, out: Path) -> None:
    with duckdb.connect(str(tmp_path / "x.duckdb")):
        done = juesuan("load", out, tmp_path / "x.duckdb")
    assert done.returncode == 1
    assert "can't be opened" in done.stderr


def test_the_schema_and_the_password_of_postgresql(postgres: Place, out: Path) -> None:
    assert juesuan("load", out, postgres.url, "--schema", '决算 "x"; --').returncode == 0
    done = juesuan("load", out, postgres.url, "--schema", '决算 "x"; --')
    assert "2 replaced" in done.stderr
    assert PASSWORD not in done.stderr
    assert quote(PASSWORD) not in done.stderr
    assert postgres.run('SELECT COUNT(*) FROM "决算 ""x""; --".documents') == [(2,)]
    wrong = juesuan("load", out, postgres.url.replace(quote(PASSWORD), "pa55word"))
    assert wrong.returncode == 1
    assert "password authentication failed" in wrong.stderr
    assert "pa55word" not in wrong.stderr
    away = juesuan("load", out, "postgresql://me:pa55word@127.0.0.1:1/x")
    assert away.returncode == 1
    assert "pa55word" not in away.stderr


def test_two_loads_at_once_wait_for_each_other(postgres: Place, out: Path) -> None:
    command = [sys.executable, "-m", "juesuan_extract", "load", str(out), postgres.url]
    running = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = sorted(one.communicate()[1].split(": ")[1].split("\n")[0] for one in running)
    assert said == ["0 replaced, 0 removed", "2 replaced, 0 removed"]


def test_without_the_extra_the_advice_is_its_command(out: Path, tmp_path: Path) -> None:
    hidden = "import sys; sys.modules['psycopg'] = None; from juesuan_extract.cli.app import main; main()"
    command = [sys.executable, "-c", hidden, "load", str(out), "postgresql://h/d"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "pip install 'juesuan-extract[postgres]'" in done.stderr
