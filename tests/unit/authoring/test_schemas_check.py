"""`juesuan schemas check`: every fault of the knowledge files with its file and line, several at once."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from juesuan_extract.authoring.check import check_folder
from juesuan_extract.knowledge.catalog import schemas_folder
from juesuan_extract.knowledge.yaml_lines import read_marked


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped knowledge files."""
    shutil.copytree(schemas_folder(), tmp_path / "schemas")
    return tmp_path / "schemas"


def change(folder: Path, file: str, old: str, new: str) -> int:
    """Replace one text in a file; the line on which it stands."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def said(folder: Path) -> list[str]:
    return [str(problem) for problem in check_folder(folder).problems]


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "juesuan_extract", "schemas", "check", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", check=False, env=environment or None
    )


def test_the_shipped_files_are_right() -> None:
    checked = check_folder(schemas_folder())
    assert checked.problems == ()
    assert checked.counts["tables"] == 9
    assert checked.counts["frames"] >= 9


FAULTS = [
    ("tables/gk03.yaml", "kind: function", "kind: functional", "kind: Input should be 'named'"),
    ("tables/gk03.yaml", "slug: expenditure", "slug: expenditure\nslug: x", "slug stands twice"),
    ("tables/gk03.yaml", "id: gk03", "id: gk04", "the id gk04 is not that of the file"),
    ("tables/gk03.yaml", "  - expenditure\n", "  - expenditures\n", "titles.yaml has no word expenditures"),
    ("tables/gk03.yaml", "  - expenditure\n", "  - income\n", "the frame income is one of gk02 too"),
    ("tables/gk03.yaml", "columns:\n", "titles: [经费 “一览表”, 经费一览表]\ncolumns:\n", "经费一览表 stands in line"),
    ("tables/gk03.yaml", "columns:\n", "titles: [资产负债表]\ncolumns:\n", "资产负债表 stands in"),
    ("tables/gk03.yaml", "columns:\n", "titles: [支出决算一览]\ncolumns:\n", "never met: a title has the word 表"),
    ("tables/gk03.yaml", "columns:\n", "titles: [支出见下表]\ncolumns:\n", "document.yaml: sentence_patterns"),
    ("tables/gk03.yaml", "required_columns: [total, basic", "required_columns: [total, basik", "no column basik"),
    ("tables/gk01.yaml", "key_rows: [income.subtotal", "key_rows: [income.subtotals", "no row income.subtotals"),
    ("tables/gk04.yaml", "after: income.opening_balance,", "after: income.opening,", "there is no row income.opening"),
    ("tables/gk03.yaml", "headings: [基本支出,", "headings: [基本支出, 项目支出,", "of project means basic already"),
    ("tables/gk03.yaml", "headings: [基本支出,", "headings: [基本支出1,", "it would be compared as 基本支出"),
    ("tables/gk02.yaml", "headings: [其他收入]", "headings: [其他收入, 其他 收入]", "stands in line"),
    ("tables/gk01.yaml", "names: [结余分配]", "names: [一、结余分配]", "printed names lose their ordinal"),
    ("tables/gk01.yaml", "names: [结余分配]", "names: [结余分配, 本年支出合计]", "means expenditure.subtotal already"),
    ("tables/gk07.yaml", "default_column: final", "default_column: finals", "there is no column finals"),
    ("identities.yaml", "gk01[income.subtotal].{c}", "gk01[income.sum].{c}", "gk01 has no row income.sum"),
    ("identities.yaml", "'gk02[{r}].other?'", "'gk02[{r}].others?'", "gk02 has no column others"),
    ("identities.yaml", "'gk02[{r}].other?'", "'gk02[{q}].other?'", "{q} is not among its variables"),
    ("identities.yaml", "'gk02[{r}].other?'", "'gk02 {r} other'", "the term 'gk02 {r} other' can't be read"),
    ("identities.yaml", "{r: 'rows(gk02)'}", "{r: 'lines(gk02)'}", "the range 'lines(gk02)' can't be read"),
    ("identities.yaml", "gk06[30108]", "gk06[301088]", "gk06 has no row 301088"),
    ("identities.yaml", "- id: I01.balance", "- id: I01.income_total", "I01.income_total stands in line"),
    ("identities.yaml", "relation: '<='", "relation: '<'", "relation: Input should be"),
    ("document.yaml", "  - 空表", "  - '空(表'", "the pattern '空(表': missing )"),
    ("headings.yaml", "  - '[类款项]'", "  - '[类款项'", "the pattern '[类款项': unterminated character set"),
    ("headings.yaml", "code:", "codes:", "codes: Extra inputs are not permitted"),
    ("other_tables.yaml", "titles:\n", "titles:\n  - 资产负债表\n", "the title 资产负债表 stands in"),
    ("confidence.yaml", "- {is: {}", "- {is: {place: of}", "place: of is no evidence"),
    ("confidence.yaml", "ladder: [", "ladder: [name, ", "ladder: Value error, it must name each of"),
    ("messages.yaml", "cell.no_amount: {zh:", "cell.no_amount: {cn:", "cell.no_amount.cn: Extra inputs"),
    ("messages.yaml", "{text}", "{text:bold}", "nothing is written as bold"),
    ("codes/function_codes.csv", "20101,", "2O101,", "'2O101' is no code of this list"),
    ("codes/function_codes.csv", "2010101,行政运行,20101", "2010101,行政运行,20102", "the parent 20102 of 2010101"),
    ("codes/economic_codes.csv", "30101,基本工资", "30101,", "30101 has no name"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "message"), FAULTS)
def test_a_fault_is_named_with_file_and_line(file: str, old: str, new: str, message: str, folder: Path) -> None:
    line = change(folder, file, old, new)
    found = said(folder)
    assert any(message in text for text in found), found
    assert (
        any(text.startswith((f"{file}:{line}: ", f"{file}:{line + 1}: ")) for text in found) or "stands in" in message
    )


def test_no_yaml(folder: Path) -> None:
    line = change(folder, "tables/gk03.yaml", "id: gk03", "id: [gk03")
    assert said(folder) == [f"tables/gk03.yaml:{line + 1}: no YAML: did not find expected ',' or ']'"]


def test_files_that_are_missing_or_too_many(folder: Path) -> None:
    (folder / "tables" / "gk05.yaml").rename(folder / "tables" / "gk05-new.yaml")
    (folder / "headings.yaml").unlink()
    assert said(folder) == [
        "headings.yaml: No such file or directory",
        "tables/gk05-new.yaml: no table: the files here are gk01.yaml to gk09.yaml",
        "tables/gk05.yaml: this table is missing",
    ]


def test_several_faults_at_once(folder: Path) -> None:
    for file, old, new, _ in (FAULTS[0], FAULTS[-12], FAULTS[-2], FAULTS[-4]):
        change(folder, file, old, new)
    assert len({text.split(":")[0] for text in said(folder)}) == 4


def test_a_field_that_is_missing_is_named_where_it_belongs(folder: Path) -> None:
    line = change(folder, "identities.yaml", "- id: I01.income_total\n    zh:", "- id: I01.income_total\n    zz:")
    assert f"identities.yaml:{line}: identities.3.zh: Field required" in said(folder)


def test_the_command(folder: Path) -> None:
    good = run(str(folder))
    assert (good.returncode, good.stderr) == (0, "")
    assert good.stdout.startswith("9 tables, ")
    assert good.stdout.endswith(": nothing wrong\n")
    line = change(folder, "document.yaml", "  - 空表", "  - '空(表'")
    bad = run(str(folder))
    assert bad.returncode == 2
    assert bad.stdout.startswith(f"{folder}/document.yaml:{line}: ")
    assert bad.stderr == f"1 problem in {folder}\n"
    assert run(PATH="", JUESUAN_SCHEMAS=str(folder)).returncode == 2, "the folder may come from the environment"
    assert run().returncode == 0, "the shipped files"
    nowhere = run(str(folder / "nowhere"))
    assert (nowhere.returncode, nowhere.stdout) == (2, "")
    assert "there is no folder" in nowhere.stderr


def test_the_folder_of_the_shipped_files() -> None:
    command = [sys.executable, "-m", "juesuan_extract", "schemas", "path"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)
    assert done.stdout == f"{schemas_folder()}\n"


def test_lines_of_values(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("a: &n [x,\n  y]\nb:\n  - c: 1\n  - {d: *n}\n", encoding="utf-8")
    marked = read_marked(tmp_path / "x.yaml")
    assert [marked.line(*p) for p in (("a",), ("a", 1), ("b", 0, "c"), ("b", 1), ("b", 1, "d"), ("b", 7), ("z",))] == [
        1, 2, 4, 5, 5, 3, 1,
    ]  # fmt: skip
    assert marked.data == {"a": ["x", "y"], "b": [{"c": 1}, {"d": ["x", "y"]}]}
