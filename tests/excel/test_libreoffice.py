"""The workbooks open in LibreOffice, which shows the values that were stored."""

from __future__ import annotations

import csv
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pypdfium2

from juesuan_extract.excel import export
from juesuan_extract.knowledge.catalog import Catalog
from tests.support.needs import lacking


def office(file: Path, form: str, folder: Path) -> list[Path]:
    """Convert a workbook, headless, with a profile of its own."""
    program = shutil.which("soffice")
    if not program:
        lacking("LibreOffice is needed")
    command = [program, "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--convert-to", form]
    subprocess.run([*command, "--outdir", str(folder), str(file)], check=True, capture_output=True, timeout=180)
    return sorted(path for path in folder.iterdir() if path.suffix == "." + form.partition(":")[0])


def test_every_sheet_is_shown(converted: Path, catalog: Catalog, tmp_path: Path) -> None:
    one = export(converted, tmp_path / "one.xlsx", catalog, ["case_slip_in_03_05.pdf"]).file
    (printed,) = office(one, "pdf", tmp_path)
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(printed)]
    assert len(pages) == 12, "one page for each sheet"
    assert "收入支出决算总表" in pages[1]
    assert "106,615,100.00" not in pages[3], "figures stand as printed"
    assert "10,665,100.00" in pages[3]
    assert "I03.row[212]" in pages[10]


def test_amounts_are_what_the_output_says(converted: Path, catalog: Catalog, tmp_path: Path) -> None:
    batch = export(converted, tmp_path / "batch.xlsx", catalog).file
    sheets = office(batch, "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1", tmp_path)
    file = next(path for path in sheets if "公开05" in path.name)
    with file.open(encoding="utf-8", newline="") as text:
        rows = list(csv.reader(text))[3:]
    wide = pd.read_parquet(converted / "gk05.parquet").sort_values(["source", "doc_id"], kind="stable")
    assert len(rows) == len(wide)
    for row, (_, stored) in zip(rows, wide.iterrows(), strict=True):
        assert row[0] == stored["unit_name"]
        amounts = [Decimal(text.replace(",", "")).quantize(Decimal("0.01")) if text else None for text in row[5:8]]
        assert amounts == [stored[name] for name in ("total", "basic", "project")]
