"""Which cells are doubtful, and the note that says why, in Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

import pyarrow.compute as pc

from juesuan_extract.emit.contract import LIST
from juesuan_extract.excel.workbook import BEYOND, DoubtKind, exact
from juesuan_extract.model.message import read_messages
from juesuan_extract.say.account import column_title, row_title

if TYPE_CHECKING:
    from juesuan_extract.knowledge.catalog import Catalog

LOW = 0.99  # a verified cell below this confidence is coloured, too
CELL_COLUMNS = (
    "doc_id", "table_id", "row_no", "row_id", "row_name", "column_id", "amount_yuan", "amount_text", "is_blank", "page",
    "confidence", "status", "reason_codes",
)  # fmt: skip
CHECK_COLUMNS = (
    "doc_id", "check_id", "tables", "left", "right", "left_yuan", "right_yuan", "residual_yuan", "tolerance_yuan",
    "cells",
)  # fmt: skip
_BLANK = (pc.field("status") == "unverified") & pc.field("is_blank")  # nothing is printed that could be wrong
DOUBTFUL = ((pc.field("status") != "verified") & ~_BLANK) | (pc.field("confidence") < LOW)
FAILED = ~pc.field("passed")
_TERM = re.compile(r"(sum )?(gk\w+)\[([^\[\]()]*(?:\([^()]*\))?)\]\.([^\s;]+)")
_CHILDREN = re.compile(r"children\((.*)\)")
_DOUBTS: dict[str, DoubtKind] = {"conflict": "conflict", "unverified": "unverified", "repaired": "repaired"}
_SHOWN = 4  # failed identities in one note


class CellRow(NamedTuple):
    """A row of cells.parquet."""

    doc_id: str
    table_id: str
    row_no: int
    row_id: str
    row_name: str
    column_id: str
    amount: Decimal | None
    text: str
    is_blank: bool
    page: int
    confidence: float
    status: str
    reason_codes: str | None

    @property
    def doubt(self) -> DoubtKind:
        """How it is coloured; not a blank that nothing speaks for: nothing is printed there that could be wrong."""
        if self.is_blank and self.status == "unverified":
            return "low" if self.confidence < LOW else ""
        return _DOUBTS.get(self.status, "low" if self.confidence < LOW else "")


class Failed(NamedTuple):
    """A row of checks.parquet that did not pass."""

    doc_id: str
    check_id: str
    tables: str
    left: str
    right: str
    left_yuan: Decimal
    right_yuan: Decimal
    residual: Decimal
    tolerance: Decimal
    cells: str

    @property
    def identity(self) -> str:
        """Id of the identity in schemas/identities.yaml."""
        return self.check_id.partition("[")[0]


class Wording:
    """Says in Chinese what the files record in English and ids."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._identities = {known.id: known for known in catalog.identities}

    def says(self, failed: Failed) -> str:
        """What an identity says."""
        known = self._identities.get(failed.identity)
        return known.zh if known else failed.check_id

    def relation(self, failed: Failed) -> str:
        """How its sides stand to each other, and should not."""
        known = self._identities.get(failed.identity)
        relation = known.relation if known else "="
        return {"=": "≠", "<=": ">", ">=": "<"}[relation]

    def status(self, status: str) -> str:
        """A status."""
        return self._catalog.messages.say(self._catalog.messages.known(f"status.{status}"), "zh")

    def notes(self, text: str, codes: str) -> list[str]:
        """What is printed by a table, and what is to be said of it. text, codes: `notes` and `notes_codes`."""
        say, remarks = self._catalog.messages.say, read_messages(codes)
        printed = text.removesuffix(LIST.join(say(one, "en") for one in remarks)).removesuffix(LIST)
        return [*filter(None, printed.split(LIST)), *(say(one, "zh") for one in remarks)]

    def table(self, table_id: str) -> str:
        """Short name of a table."""
        return short(table_id, self._catalog)

    def row(self, table_id: str, row_id: str, name: str = "") -> str:
        """A row by code and name; the name from the catalog where it isn't given."""
        if not name:
            name = self._name(table_id, row_id)
        return row_title(row_id, name) if name else row_id

    def column(self, table_id: str, column_id: str) -> str:
        """The heading of a column."""
        return column_title(self._catalog, table_id, column_id)

    def side(self, text: str) -> str:
        """One side of a check, with names instead of ids."""

        def named(match: re.Match[str]) -> str:
            summed, table, row, column = match.groups()
            children = _CHILDREN.fullmatch(row)
            if children:
                what = f"{self.row(table, children[1])} 以下各科目"
            elif row == "classes":
                what = "各类"
            elif row == "function.*":
                what = "各功能分类"
            else:
                what = self.row(table, row)
            number = self.table(table).partition(" ")[0]
            return f"{number}〔{what}〕{self.column(table, column)}{'之和' if summed else ''}"

        return _TERM.sub(named, text).replace(" + ", " ＋ ").replace(" - ", " － ")

    def reasons(self, cell: CellRow) -> list[str]:
        """Why a cell is doubtful, one sentence each."""
        said = [self._catalog.messages.say(one, "zh") for one in read_messages(cell.reason_codes or "")]
        if not said and cell.status == "unverified":
            said = ["没有勾稽关系能证明这一格" + ("（空白）" if cell.is_blank else "")]
        if not said and cell.doubt == "low":
            said = ["有勾稽关系支持，但证据较弱"]
        return said

    def note(self, cell: CellRow, failed: Iterable[Failed]) -> str:
        """The note of a doubtful cell: status, what is printed and where, why, and what fails."""
        head = self.status(cell.status) if cell.status != "verified" else "可信度偏低"
        lines = [f"【{head}】可信度 {percent(cell.confidence)}"]
        lines.append(f"第 {cell.page} 页印为：{'（空白）' if cell.is_blank else cell.text}")
        reasons = self.reasons(cell)
        lines += reasons
        shown = 0
        for check in failed:
            shown += 1
            if shown <= _SHOWN:
                lines.append(
                    f"· {check.check_id}：{self.says(check)}；左边 {money(check.left_yuan)} {self.relation(check)} "
                    f"右边 {money(check.right_yuan)}，差 {money(abs(check.residual))} 元"
                )
        if shown > _SHOWN:
            lines.append(f"· 另 {shown - _SHOWN} 项，见“核对”")
        if cell.amount is not None and not exact(cell.amount):
            lines.append(BEYOND)
        return "\n".join(lines)

    def _name(self, table_id: str, row_id: str) -> str:
        spec = self._catalog.tables.get(table_id)
        if spec is None:
            return ""
        if row_id in spec.rows:
            return spec.rows[row_id].names[0]
        code = row_id.removeprefix("function.")
        names = self._catalog.codes(spec.kind).get(code) or self._catalog.functions.get(code)
        return names[-1] if names else "合计" if row_id == "total" else ""


