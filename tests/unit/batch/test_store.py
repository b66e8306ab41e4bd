"""What an output folder remembers, and when it must not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

import juesuan_extract
from juesuan_extract.batch import Progress, Serial, Summary, convert
from juesuan_extract.batch.fingerprint import PROOF, Basis, basis_of, program
from juesuan_extract.batch.sources import location as places
from juesuan_extract.batch.sources.location import LocalFile
from juesuan_extract.batch.store import Damaged, Store
from juesuan_extract.batch.work import Entry, entry_of
from juesuan_extract.batch.workers import task as task_module
from juesuan_extract.batch.workers.task import Outcome, Task
from juesuan_extract.errors import UsageError
from juesuan_extract.knowledge.catalog import Catalog, load_catalog
from juesuan_extract.options import Options
from juesuan_extract.pipeline import extract
from juesuan_extract.read.pdf_file import read_file
from tests.support.accounts import account, failed
from tests.support.paths import PDFS
from tests.unit.batch.test_batch import content, fake, pdf, read

BASIS = Basis("account", "other", "limits")


def entry(source: str = "a.pdf") -> Entry:
    return entry_of((account(source),), load_catalog())


TASK = Task("a.pdf", LocalFile("/in/a.pdf"), "1" * 64)


def entries(out: Path) -> list[Path]:
    return sorted((out / ".juesuan" / "documents").glob("*/*"))


# -- the store --------------------------------------------------------------------------------------------------------


def test_what_is_put_is_found(tmp_path: Path) -> None:
    with Store(tmp_path) as found:
        assert found.find(TASK, BASIS) is None
        found.put(TASK, entry(), "limits")
        assert found.find(TASK, BASIS) == entry().accounts
        assert found.piece(TASK) == entry().piece
        assert found.find(TASK, ("another",)) is None
        assert found.find(replace(TASK, sha256="2" * 64), BASIS) is None
        assert found.find(replace(TASK, source="b.pdf"), BASIS) is None, "its rows bear another name"
    with Store(tmp_path, fresh=True) as found:
        assert found.find(TASK, BASIS) is None


def test_text_that_no_file_can_hold_comes_back(tmp_path: Path) -> None:
    odd = entry_of((failed("half\ud83d.pdf", "half \ud83d"),), load_catalog())
    with Store(tmp_path) as found:
        found.put(replace(TASK, source="half\ud83d.pdf"), odd, "account")
        assert found.find(replace(TASK, source="half\ud83d.pdf"), BASIS) == odd.accounts


@pytest.mark.parametrize("torn", [lambda d: d[:-1], lambda d: b"", lambda d: d[:40] + b"\0" * (len(d) - 40)])
def test_a_torn_entry_is_none(tmp_path: Path, torn: Callable[[bytes], bytes]) -> None:
    with Store(tmp_path) as found:
        found.put(TASK, entry(), "account")
        (path,) = entries(tmp_path)
        path.write_bytes(torn(path.read_bytes()))
        assert found.find(TASK, BASIS) is None
        with pytest.raises(Damaged):
            found.piece(TASK)
        found.put(TASK, entry(), "account")
        assert found.find(TASK, BASIS)


def test_an_entry_of_another_shape_is_none(tmp_path: Path) -> None:
    with Store(tmp_path) as found:
        found.put(TASK, Entry((("of", "another", "version"),), b""), "old")  # type: ignore[arg-type]
        assert found.find(TASK, BASIS) is None


def test_a_full_disk_leaves_no_half_entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*paths: Path) -> None:
        raise OSError(28, "No space left on device")

    with Store(tmp_path) as found:
        monkeypatch.setattr(os, "replace", full)
        with pytest.raises(OSError, match="No space left"):
            found.put(TASK, entry(), "account")
        assert entries(tmp_path) == []


def test_one_run_at_a_time(tmp_path: Path) -> None:
    with Store(tmp_path), pytest.raises(UsageError, match="another run is writing"):
        Store(tmp_path).__enter__()
    with Store(tmp_path):
        pass


def test_a_lock_ends_with_its_process(tmp_path: Path) -> None:
    code = (
        "import os, signal; from pathlib import Path; from juesuan_extract.batch.store import Store; "
        f"Store(Path({str(tmp_path)!r})).__enter__(); os.kill(os.getpid(), signal.SIGKILL)"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(juesuan_extract.__file__).parents[1])}
    subprocess.run([sys.executable, "-c", code], check=False, env=environment)
    with Store(tmp_path):
        pass


# -- hashes -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are read for their hash; every file counts as old."""
    seen: list[str] = []

    digest = LocalFile.digest

    def noted(file: LocalFile) -> str:
        seen.append(file.path)
        return digest(file)

    monkeypatch.setattr(LocalFile, "digest", noted)
    monkeypatch.setattr(places, "_SETTLED", -(10**9))
    return seen


