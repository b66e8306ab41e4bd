"""The report's words in Chinese and English. What stages record in English is put into Chinese here, where known."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from juesuan_extract.say.wording import EVIDENCE_ZH


class Words(NamedTuple):
    """The same in two languages."""

    zh: str
    en: str


STATUS = {
    "conflict": Words("有矛盾", "conflict"),
    "failed": Words("读取失败", "failed"),
    "unverified": Words("待核对", "unverified"),
    "verified": Words("已验证", "verified"),
    "not_final_account": Words("非决算", "not a final account"),
    "duplicate": Words("重复", "duplicate"),
    "missing": Words("未找到", "missing"),
    "repaired": Words("已更正", "repaired"),
}

# Repairs of form; those that decide which figure belongs to which row are named in wording.py.
REPAIRS = {
    "continuation": Words("续页", "continued on the next page"),
    "heading_in_total_row": Words("合计行里的标题", "headings in the total row"),
    "ordinal_row": Words("栏次", "row that numbers the columns"),
    "ordinal_column": Words("行次", "column that numbers the rows"),
    "empty_strip": Words("空白条", "empty strip"),
    "name_joined": Words("名称分行", "name on several lines"),
    "name_borrowed": Words("名称取自他表", "name from another table"),
    "codes_joined": Words("编码分栏", "code in parts"),
    "figures_off_baseline": Words("数字与科目不在一条线上", "figures off their line"),
}

FINDINGS = {
    "readers_agree": Words("两种读法一致", "readers agree"),
    "reader_failed": Words("另一读法失败", "a reader failed"),
    "title_contradicted": Words("表题与栏目不符", "title contradicted"),
    "unknown_heading": Words("不认识的栏目", "unknown heading"),
    "unknown_row": Words("不认识的行", "unknown row"),
    "no_text_layer": Words("没有文字层", "no text layer"),
    "internal-error": Words("程序内部错误", "internal error"),
}

_PHRASES = (
    *EVIDENCE_ZH,
    *(
        (re.compile(pattern), chinese)
        for pattern, chinese in (
            # why a cell is in doubt
            (r"no identity speaks for it", "没有勾稽关系涉及它"),
            (r"another row of the table has the same id", "表内另有一行与它编号相同"),
            (
                r"one sum alone speaks for it, and it does not stand in the row of its label",
                "只有一个合计等式证明它，而它与科目不在同一行",
            ),
            (
                r"one sum alone speaks for it, and no known name stands beside its code",
                "只有一个合计等式证明它，而编码旁没有认识的名称",
            ),
            (r"the name beside its code is that of another code", "编码旁印的是其他编码的名称"),
            (r"no amount: (.*)", r"不是金额：\1"),
            (r"thousands separators out of place", "千位分隔符不在位"),
            (r"a figure over two lines without decimals", "数字分两行，没有小数"),
            (r"(\w+) reads nothing here", r"\1 在此没有读到数字"),
            (r"(\w+) reads (.+) here", r"\1 在此读作 \2"),
            (r"(?:alone )?explains (.*); would have to be (.*) 元", r"只改这一个数，\1 就全部成立；应为 \2 元"),
            (
                r"with (\d+) more explains (.*); would have to be (.*) 元",
                r"与另 \1 个数同改，\2 就全部成立；应为 \3 元",
            ),
            (
                r"one of (\d+) cells that alone explain (.*); would have to be (.*) 元",
                r"\1 个数中只改任一个，\2 就全部成立；应为 \3 元",
            ),
            (
                r"one of (\d+) sets of cells that explain (.*); would have to be (.*) 元",
                r"\1 组数中同改任一组，\2 就全部成立；应为 \3 元",
            ),
            (r"stands in (.*)", r"涉及不成立的 \1"),
            # what a repair did, and why
            (r"left out", "略去"),
            (r"headings taken out", "去掉标题文字"),
            (r"joined to page (\d+)", r"并入第 \1 页"),
            (r"page (\d+) without a title", r"第 \1 页没有表题"),
            (r"page (\d+) with the heading again", r"第 \1 页重印表头"),
            (r"its columns stand in line", "各栏对齐"),
            (r"its lines stand in one cell", "各行文字在同一单元格"),
            (r"its lines stand in one cell and make one figure", "两行在同一单元格，合成一个数"),
            (r"one line is a figure, the others are words of the cell beside it", "一行是数字，其余是邻格溢出的文字"),
            (r"类 款 项 or column names", "是“类 款 项”或栏目名称"),
            (r"it numbers the columns", "只是栏次"),
            (r"it numbers the rows", "只是行次"),
            (r"nothing is printed in them", "里面没有印任何内容"),
            (r"the same code in another table", "他表同一编码的名称"),
            (
                r"(\d+) codes of the page; parts from left to right, what lacks stands in the row above",
                r"本页 \1 个编码；各段从左到右相连，缺的取自上一行",
            ),
            (r"(\d+) pt below the label, in the same row of cells", r"比科目低 \1 磅，在同一行单元格内"),
            (r"(\d+) pt above the label, in the same row of cells", r"比科目高 \1 磅，在同一行单元格内"),
            (r"figures without a label follow a label without figures", "前一行有科目没有数字，后一行有数字没有科目"),
            (r"together they are the name of the code", "合起来是该编码的名称"),
            (r"together they are (.*)", r"合起来是 \1"),
            (r"a name without a code at the top of a page", "页首的名称没有编码"),
            (
                r"(\d+) identities fail as read by (\w+), none as read by (\w+)",
                r"按 \2 读有 \1 项不成立，按 \3 读全部成立",
            ),
            # findings and notes
            (r"(\w+) reads the same figures: they are printed so", r"\1 读到同样的数字：原文就是这样印的"),
            (r"pictures without text; tables on them are not read", "只有图像没有文字，其中的表格没有读取"),
            (r"page (\d+) bears its title, and no table could be read there", r"第 \1 页印有表题，但没有读出表格"),
            (r"figures without a label", "有数字没有科目"),
            (r"pages? ([\d, –]+)", r"第 \1 页"),
            (r"page (\d+), (.+)", r"第 \1 页 \2"),
        )
    ),
)

_MORE = re.compile(r" and (\d+) more")  # behind a list of checks


def words(known: dict[str, Words], key: str) -> Words:
    """The words for a key; the key itself, readable, where there are none."""
    text = key.replace("_", " ")
    return known.get(key) or Words(text, text)


@lru_cache(maxsize=4096)
def phrase(text: str) -> Words:
    """A sentence that some stage recorded in English, in both languages; as it is where it isn't known."""
    for pattern, chinese in _PHRASES:
        if match := pattern.fullmatch(text):
            return Words(_MORE.sub(r" 另 \1 项", match.expand(chinese)), text)
    return Words(text, text)
