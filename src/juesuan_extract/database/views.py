"""Views for the usual questions, as data. The SQL runs in all databases; the names of money columns end with $."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from juesuan_extract.database.ddl import Dialect, literal, quoted


class ViewColumn(NamedTuple):
    """A column of a view: its name ($ at the end: money), its expression, and its comments."""

    name: str
    sql: str
    zh: str
    en: str


class DbView(NamedTuple):
    """A view: `SELECT columns` and the rest of the statement."""

    name: str
    zh: str
    en: str
    columns: tuple[ViewColumn, ...]
    rest: str


def _figure(table: str, row: str, column: str) -> str:
    """An amount of the account u; null where the row is printed several times with different amounts."""
    return (
        f'(SELECT CASE WHEN MIN(g."{column}$") = MAX(g."{column}$") THEN MAX(g."{column}$") END'
        f" FROM {table} g WHERE g.doc_id = u.doc_id AND g.row_id = '{row}')"
    )


def _count(table: str, condition: str) -> str:
    return f"(SELECT COUNT(*) FROM {table} c WHERE c.doc_id = d.doc_id AND {condition})"


_ACCOUNT = (
    ViewColumn("unit_name", "u.unit_name", "部门或单位名称", "department or unit"),
    ViewColumn("fiscal_year", "u.fiscal_year", "决算年度", "year the account is of"),
    ViewColumn("doc_id", "u.doc_id", "文件编号", "document the figures are from"),
    ViewColumn("status", "u.status", "该文件的状态", "status of that document"),
)
_CHOSEN = """FROM (
  SELECT d.unit_name, d.fiscal_year, d.doc_id, d.source, d.status,
    COUNT(*) OVER (PARTITION BY d.unit_name, d.fiscal_year) AS documents,
    MAX(d.fiscal_year) OVER (PARTITION BY d.unit_name) AS latest_year,
    ROW_NUMBER() OVER (
      PARTITION BY d.unit_name, d.fiscal_year
      ORDER BY CASE d.status WHEN 'verified' THEN 1 WHEN 'unverified' THEN 2 ELSE 3 END, d.tables_found DESC, d.doc_id
    ) AS choice
  FROM documents d
  WHERE d.unit_name <> '' AND d.fiscal_year IS NOT NULL AND d.status IN ('verified', 'unverified', 'conflict')
) u
WHERE u.choice = 1"""

_FIGURES = (
    ("income", "gk01", "income.subtotal", "amount", "本年收入合计", "income of the year"),
    ("income_total", "gk01", "income.total", "amount", "收入总计", "income and what was carried over"),
    ("expenditure", "gk01", "expenditure.subtotal", "amount", "本年支出合计", "expenditure of the year"),
    ("expenditure_total", "gk01", "expenditure.total", "amount", "支出总计", "expenditure and what is left"),
    ("basic_expenditure", "gk03", "total", "basic", "基本支出", "basic expenditure"),
    ("project_expenditure", "gk03", "total", "project", "项目支出", "project expenditure"),
    ("fiscal_appropriation", "gk04", "income.subtotal", "amount", "财政拨款本年收入", "fiscal appropriation"),
    ("general_budget_expenditure", "gk05", "total", "total", "一般公共预算财政拨款支出", "from the general budget"),
    ("government_fund_expenditure", "gk08", "total", "total", "政府性基金预算财政拨款支出", "from government funds"),
    ("state_capital_expenditure", "gk09", "total", "total", "国有资本经营预算财政拨款支出", "from state capital"),
    ("three_public", "gk07", "total", "final", "“三公”经费决算数", "three public expenses, final"),
)  # fmt: skip
_THREE_PUBLIC = (
    ("total", "“三公”经费合计", "all three public expenses"),
    ("abroad", "因公出国（境）费", "travel abroad"),
    ("vehicle", "公务用车购置及运行维护费", "official vehicles"),
    ("vehicle_purchase", "公务用车购置费", "official vehicles, purchase"),
    ("vehicle_operation", "公务用车运行维护费", "official vehicles, operation"),
    ("reception", "公务接待费", "official receptions"),
)

_YEARS = DbView(
    "unit_years",
    "一行一个单位的一个年度：有几份文件时取核实程度最高的一份",
    "one row per unit and year: of several documents the one that is proven best",
    (
        *_ACCOUNT,
        ViewColumn("source", "u.source", "文件的相对路径", "path of that document"),
        ViewColumn("documents", "u.documents", "该单位该年度的文件数", "documents of this unit and year"),
        ViewColumn("latest_year", "u.latest_year", "该单位最近的年度", "latest year of this unit"),
    ),
    _CHOSEN,
)
_HEADLINES = DbView(
    "unit_year_figures",
    "一行一个单位的一个年度，附主要数字（元）",
    "one row per unit and year with the headline figures, in yuan",
    (
        *_ACCOUNT,
        ViewColumn("documents", "u.documents", "该单位该年度的文件数", "documents of this unit and year"),
        ViewColumn("latest_year", "u.latest_year", "该单位最近的年度", "latest year of this unit"),
        *(
            ViewColumn(f"{name}$", _figure(table, row, column), f"{zh}，元", f"{en}, in yuan")
            for name, table, row, column, zh, en in _FIGURES
        ),
    ),
    "FROM unit_years u",
)

VIEWS = (
    _YEARS,
    _HEADLINES,
    DbView(
        "latest_years",
        "每个单位最近一个年度的主要数字",
        "the latest year of every unit with the headline figures",
        tuple(column._replace(sql=f"u.{column.name}") for column in _HEADLINES.columns),
        "FROM unit_year_figures u WHERE u.fiscal_year = u.latest_year",
    ),
    DbView(
        "expenditure_by_function",
        "按功能分类（类）的支出，一行一个单位、年度和类",
        "expenditure by functional class: one row per unit, year and class",
        (
            *_ACCOUNT,
            ViewColumn("function_code", "f.function_code", "功能分类科目编码（类）", "code of the functional class"),
            ViewColumn("function_name", "f.function_name", "所印科目名称", "name of the class as printed"),
            ViewColumn("amount$", "f.amount$", "全部支出（公开01），元", "from all funds (gk01), in yuan"),
            ViewColumn(
                "fiscal_appropriation$",
                "(SELECT CASE WHEN MIN(g.total$) = MAX(g.total$) THEN MAX(g.total$) END FROM gk04 g"
                " WHERE g.doc_id = u.doc_id AND g.row_id = f.row_id)",
                "财政拨款支出（公开04），元",
                "from fiscal appropriations (gk04), in yuan",
            ),
        ),
        """FROM unit_years u
