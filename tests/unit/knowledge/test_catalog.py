"""The knowledge files: complete by the contract, and an error that names file and place when one is broken."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from juesuan_extract.errors import SchemaError
from juesuan_extract.knowledge.catalog import Catalog, load_catalog, schemas_folder

CONTRACT = {
    "gk01": ("收入支出决算总表", "income_expenditure_summary"),
    "gk02": ("收入决算表", "income"),
    "gk03": ("支出决算表", "expenditure"),
    "gk04": ("财政拨款收入支出决算总表", "fiscal_appropriation_summary"),
    "gk05": ("一般公共预算财政拨款支出决算表", "general_budget_expenditure"),
    "gk06": ("一般公共预算财政拨款基本支出决算表", "general_budget_basic_expenditure"),
    "gk07": ("财政拨款“三公”经费支出决算表", "three_public_expenses"),
    "gk08": ("政府性基金预算财政拨款收入支出决算表", "government_fund"),
    "gk09": ("国有资本经营预算财政拨款支出决算表", "state_capital"),
}


def test_the_nine_tables_of_the_contract(catalog: Catalog) -> None:
    assert {name: (spec.title, spec.slug) for name, spec in catalog.tables.items()} == CONTRACT
    for name, names in CONTRACT.items():
        assert all(catalog.table(text).id == name for text in (name, *names))
    with pytest.raises(KeyError):
        catalog.table("gk10")


def test_columns_of_the_contract(catalog: Catalog) -> None:
    fund = ("opening_balance", "income", "total", "basic", "project", "closing_balance")
    assert catalog.tables["gk03"].columns == (
        "total", "basic", "project", "remit_superior", "operating", "affiliated_subsidy",
    )  # fmt: skip
    assert catalog.tables["gk04"].columns == ("amount", "total", "general_budget", "government_fund", "state_capital")
    assert catalog.tables["gk07"].columns == ("budget", "final")
    assert catalog.tables["gk08"].columns == catalog.tables["gk09"].columns == fund


def test_every_functional_class_has_its_row(catalog: Catalog) -> None:
    """Their ordinal is useless, so each must be known by its name, those of earlier years included."""
    rules = catalog.row_rules["gk01"]
    for code in (*range(201, 218), *range(219, 225), 227, 229, *range(231, 235)):
        for name in catalog.functions[str(code)]:
            assert any(rule.row_id == f"function.{code}" for rule in rules[name]), name


def test_no_heading_of_a_table_means_two_of_its_columns_on_one_side(catalog: Catalog) -> None:
    for spec in catalog.tables.values():
        for heading, ids in spec.headings.items():
            sides = [spec.columns_[name].side for name in ids]
            assert len(set(sides)) == len(sides), (spec.id, heading)


def test_codes_are_codes(catalog: Catalog) -> None:
    assert all(len(code) in (3, 5, 7) and code.isdigit() and code[0] in "12" for code in catalog.functions)
    assert all(len(code) in (3, 5) and code.isdigit() and code[0] in "35" for code in catalog.economics)
    assert catalog.functions["20805"] == ("行政事业单位离退休", "行政事业单位养老支出"), "both names, the earlier first"


def test_kinds_of_label_columns(catalog: Catalog) -> None:
    assert [catalog.label_kind(text) for text in ("科目编码", "功能分类科目编码", "类", "款", "项")] == ["code"] * 5
    assert [catalog.label_kind(text) for text in ("项目", "科目名称", "项目（按功能分类）")] == ["name"] * 3
    assert [catalog.label_kind(text) for text in ("行次", "栏次", "序号")] == ["ordinal"] * 3
    assert [catalog.label_kind(text) for text in ("决算数", "基本支出", "合计", "项目支出", "")] == [None] * 5


@pytest.mark.parametrize(
    "text",
    [
        "没有使用政府性基金预算拨款安排的支出。",
        "本年度没有国有资本经营预算财政拨款收入和支出，故本表无数据。",
        "无政府性基金预算财政拨款支出",
        "没有使用安排一般公共预算财政拨款“三公”经费的支出。",
        "本表为空表",
        "无数据，本表以空表列示",
    ],
)
def test_sentences_that_say_a_table_is_empty(text: str, catalog: Catalog) -> None:
    assert catalog.empty_pattern.search(text)


@pytest.mark.parametrize("text", ["本表反映单位本年度政府性基金预算财政拨款收入支出情况。", "支出决算表", "单位：万元"])
def test_sentences_that_do_not(text: str, catalog: Catalog) -> None:
    assert not catalog.empty_pattern.search(text)


# -- broken files -----------------------------------------------------------------------------------------------------


@pytest.fixture
def broken(tmp_path: Path) -> Callable[[str, str, str], Path]:
    """A copy of the schemas in which one text of one file is replaced."""

    def make(file: str, old: str, new: str) -> Path:
        folder = tmp_path / "schemas"
        shutil.copytree(schemas_folder(), folder)
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return folder

    return make


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("tables/gk03.yaml", "kind: function", "kind: functional", "gk03.yaml:4: kind"),
        ("tables/gk03.yaml", "slug: expenditure", "slugs: expenditure", "gk03.yaml:1: slug"),
        ("tables/gk03.yaml", "id: gk03", "id: [gk03", "gk03.yaml"),
        ("tables/gk03.yaml", "- expenditure\n", "- income\n", "income is a frame of gk02 too"),
        ("identities.yaml", "relation: '>='", "relation: '>'", "identities.46.relation"),
        ("identities.yaml", "- id: I01.income_subtotal\n", "- ids: x\n", "identities.yaml:28: identities.0.id"),
        ("document.yaml", "title_blockers:", "blockers:", "document.yaml"),
        ("codes/function_codes.csv", "code", "kode", "function_codes.csv"),
    ],
)
def test_a_broken_file_is_named_with_the_place(
    file: str, old: str, new: str, message: str, broken: Callable[[str, str, str], Path]
) -> None:
    with pytest.raises(SchemaError) as caught:
        load_catalog(broken(file, old, new))
    assert message in str(caught.value)
    assert caught.value.advice


@pytest.mark.parametrize(
    "file", ["document.yaml", "headings.yaml", "identities.yaml", "other_tables.yaml", "codes/economic_codes.csv"]
)
def test_a_missing_file_is_named(file: str, tmp_path: Path) -> None:
    shutil.copytree(schemas_folder(), tmp_path / "schemas")
    (tmp_path / "schemas" / file).unlink()
    with pytest.raises(SchemaError, match=Path(file).name):
        load_catalog(tmp_path / "schemas")


def test_no_tables_at_all(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="no tables"):
        load_catalog(tmp_path)


def test_code_lists_have_no_row_twice() -> None:
    for name in ("function_codes", "economic_codes"):
        with (schemas_folder() / "codes" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = [(row["code"], row["name"]) for row in csv.DictReader(file)]
        assert len(rows) == len(set(rows)) > 100
