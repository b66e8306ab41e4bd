"""What an output folder remembers, and when it must not."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

import juesuan_extract
from juesuan_extract.api.document import read_pdf
from juesuan_extract.batch import Progress, Serial, Summary, convert
from juesuan_extract.batch.check import check_files
from juesuan_extract.batch.fingerprint import PROOF, Basis, basis_of, makers, program
from juesuan_extract.batch.sources import location as places
from juesuan_extract.batch.sources.location import LocalFile
from juesuan_extract.batch.store import Kept, Known, Store
from juesuan_extract.batch.work import Entry, entry_of
from juesuan_extract.batch.workers import task as task_module
from juesuan_extract.batch.workers.task import Outcome, Task
from juesuan_extract.emit.piece import _packed, _unpacked
from juesuan_extract.emit.report import html
from juesuan_extract.errors import UsageError
from juesuan_extract.knowledge.catalog import Catalog, load_catalog
from juesuan_extract.model.account import Account
from juesuan_extract.model.stored import loaded
from juesuan_extract.options import Options
from juesuan_extract.pipeline import extract
from juesuan_extract.read.pdf_file import read_file
from tests.support.accounts import account, failed
from tests.support.paths import PDFS
from tests.unit.batch.test_batch import content, fake, pdf, read

BASIS = Basis("account", "other", "limits")
MAKERS = {"brief": "a", "tables": "b", "report": "c", "run": "d"}
DATABASE = Path(".juesuan") / "store.sqlite"


def entry(source: str = "a.pdf") -> Entry:
    return entry_of((account(source),), load_catalog())


def task_of(found: Entry) -> Task:
    first = found.accounts[0]
    return Task(first.source, LocalFile(f"/in/{first.source}"), first.sha256)


TASK = task_of(entry())


def change(out: Path, statement: str, *values: Any) -> None:
    """What somebody else does to the memory of an output folder."""
    with closing(sqlite3.connect(out / DATABASE)) as db, db:
        db.execute(statement, values)


def count(out: Path) -> int:
    with closing(sqlite3.connect(out / DATABASE)) as db:
        found: int = db.execute("SELECT COUNT(*) FROM documents").fetchone()[0]
        return found


# -- the store --------------------------------------------------------------------------------------------------------


def test_what_is_put_is_found(tmp_path: Path) -> None:
    with Store(tmp_path, MAKERS) as found:
        assert found.find(TASK, BASIS) is None
        found.put(TASK, entry(), "limits")
        assert found.find(TASK, BASIS) == Known(entry().accounts, stale=False)
        assert found.parts(TASK) == entry().parts
        assert loaded(found.accounts(TASK)) == (account(),)
        assert found.find(TASK, ("another",)) is None
        assert found.find(replace(TASK, sha256="2" * 64), BASIS) is None
        assert found.find(replace(TASK, source="b.pdf"), BASIS) is None, "its rows bear another name"
    with Store(tmp_path, MAKERS, fresh=True) as found:
        assert found.find(TASK, BASIS) is None
    with Store(tmp_path, MAKERS | {"report": "another"}) as found:
        assert found.find(TASK, BASIS) == Known(entry().accounts, stale=True)
        found.put_parts(TASK, entry())
        assert found.find(TASK, BASIS) == Known(entry().accounts, stale=False)


def test_text_that_no_file_can_hold_comes_back(tmp_path: Path) -> None:
    odd = entry_of((failed("half\ud83d.pdf", "half \ud83d"),), load_catalog())
    with Store(tmp_path, MAKERS) as found:
        found.put(task_of(odd), odd, "account")
        assert found.find(task_of(odd), BASIS) == Known(odd.accounts, stale=False)


@pytest.mark.parametrize("name", ["accounts", "brief", "tables", "report", "run"])
def test_a_torn_entry_is_none(tmp_path: Path, name: str) -> None:
    with Store(tmp_path, MAKERS) as found:
        found.put(TASK, entry(), "account")
    if name == "accounts":
        change(tmp_path, "UPDATE documents SET accounts = substr(accounts, 1, 40)")
    else:
        change(tmp_path, "UPDATE parts SET data = substr(data, 1, 40) WHERE name = ?", name)
    with Store(tmp_path, MAKERS) as found:
        if name == "brief":
            assert found.find(TASK, BASIS) is None
            assert found.damaged == ["a.pdf"]
        else:
            assert (found.accounts(TASK) if name == "accounts" else found.parts(TASK)[name]) == b""


@pytest.mark.parametrize("damage", [b"", b"no database", b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_file_that_is_no_database_is_replaced(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / ".juesuan").mkdir()
    (tmp_path / DATABASE).write_bytes(damage)
    with Store(tmp_path, MAKERS) as found:
        found.put(TASK, entry(), "account")
        assert found.find(TASK, BASIS)


def test_a_database_of_somebody_else_is_replaced(tmp_path: Path) -> None:
    (tmp_path / ".juesuan").mkdir()
    with closing(sqlite3.connect(tmp_path / DATABASE)) as db, db:
        db.execute("CREATE TABLE documents (key BLOB)")
        db.execute("CREATE TRIGGER x AFTER INSERT ON documents BEGIN DELETE FROM documents; END")
    with Store(tmp_path, MAKERS) as found:
        found.put(TASK, entry(), "account")
        assert found.find(TASK, BASIS)


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out" / ".juesuan").mkdir(parents=True)
    (tmp_path / "out" / DATABASE).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="is a link"), Store(tmp_path / "out", MAKERS):
        pass
    assert not (tmp_path / "elsewhere").exists()


def test_what_the_version_before_kept_goes(tmp_path: Path) -> None:
    (tmp_path / ".juesuan" / "documents" / "ab").mkdir(parents=True)
    (tmp_path / ".juesuan" / "documents" / "ab" / "entry").write_bytes(b"x")
    (tmp_path / ".juesuan" / "hashes").write_bytes(b"x")
    with Store(tmp_path, MAKERS):
        pass
    assert {path.name for path in (tmp_path / ".juesuan").iterdir()} == {"lock", "store.sqlite"}


def test_a_full_disk_is_an_error_of_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store(tmp_path, MAKERS) as found:
        found._db.execute("PRAGMA max_page_count = 1")
        with pytest.raises(OSError, match="No space left") as raised:
            found.put(TASK, entry()._replace(stored=b"x" * 1_000_000), "account")
        assert raised.value.errno == 28
        assert found.find(TASK, BASIS) is None, "no half of it"


def test_who_only_looks_finds_accounts_by_content(tmp_path: Path) -> None:
    catalog, options = load_catalog(), Options()
    basis = basis_of(catalog, Options(pictures=True))
    assert Kept(tmp_path, options, catalog).find(TASK.sha256, "x.pdf") == ()
    with Store(tmp_path, MAKERS) as found:
        found.put(TASK, entry(), basis.account)
        assert Kept(tmp_path, options, catalog).find(TASK.sha256, "x.pdf") == (), "a run has it"
    kept = Kept(tmp_path, options, catalog)
    assert kept.find(TASK.sha256, "x.pdf") == (replace(account(), source="x.pdf"),)
    assert kept.find("2" * 64, "x.pdf") == kept.find("", "x.pdf") == ()
    assert Kept(tmp_path, Options(reader="plumber"), catalog).find(TASK.sha256, "x.pdf") == ()
    change(tmp_path, "UPDATE documents SET accounts = x'00'")
    assert Kept(tmp_path, options, catalog).find(TASK.sha256, "x.pdf") == ()


def test_check_and_show_read_nothing_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "in" / "a.pdf"
    file.parent.mkdir()
    shutil.copy(PDFS / "shanghai_mixed_wrong_digit.pdf", file)
    convert(file.parent, tmp_path / "out", executor=Serial(load_catalog()))
    fresh, told = read_pdf(file), list(check_files([file], Options(), "en", 1))

    def never(*given: object) -> None:
        raise AssertionError("it is read again")

    monkeypatch.setattr("juesuan_extract.api.document.extract", never)
    monkeypatch.setattr("juesuan_extract.batch.check.LocalProcesses", lambda *given: Serial(load_catalog()))
    monkeypatch.setattr(task_module, "extract", never)
    assert read_pdf(file, out=tmp_path / "out").cells.equals(fresh.cells)
    again = list(check_files([file], Options(), "en", 1, tmp_path / "out"))
    assert [one.telling for one in again] == [one.telling for one in told]


# -- what somebody else may have written ------------------------------------------------------------------------------


def forged(found: Account, **parts: bytes) -> Entry:
    """An entry that an attacker makes, with the digests that belong to it."""
    made = entry_of((found,), load_catalog())
    return made._replace(parts={**made.parts, **parts})


HOSTILE = {
    "a doc_id that is a path": lambda: forged(account(doc_id="../../outside")),
    "markup in the report": lambda: forged(
        account(), report=_packed([[{"doc_id": account().doc_id}, "x", 25]], b"<script>alert(1)</script>")
    ),
    "a formula in the CSV": lambda: forged(account()),
    "no tables at all": lambda: forged(account(), tables=b"x"),
    "a brief of another file": lambda: forged(account(), brief=json.dumps([["b.pdf"] + [None] * 8]).encode()),
    "a brief of another shape": lambda: forged(account(), brief=b'{"a": 1}'),
    "no JSON": lambda: forged(account(), brief=b"["),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_bad_entry_is_read_again_and_named(
    name: str, tmp_path: Path, run: Callable[..., tuple[Summary, list[str]]]
) -> None:
    pdf(tmp_path / "in" / "a.pdf", "a")
    pdf(tmp_path / "in" / "b.pdf", "b")
    run()
    right = content(tmp_path / "out")
    bad = HOSTILE[name]()
    with Store(tmp_path / "out", makers(load_catalog())) as store:
        task = Task("a.pdf", LocalFile("x"), sha256_of(tmp_path / "in" / "a.pdf"))
        basis = basis_of(load_catalog(), Options(pictures=True), 120.0, None)
        store.put(task, bad, basis.account)
    if name == "a formula in the CSV":
        poison_csv(tmp_path / "out")
    done, _ = run()
    assert content(tmp_path / "out") == right
    assert done.damaged == ("a.pdf",)
    assert not list(tmp_path.glob("outside*"))
    assert run()[0].damaged == (), "it is mended"


def sha256_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def poison_csv(out: Path) -> None:
    """A formula instead of a source, in what is kept of the tables, with its digest."""
    with closing(sqlite3.connect(out / DATABASE)) as db, db:
        key, data = db.execute("SELECT p.key, p.data FROM parts p WHERE p.name = 'tables' LIMIT 1").fetchone()
        raw, index = _unpacked(data)
        body = raw[: sum(b + c for _, b, c in index)]
        poisoned = _packed(index, body.replace(b",a.pdf,", b",=cmd|,"))
        digest = hashlib.sha256(poisoned).digest()
        db.execute("UPDATE parts SET data = ?, digest = ? WHERE key = ? AND name = 'tables'", (poisoned, digest, key))


def test_one_run_at_a_time(tmp_path: Path) -> None:
    with Store(tmp_path, MAKERS), pytest.raises(UsageError, match="another run is writing"):
        Store(tmp_path, MAKERS).__enter__()
    with Store(tmp_path, MAKERS):
        pass


def test_a_lock_ends_with_its_process(tmp_path: Path) -> None:
    code = (
        "import os, signal; from pathlib import Path; from juesuan_extract.batch.store import Store; "
        f"Store(Path({str(tmp_path)!r}), {{}}).__enter__(); os.kill(os.getpid(), signal.SIGKILL)"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(juesuan_extract.__file__).parents[1])}
    subprocess.run([sys.executable, "-c", code], check=False, env=environment)
    with Store(tmp_path, MAKERS):
        pass


# -- hashes -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are read for their hash; every file counts as old."""
    seen: list[str] = []

    digest = LocalFile.digest

    def noted(file: LocalFile, limit: float) -> str:
        seen.append(file.path)
        return digest(file, limit)

    monkeypatch.setattr(LocalFile, "digest", noted)
    monkeypatch.setattr(places, "_SETTLED", -(10**9))
    return seen


