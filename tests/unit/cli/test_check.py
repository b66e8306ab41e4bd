"""`juesuan check`: what is printed, what the JSON holds, and the exit status."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from juesuan_extract.batch.check import Checked, exit_code
from juesuan_extract.cli import check as show_check
from juesuan_extract.cli.check import CheckPage
from juesuan_extract.cli.check_json import document
from juesuan_extract.knowledge.catalog import load_catalog
from juesuan_extract.knowledge.messages import Lang
from juesuan_extract.model.account import Account, Lacking
from juesuan_extract.options import Options
from tests.support.books import facts
from tests.support.checked import DISPUTED, EXPENDITURE, OTHER, SUSPECT, account, checked, disputed
from tests.support.paths import PDFS

WRONG, CLEAN, BUDGET = (
    PDFS / f"{name}.pdf" for name in ("shanghai_mixed_wrong_digit", "fuzhou_2023_calc", "budget_writer_decoy")
)
UNREAD = Account("", "bad.pdf", "", 0, "other", "failed", error="the file is empty; download it again")
BUDGETED = Account("1" * 16, "budget.pdf", "1" * 64, 3, "budget", "not_final_account")
EVIL = "\x1b[2J[bold]\x07\u202e\x9bevil\r\n"


def juesuan(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "juesuan_extract", "check", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def printed(*found: Checked, lang: Lang = "zh", width: int | None = None) -> str:
    out = io.StringIO()
    terminal = width is not None
    console = Console(file=out, markup=False, highlight=False, force_terminal=terminal, width=width, color_system=None)
    page = CheckPage(console, lang, load_catalog())
    for one in found:
        page.account(one)
    page.total(found)
    return out.getvalue()


def test_a_wrong_digit_and_a_clean_account() -> None:
    done = juesuan(WRONG)
    assert (done.returncode, done.stderr) == (3, "")
    assert done.stdout.startswith("shanghai_mixed_wrong_digit.pdf  渠江县司法局  2022 年度  4 项勾稽关系不成立\n")
    assert (
        "第 5 页 收入决算表 22399 其他国有资本经营预算支出 本年收入合计：实为 86.62，应为 66.62，差 20.00 万元\n"
        "      依据 I02.row[22399]：每行：本年收入合计＝各项收入之和；允许尾差 0.01 万元\n"
    ) in done.stdout
    assert "\x1b" not in done.stdout, "no colours in a pipe"
    done = juesuan(CLEAN, "--lang", "en")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "fuzhou_2023_calc.pdf  福州市社会保险技术服务保障中心  2023  all 343 identities hold\n"


def test_a_folder_with_good_and_bad_files(tmp_path: Path) -> None:
    for path in (WRONG, CLEAN, BUDGET):
        shutil.copy(path, tmp_path)
    shutil.copy(CLEAN, tmp_path / "the_same.pdf")
    (tmp_path / "bad.pdf").write_text("no")
    done = juesuan(tmp_path)
    assert (done.returncode, done.stderr) == (1, ""), "a file that can't be read outweighs an identity that fails"
    heads = [line for line in done.stdout.splitlines() if ".pdf" in line]
    assert [head.split("  ")[0] for head in heads] == [
        "bad.pdf", BUDGET.name, CLEAN.name, WRONG.name, "the_same.pdf",
    ]  # fmt: skip
    assert heads[0].endswith("无法读取：not a PDF; download it again")
    assert heads[1].endswith("是预算，不是决算，未检查")
    assert heads[4].endswith(f"内容与 {CLEAN.name} 相同，不重复检查")
    assert done.stdout.splitlines()[-1] == (
        "共检查 5 个文件：1 个无法读取，1 个有勾稽关系不成立，1 个没有不成立的，2 个未检查"
    )


def test_usage() -> None:
    assert juesuan().returncode == 2
    assert juesuan(CLEAN, "--lang", "fr").returncode == 2
    done = juesuan(CLEAN, "nothing.pdf")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no such file or folder: " in done.stderr


def test_exit_codes() -> None:
    fine, wrong = checked(account(facts("gk03", "total basic\ntotal 1.00 1.00"))), checked(DISPUTED)
    unread, budget = checked(UNREAD), checked(BUDGETED)
    assert [exit_code(found) for found in ([], [fine, budget], [fine, wrong], [wrong, unread])] == [0, 0, 3, 1]


def test_json_of_a_file() -> None:
    done = juesuan(WRONG, CLEAN, "--format", "json", "--lang", "en")
    assert (done.returncode, done.stderr) == (3, "")
    data = json.loads(done.stdout)
    clean, wrong = data["documents"]
    assert (data["format"], clean["source"], clean["failures"], clean["status"]) == (1, CLEAN.name, [], "verified")
    assert [failure["check_id"] for failure in wrong["failures"]] == [
        "I02.row[22399]", "I02.hierarchy[223,total]", "I02.hierarchy[22399,total]", "X02-03.row[22399]",
    ]  # fmt: skip
    row = wrong["failures"][0]
    assert (row["left_yuan"], row["right_yuan"], row["residual_yuan"], row["tolerance_yuan"]) == (
        "866200.00", "666200.00", "200000.00", "100.00",
    )  # fmt: skip
    (cell,) = row["left"]
    assert (cell["table_id"], cell["row_id"], cell["column_id"], cell["page"], cell["amount_text"]) == (
        "gk02", "22399", "total", 5, "86.62",
    )  # fmt: skip
    x0, top, x1, bottom = cell["box"]
    assert 0 < x0 < x1
    assert 0 < top < bottom


def test_json_of_a_conflict() -> None:
    (first, second), *_ = (c["explanations"] for c in document(checked(DISPUTED), load_catalog())["conflicts"])
    (suspect,) = first
    assert (suspect["row_id"], suspect["least_yuan"], suspect["most_yuan"], suspect["slip"]) == (
        "total", "106615100.00", "106615100.00", "lost",
    )  # fmt: skip
    assert [mention["supports"] for mention in suspect["mentions"]] == ["expected", "printed"]
    blank = second[1]
    assert (blank["amount_yuan"], blank["amount_text"], blank["sums"], blank["copies"]) == (None, "", 2, 1)
    unbounded = OTHER._replace(least=None, most=None, key=("gk03", "229", "basic"))
    ((found,),) = document(checked(disputed((unbounded,))), load_catalog())["conflicts"][0]["explanations"]
    assert [found[name] for name in ("least_yuan", "most_yuan", "page", "box")] == [None] * 4


def test_the_text_of_a_conflict() -> None:
    assert printed(checked(DISPUTED)).splitlines()[:13] == [
        "a.pdf  某市城管局  2023 年度  2 项勾稽关系不成立",
        "  可疑数字，可能性大的在前：",
        "    1. 第 7 页 支出决算表 合计 基本支出：印为 1,066.51，应为 10,661.51，差 9,595.00 万元；疑为漏一位数字",
        "       没有其他勾稽关系支持印出的数",
        "       第 9 页正文写“基本支出10661.51万元”，支持应为的数",
        "       第 10 页正文写“基本支出合计1066.51万元”，支持印出的数",
        "    2. 以下 2 处须同时改：",
        "       - 第 7 页 支出决算表 合计 基本支出：印为 1,066.51，应为 10,661.51，差 9,595.00 万元",
        "         印出的数另有 1 项加总关系支持",
        "       - 第 7 页 支出决算表 21208 土地出让收入安排的支出 基本支出：印为 空白，"
        "应为 10,661.51，差 10,661.51 万元",
        "         印出的数另有 2 项加总关系、1 处相同数字支持",
        "    以上解释改动同样少，凭勾稽关系不能区分",
        "  不成立的勾稽关系：",
    ]
    text = printed(checked(DISPUTED, "en"), lang="en")
    assert (
        "\n  suspects, the likeliest first:\n    1. page 7, gk03 支出决算表, 合计, 基本支出: printed 1,066.51, " in text
    )


def test_several_conflicts_and_long_lists() -> None:
    (conflict,) = DISPUTED.conflicts
    several = account(
        facts("gk03", EXPENDITURE),
        conflicts=tuple(conflict._replace(checks=(name,)) for name in conflict.checks),
    )
    text = printed(checked(several))
    assert (
        text.index("问题 1：") < text.index("I03.row[total]") < text.index("问题 2：") < text.index("I03.total[basic]")
    )
    many = printed(checked(disputed(*[(SUSPECT,)] * 8)))
    assert "    5. " in many
    assert "    6. " not in many
    assert "另有 3 项，用 --format json 查看" in many


def test_what_could_not_be_proven_is_a_note() -> None:
    lacking = tuple(Lacking(f"gk0{n}") for n in (1, 2, 3, 4, 5, 7, 8, 9))
    found = checked(
        replace(account(facts("gk06", "amount\n30201 1.00\n30202 0.00"), proven="unverified"), lacking=lacking)
    )
    text = printed(found)
    assert text.splitlines()[0].endswith("没有可核对的勾稽关系")
    assert "\n  未能全部核实：一般公共预算财政拨款基本支出决算表；1 个数字没有勾稽关系可核对\n" in text
    assert "\n  不齐全，没有找到：收入支出决算总表、收入决算表、" in text
    data = document(found, load_catalog())
    assert (data["unverified_tables"], data["unverified_figures"], len(data["missing_tables"])) == (["gk06"], 1, 8)


@pytest.mark.parametrize("width", [40, 60, 100])
def test_a_terminal_wraps_under_the_indent_and_cuts_no_figure(width: int) -> None:
    text = printed(checked(DISPUTED), width=width)
    lines = text.splitlines()
    assert all(cell_len(line) <= width for line in lines)
    assert "…" not in text
    start = next(i for i, line in enumerate(lines) if line.startswith("    1. "))
    end = next(i for i, line in enumerate(lines) if line.startswith("    2. "))
    assert all(line.startswith("       ") for line in lines[start + 1 : end])
    assert "10,661.51" in text


@pytest.mark.parametrize("width", [None, 80])
def test_hostile_text_stays_text(width: int | None) -> None:
    named = account([f._replace(text=EVIL) for f in facts("gk03", EXPENDITURE)], unit_name=EVIL)
    found = checked(Account(**{name: getattr(named, name) for name in Account.__slots__} | {"source": EVIL}))
    text = printed(found, width=width)
    assert not any(character in text for character in "\x1b\x07\u202e\x9b\r")
    assert "[bold]" in text


def test_hostile_text_in_json(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    found = checked(account(facts("gk03", EXPENDITURE), unit_name=EVIL + "\ud800"))
    monkeypatch.setattr(show_check, "check_files", lambda *_: iter([found]))
    assert show_check.show_check([], Options(), "zh", "json", 1, None) == 3
    text = capsys.readouterr().out
    assert not any(character in text for character in "\x1b\x07\u202e\x9b\r\ud800")
    data: dict[str, Any] = json.loads(text)
    assert data["documents"][0]["unit_name"] == EVIL + "\ud800"
