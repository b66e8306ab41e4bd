"""Classification codes: 支出功能分类 and 支出经济分类."""

from __future__ import annotations

import re

from juesuan_extract.values.ids import is_code, is_function_row

FUNCTION = re.compile(r"^[12]\d\d(?:\d\d){0,2}$")  # 支出功能分类
ECONOMIC = re.compile(r"^[35]\d\d(?:\d\d){0,2}$")  # 支出经济分类
CODE = re.compile(r"^(?:[12]\d\d|[35]\d\d)(?:\d\d){0,2}$")  # of either
LEVELS = {3: "类", 5: "款", 7: "项"}  # by the digits of a code


def full_code(printed: str, before: str) -> str:
    """The full code from its printed parts.

    printed: parts from left to right, joined with | (201|06|01, 208|20805|2080505, 2080505, |05 for a 款 alone, ||05
    for a 项 alone). before: the full code of the row above, which supplies parts that are not printed again. "" when
    it is no code.
    """
    level = len(printed) - len(printed.lstrip("|"))  # columns to the left that are empty
    parts = [p for p in printed.split("|") if p]
    if not parts:
        return ""
    longest = max(parts, key=len)
    if len(longest) in (5, 7) and len(parts) <= 3 and all(longest.startswith(p) or p == longest for p in parts):
        return longest
    if len(parts[0]) == 3:
        joined = "".join(parts)
        return joined if len(joined) in (3, 5, 7) and all(len(p) == 2 for p in parts[1:]) else ""
    if len(parts) == 1 and len(longest) in (5, 7):
        return longest
    if all(len(p) == 2 for p in parts) and len(before) >= 3:  # 款 or 项 alone, the 类 stands above
        if len(parts) == 2 or level == 1:
            return before[:3] + "".join(parts)
        return before[: 3 if len(before) == 3 else 5] + parts[0]
    return ""


def level(row_id: str) -> str:
    """类, 款 or 项 of a code of three, five or seven digits and of a function row; empty for any other row."""
    if is_function_row(row_id):
        return "类"
    return LEVELS.get(len(row_id), "") if is_code(row_id) else ""
