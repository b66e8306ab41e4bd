"""Columns that stand in several output files."""

from __future__ import annotations

from operator import attrgetter
from typing import get_args

from juesuan_extract.emit.contract import Column, Fill, attribute, in_yuan, made, of_account
from juesuan_extract.model.fact import Fact
from juesuan_extract.model.page import Method

TABLE_IDS = "table_id"  # the column whose words are the ids of the tables
METHOD_WORDS = get_args(Method)

DOC_ID = Column(
    "doc_id",
    "text",
    of_account("doc_id"),
    "first 16 hex digits of the file's SHA-256; -2, -3 … for further accounts in it",
    "文件 SHA-256 的前 16 位；同一文件中的第二、第三套决算另加 -2、-3",
    "b525de97fc1c9ab0",
)
SOURCE = Column(
    "source",
    "text",
    of_account("source"),
    "path relative to the folder given, / separated, NFC",
    "文件相对于所给文件夹的路径，以 / 分隔",
    "2023/fuzhou_2023_calc.pdf",
)
UNIT_NAME = Column(
    "unit_name",
    "text",
    of_account("unit_name"),
    "department or unit the account is of",
    "编制决算的部门或单位",
    "福州市社会保险技术服务保障中心",
    required=False,
)
FISCAL_YEAR = Column(
    "fiscal_year",
    "integer",
    of_account("fiscal_year"),
    "year the account is of",
    "决算年度",
    "2023",
    required=False,
    small=True,
)
TABLE_ID = Column(
    TABLE_IDS,
    "text",
    attribute("table_id"),
    "gk01 … gk09, by meaning, not by the number printed",
    "九张公开表之一，按表的内容确定，不按印刷的表号",
    "gk05",
)
ROW_NO = Column(
    "row_no",
    "integer",
    attribute("row_no"),
    "row of the table in printed order, from 1",
    "行在表中的印刷顺序，从 1 起",
    "6",
    least=1,
)
ROW_ID = Column(
    "row_id",
    "text",
    attribute("row_id"),
    "canonical id or code of the row; unmapped.<row_no> where it maps to nothing",
    "行的统一编号或科目编码；不认识的行为 unmapped.行号",
    "2080505",
)
ROW_NAME = Column(
    "row_name",
    "text",
    attribute("row_name"),
    "printed name without white space, leading ordinal and 其中：",
    "印刷的项目或科目名称，去掉空白、序号和“其中：”",
    "机关事业单位基本养老保险缴费支出",
    required=False,
)
COLUMN_ID = Column(
    "column_id",
    "text",
    attribute("column_id"),
    "canonical id of the column; extra.<printed heading> where it maps to nothing",
    "栏的统一编号；不认识的栏为 extra.印刷的栏名",
    "basic",
)
PAGE = Column("page", "integer", attribute("page"), "page, from 1", "页码，从 1 起", "12", least=1)


def confidence(fill: Fill, required: bool = False) -> Column:
    """The lowest confidence of some cells."""
    return Column(
        "confidence",
        "number",
        fill,
        "probability that the amounts equal what is printed; the lowest of the cells",
        "金额与印刷内容一致的概率，取其中最低的一格",
        "0.99996",
        required=required,
        least=0,
        most=1,
    )


def edge(name: str, meaning: str, zh: str, example: str) -> Column:
    """An edge of a fact's box, in pt."""

    get = attrgetter(name)

    def value(fact: Fact) -> float:
        return float(round(get(fact.box), 2)) + 0.0  # no -0.0

    return Column(name, "number", made(value), meaning, zh, example, unit="pt")


def yuan(name: str, fill: str | Fill, meaning: str, zh: str, example: str, required: bool = False) -> Column:
    """An amount. fill: the attribute of the item that holds it in fen, or its values in 元."""
    values = in_yuan(fill) if isinstance(fill, str) else fill
    return Column(name, "money", values, meaning, zh, example, required=required, unit="元")