def test_a_file_that_looks_the_same_is_not_read_again(tmp_path: Path, hashed: list[str]) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"one")
    for _ in range(3):
        with Store(tmp_path / "out") as found:
            first = found.digest(LocalFile(str(path)))
    assert hashed == [str(path)]
    before = path.stat()
    path.write_bytes(b"two")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    with Store(tmp_path / "out") as found:
        assert found.digest(LocalFile(str(path))) != first, "same size, same time of change, and another content"


def test_torn_lines_only_cost_time(tmp_path: Path, hashed: list[str]) -> None:
    for name in "ab":
        (tmp_path / f"{name}.pdf").write_text(name)
        with Store(tmp_path / "out") as found:
            found.digest(LocalFile(str(tmp_path / f"{name}.pdf")))
    journal = tmp_path / "out" / ".juesuan" / "hashes"
    journal.write_bytes(journal.read_bytes()[:-10] + b"\0\0")
    with Store(tmp_path / "out") as found:
        for name in "ab":
            found.digest(LocalFile(str(tmp_path / f"{name}.pdf")))
    with Store(tmp_path / "out") as found:
        found.digest(LocalFile(str(tmp_path / "b.pdf")))
    assert [Path(path).name for path in hashed] == ["a.pdf", "b.pdf", "b.pdf"]


def test_a_file_just_written_is_read_again(tmp_path: Path, hashed: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "_SETTLED", 10**12)
    (tmp_path / "a.pdf").write_bytes(b"one")
    for _ in range(2):
        with Store(tmp_path / "out") as found:
            found.digest(LocalFile(str(tmp_path / "a.pdf")))
    assert len(hashed) == 2


# -- what a result rests on -------------------------------------------------------------------------------------------


def test_the_basis_is_the_meaning_of_the_knowledge(tmp_path: Path) -> None:
    catalog = load_catalog()
    basis = basis_of(catalog, Options(), 120, None)
    assert basis_of(catalog, Options(schemas="elsewhere"), 120, None) == basis
    assert basis_of(catalog, Options(reader="plumber"), 120, None).account != basis.account
    longer = basis_of(catalog, Options(), 240, None)
    assert (longer.account, longer.other) == (basis.account, basis.other)
    assert longer.limits != basis.limits
    less = basis_of(replace(catalog, identities=catalog.identities[1:]), Options(), 120, None)
    assert less.account != basis.account
    assert less.other == basis.other, "a budget has no identities"
    fewer = basis_of(replace(catalog, aliases=catalog.aliases[1:]), Options(), 120, None)
    assert fewer.other != basis.other


def test_the_basis_is_the_same_in_every_process() -> None:
    code = (
        "from juesuan_extract.batch.fingerprint import basis_of; "
        "from juesuan_extract.knowledge.catalog import load_catalog; "
        "from juesuan_extract.options import Options; print(basis_of(load_catalog(), Options(), 1.0, None).limits)"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(juesuan_extract.__file__).parents[1])}
    made = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, check=True, env=environment | {"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }
    assert len(made) == 1


def test_documents_without_an_account_do_not_touch_the_proof() -> None:
    blind = object.__new__(Catalog)
    for field in fields(Catalog):
        if field.name not in PROOF:
            object.__setattr__(blind, field.name, getattr(load_catalog(), field.name))
    decoys = sorted(PDFS.glob("*_decoy.pdf"))
    assert len(decoys) >= 6
    for path in decoys:
        accounts = extract(read_file(path), path.name, Options(), blind)
        assert accounts[0].status == "not_final_account"
        assert entry_of(accounts, replace(load_catalog(), identities=())) == entry_of(accounts, load_catalog())


# -- runs that go on --------------------------------------------------------------------------------------------------


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[Summary, list[str]]]:
    """Converts tmp_path/in into tmp_path/out in this process; returns what was read, too."""
    monkeypatch.setattr(task_module, "extract", fake)

    def start(out: str = "out", **more: Any) -> tuple[Summary, list[str]]:
        seen: list[Progress] = []
        done = convert(tmp_path / "in", tmp_path / out, executor=Serial(load_catalog()), progress=seen.append, **more)
        return done, [one.source for one in seen if not one.kept and one.status != "duplicate"]

    return start


