"""Bad files among good ones, through the command line: one clear row each, and the good ones complete."""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from tests.support import pdfs
from tests.support.paths import PDFS

FIXTURE = PDFS / "fuzhou_2023_reportlab.pdf"
GOOD = ["决算 2023.pdf", 'it\'s "good".pdf', "two\nlines.pdf", "$(touch x); rm -rf *.pdf", "部门/单位/决算.pdf"]
Row = dict[str, str]


def raw(pages: str, *objects: str) -> bytes:
    """A PDF written by hand; `pages`: the inside of its page tree, which is object 2; the others follow from 3."""
    bodies = ["<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages {pages} >>", *objects]
    data = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(bodies, 1):
        places.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(bodies) + 1
    trailer = f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{len(data)}\n%%EOF\n"
    return data + f"xref\n0 {size}\n0000000000 65535 f \n{table}{trailer}".encode()


def sized(box: str) -> bytes:
    """A PDF of one page with this MediaBox."""
    return raw("/Kids [3 0 R] /Count 1", f"<< /Type /Page /Parent 2 0 R /MediaBox [{box}] >>")


def crowded() -> bytes:
    """A page named like a table with 10^5 rulings."""

    def draw(canvas: Canvas) -> None:
        canvas.drawString(60, 800, "支出决算表")
        path = canvas.beginPath()
        for i in range(50_000):
            path.moveTo(10, 10 + i * 0.015)
            path.lineTo(585, 10 + i * 0.015)
            path.moveTo(10 + i * 0.0115, 10)
            path.lineTo(10 + i * 0.0115, 760)
        canvas.drawPath(path)

    return pdfs.pdf(draw)


def own(data: bytes, number: int) -> bytes:
    """The same PDF with a comment behind it, so that its content equals no other's."""
    return data + f"% {number}\n".encode()


class Output(NamedTuple):
    """What the command left behind."""

    code: int
    errors: str
    documents: dict[str, list[Row]]
    cells: dict[str, list[Row]]


def by_source(path: Path) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["source"], []).append(row)
    return found


def juesuan(source: Path, out: Path) -> Output:
    command = [sys.executable, "-m", "juesuan_extract", "convert", str(source), "-o", str(out), "--jobs", "2"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    return Output(done.returncode, done.stderr, by_source(out / "documents.csv"), by_source(out / "cells.csv"))


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Output:
    """A folder of good documents and every bad one, converted in one run."""
    folder = tmp_path_factory.mktemp("in")
    data = FIXTURE.read_bytes()
    for number, name in enumerate(GOOD):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(own(data, number))
    secret = StandardEncryption("secret", ownerPassword="owner")
    bad = {
        "empty.pdf": b"",
        "page.pdf": b"\n <!DOCTYPE html><html><body>404</body></html>",
        "header.pdf": b"%PDF-1.7\n",
        "locked.pdf": pdfs.pdf(lambda c: pdfs.table(c), encrypt=secret),
        "no pages.pdf": raw("/Kids [] /Count 0"),
        "no such page.pdf": raw("/Kids [9 0 R] /Count 1"),
        "pages in a ring.pdf": raw("/Kids [2 0 R] /Count 1"),
        "huge.pdf": sized("0 0 1000000000 1000000000"),
        "tall.pdf": sized("0 0 595 100000"),
        "overflow.pdf": sized("0 0 1e308 1e308"),
        "negative.pdf": sized("0 0 -595 -842"),
        "upside down.pdf": sized("595 842 0 0"),
        "zero.pdf": sized("0 0 0 0"),
        "thin.pdf": sized("0 0 595 0"),
        "crowded.pdf": crowded(),
    }
    for name, content in bad.items():
        (folder / name).write_bytes(content)
    (folder / "half.pdf").write_bytes(data[: len(data) // 2])
    (folder / "folder.pdf").mkdir()
    shutil.copy(folder / GOOD[0], folder / "决算 2023（副本）.pdf")
    return juesuan(folder, tmp_path_factory.mktemp("out"))


def test_every_file_has_one_row(output: Output) -> None:
    assert output.code == 1
    assert all(len(rows) == 1 for rows in output.documents.values())
    assert len(output.documents) == len(GOOD) + 18
    for (row,) in output.documents.values():
        assert row["status"] in ("verified", "failed", "not_final_account", "duplicate")
        assert (row["status"] in ("failed", "duplicate")) == bool(row["error"])
        assert "Traceback" not in row["error"]
        assert "internal error" not in row["error"]


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("empty.pdf", "the file is empty; "),
        ("page.pdf", "not a PDF but a web page; "),
        ("header.pdf", "the file is no PDF or is damaged; "),
        ("half.pdf", ""),
        ("locked.pdf", "the file is protected by a password; save a copy without the password"),
        ("no pages.pdf", ""),
        ("no such page.pdf", ""),
        ("huge.pdf", "page 1 has an impossible size"),
        ("tall.pdf", "page 1 has an impossible size"),
        ("folder.pdf", "a folder named like a file; "),
    ],
)
def test_what_can_not_be_read_says_why_and_what_to_do(name: str, error: str, output: Output) -> None:
    (row,) = output.documents[name]
    assert row["status"] == "failed"
    assert row["error"].startswith(error)
    assert "; " in row["error"], "what is wrong, then what to do about it"
    assert name not in output.cells
    assert name in output.errors or "more, see the report" in output.errors


@pytest.mark.parametrize(
    "name",
    ["negative.pdf", "upside down.pdf", "zero.pdf", "thin.pdf", "overflow.pdf", "crowded.pdf", "pages in a ring.pdf"],
)
def test_odd_pages_give_nothing(name: str, output: Output) -> None:
    """Viewers show such pages in some size; there is nothing on them."""
    (row,) = output.documents[name]
    assert row["status"] in ("not_final_account", "failed")
    assert row["tables_found"] == "0"
    assert name not in output.cells


def test_good_neighbours_are_complete(output: Output, tmp_path: Path) -> None:
    alone = juesuan(FIXTURE, tmp_path)
    (want,) = alone.cells.values()
    assert len(want) > 400
    own_columns = ("doc_id", "source")
    for name in GOOD:
        cells = output.cells[name]
        assert [{k: v for k, v in row.items() if k not in own_columns} for row in cells] == [
            {k: v for k, v in row.items() if k not in own_columns} for row in want
        ]
        (document,) = output.documents[name]
        assert (document["status"], document["tables_found"]) == ("verified", "9")
    assert set(output.cells) == set(GOOD)


def test_the_second_file_of_equal_content_points_to_the_first(output: Output) -> None:
    pair = sorted([GOOD[0], "决算 2023（副本）.pdf"])
    first, second = (output.documents[name][0] for name in pair)
    assert (first["status"], second["status"], second["error"]) == ("verified", "duplicate", pair[0])
    assert second["doc_id"] == first["doc_id"]