# What a sheet is called; of a table that isn't one of the nine the title.
_SHORT = {
    "gk01": "收入支出总表", "gk02": "收入表", "gk03": "支出表", "gk04": "财政拨款收支总表", "gk05": "一般公共预算支出",
    "gk06": "基本支出", "gk07": "三公经费", "gk08": "政府性基金", "gk09": "国有资本经营",
}  # fmt: skip


def short(table_id: str, catalog: Catalog) -> str:
    """公开01 收入支出总表, for the name of a sheet and for sentences."""
    title = _SHORT.get(table_id) or (catalog.tables[table_id].title if table_id in catalog.tables else "")
    return f"公开{table_id.removeprefix('gk')} {title}".strip()


def by_cell(failed: Iterable[Failed]) -> dict[tuple[str, str, str, str], list[Failed]]:
    """Failed checks by the doc_id, table, row and column of each cell that stands in them."""
    found: dict[tuple[str, str, str, str], list[Failed]] = {}
    for check in failed:
        for text in check.cells.split(LIST):
            if match := _TERM.fullmatch(text):
                found.setdefault((check.doc_id, match[2], match[3], match[4]), []).append(check)
    return found


def money(amount: Decimal) -> str:
    """An amount in 元 with separators, exact."""
    return f"{amount:,.2f}"


def percent(value: float | None) -> str:
    """A probability, never rounded up to certainty."""
    return "" if value is None else f"{int(value * 100_000) / 1_000:.3f}".rstrip("0").rstrip(".") + "%"
