"""What a conversion of hostile input does to the machine: nothing but to write into OUT.

The command and its workers run under an audit hook that sees every socket, program and written file (guard/), with a
home, a folder for temporary files and a working directory of their own, which stay empty: so nothing that is written by
native code escapes, either.
"""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest
from reportlab.pdfgen.canvas import Canvas

from juesuan_extract.errors import UnreadableDocument
from juesuan_extract.read.engines import camelot
from tests.support import pdfs
from tests.support.paths import ROOT

PDFS = ROOT / "fixtures" / "pdfs"
GUARD = Path(__file__).parent / "guard"
NAMES = (
    "..pdf",
    "-rf.pdf",
    "--out=x.pdf",
    "$(touch pwned).pdf",
    "|touch pwned;.pdf",
    "a\\..\\..\\b.pdf",
    "CON.pdf",
    "%s%n%2e%2e%2f.pdf",
    "<img src=x onerror=alert(1)>.pdf",
    "=cmd|' ¦calc'!A0.pdf",
    "two\nlines\x1b[31m\x07.pdf",
    "\u202efdp.txt.pdf",
    "长" * 83 + "ab.pdf",
    os.fsdecode(b"\xff\xfe.pdf"),
)


class Home(NamedTuple):
    """The folders of a run."""

    source: Path
    out: Path
    log: Path
    empty: dict[str, Path]


class Run(NamedTuple):
    """What a run left behind."""

    home: Home
    code: int
    errors: str
    documents: dict[str, dict[str, str]]


def active(canvas: Canvas) -> None:
    """A page that asks viewers to fetch, to start and to send."""
    pdfs.table(canvas)
    canvas.linkURL("http://127.0.0.1:9/link", (0, 0, 600, 800))
    canvas._doc.Catalog.OpenAction = "<< /S /URI /URI (http://127.0.0.1:9/open) >>"
    canvas._doc.Catalog.AA = "<< /WC << /S /Launch /F (/bin/touch) /Win << /F (cmd.exe) >> >> >>"


def external() -> bytes:
    """A page whose content and picture are files elsewhere."""
    objects = [
        "<< /Type /Catalog /Pages 2 0 R /OpenAction 6 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        " /Resources << /XObject << /X 5 0 R >> >> >>",
        "<< /Length 0 /F (http://127.0.0.1:9/content) >>\nstream\n\nendstream",
        "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /Length 0 /F (/etc/passwd) >>\nstream\n\nendstream",
        "<< /S /JavaScript /JS (this.submitForm\\('http://127.0.0.1:9'\\)) >>",
    ]
    body = "".join(f"{number} 0 obj\n{text}\nendobj\n" for number, text in enumerate(objects, 1))
    return f"%PDF-1.7\n{body}trailer << /Root 1 0 R /Size 7 >>\n%%EOF\n".encode()