def test_only_what_changed_is_read(tmp_path: Path, run: Callable[..., tuple[Summary, list[str]]]) -> None:
    for name in ("a", "b", "c"):
        pdf(tmp_path / "in" / f"{name}.pdf", name)
    pdf(tmp_path / "in" / "d.pdf", "a")
    assert run()[1] == ["a.pdf", "b.pdf", "c.pdf"]
    before = content(tmp_path / "out")
    done, seen = run()
    assert (seen, done.kept) == ([], 3)
    assert content(tmp_path / "out") == before
    pdf(tmp_path / "in" / "b.pdf", "conflict")
    (tmp_path / "in" / "a.pdf").unlink()
    (tmp_path / "in" / "c.pdf").rename(tmp_path / "in" / "e.pdf")
    assert run()[1] == ["b.pdf", "d.pdf", "e.pdf"]
    assert [row["source"] for row in read(tmp_path / "out", "documents")] == ["b.pdf", "d.pdf", "e.pdf"]
    assert len(entries(tmp_path / "out")) == 3, "entries of files that are gone are removed"
    assert run(force=True)[1] == ["b.pdf", "d.pdf", "e.pdf"]
    run(out="new")
    assert content(tmp_path / "out") == content(tmp_path / "new")


def test_options_and_knowledge_count(tmp_path: Path, run: Callable[..., tuple[Summary, list[str]]]) -> None:
    pdf(tmp_path / "in" / "a.pdf", "a")
    assert run()[1] == ["a.pdf"]
    assert run(options=Options(reader="plumber", pictures=True))[1] == ["a.pdf"]
    assert run(options=Options(reader="plumber", pictures=True))[1] == []


def test_a_document_that_was_given_up_is_tried_with_other_limits(tmp_path: Path) -> None:
    pdf(tmp_path / "in" / "a.pdf", "a")
    asked: list[str] = []

    class Impatient:
        def run(self, work: Any, tasks: Any, *_: Any) -> Any:
            for task in tasks:
                asked.append(task.source)
                yield Outcome(task, None, "took longer than 1 s")

    for timeout in (1, 1, 2):
        convert(tmp_path / "in", tmp_path / "out", executor=Impatient(), timeout=timeout)
    assert asked == ["a.pdf", "a.pdf"]
    assert read(tmp_path / "out", "documents")[0]["error"] == "took longer than 1 s"


def test_content_that_could_not_be_had_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pdf(tmp_path / "in" / "a.pdf", "a")

    with monkeypatch.context() as patch:
        patch.setattr(LocalFile, "read", lambda file: b"%PDF-1.7 another")
        done = convert(tmp_path / "in", tmp_path / "out", executor=Serial(load_catalog()))
    assert done.counts == {"failed": 1}
    assert entries(tmp_path / "out") == []
    monkeypatch.setattr(task_module, "extract", fake)
    assert convert(tmp_path / "in", tmp_path / "out", executor=Serial(load_catalog())).counts == {"verified": 1}


def test_what_differs_between_runs_stands_in_timings(
    tmp_path: Path, run: Callable[..., tuple[Summary, list[str]]]
) -> None:
    pdf(tmp_path / "in" / "a.pdf", "a")
    found = []
    for _ in range(2):
        run()
        found.append(json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8")))
    assert [one.pop("timings")["kept"] for one in found] == [0, 1]
    assert found[0] == found[1]


def test_program_names_itself() -> None:
    assert len(program()) == 64