def test_a_file_that_looks_the_same_is_not_read_again(tmp_path: Path, hashed: list[str]) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"one")
    for _ in range(3):
        with Store(tmp_path / "out", MAKERS) as found:
            first = found.digest(LocalFile(str(path)))
    assert hashed == [str(path)]
    before = path.stat()
    path.write_bytes(b"two")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    with Store(tmp_path / "out", MAKERS) as found:
        assert found.digest(LocalFile(str(path))) != first, "same size, same time of change, and another content"


def test_a_hash_of_another_shape_only_costs_time(tmp_path: Path, hashed: list[str]) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"one")
    for made in ("no JSON", "[1]"):
        with Store(tmp_path / "out", MAKERS) as found:
            assert found.digest(LocalFile(str(path))) == sha256_of(path)
        change(tmp_path / "out", "UPDATE hashes SET stamp = ?", made)
    assert len(hashed) == 2


def test_a_file_just_written_is_read_again(tmp_path: Path, hashed: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "_SETTLED", 10**12)
    (tmp_path / "a.pdf").write_bytes(b"one")
    for _ in range(2):
        with Store(tmp_path / "out", MAKERS) as found:
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
    assert count(tmp_path / "out") == 3, "entries of files that are gone are removed"
    assert run(force=True)[1] == ["b.pdf", "d.pdf", "e.pdf"]
    run(out="new")
    assert content(tmp_path / "out") == content(tmp_path / "new")