JOIN (
  SELECT g.doc_id, g.row_id, SUBSTR(g.row_id, 10) AS function_code, MAX(g.row_name) AS function_name,
    CASE WHEN MIN(g.amount$) = MAX(g.amount$) THEN MAX(g.amount$) END AS amount$
  FROM gk01 g WHERE g.row_id LIKE 'function.%'
  GROUP BY g.doc_id, g.row_id
) f ON f.doc_id = u.doc_id""",
    ),
    DbView(
        "three_public",
        "“三公”经费，一行一个单位的一个年度（元）；只含有该表的",
        "three public expenses: one row per unit and year that has the table, in yuan",
        (
            *_ACCOUNT,
            *(
                ViewColumn(f"{row}$", _figure("gk07", row, "final"), f"{zh}，决算数，元", f"{en}, final, in yuan")
                for row, zh, en in _THREE_PUBLIC
            ),
            *(
                ViewColumn(
                    f"{row}_budget$", _figure("gk07", row, "budget"), f"{zh}，预算数，元", f"{en}, budget, in yuan"
                )
                for row, zh, en in _THREE_PUBLIC
            ),
        ),
        "FROM unit_years u WHERE EXISTS (SELECT 1 FROM gk07 t WHERE t.doc_id = u.doc_id)",
    ),
    DbView(
        "documents_to_look_at",
        "需要人看的文件：失败、勾稽不符、未全部核实，或单位、年度不明",
        "documents for a human: failed, in conflict, not fully proven, or of unknown unit or year",
        (
            ViewColumn("doc_id", "d.doc_id", "文件编号", "document"),
            ViewColumn("source", "d.source", "文件的相对路径", "path of the document"),
            ViewColumn("unit_name", "d.unit_name", "部门或单位名称", "department or unit"),
            ViewColumn("fiscal_year", "d.fiscal_year", "决算年度", "year the account is of"),
            ViewColumn("status", "d.status", "状态", "status of the document"),
            ViewColumn("failed_checks", _count("checks", "NOT c.passed"), "不成立的勾稽关系数", "identities that fail"),
            ViewColumn(
                "suspect_cells", _count("cells", "c.status = 'conflict'"), "可疑单元格数", "cells that may be to blame"
            ),
            ViewColumn(
                "unproven_cells",
                _count("cells", "c.status = 'unverified'"),
                "未核实单元格数",
                "cells without a witness",
            ),
            ViewColumn("error", "d.error", "失败的原因和处理办法", "why it failed and what to do"),
        ),
        """FROM documents d
WHERE d.status IN ('failed', 'conflict', 'unverified')
  OR (d.status = 'verified' AND (d.unit_name = '' OR d.fiscal_year IS NULL))""",
    ),
    DbView(
        "sources",
        "一行一个来源，副本也在内，与 documents.csv 相同",
        "one row per source, duplicates too, as in documents.csv",
        (
            ViewColumn("source", "s.source", "文件的相对路径", "path of the file"),
            ViewColumn("doc_id", "s.doc_id", "文件编号", "document that holds its figures"),
            ViewColumn("status", "s.status", "状态；副本为 duplicate", "status of the document, or duplicate"),
        ),
        """FROM (
  SELECT source, doc_id, status FROM documents
  UNION ALL
  SELECT source, doc_id, 'duplicate' FROM duplicates
) s""",
    ),
)


def create_view(view: DbView, dialect: Dialect) -> str:
    """CREATE VIEW."""
    columns = ",\n  ".join(f'{column.sql} AS "{column.name}"' for column in view.columns)
    head = "" if dialect.comments == "statements" else f"  -- {dialect.said(view.zh, view.en)}\n"
    return dialect.view(f'CREATE VIEW "{view.name}" AS\n{head}SELECT\n  {columns}\n{view.rest}')


def comments(view: DbView, dialect: Dialect) -> Iterator[str]:
    """COMMENT ON for a view and its columns, where the database has it."""
    if dialect.comments == "statements":
        yield f"COMMENT ON VIEW {quoted(view.name)} IS {literal(dialect.said(view.zh, view.en))}"
        for column in view.columns:
            said = literal(dialect.said(column.zh, column.en))
            yield f"COMMENT ON COLUMN {quoted(view.name)}.{quoted(dialect.view(column.name))} IS {said}"
