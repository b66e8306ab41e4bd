"""The nine tables of one document as they are published: headings in several lines, 收入 beside 支出."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from juesuan_extract.excel.doubts import CellRow
from juesuan_extract.say.account import column_title
from juesuan_extract.values.ids import is_code, is_extra

if TYPE_CHECKING:
    from juesuan_extract.knowledge.catalog import Catalog
    from juesuan_extract.knowledge.specs import TableSpec

Path = tuple[str, ...]  # headings over a column, from the top
Align = str


class Label(NamedTuple):
    """A text in the body. across: how many columns it takes."""

    text: str
    indent: int = 0
    align: Align = "left"
    bold: bool = False
    across: int = 1


FormEntry = Label | CellRow | None  # None: a blank cell


class FormColumn(NamedTuple):
    """A column of a form."""

    path: Path
    kind: str  # code, name, line or amount


class Form(NamedTuple):
    """A table as it is published, without title."""

    columns: tuple[FormColumn, ...]
    rows: tuple[tuple[FormEntry, ...], ...]


class FormHeading(NamedTuple):
    """A heading and the cells it stands over, rows counted from the first heading."""

    top: int
    left: int
    bottom: int
    right: int
    text: str


class _FormRow(NamedTuple):
    row_id: str
    name: str
    cells: dict[str, CellRow]


def form(
    spec: TableSpec, cells: Sequence[CellRow], catalog: Catalog, place: Callable[[CellRow], tuple[float, float]]
) -> Form:
    """A table with these cells. place: the left and upper edge of a cell, pt."""
    rows = _rows(cells)
    columns = _columns(spec, cells, place)
    in_line = printed_in_line(cells, lambda cell: place(cell)[1])  # 三公 with its rows as headings
    if spec.id in ("gk01", "gk04"):
        return _two_sides(spec, rows, columns, catalog)
    if spec.id == "gk06" and columns == ["amount"] and any(row.row_id.startswith("302") for row in rows):
        return _economic(spec, rows)
    if spec.id == "gk07" and in_line and rows and not any(is_extra(name) for name in columns):
        return _in_line(spec, rows, columns)
    return _listed(spec, rows, columns or list(spec.columns), catalog)


def headings(columns: Sequence[FormColumn]) -> tuple[int, list[FormHeading]]:
    """How many lines the headings take, and the headings with what they stand over.

    Neighbours under the same heading share it; a heading with nothing below it goes down to the last line.
    """
    depth = max((len(column.path) for column in columns), default=1)
    found: list[FormHeading] = []
    for level in range(depth):
        left = 0
        while left < len(columns):
            path, right = columns[left].path, left
            if len(path) > level + 1:
                while right + 1 < len(columns) and _shares(columns[right + 1].path, path, level):
                    right += 1
                found.append(FormHeading(level, left, level, right, path[level]))
            elif len(path) == level + 1:
                found.append(FormHeading(level, left, depth - 1, left, path[level]))
            left = right + 1
    return depth, found


def _shares(other: Path, path: Path, level: int) -> bool:
    return len(other) > level + 1 and other[: level + 1] == path[: level + 1]


def _rows(cells: Sequence[CellRow]) -> list[_FormRow]:
    found: dict[tuple[int, str], _FormRow] = {}
    for cell in cells:
        key = cell.row_no, cell.row_id
        found.setdefault(key, _FormRow(cell.row_id, cell.row_name, {})).cells.setdefault(cell.column_id, cell)
    return list(found.values())


def _columns(spec: TableSpec, cells: Sequence[CellRow], place: Callable[[CellRow], tuple[float, float]]) -> list[str]:
    """The columns that are printed, in our order, or as they stand on the page where some of them have no id."""
    present = dict.fromkeys(cell.column_id for cell in cells)
    if not set(present) <= set(spec.columns):
        first = cells[0].page
        lefts: dict[str, float] = {}
        for cell in cells:
            if cell.page == first:
                lefts[cell.column_id] = min(place(cell)[0], lefts.get(cell.column_id, place(cell)[0]))
        if set(lefts) == set(present):
            return sorted(present, key=lambda name: lefts[name])
    return [
        *(name for name in spec.columns if name in present),
        *(name for name in present if name not in spec.columns),
    ]


# Headings that stand over others, by table: the columns below them.
_GROUPS = {
    "gk05": {"本年支出": ("total", "basic", "project")},
    "gk08": {"本年支出": ("total", "basic", "project")},
    "gk09": {"本年支出": ("total", "basic", "project")},
}


def _path(spec: TableSpec, column: str, catalog: Catalog) -> Path:
    group = next((name for name, columns in _GROUPS.get(spec.id, {}).items() if column in columns), None)
    if group:
        return group, spec.column_titles[column]
    if column in spec.columns:
        return (spec.column_titles[column],)
    return tuple(part for part in column_title(catalog, spec.id, column).split("/") if part) or ("",)


def _figures(row: _FormRow | None, columns: Iterable[str]) -> list[FormEntry]:
    return [row.cells.get(name) if row else None for name in columns]


# -- one row under the other ------------------------------------------------------------------------------------------


def _listed(spec: TableSpec, rows: Sequence[_FormRow], columns: Sequence[str], catalog: Catalog) -> Form:
    coded = spec.kind != "named" or any(_is_code(row.row_id) for row in rows)
    group = "项目"
    labels = [FormColumn((group, "科目编码"), "code"), FormColumn((group, "科目名称"), "name")]
    if not coded:
        labels = [FormColumn((group,), "name")]
    amounts = [FormColumn(_path(spec, name, catalog), "amount") for name in columns]
    numbers = [Label(str(number), align="center") for number in range(1, len(columns) + 1)]
    body: list[tuple[FormEntry, ...]] = [(Label("栏次", align="center", across=len(labels)), *numbers)]
    for row in rows:
        figures = _figures(row, columns)
        if not coded:
            body.append((_name(row), *figures))
        elif _is_code(row.row_id):
            body.append((Label(row.row_id), Label(row.name, _level(row.row_id)), *figures))
        elif row.row_id == "total":
            body.append((Label(row.name or "合计", align="center", bold=True, across=2), *figures))
        else:
            body.append((Label(row.name, across=2), *figures))
    if not rows:
        body.append((Label("（无数据）", align="center", across=len(labels)), *[None] * len(columns)))
    return Form((*labels, *amounts), tuple(body))


def _is_code(row_id: str) -> bool:
    return is_code(row_id)


def _level(code: str) -> int:
    return max(0, len(code) - 3) // 2


_TOTALS = ("subtotal", "total")  # rows in bold that stand level on both sides
_BELOW = ("vehicle_purchase", "vehicle_operation")


def _name(row: _FormRow) -> Label:
    last = row.row_id.rpartition(".")[2]
    if last in _TOTALS:
        return Label(row.name, align="center", bold=True)
    return Label(row.name, 1 if row.row_id in _BELOW or row.row_id.startswith("income.opening_balance.") else 0)


# -- 收入 beside 支出 ------------------------------------------------------------------------------------------------

_FIRST = ("budget", "adjusted_budget")  # printed before the 决算数


def _two_sides(spec: TableSpec, rows: Sequence[_FormRow], columns: Sequence[str], catalog: Catalog) -> Form:
    income, expenditure = _sides(rows)
    ordered = sorted(columns, key=lambda name: name not in _FIRST)
    left = [name for name in ordered if any(name in row.cells for row in income)] or ["amount"]
    own = [name for name, column in spec.columns_.items() if column.side == "expenditure"] or ["amount"]
    right = [name for name in ordered if any(name in row.cells for row in expenditure)] or own

    def under(side: str, names: Sequence[str]) -> list[FormColumn]:
        amounts = [FormColumn((side, *_plain(_path(spec, name, catalog))), "amount") for name in names]
        return [FormColumn((side, "项目"), "name"), FormColumn((side, "行次"), "line"), *amounts]

    count = 0
    body: list[tuple[FormEntry, ...]] = []
    order: list[FormEntry] = []
    for names in (left, right):
        order += [Label("栏次", align="center"), Label("")]
        for _ in names:
            count += 1
            order.append(Label(str(count), align="center"))
    body.append(tuple(order))
    pairs = _level_rows(income, expenditure)
    for number, (one, other) in enumerate(pairs, start=1):
        line: list[FormEntry] = []
        for row, own, count in ((one, left, number), (other, right, number + len(pairs))):
            line += [_name(row) if row else Label(""), Label(str(count), align="center"), *_figures(row, own)]
        body.append(tuple(line))
    if not rows:
        nothing = Label("（无数据）", align="center")
        body.append((nothing, Label(""), *[None] * len(left), nothing, Label(""), *[None] * len(right)))
    return Form((*under("收入", left), *under("支出", right)), tuple(body))


def _plain(path: Path) -> Path:
    """收入金额 stands under 收入 already."""
    return tuple("金额" if text == "收入金额" else text for text in path)


def _sides(rows: Sequence[_FormRow]) -> tuple[list[_FormRow], list[_FormRow]]:
    """Rows by side; a row that maps to nothing stands on the side of the row before it."""
    income: list[_FormRow] = []
    expenditure: list[_FormRow] = []
    side = income
    for row in rows:
        first = row.row_id.partition(".")[0]
        side = income if first == "income" else expenditure if first in ("expenditure", "function") else side
        side.append(row)
    return income, expenditure


def _level_rows(
    income: Sequence[_FormRow], expenditure: Sequence[_FormRow]
) -> list[tuple[_FormRow | None, _FormRow | None]]:
    """Rows in pairs, with 本年收入合计 beside 本年支出合计 and 总计 beside 总计."""
    pairs: list[tuple[_FormRow | None, _FormRow | None]] = []
    for name in (*_TOTALS, ""):
        one, income = _until(income, f"income.{name}" if name else "")
        other, expenditure = _until(expenditure, f"expenditure.{name}" if name else "")
        ends = [part.pop() if part and name and part[-1].row_id.endswith(f".{name}") else None for part in (one, other)]
        pairs += zip_longest(one, other)
        if any(ends):
            pairs.append((ends[0], ends[1]))
    return pairs


def _until(rows: Sequence[_FormRow], row_id: str) -> tuple[list[_FormRow], Sequence[_FormRow]]:
    """The rows up to and with one, and the rest; without it none, and all when no row is named."""
    if not row_id:
        return list(rows), ()
    end = next((i for i, row in enumerate(rows) if row.row_id == row_id), -1)
    return list(rows[: end + 1]), rows[end + 1 :]


# -- 基本支出: 人员经费 beside 公用经费 -------------------------------------------------------------------------------

_PERSONNEL = ("301", "303")
_GOODS = ("302",)


def _economic(spec: TableSpec, rows: Sequence[_FormRow]) -> Form:
    blocks: tuple[list[_FormRow], list[_FormRow], list[_FormRow]] = ([], [], [])
    ends: dict[str, _FormRow] = {}
    place = 0
    for row in rows:
        if row.row_id in ("personnel_total", "public_total", "total"):
            ends[row.row_id] = row
            continue
        if _is_code(row.row_id):
            place = 0 if row.row_id.startswith(_PERSONNEL) else 1 if row.row_id.startswith(_GOODS) else 2
        blocks[place].append(row)
    used = [block for block in blocks if block]
    titles = ["人员经费" if block is blocks[0] else "公用经费" for block in used]
    columns: list[FormColumn] = []
    for title in titles:
        columns += [
            FormColumn((title, "科目编码"), "code"),
            FormColumn((title, "科目名称"), "name"),
            FormColumn((title, spec.column_titles["amount"]), "amount"),
        ]
    body: list[tuple[FormEntry, ...]] = []
    for line in zip_longest(*used):
        entries: list[FormEntry] = []
        for row in line:
            if row is None:
                entries += [Label(""), Label(""), None]
            else:
                code = row.row_id if _is_code(row.row_id) else ""
                entries += [Label(code), Label(row.name, _level(code)), row.cells.get("amount")]
        body.append(tuple(entries))
    body += _ends(ends, titles)
    return Form(tuple(columns), tuple(body))


def _ends(ends: dict[str, _FormRow], titles: Sequence[str]) -> list[tuple[FormEntry, ...]]:
    """人员经费合计 and 公用经费合计 below their blocks, and 合计 over the whole width."""
    lines: list[tuple[FormEntry, ...]] = []

    def entry(row_id: str, name: str, across: int) -> tuple[FormEntry, ...]:
        row = ends.get(row_id)
        label = Label((row.name if row else "") or (name if row else ""), align="center", bold=True, across=across)
        return label, row.cells.get("amount") if row else None

    left = sum(title == "人员经费" for title in titles) * 3
    right = len(titles) * 3 - left
    if "personnel_total" in ends or "public_total" in ends:
        first = entry("personnel_total", "人员经费合计", left - 1) if left else ()
        second = entry("public_total", "公用经费合计", right - 1) if right else ()
        lines.append((*first, *second))
    if "total" in ends:
        lines.append(entry("total", "合计", left + right - 1))
    return lines


# -- 三公 in one line -------------------------------------------------------------------------------------------------

_VEHICLES = {"vehicle": "小计", "vehicle_purchase": "公务用车购置费", "vehicle_operation": "公务用车运行维护费"}


def _in_line(spec: TableSpec, rows: Sequence[_FormRow], columns: Sequence[str]) -> Form:
    group = next((row.name for row in rows if row.row_id == "vehicle"), "")
    made: list[FormColumn] = []
    entries: list[FormEntry] = []
    for name in columns:
        for row in rows:
            own = (group, _VEHICLES[row.row_id]) if group and row.row_id in _VEHICLES else (row.name,)
            made.append(FormColumn((spec.column_titles[name], *own), "amount"))
            entries.append(row.cells.get(name))
    numbers: list[FormEntry] = [Label(str(number), align="center") for number in range(1, len(made) + 1)]
    return Form(tuple(made), (tuple(numbers), tuple(entries)))


def printed_in_line(cells: Sequence[CellRow], top: Callable[[CellRow], float]) -> bool:
    """Whether the figures of several rows stand on one line of the page."""
    places = {(cell.page, round(top(cell))) for cell in cells}
    return len({cell.row_id for cell in cells}) > 1 and len(places) == 1