def test_a_colour_of_the_report_makes_no_document_be_read(
    tmp_path: Path, run: Callable[..., tuple[Summary, list[str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read is kept apart from what is made of it; the report is made anew."""
    for name in ("a", "b"):
        pdf(tmp_path / "in" / f"{name}.pdf", name)
    run()
    before = content(tmp_path / "out")
    read_again = []
    monkeypatch.setattr(task_module, "extract", lambda *given: read_again.append(given))
    module = sys.modules["juesuan_extract.batch.convert"]
    monkeypatch.setattr(module, "makers", lambda catalog: makers(catalog) | {"report": "another colour"})
    static = html._static
    monkeypatch.setattr(html, "_static", lambda name: static(name) + ("/* red */" if name == "report.css" else ""))
    html._environment.cache_clear()
    done, seen = run()
    html._environment.cache_clear()
    assert (seen, done.kept, read_again) == ([], 2, [])
    after = content(tmp_path / "out")
    assert {name for name in after if after[name] != before[name]} == {"report.html"}


def test_fingerprints_are_of_their_own_code() -> None:
    catalog = load_catalog()
    said = catalog.messages.model_copy(update={"root": {}})
    assert basis_of(replace(catalog, messages=said), Options(), 1, None) == basis_of(catalog, Options(), 1, None)
    assert makers(replace(catalog, messages=said)).keys() == makers(catalog).keys()
    assert len(set(makers(catalog).values())) == 4
    assert all(makers(replace(catalog, messages=said))[part] != makers(catalog)[part] for part in MAKERS)


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
    assert count(tmp_path / "out") == 0
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
