"""The phrases in which an account is told, each in Chinese and in English."""

from __future__ import annotations

import re
from typing import Literal

Lang = Literal["zh", "en"]


def say(lang: Lang, words: tuple[str, str], **values: object) -> str:
    """A phrase, given in Chinese and English, with its values filled in."""
    return words[lang == "en"].format(**values)


# zh, en
WORDS = {
    "place": ("第 {page} 页 {table} {row} {column}", "page {page}, {table}, {row}, {column}"),
    "unprinted": ("{table} {row} {column}", "{table}, {row}, {column}"),
    "row": ("第 {page} 页 {table} {row}", "page {page}, {table}, {row}"),
    "table": ("第 {page} 页 {table}", "page {page}, {table}"),
    "blank": ("空白", "blank"),
    "more": ("…等 {all} 项", "… and {rest} more"),
    # a failed identity
    "copy": (
        "{left}为 {printed}，{right}为 {other}，{relation}，差 {difference} {unit}",
        "{left}: {printed}; {right}: {other}; {relation}, off by {difference} {unit}",
    ),
    "sum": (
        "{left}：实为 {printed}，应{bound} {expected}{sum}，差 {difference} {unit}",
        "{left}: is {printed}, should be {bound}{expected}{sum}, off by {difference} {unit}",
    ),
    "sides": (
        "{left}：{left_side}，{right_side}，{relation}，差 {difference} {unit}",
        "{left}: {left_side}; {right_side}; {relation}, off by {difference} {unit}",
    ),
    "relation=": ("两者应相等", "they should be equal"),
    "relation<=": ("前者不应大于后者", "the first should not exceed the second"),
    "relation>=": ("前者不应小于后者", "the first should not be less than the second"),
    "bound=": ("为", ""),
    "bound<=": ("不大于", "at most "),
    "bound>=": ("不小于", "at least "),
    "aside": ("（{text}）", " ({text})"),
    # a suspect
    "suspect": (
        "{place}：印为 {printed}，应{expected}，{least}差 {difference} {unit}{slip}",
        "{place}: printed {printed}, would have to be {expected}, off by {least}{difference} {unit}{slip}",
    ),
    "one": ("为 {wanted}", "{wanted}"),
    "range": ("为 {wanted}（{least} 至 {most} 均说得通）", "{wanted} (anything from {least} to {most} would do)"),
    "at_least": ("不小于 {least}", "at least {least}"),
    "at_most": ("不大于 {most}", "at most {most}"),
    "any": ("为其他数", "something else"),
    "no_less": ("至少", "at least "),
    "slip": ("；疑为{slip}", "; looks like {slip}"),
    "witnesses": ("印出的数另有 {what}支持", "what is printed is supported by {what}"),
    "sums": ("{n} 项加总关系", "{n} {sums}"),
    "copies": ("{n} 处相同数字", "{n} {copies}"),
    "and": ("、", " and "),
    "no_witness": ("没有其他勾稽关系支持印出的数", "nothing else supports what is printed"),
    "mention": ("第 {page} 页正文写“{text}”，{supports}", "page {page} says “{text}”, {supports}"),
    "supports_printed": ("支持印出的数", "which supports what is printed"),
    "supports_expected": ("支持应为的数", "which supports what it would have to be"),
    # a conflict
    "not_found": (
        "没有找到少数几处改动就能使各项勾稽关系都成立的办法，请逐项核对",
        "no small set of changes was found that would satisfy all identities; compare them one by one",
    ),
    "only": ("改动最少的解释只有这一种", "no other explanation needs as few changes"),
    "several": ("以上解释改动同样少，凭勾稽关系不能区分", "the identities can't tell these explanations apart"),
    "incomplete": ("可能还有其他改动同样少的解释", "there may be other explanations that need as few changes"),
    # a repair
    "made": ("{place}：{kind}：印为“{before}”，按“{after}”读取；{evidence}",
             "{place}: {kind}: printed “{before}”, read as “{after}”; {evidence}"),
    "proposed": ("{place}：{kind}：印为“{before}”，可能应为“{after}”；{evidence}",
                 "{place}: {kind}: printed “{before}”, may have to be “{after}”; {evidence}"),
    "pairing_made": ("{place}：“{figures}”印在{before}行，按“{after}”行读取；{evidence}",
                     "{place}: “{figures}” stands beside {before}, was read as that of “{after}”; {evidence}"),
    "pairing_proposed": ("{place}：“{figures}”印在{before}行，可能属“{after}”行；{evidence}",
                         "{place}: “{figures}” stands beside {before}, may be that of “{after}”; {evidence}"),
    "rows": ("…共 {n} 行", "… {n} rows"),
    "no_label": ("无标签", "no label"),
}  # fmt: skip

SLIPS = {
    "digit": ("一位数字写错", "one digit changed"),
    "transposed": ("两位数字颠倒", "two digits transposed"),
    "lost": ("漏一位数字", "a digit lost"),
    "added": ("多一位数字", "a digit added"),
    "point": ("小数点错位", "the decimal point moved"),
    "sign": ("正负号写错", "a wrong sign"),
}

# What a repair of each kind is about; only these decide which figure belongs to which row.
KINDS = {
    "row_pairing": ("科目与金额错行", "labels and figures out of step"),
    "figures_shifted": ("金额整体错行", "figures shifted against the labels"),
    "rows_exchanged": ("两行金额互换", "figures of two rows exchanged"),
    "total_moved": ("合计金额错行", "figures of the total in another row"),
    "columns_exchanged": ("两列金额互换", "figures of two columns exchanged"),
    "codes_shifted": ("科目编码错行", "codes shifted against names and figures"),
    "columns_shifted": ("金额整体错列", "figures shifted against the headings"),
    "second_reader": ("两种读法结果不同", "two readers differ"),
    "row_joined_over_pages": ("一行跨两页", "a row cut by a page break"),
    "overflow_dropped": ("数字超出表格", "figures outside the cell"),
    "figure_joined": ("一个数字断成两行", "a figure on two lines"),
}
DECIDING = tuple(KINDS)
PAIRINGS = (
    "row_pairing", "figures_shifted", "rows_exchanged", "total_moved", "columns_exchanged", "columns_shifted",
    "codes_shifted",
)  # fmt: skip

# The evidence of repairs is recorded in English.
EVIDENCE_ZH = (
    (
        re.compile(r"0 identities fail as printed \(.*\), none of (\d+) does so"),
        r"按印出的对应关系无法核对，调整后 \1 项勾稽关系全部成立",
    ),
    (
        re.compile(r"(\d+) identities fail as printed \(.*\), none of (\d+) does so"),
        r"按印出的对应关系有 \1 项勾稽关系不成立，调整后 \2 项全部成立",
    ),
    (
        re.compile(r"(\d+) sums hold with it as 合计, (\d+) fail"),
        r"作为合计有 \1 项加总成立，\2 项不成立",
    ),
    (
        re.compile(r"(\d+) identities fail as printed \(.*\), (\d+) for want of a figure, (\d+) hold so"),
        r"按印出的位置有 \1 项勾稽关系不成立，移动后 \3 项成立，另有 \2 项因缺少金额无法核对",
    ),
    (
        re.compile(r"(\d+) identities fail as printed \(.*\), (\d+) hold so"),
        r"按印出的位置有 \1 项勾稽关系不成立，移动后 \2 项全部成立",
    ),
)
