"""Normal forms of printed text."""

from __future__ import annotations

import pytest

from juesuan_extract.values.labels import chinese_year, label, normal, squeeze, strip_ordinal, unify_radicals


def test_squeeze_takes_out_what_is_not_seen_and_nothing_else() -> None:
    assert squeeze(" 收 入\u3000支\n出\t决\u00a0算\u200b总\ufeff表\u00ad ") == "收入支出决算总表"
    assert squeeze("“三公” １.０（⻔）") == "“三公”１.０（⻔）"


def test_radicals_become_the_characters_they_look_like() -> None:
    assert unify_radicals("部⻔公务用⻋⼯资") == "部门公务用车工资"
    assert unify_radicals("“１”（境）") == "“１”（境）", "the rest stays as printed"
    assert label("部⻔") == label("部门")


def test_normal_form_folds_width_quotes_and_dashes() -> None:
    assert normal("２０８ ０５（类）") == "20805(类)"
    assert {normal(f"{a}三公{b}") for a, b in ("“”", '""', "「」", "〝〞", "‘’", "`´")} == {'"三公"'}
    assert {normal(dash) for dash in "-－—–−"} == {"-"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("财政拨款“三公”经费支出决算表", "财政拨款三公经费支出决算表"),
        ("因公出国（境）费", "因公出国(境)费"),
        ("使用非财政拨款结余（含专用结余）", "使用非财政拨款结余 (含专用结余)"),
        ("会议费、培训费", "会议费培训费"),
    ],
)
def test_labels_do_not_depend_on_punctuation(one: str, other: str) -> None:
    assert label(one) == label(other)


def test_labels_keep_what_tells_rows_apart() -> None:
    rows = ["年初结转和结余", "年末结转和结余", "基本支出", "项目支出", "本年收入合计", "本年支出合计"]
    assert len({label(row) for row in rows}) == len(rows)


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("一、一般公共预算财政拨款收入", "一般公共预算财政拨款收入"),
        ("二十六、抗疫特别国债安排的支出", "抗疫特别国债安排的支出"),
        ("（一）人员经费", "人员经费"),
        ("(二)公用经费", "公用经费"),
        ("1.因公出国（境）费", "因公出国（境）费"),
        ("3．公务接待费", "公务接待费"),
        ("2、公务用车购置及运行维护费", "公务用车购置及运行维护费"),
        ("其中：（1）公务用车购置费", "公务用车购置费"),
        ("其中:教育收费", "教育收费"),
        ("（2）公务用车运行维护费", "公务用车运行维护费"),
        ("①货物", "货物"),
    ],
)
def test_ordinals_go(printed: str, name: str) -> None:
    assert strip_ordinal(printed) == name


@pytest.mark.parametrize(
    "name",
    ["一般公共服务支出", "三公经费", "301工资福利支出", "1.50", "合计", "（境）费", "一、", "其中：", "2024年支出", ""],
)
def test_what_is_no_ordinal_stays(name: str) -> None:
    assert strip_ordinal(name) == name


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2023", 2023),
        ("２０２４", 2024),
        ("二〇二三", 2023),
        ("二○二四", 2024),
        ("二零二五", 2025),
        ("1999", 1999),
        ("1889", None),
        ("2123", None),
        ("二〇二", None),
        ("20230", None),
        ("二十三", None),
        ("", None),
    ],
)
def test_years_in_both_kinds_of_digits(text: str, year: int | None) -> None:
    assert chinese_year(text) == year
