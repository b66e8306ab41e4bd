"""docs/data-dictionary.md and schemas/json are what the columns say, and what is written is what they say."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from juesuan_extract.batch import convert
from juesuan_extract.emit.files import outputs
from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.options import Options
from tests.support.paths import ROOT
from tools import dictionary


def test_the_files_are_what_make_docs_writes(catalog: Catalog) -> None:
    made = dictionary.files(catalog)
    stored = {path: (ROOT / path).read_text(encoding="utf-8") for path in made if (ROOT / path).exists()}
    assert {path for path in made if made[path] != stored.get(path)} == set(), "run `make docs`"
    folder = ROOT / dictionary.SCHEMAS
    assert {f"{dictionary.SCHEMAS}/{path.name}" for path in folder.iterdir()} <= set(made), "a file that nothing makes"


def test_every_column_is_explained_in_chinese_with_an_example(catalog: Catalog) -> None:
    for name, columns in outputs(catalog).items():
        for column in columns:
            assert any("\u4e00" <= char <= "\u9fff" for char in column.zh), (name, column.name)
            assert column.meaning
            field = dictionary._field(column, catalog)
            assert problem(column.example, field) is None, (name, column.name)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All committed documents, one of them twice, a file that is no PDF, and a link that leads nowhere."""
    more, out = tmp_path_factory.mktemp("more"), tmp_path_factory.mktemp("out")
    (more / "broken.pdf").write_bytes(b"no PDF")
    (more / "again.pdf").write_bytes((ROOT / "fixtures/pdfs/fuzhou_2023_calc.pdf").read_bytes())
    (more / "gone.pdf").symlink_to(more / "nowhere")
    convert([str(ROOT / "fixtures/pdfs"), str(more)], out, options=Options(), jobs=2)
    return out


def rows_of(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_what_is_written_conforms_to_the_schemas(written: Path) -> None:
    package = json.loads((ROOT / "schemas/json/datapackage.json").read_text(encoding="utf-8"))
    assert len(package["resources"]) == 18
    documents = {(row["doc_id"], row["source"]) for row in rows_of(written, "documents")}
    for resource in package["resources"]:
        schema = json.loads((ROOT / "schemas/json" / resource["schema"]).read_text(encoding="utf-8"))
        rows = rows_of(written, resource["name"])
        assert rows
        fields = {field["name"]: field for field in schema["fields"]}
        assert list(rows[0]) == list(fields)
        wrong = {
            (name, text, said) for row in rows for name, text in row.items() if (said := problem(text, fields[name]))
        }
        assert wrong == set(), resource["name"]
        for key in (schema.get("primaryKey"), *schema.get("uniqueKeys", ())):
            if key is None:
                continue
            assert len({tuple(row[name] for name in key) for row in rows}) == len(rows), resource["name"]
        for foreign in schema.get("foreignKeys", ()):
            assert {tuple(row[name] for name in foreign["fields"]) for row in rows} <= documents


def problem(text: str, field: dict[str, Any]) -> str | None:
    """What is wrong with a value of a CSV file by its field of the schema."""
    limits = field.get("constraints", {})
    if text == "":
        return "is missing" if limits.get("required") else None
    kind = field["type"]
    if kind == "boolean":
        return None if text in field["trueValues"] + field["falseValues"] else "no boolean"
    if kind in ("integer", "number"):
        try:
            value = int(text) if kind == "integer" else Decimal(text)
        except ArithmeticError:
            return "no number"
        if value < limits.get("minimum", value) or value > limits.get("maximum", value):
            return "out of bounds"
    return "no such word" if "enum" in limits and text not in limits["enum"] else None
