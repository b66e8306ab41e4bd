"""The columns of every output file: the single source of what they mean, of which `make docs` makes the dictionary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from juesuan_extract.model.account import Kind, Status, TableStatus
from juesuan_extract.model.fact import CellStatus, Method

if TYPE_CHECKING:
    from juesuan_extract.knowledge.catalog import Catalog
    from juesuan_extract.knowledge.specs import TableSpec

Type = Literal["text", "printed", "integer", "boolean", "money", "number"]


class Column(NamedTuple):
    """One column.

    type: `text` is untrusted text; `printed` is a figure's text as printed; `money` is in 元 with two places;
    `number` is a float (points of a page, probabilities). required: never empty. words: all values it can have.
    least, most: bounds of a number. unit: of a number; money is in 元.
    """

    name: str
    type: Type
    meaning: str
    zh: str = ""
    example: str = ""
    required: bool = True
    words: tuple[str, ...] = ()
    unit: str = ""
    least: int | None = None
    most: int | None = None


class File(NamedTuple):
    """An output file. row, row_zh: what one row of it is. key: the columns that tell its rows apart; empty: none do."""

    row: str
    row_zh: str
    key: tuple[str, ...]


Columns = tuple[Column, ...]

TABLE_IDS = "table_id"  # the column whose words are the ids of the tables
DOCUMENT_KEY = ("doc_id", "source")  # of documents; every other file refers to it

_DOC_ID = Column(
    "doc_id",
    "text",
    "first 16 hex digits of the file's SHA-256; -2, -3 … for further accounts in it",
    "文件 SHA-256 的前 16 位；同一文件中的第二、第三套决算另加 -2、-3",
    "b525de97fc1c9ab0",
)
_SOURCE = Column(
    "source",
    "text",
    "path relative to the folder given, / separated, NFC",
    "文件相对于所给文件夹的路径，以 / 分隔",
    "2023/fuzhou_2023_calc.pdf",
)
_UNIT_NAME = Column(
    "unit_name",
    "text",
    "department or unit the account is of",
    "编制决算的部门或单位",
    "福州市社会保险技术服务保障中心",
    required=False,
)
_FISCAL_YEAR = Column("fiscal_year", "integer", "year the account is of", "决算年度", "2023", required=False)
_TABLE_ID = Column(
    TABLE_IDS,
    "text",
    "gk01 … gk09, by meaning, not by the number printed",
    "九张公开表之一，按表的内容确定，不按印刷的表号",
    "gk05",
)
_ROW_NO = Column(
    "row_no", "integer", "row of the table in printed order, from 1", "行在表中的印刷顺序，从 1 起", "6", least=1
)
_ROW_ID = Column(
    "row_id",
    "text",
    "canonical id or code of the row; unmapped.<row_no> where it maps to nothing",
    "行的统一编号或科目编码；不认识的行为 unmapped.行号",
    "2080505",
)
_ROW_NAME = Column(
    "row_name",
    "text",
    "printed name without white space, leading ordinal and 其中：",
    "印刷的项目或科目名称，去掉空白、序号和“其中：”",
    "机关事业单位基本养老保险缴费支出",
    required=False,
)
_PAGE = Column("page", "integer", "page, from 1", "页码，从 1 起", "12", least=1)
_METHOD_WORDS = get_args(Method)


def _confidence(required: bool = False) -> Column:
    return Column(
        "confidence",
        "number",
        "probability that the amounts equal what is printed; the lowest of the cells",
        "金额与印刷内容一致的概率，取其中最低的一格",
        "0.99996",
        required=required,
        least=0,
        most=1,
    )


def _edge(name: str, meaning: str, zh: str, example: str) -> Column:
    return Column(name, "number", meaning, zh, example, unit="pt")


def _yuan(name: str, meaning: str, zh: str, example: str, required: bool = False) -> Column:
    return Column(name, "money", meaning, zh, example, required=required, unit="元")


DOCUMENTS: Columns = (
    _DOC_ID._replace(required=False),  # a file that can't be opened has none
    _SOURCE,
    Column(
        "sha256",
        "text",
        "SHA-256 of the file, hex",
        "文件的 SHA-256，十六进制",
        "b525de97fc1c9ab0188caee22f43819b435b01fc4e266a61ead42c5bd21b030c",
        required=False,
    ),
    Column("pages", "integer", "number of pages", "页数", "24", least=0),
    Column(
        "kind",
        "text",
        "final_account, budget or other",
        "文件种类：final_account 决算，budget 预算，other 其他",
        "final_account",
        words=get_args(Kind),
    ),
    _UNIT_NAME,
    _FISCAL_YEAR,
    Column(
        "tables_found", "integer", "how many of the nine tables were found", "九张表中读到了几张", "9", least=0, most=9
    ),
    Column(
        "status",
        "text",
        "verified, unverified, conflict, failed, not_final_account or duplicate",
        "状态：verified 已验证，unverified 待核对，conflict 有矛盾，failed 读取失败，not_final_account 非决算，"
        "duplicate 重复",
        "verified",
        words=get_args(Status),
    ),
    _confidence(),
    Column(
        "error",
        "text",
        "why it failed and what to do; for a duplicate the first source",
        "失败的原因和处理办法；重复文件则为内容相同的第一个文件",
        "the file is empty; download it again",
        required=False,
    ),
)

TABLES: Columns = (
    _DOC_ID,
    _SOURCE,
    _TABLE_ID,
    Column(
        "published_no",
        "text",
        "number of the table as printed, without white space",
        "印刷的表号，去掉空白",
        "公开05表",
        required=False,
    ),
    Column(
        "published_title",
        "text",
        "title as printed, without white space",
        "印刷的表名，去掉空白",
        "一般公共预算财政拨款支出决算表",
        required=False,
    ),
    Column(
        "pages", "text", "page numbers from 1, as 7 or 7,8", "所在页码，从 1 起，如 7 或 7,8", "7,8", required=False
    ),
    Column(
        "unit",
        "text",
        "unit of money as printed; amounts are emitted in 元 all the same",
        "印刷的金额单位；输出的金额一律换算为元",
        "万元",
        required=False,
    ),
    Column("rows", "integer", "rows with amount cells", "有金额栏的行数", "12", least=0),
    Column("columns", "integer", "amount columns", "金额栏的栏数", "3", least=0),
    Column(
        "method",
        "text",
        "text or ocr; empty for a missing table",
        "读取方式：text 文字层，ocr 文字识别；没有读到的表为空",
        "text",
        required=False,
        words=_METHOD_WORDS,
    ),
    Column(
        "status",
        "text",
        "verified, unverified, conflict or missing",
        "状态：verified 已验证，unverified 待核对，conflict 有矛盾，missing 没有读到",
        "verified",
        words=get_args(TableStatus),
    ),
    _confidence(),
    Column(
        "notes",
        "text",
        "sentences printed by the table, and remarks",
        "表旁印刷的说明文字和读取时的备注",
        "注：本表反映部门本年度一般公共预算财政拨款支出情况。",
        required=False,
    ),
)

CELLS: Columns = (
    _DOC_ID,
    _SOURCE,
    _UNIT_NAME,
    _FISCAL_YEAR,
    _TABLE_ID,
    _ROW_NO,
    _ROW_ID,
    _ROW_NAME,
    Column(
        "column_id",
        "text",
        "canonical id of the column; extra.<printed heading> where it maps to nothing",
        "栏的统一编号；不认识的栏为 extra.印刷的栏名",
        "basic",
    ),
    _yuan(
        "amount_yuan",
        "amount in 元, exact; null where the cell is blank or a dash",
        "金额，元，精确到分；空白或横线为空值",
        "217200.00",
    ),
    Column("amount_text", "printed", "what is printed, unchanged", "印刷的原文，不作改动", "21.72", required=False),
    Column("is_blank", "boolean", "nothing is printed in the cell", "格内没有印任何内容", "false"),
    _PAGE,
    _edge("x0", "left edge, pt on the page as displayed, origin top left", "左边缘，磅，以页面左上角为原点", "412.64"),
    _edge("top", "upper edge, pt", "上边缘，磅", "155.17"),
    _edge("x1", "right edge, pt", "右边缘，磅", "503.88"),
    _edge("bottom", "lower edge, pt", "下边缘，磅", "171.67"),
    Column("method", "text", "text or ocr", "读取方式：text 文字层，ocr 文字识别", "text", words=_METHOD_WORDS),
    _confidence(required=True)._replace(
        meaning="probability that amount_yuan equals what is printed", zh="amount_yuan 与印刷内容一致的概率"
    ),
    Column(
        "status",
        "text",
        "verified, unverified, conflict or repaired",
        "状态：verified 已验证，unverified 待核对，conflict 有矛盾，repaired 已更正",
        "verified",
        words=get_args(CellStatus),
    ),
    Column(
        "reasons",
        "text",
        "what speaks for or against the cell",
        "支持或质疑这一格的理由",
        "no identity speaks for it",
        required=False,
    ),
)

CHECKS: Columns = (
    _DOC_ID,
    _SOURCE,
    Column(
        "check_id",
        "text",
        "identity with the row and column it was applied to",
        "勾稽关系编号，以及所核对的行和栏",
        "I05.row[2080505]",
    ),
    Column("tables", "text", "tables that stand in it, as gk01,gk04", "涉及的表，如 gk01,gk04", "gk05"),
    Column("left", "text", "terms of the left side", "等式左边各项", "gk05[2080505].total", required=False),
    Column(
        "right",
        "text",
        "terms of the right side",
        "等式右边各项",
        "gk05[2080505].basic + gk05[2080505].project",
        required=False,
    ),
    _yuan("left_yuan", "sum of the left side, 元", "左边之和，元", "217200.00", required=True),
    _yuan("right_yuan", "sum of the right side, 元", "右边之和，元", "217200.00", required=True),
    _yuan("residual_yuan", "left - right, 元", "差额：左边减右边，元", "0.00", required=True),
    _yuan(
        "tolerance_yuan",
        "what rounding of the displayed figures allows, 元",
        "四舍五入所允许的尾差，元",
        "150.00",
        required=True,
    ),
    Column("passed", "boolean", "the residual is within the tolerance", "差额在允许的尾差之内，即勾稽关系成立", "true"),
    Column(
        "cells",
        "text",
        "cells that stand in it, as table[row].column",
        "涉及的格，写作 表[行].栏",
        "gk05[2080505].total; gk05[2080505].basic; gk05[2080505].project",
        required=False,
    ),
)

REPAIRS: Columns = (
    _DOC_ID,
    _SOURCE,
    _TABLE_ID,
    _PAGE,
    Column("kind", "text", "what was done", "更正的种类", "continuation"),
    Column("before", "text", "as read", "读到的样子", "page 8 without a title", required=False),
    Column("after", "text", "as taken", "采用的样子", "joined to page 7", required=False),
    Column("evidence", "text", "why", "依据", "its columns stand in line", required=False),
)

_WIDE: Columns = (
    _DOC_ID,
    _SOURCE,
    _UNIT_NAME,
    _FISCAL_YEAR,
    _ROW_NO,
    _ROW_ID,
    _ROW_NAME,
    Column(
        "level",
        "text",
        "类, 款, 项 or empty",
        "科目级次：类、款、项；不是科目的行为空",
        "项",
        required=False,
        words=("类", "款", "项"),
    ),
)

FILES: dict[str, File] = {
    "documents": File(
        "a PDF, failed ones too; of a PDF with several accounts, an account",
        "一份 PDF（读取失败的也在内）；一份 PDF 含几套决算的，每套一行",
        DOCUMENT_KEY,
    ),
    "tables": File(
        "one of the nine tables in a document, missing ones too",
        "一份决算中的一张公开表，没有读到的也在内",
        ("doc_id", "table_id"),
    ),
    "cells": File(
        "an amount cell of a table that was found, blank ones too",
        "所读到的表中的一个金额格，空白的也在内",
        ("doc_id", "table_id", "row_no", "row_id", "column_id"),
    ),
    "checks": File(
        "an accounting identity at one place of a document", "一份决算中在一处核对的勾稽关系", ("doc_id", "check_id")
    ),
    "repairs": File("a correction of form", "一处版式更正", ()),
}


def file_of(name: str, catalog: Catalog) -> File:
    """What one row of an output file is, and its key."""
    if name in catalog.tables:
        title = catalog.tables[name].title
        return File(f"a row of {title}", f"{title}的一行", ("doc_id", "row_no", "row_id"))
    return FILES[name]


def wide(table: TableSpec) -> Columns:
    """Columns of one of the nine wide files."""
    amounts = (
        _yuan(name, f"{table.column_titles[name]}, 元", f"{table.column_titles[name]}，元", "217200.00")
        for name in table.columns
    )
    return (*_WIDE, *amounts, _confidence(required=True))


def outputs(catalog: Catalog) -> dict[str, Columns]:
    """Columns of every output file by its name, in the order of the contract."""
    return {
        "documents": DOCUMENTS,
        "tables": TABLES,
        "cells": CELLS,
        **{table.id: wide(table) for table in catalog.tables.values()},
        "checks": CHECKS,
        "repairs": REPAIRS,
    }