def fill(folder: Path) -> None:
    """Everything hostile at once, beside good documents."""
    good = (PDFS / "fuzhou_2023_chromium.pdf").read_bytes()
    for number, name in enumerate(NAMES):
        (folder / name).write_bytes(good + b"%% %d\n" % number)
    shutil.copy(PDFS / "shanghai_mixed_wrong_digit.pdf", folder)  # all three readers, and pictures of its pages
    (folder / "active.pdf").write_bytes(pdfs.pdf(active))
    (folder / "external.pdf").write_bytes(external())
    (folder / "loop.pdf").symlink_to(folder / "loop.pdf")
    (folder / "loop").symlink_to(folder)
    (folder / "device.pdf").symlink_to("/dev/zero")
    os.mkfifo(folder / "pipe.pdf")
    os.mkfifo(folder / "pipe.zip")
    with zipfile.ZipFile(folder / "evil.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("../x.pdf", "/tmp/x.pdf", "C:\\x.pdf", "good.pdf"):
            archive.writestr(name, good + name.encode())
        archive.writestr("bomb.pdf", bytes(200 << 20))


def juesuan(home: Home, *options: str) -> Run:
    """The command under guard, with two workers."""
    environment = {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "PYTHONPATH": os.pathsep.join([str(GUARD), *filter(None, [os.environ.get("PYTHONPATH")])]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "GUARD_LOG": str(home.log),
        "GUARD_OUT": str(home.out),
        "HOME": str(home.empty["home"]),
        "TMPDIR": str(home.empty["tmp"]),
    }
    command = [sys.executable, "-m", "juesuan_extract", "convert", str(home.source), "-o", str(home.out), "-j", "2"]
    done = subprocess.run(
        [*command, *options],
        cwd=home.empty["cwd"],
        env=environment,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=300,
        check=False,
    )
    path = home.out / "documents.csv"
    if not path.exists():
        return Run(home, done.returncode, done.stderr, {})
    with path.open(encoding="utf-8-sig", newline="") as file:
        return Run(home, done.returncode, done.stderr, {row["source"]: row for row in csv.DictReader(file)})


def make_home(folder: Path) -> Home:
    empty = {name: folder / name for name in ("home", "tmp", "cwd")}
    home = Home(folder / "in", folder / "out", folder / "log", empty)
    for path in (home.source, *empty.values()):
        path.mkdir()
    return home


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    home = make_home(tmp_path_factory.mktemp("security"))
    fill(home.source)
    before = sorted(path.name for path in home.source.parent.iterdir())
    done = juesuan(home, "--glob", "*.pdf", "--glob", "*.zip")
    assert done.code == 1, done.errors
    assert sorted(path.name for path in home.source.parent.iterdir()) == sorted([*before, "log", "out"])
    return done


def test_every_input_has_its_row(run: Run) -> None:
    failed = {source: row["error"].split(";")[0] for source, row in run.documents.items() if row["status"] == "failed"}
    outside = "a name that leads out of the archive"
    assert failed == {
        "external.pdf": "no page has any text: it is lost, or drawn as lines",
        "loop.pdf": "a link that leads back to itself",
        "device.pdf": "not a regular file",
        "pipe.pdf": "not a regular file",
        "pipe.zip": "not a regular file",
        r"evil.zip/\x2e\x2e/x.pdf": outside,
        "evil.zip/tmp/x.pdf": outside,
        "evil.zip/C:/x.pdf": outside,
        "evil.zip/bomb.pdf": "unpacks to more than 100 times its size",
    }
    verified = {source for source, row in run.documents.items() if row["status"] == "verified"}
    assert len(verified) == len(NAMES) + 1
    assert {"evil.zip/good.pdf", "..pdf", "CON.pdf", r"\xff\xfe.pdf", "长" * 83 + "ab.pdf"} <= verified
    assert run.documents["shanghai_mixed_wrong_digit.pdf"]["status"] == "conflict"
    assert {"active.pdf", "external.pdf"} <= run.documents.keys()


def test_nothing_but_the_output_was_written_no_socket_and_no_program(run: Run) -> None:
    """The workers are started by multiprocessing, which is no program in the sense of the hook."""
    lines = run.home.log.read_text().splitlines()
    processes = [line for line in lines if line.startswith("process ")]
    assert len(processes) >= 3, "the command and two workers were watched"
    assert [line for line in lines if line not in processes] == []


def test_home_temporary_and_working_folders_stay_empty(run: Run) -> None:
    assert {name: list(path.iterdir()) for name, path in run.home.empty.items()} == {"home": [], "tmp": [], "cwd": []}


DOUBTS = ("conflicts", "suspects", "proposals", "findings")


def test_the_output_holds_the_files_of_the_contract_and_no_other(run: Run) -> None:
    names = {path.relative_to(run.home.out).as_posix() for path in run.home.out.rglob("*") if path.is_file()}
    names = {name for name in names if not name.startswith(".juesuan/")}  # what it remembers
    tables = [
        "documents",
        "tables",
        "cells",
        "checks",
        "repairs",
        *DOUBTS,
        *(f"gk{number:02}" for number in range(1, 10)),
    ]
    expected = {f"{name}.{form}" for name in tables for form in ("csv", "parquet")} | {"report.html", "run.json"}
    pages = {name for name in names if name.startswith("report/")}
    assert names - pages == expected
    ids = {row["doc_id"] for row in run.documents.values()}
    assert all(page.removeprefix("report/").removesuffix(".html") in ids for page in pages)


def test_the_guard_sees(tmp_path: Path) -> None:
    """What it would have seen: each of these is noted, and the network and programs are out of reach."""
    home = make_home(tmp_path)
    code = """
import os, socket, subprocess, pathlib
def attempt(what, *arguments):
    try: what(*arguments)
    except RuntimeError: pass
attempt(socket.socket)
attempt(socket.getaddrinfo, "localhost", 80)
attempt(subprocess.run, ["true"])
attempt(os.system, "true")
pathlib.Path("x").write_text("")
os.rename("x", "y")
"""
    environment = {"PYTHONPATH": str(GUARD), "GUARD_LOG": str(home.log), "GUARD_OUT": str(home.out)}
    subprocess.run([sys.executable, "-c", code], cwd=home.empty["cwd"], env=environment, check=True)
    _, *seen = home.log.read_text().splitlines()
    assert [line.split()[0] for line in seen] == [
        "socket.__new__",
        "socket.getaddrinfo",
        "subprocess.Popen",
        "os.system",
        "open",
        "os.rename",
        "os.rename",
    ]


@pytest.mark.parametrize("reader", ["plumber", "camelot"])
def test_the_other_readers_keep_to_it(tmp_path: Path, reader: str) -> None:
    home = make_home(tmp_path)
    shutil.copy(PDFS / "fuzhou_2023_chromium.pdf", home.source)
    done = juesuan(home, "--reader", reader)
    assert done.documents["fuzhou_2023_chromium.pdf"]["tables_found"] == "9", done.errors
    assert not [line for line in home.log.read_text().splitlines() if not line.startswith("process ")]
    assert {name: list(path.iterdir()) for name, path in home.empty.items()} == {"home": [], "tmp": [], "cwd": []}


def test_no_program_draws_what_pdfium_can_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """Camelot would hand the file to Ghostscript or poppler, where they are installed."""
    from camelot.backends.ghostscript_backend import GhostscriptBackend
    from camelot.backends.pdfium_backend import PdfiumBackend
    from camelot.backends.poppler_backend import PopplerBackend

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("PDFium gives up")

    asked: list[str] = []
    monkeypatch.setattr(PdfiumBackend, "to_array", broken)
    for backend in (GhostscriptBackend, PopplerBackend):
        monkeypatch.setattr(backend, "convert", lambda self, *_, **__: asked.append(type(self).__name__))
    with pytest.raises(UnreadableDocument, match="PDFium gives up"):
        camelot.read_grids((PDFS / "fuzhou_2023_chromium.pdf").read_bytes(), [5])
    assert asked == []


def test_links_planted_in_the_output_are_not_followed(tmp_path: Path) -> None:
    home = make_home(tmp_path)
    shutil.copy(PDFS / "fuzhou_2023_chromium.pdf", home.source)
    (tmp_path / "victim").write_text("mine")
    home.out.mkdir()
    for name in ("documents.csv", "report.html", "run.json"):
        (home.out / name).symlink_to(tmp_path / "victim")
    assert juesuan(home).code == 0
    assert (tmp_path / "victim").read_text() == "mine"
    assert not (home.out / "documents.csv").is_symlink()
    (tmp_path / "elsewhere").mkdir()
    (home.out / "report").symlink_to(tmp_path / "elsewhere")
    refused = juesuan(home)
    assert (refused.code, "report is a link" in refused.errors) == (2, True)


def test_a_machine_without_a_network(tmp_path: Path) -> None:
    """The same bytes where there is no network at all."""
    alone = ["unshare", "--map-root-user", "--net"]
    if not shutil.which("unshare") or subprocess.run([*alone, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine lets nobody leave its network")  # the guard has shown the same, in CI as well
    shutil.copy(PDFS / "fuzhou_2023_chromium.pdf", tmp_path)
    for name, before in (("with", []), ("without", alone)):
        command = [
            *before,
            sys.executable,
            "-m",
            "juesuan_extract",
            "convert",
            str(tmp_path),
            "-o",
            str(tmp_path / name),
        ]
        subprocess.run(command, check=True, capture_output=True)
    assert (tmp_path / "with" / "cells.csv").read_bytes() == (tmp_path / "without" / "cells.csv").read_bytes()
