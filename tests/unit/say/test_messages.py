"""Everything that the program says has words in both languages, and values for them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import juesuan_extract
from juesuan_extract.knowledge.catalog import Catalog, load_catalog
from juesuan_extract.model.message import Message, message, read_messages
from juesuan_extract.options import Options
from juesuan_extract.pipeline import extract
from tests.support.paths import PDFS

SOURCES = sorted(Path(juesuan_extract.__file__).parent.rglob("*.py"))
PREFIXES = {"kind", "found", "slip", "status", "say", "check"}  # whose codes are put together where they are said
MESSAGES = load_catalog().messages


def literals(node: ast.expr) -> Iterator[str]:
    """The codes that an expression can be: a text, or one of two."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from (*literals(node.body), *literals(node.orelse))


def said() -> Iterator[tuple[str, frozenset[str]]]:
    """The codes and the names of their values wherever the program makes a message with a code that is written out."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "message":
                names = frozenset(keyword.arg for keyword in node.keywords if keyword.arg)
                yield from ((code, names) for code in literals(node.args[0]))


def test_every_code_has_words_for_its_values() -> None:
    found = list(said())
    assert len(found) > 40
    wrong = [(c, sorted(names)) for c, names in found if c not in MESSAGES.root or MESSAGES.root[c].fields != names]
    assert wrong == []


def test_no_words_are_left_that_nobody_says() -> None:
    """A code stands somewhere in the program, or begins like those that are put together."""
    text = "".join(path.read_text(encoding="utf-8") for path in SOURCES)
    idle = [c for c in MESSAGES.root if c.partition(".")[0] not in PREFIXES and f'"{c}"' not in text]
    assert idle == []
    own = {"say": r"scene.say(", "check": "self._say("}
    assert all(how in text for how in own.values())


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_no_sentence_is_read_back(path: Path) -> None:
    """No pattern holds three English words: what a stage has to say to another it says as data."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re."):
            for text in (a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)):
                words = [word for word in text.split(" ") if word.isalpha() and word.isascii() and len(word) > 2]
                assert len(words) < 3, text


@pytest.mark.parametrize(
    ("found", "en", "zh"),
    [
        (message("cell.unproven"), "no identity speaks for it", "没有勾稽关系涉及它"),
        (
            message("suspect.with_others", others=2, checks=("a", "b", "c", "d", "e"), wanted=100),
            "with 2 more explains a, b, c and 2 more; would have to be 1.00 元",
            "与另 2 个数同改，a, b, c 另 2 项 就全部成立；应为 1.00 元",
        ),
        (message("say.pages", pages=(3, 5, 6, 7)), "pages 3, 5–7", "第 3, 5–7 页"),
        (message("say.pages", pages=(3,)), "page 3", "第 3 页"),
        (
            message("repair.figures_of_rows", rows=(("", "1.00", ""), ("208",)), count=9),
            "(no label): 1.00 (blank); 208: (no figures); … 9 rows",
            "无标签: 1.00 空白; 208: 没有数字; …共 9 行",
        ),
        (
            message("table.title_contradicted", title="收入表", why=message("fit.one_class", code="229")),
            "its title is 收入表, but all its codes are of class 229",
            "表题是“收入表”，但所有编码都在 229 类",
        ),
    ],
)
def test_words(found: Message, en: str, zh: str) -> None:
    assert MESSAGES.both(found) == (zh, en)


def test_text_of_a_document_is_the_same_in_every_language() -> None:
    assert MESSAGES.both("其中：基建") == ("其中：基建", "其中：基建")


def test_a_code_without_words_is_an_error() -> None:
    with pytest.raises(KeyError):
        MESSAGES.say(message("nobody.says_this"), "en")


TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)


@given(st.lists(st.tuples(TEXTS, st.lists(TEXTS, min_size=2, max_size=4)), max_size=3))
def test_the_form_for_programs_can_be_read_again(values: list[tuple[str, list[str]]]) -> None:
    found = [
        message("table.title_contradicted", title=text, why=message("suspect.stands_in", checks=tuple(several)))
        for text, several in values
    ]
    assert list(read_messages("; ".join(map(str, found)))) == found


@pytest.mark.parametrize("name", ["shanghai_mixed_wrong_digit", "case_figures_up_06", "fujian_writer_cut_row"])
def test_what_occurs_has_words(name: str, catalog: Catalog) -> None:
    (account,) = extract((PDFS / f"{name}.pdf").read_bytes(), name, Options(), catalog)
    assert {f"kind.{repair.kind}" for repair in account.repairs} <= MESSAGES.root.keys()
    assert {f"found.{finding.code}" for finding in account.findings} <= MESSAGES.root.keys()
    every = [reason for fact in account.facts for reason in fact.reasons]
    every += [one.evidence for one in account.repairs] + [remark for t in account.tables for remark in t.remarks]
    both = [MESSAGES.both(one) for one in every]
    assert [words for words in both if words.zh == words.en] == []
