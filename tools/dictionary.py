"""The data dictionary and the JSON Table Schemas (Frictionless), made of the columns and the catalog.

`python -m tools.dictionary ROOT` writes docs/data-dictionary.md and schemas/json/ under ROOT.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from juesuan_extract.emit import files as contract
from juesuan_extract.emit.columns import TABLE_IDS
from juesuan_extract.emit.contract import Column, Type
from juesuan_extract.emit.files import DOCUMENT_KEY, outputs
from juesuan_extract.knowledge.catalog import load_catalog

if TYPE_CHECKING:
    from juesuan_extract.knowledge.catalog import Catalog

DOCUMENT = "docs/data-dictionary.md"
SCHEMAS = "schemas/json"

_TYPES: dict[Type, dict[str, str | list[str]]] = {
    "text": {"type": "string"},
    "printed": {"type": "string"},
    "integer": {"type": "integer"},
    "boolean": {"type": "boolean", "trueValues": ["true"], "falseValues": ["false"]},
    "money": {"type": "number", "decimalChar": "."},
    "number": {"type": "number", "decimalChar": "."},
}
_SHOWN: dict[Type, str] = {
    "text": "text",
    "printed": "text",
    "integer": "integer",
    "boolean": "boolean",
    "money": "decimal(20,2)",
    "number": "float",
}


def table_schema(name: str, catalog: Catalog) -> dict[str, Any]:
    """The Frictionless Table Schema of an output file as CSV."""
    file = contract.files(catalog)[name]
    schema: dict[str, Any] = {
        "$schema": "https://specs.frictionlessdata.io/schemas/table-schema.json",
        "fields": [_field(column, catalog) for column in outputs(catalog)[name]],
        "missingValues": [""],
    }
    if file.key:
        # a key with a column that may be empty is no primary key
        nullable = {column.name for column in outputs(catalog)[name] if not column.required}
        schema |= {"uniqueKeys": [list(file.key)]} if nullable & set(file.key) else {"primaryKey": list(file.key)}
    if name != "documents":
        keys = list(DOCUMENT_KEY)
        schema["foreignKeys"] = [{"fields": keys, "reference": {"resource": "documents", "fields": keys}}]
    return schema


def data_package(catalog: Catalog) -> dict[str, Any]:
    """A Frictionless Data Package of an output folder, to be copied into it together with the schemas."""
    made = contract.files(catalog)
    return {
        "$schema": "https://specs.frictionlessdata.io/schemas/data-package.json",
        "profile": "tabular-data-package",
        "name": "juesuan-extract-output",
        "title": "部门决算公开表 / Chinese departmental final accounts",
        "resources": [
            {
                "name": name,
                "path": f"{name}.csv",
                "profile": "tabular-data-resource",
                "title": catalog.tables[name].title if name in catalog.tables else name,
                "description": f"One row: {made[name].row}. 一行：{made[name].row_zh}。",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "dialect": {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True},
                "schema": f"{name}.schema.json",
            }
            for name in outputs(catalog)
        ],
    }


def files(catalog: Catalog) -> dict[str, str]:
    """Every generated file by its path."""
    schemas: dict[str, Mapping[str, Any]] = {
        f"{SCHEMAS}/{name}.schema.json": table_schema(name, catalog) for name in outputs(catalog)
    }
    schemas[f"{SCHEMAS}/datapackage.json"] = data_package(catalog)
    texts = {path: json.dumps(value, ensure_ascii=False, indent=2) + "\n" for path, value in schemas.items()}
    return {DOCUMENT: markdown(catalog), **texts}


def markdown(catalog: Catalog) -> str:
    """The data dictionary, in Chinese and English."""
    return "\n".join(_lines(catalog)) + "\n"


def _words(column: Column, catalog: Catalog) -> tuple[str, ...]:
    return tuple(catalog.tables) if column.name == TABLE_IDS else column.words


def _field(column: Column, catalog: Catalog) -> dict[str, Any]:
    limits: dict[str, Any] = {"required": True} if column.required else {}
    if words := _words(column, catalog):
        limits["enum"] = list(words)
    if column.least is not None:
        limits["minimum"] = column.least
    if column.most is not None:
        limits["maximum"] = column.most
    return {
        "name": column.name,
        **_TYPES[column.type],
        "title": column.zh,
        "description": column.meaning,
        "example": column.example,
        **({"unit": column.unit} if column.unit else {}),
        **({"constraints": limits} if limits else {}),
    }


def _lines(catalog: Catalog) -> Iterator[str]:
    yield from (
        "# Data dictionary 数据字典",
        "",
        "Made by `make docs` of `src/juesuan_extract/emit/` and `schemas/tables/`; a test fails on drift.",
        "",
        "Every file is written as CSV (UTF-8 with BOM, LF, empty for null, `true` and `false`) and as Parquet with the",
        "same columns. In CSV, text that a spreadsheet would run as a formula begins with `'`. Money is in 元, exact,",
        "with two places. [schemas/json](../schemas/json) holds the same as Frictionless Table Schemas, one for each",
        "file, and a `datapackage.json`: copied into an output folder they let any Frictionless tool check it.",
        "",
        "每个文件都有 CSV 和 Parquet 两种格式，各栏相同。金额一律以元为单位，精确到分。",
        "",
    )
    for name, columns in outputs(catalog).items():
        file = contract.files(catalog)[name]
        title = f" {catalog.tables[name].title}" if name in catalog.tables else ""
        key = ", ".join(f"`{column}`" for column in file.key) or "none"
        yield from (f"## `{name}`{title}", "", f"One row 一行：{file.row} / {file.row_zh}. Key 主键：{key}.")
        if name != "documents":
            yield f"`{'`, `'.join(DOCUMENT_KEY)}` refer to `documents`."
        yield from (
            "",
            "| column 栏 | type 类型 | null 可空 | 含义 | meaning | example 例 |",
            "|---|---|---|---|---|---|",
        )
        for column in columns:
            yield _row(column, catalog)
        yield ""
        if name in catalog.tables and catalog.tables[name].rows:
            yield from _row_ids(name, catalog)


def _row(column: Column, catalog: Catalog) -> str:
    kind = _SHOWN[column.type] + (f", {column.unit}" if column.unit else "")
    if column.least is not None:
        kind += f", {column.least} … {column.most}" if column.most is not None else f", from {column.least}"
    words = ", ".join(f"`{word}`" for word in _words(column, catalog))
    meaning = (
        column.meaning if not words else f"{column.meaning} ({words})" if _more(column, catalog) else column.meaning
    )
    cells = (f"`{column.name}`", kind, "" if column.required else "yes", column.zh, meaning, f"`{column.example}`")
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def _more(column: Column, catalog: Catalog) -> bool:
    """Whether the meaning leaves out one of the words."""
    return any(word not in column.meaning for word in _words(column, catalog))


def _row_ids(name: str, catalog: Catalog) -> Sequence[str]:
    """The ids of named rows, and what else stands in the table."""
    spec = catalog.tables[name]
    lines = ["| `row_id` | 印刷名称 |", "|---|---|"]
    lines += [f"| `{row_id}` | {row.names[0]} |" for row_id, row in spec.rows.items()]
    if spec.function_rows:
        lines.append("| `function.201` … `function.234` | 支出功能分类的类 |")
    return (*lines, "")


def main() -> None:
    """Write the files under the folder named, the current one unless given."""
    root = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    for path, text in files(load_catalog()).items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
