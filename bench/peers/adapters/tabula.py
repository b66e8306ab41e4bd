"""tabula-java's spreadsheet extraction, in this process: the jar of tabula-py, called through jpype.

tabula-py itself reads the file anew for every page if one is to know on which page a table stands, and starts a
virtual machine for every call without jpype.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import jpype
from tabula.backend import jar_path

from bench.peers.found import FoundCell, FoundTable

_QUIET = "-Dorg.apache.commons.logging.Log=org.apache.commons.logging.impl.NoOpLog"


@cache
def _java() -> tuple[Any, ...]:
    jpype.startJVM(_QUIET, classpath=[str(Path(jar_path()))], convertStrings=False)
    names = (
        "java.io.File",
        "java.lang.StringBuilder",
        "org.apache.pdfbox.pdmodel.PDDocument",
        "technology.tabula.ObjectExtractor",
        "technology.tabula.extractors.SpreadsheetExtractionAlgorithm",
        "technology.tabula.writers.JSONWriter",
    )
    return tuple(jpype.JClass(name) for name in names)


def tables(path: str) -> list[FoundTable]:
    """The tables of all pages."""
    file, builder, document_class, extractor, algorithm, writer = _java()
    found = []
    document = document_class.load(file(path))
    try:
        pages = extractor(document).extract()
        while pages.hasNext():
            page = pages.next()
            text = builder()
            writer().write(text, algorithm().extract(page))  # one string is fetched sooner than thousands of cells
            for table in json.loads(str(text.toString()).replace(r"\r", r"\n")):
                cells = [
                    FoundCell(c["left"], c["top"], c["left"] + c["width"], c["top"] + c["height"], c["text"])
                    for row in table["data"]
                    for c in row
                    if c["width"] and c["height"]  # what fills the place of merged cells has no size
                ]
                found.append(FoundTable(int(page.getPageNumber()), cells))
    finally:
        document.close()
    return found
