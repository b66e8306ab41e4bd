"""What an account is found to hold: documents, their tables and the figures."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple, get_args

from juesuan_extract.emit.columns import (
    COLUMN_ID,
    DOC_ID,
    FISCAL_YEAR,
    METHOD_WORDS,
    PAGE,
    ROW_ID,
    ROW_NAME,
    ROW_NO,
    SOURCE,
    TABLE_ID,
    UNIT_NAME,
    confidence,
    edge,
    yuan,
)
from juesuan_extract.emit.contract import (
    Column,
    Columns,
    File,
    attribute,
    in_codes,
    in_words,
    made,
    of_account,
    probability,
)
from juesuan_extract.model.account import Account, Kind, Status, Table, TableStatus
from juesuan_extract.model.fact import CellStatus, Fact
from juesuan_extract.values.amounts import to_yuan
from juesuan_extract.values.codes import level

if TYPE_CHECKING:
    from juesuan_extract.knowledge.specs import TableSpec

_BAD_FIRST: tuple[CellStatus, ...] = ("conflict", "repaired", "unverified", "verified")


def _lacking(account: Account) -> str:
    """The required tables that were not found: gk03 (page 7); gk07."""
    return "; ".join(
        f"{lack.table_id} (page {', '.join(map(str, lack.pages))})" if lack.pages else lack.table_id
        for lack in account.lacking
    )


# -- documents and tables ---------------------------------------------------------------------------------------------

DOCUMENTS: Columns = (
    DOC_ID._replace(required=False),  # a file that can't be opened has none
    SOURCE,
    Column(
        "sha256",
        "text",
        of_account("sha256"),
        "SHA-256 of the file, hex",
        "文件的 SHA-256，十六进制",
        "b525de97fc1c9ab0188caee22f43819b435b01fc4e266a61ead42c5bd21b030c",
        required=False,
    ),
    Column("pages", "integer", of_account("pages"), "number of pages", "页数", "24", least=0),
    Column(
        "kind",
        "text",
        of_account("kind"),
        "final_account, budget or other",
        "文件种类：final_account 决算，budget 预算，other 其他",
        "final_account",
        words=get_args(Kind),
    ),
    UNIT_NAME,
    FISCAL_YEAR,
    Column(
        "tables_found",
        "integer",
        made(lambda account: sum(table.status != "missing" for table in account.tables)),
        "how many of the nine tables were found",
        "九张表中读到了几张",
        "9",
        least=0,
        most=9,
        small=True,
    ),
    Column(
        "complete",
        "boolean",
        made(lambda account: not account.lacking if account.tables else None),
        "whether every table is there that its contents list, its form and its year require",
        "应有的表是否齐全",
        "true",
        required=False,
    ),
    Column(
        "missing",
        "text",
        made(_lacking),
        "the required tables that were not found, with the pages that may hold them",
        "应有而未找到的表，及可能所在的页",
        "gk03 (page 7); gk09",
        required=False,
    ),
    Column(
        "status",
        "text",
        of_account("status"),
        "verified, unverified, conflict, blank (no figure is printed), failed, not_final_account or duplicate",
        "状态：verified 已验证，unverified 待核对，conflict 有矛盾，blank 空白，failed 读取失败，"
        "not_final_account 非决算，duplicate 重复",
        "verified",
        words=get_args(Status),
    ),
    confidence(made(lambda account: probability(account.confidence))),
    Column(
        "error",
        "text",
        of_account("error"),
        "why it failed and what to do; for a duplicate the first source",
        "失败的原因和处理办法；重复文件则为内容相同的第一个文件",
        "the file is empty; download it again",
        required=False,
    ),
)


def _pages(table: Table) -> str:
    return ",".join(map(str, table.pages))


TABLES: Columns = (
    DOC_ID,
    SOURCE,
    TABLE_ID,
    Column(
        "published_no",
        "text",
        attribute("published_no"),
        "number of the table as printed, without white space",
        "印刷的表号，去掉空白",
        "公开05表",
        required=False,
    ),
    Column(
        "published_title",
        "text",
        attribute("published_title"),
        "title as printed, without white space",
        "印刷的表名，去掉空白",
        "一般公共预算财政拨款支出决算表",
        required=False,
    ),
    Column(
        "pages",
        "text",
        made(_pages),
        "page numbers from 1, as 7 or 7,8",
        "所在页码，从 1 起，如 7 或 7,8",
        "7,8",
        required=False,
    ),
    Column(
        "unit",
        "text",
        attribute("unit"),
        "unit of money as printed; amounts are emitted in 元 all the same",
        "印刷的金额单位；输出的金额一律换算为元",
        "万元",
        required=False,
    ),
    Column("rows", "integer", attribute("rows"), "rows with amount cells", "有金额栏的行数", "12", least=0),
    Column("columns", "integer", attribute("columns"), "amount columns", "金额栏的栏数", "3", least=0),
    Column(
        "method",
        "text",
        made(lambda table: "" if table.status == "missing" else table.method),
        "text or ocr; empty for a missing table",
        "读取方式：text 文字层，ocr 文字识别；没有读到的表为空",
        "text",
        required=False,
        words=METHOD_WORDS,
    ),
    Column(
        "status",
        "text",
        attribute("status"),
        "verified, unverified, conflict, blank (no figure is printed in it) or missing",
        "状态：verified 已验证，unverified 待核对，conflict 有矛盾，blank 空白，missing 没有读到",
        "verified",
        words=get_args(TableStatus),
    ),
    confidence(made(lambda table: probability(table.confidence))),
    Column(
        "notes",
        "text",
        in_words("said"),
        "sentences printed by the table, and why its status is no better",
        "表旁印刷的说明文字，以及状态不是“已验证”的原因",
        "注：本表反映部门本年度一般公共预算财政拨款支出情况。",
        required=False,
    ),
    Column(
        "notes_codes",
        "text",
        in_codes("remarks"),
        "why its status is no better, for programs: codes of messages.yaml with their values",
        "供程序使用的原因：messages.yaml 中的编号及其值",
        "table.no_row[row_id=income.total]",
        required=False,
    ),
)

# -- figures ----------------------------------------------------------------------------------------------------------

CELLS: Columns = (
    DOC_ID,
    SOURCE,
    UNIT_NAME,
    FISCAL_YEAR,
    TABLE_ID,
    ROW_NO,
    ROW_ID,
    ROW_NAME,
    COLUMN_ID,
    yuan(
        "amount_yuan",
        "amount",
        "amount in 元, exact; null where the cell is blank or a dash",
        "金额，元，精确到分；空白或横线为空值",
        "217200.00",
    ),
    Column(
        "amount_text",
        "printed",
        attribute("text"),
        "what is printed, unchanged",
        "印刷的原文，不作改动",
        "21.72",
        required=False,
    ),
    Column(
        "is_blank",
        "boolean",
        attribute("is_blank"),
        "nothing is printed in the cell",
        "格内没有印任何内容",
        "false",
    ),
    PAGE,
    edge("x0", "left edge, pt on the page as displayed, origin top left", "左边缘，磅，以页面左上角为原点", "412.64"),
    edge("top", "upper edge, pt", "上边缘，磅", "155.17"),
    edge("x1", "right edge, pt", "右边缘，磅", "503.88"),
    edge("bottom", "lower edge, pt", "下边缘，磅", "171.67"),
    Column(
        "method",
        "text",
        attribute("method"),
        "text or ocr",
        "读取方式：text 文字层，ocr 文字识别",
        "text",
        words=METHOD_WORDS,
    ),
    confidence(made(lambda fact: probability(fact.confidence)), required=True)._replace(
        meaning="probability that amount_yuan equals what is printed", zh="amount_yuan 与印刷内容一致的概率"
    ),
    Column(
        "status",
        "text",
        attribute("status"),
        "verified, unverified, conflict or repaired",
        "状态：verified 已验证，unverified 待核对，conflict 有矛盾，repaired 已更正",
        "verified",
        words=get_args(CellStatus),
    ),
    Column(
        "reasons",
        "text",
        in_words("reasons"),
        "what speaks for or against the cell",
        "支持或质疑这一格的理由",
        "no identity speaks for it",
        required=False,
    ),
    Column(
        "reason_codes",
        "text",
        in_codes("reasons"),
        "the same for programs: codes of messages.yaml with their values, amounts in fen",
        "供程序使用的理由：messages.yaml 中的编号及其值，金额以分计",
        "cell.unproven",
        required=False,
    ),
)


class WideRow(NamedTuple):
    """A printed row of one of the nine tables. cells: of its canonical columns; counted: these, or all it has."""

    row_no: int
    row_id: str
    row_name: str
    cells: dict[str, Fact]
    counted: tuple[Fact, ...]


def _rows(account: Account, table: TableSpec) -> list[WideRow]:
    groups: dict[tuple[int, str], list[Fact]] = {}
    for fact in account.facts:
        if fact.table_id == table.id:
            groups.setdefault((fact.row_no, fact.row_id), []).append(fact)
    made = []
    for (number, row_id), facts in groups.items():
        cells = {fact.column_id: fact for fact in facts if fact.column_id in table.columns}
        made.append(WideRow(number, row_id, facts[0].row_name, cells, tuple(cells.values() or facts)))
    return made


def wide(table: TableSpec) -> File:
    """The file of one of the nine tables."""

    def amount(name: str) -> Column:
        def cell(row: WideRow) -> Decimal | None:
            fact = row.cells.get(name)
            return None if fact is None or fact.amount is None else to_yuan(fact.amount)

        title = table.column_titles[name]
        return yuan(name, made(cell), f"{title}, 元", f"{title}，元", "217200.00")

    return File(
        f"a row of {table.title}",
        f"{table.title}的一行",
        ("doc_id", "row_no", "row_id"),
        (
            DOC_ID,
            SOURCE,
            UNIT_NAME,
            FISCAL_YEAR,
            ROW_NO,
            ROW_ID,
            ROW_NAME,
            Column(
                "level",
                "text",
                made(lambda row: level(row.row_id)),
                "类, 款, 项 or empty",
                "科目级次：类、款、项；不是科目的行为空",
                "项",
                required=False,
                words=("类", "款", "项"),
            ),
            *map(amount, table.columns),
            confidence(made(lambda row: probability(min(fact.confidence for fact in row.counted))), required=True),
            Column(
                "status",
                "text",
                made(lambda row: min((fact.status for fact in row.counted), key=_BAD_FIRST.index)),
                "the worst status of its cells",
                "各格中最差的状态",
                "verified",
                words=get_args(CellStatus),
            ),
        ),
        lambda account: _rows(account, table),
        lambda row: row.row_no,
    )
