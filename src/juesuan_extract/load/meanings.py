"""Comments of tables and columns; the English ones of columns are those of the output files."""

from __future__ import annotations

# zh, en
TABLES = {
    "documents": (
        "文件：一行一个决算公开文件（一个 PDF 含多个单位时一行一个单位）",
        "one row per document, or per account where a PDF holds several; duplicates stand in their own table",
    ),
    "duplicates": (
        "内容与其他文件相同的文件，未重复转换",
        "files whose content equals that of another one; their figures stand under that doc_id once",
    ),
    "tables": ("九张公开表：一行一个文件中的一张表，缺的也在内", "one row per document and table, missing ones too"),
    "cells": ("金额单元格：一行一个，空白的也在内", "one row per amount cell, blank ones too"),
    "checks": ("勾稽关系核对：一行一次", "one row per identity evaluated"),
    "repairs": ("读取时的修正：一行一处", "one row per repair made while reading"),
    "schema_version": ("本数据库结构的版本", "versions of these tables and views that were applied"),
}

# by name, or by table and name where it means something else there
COLUMN_ZH = {
    "doc_id": "文件编号：文件 SHA-256 的前 16 位；同一文件的其他单位加 -2、-3…；打不开的文件为 source:路径的哈希",
    "source": "文件的相对路径",
    "sha256": "文件的 SHA-256，十六进制",
    "documents.pages": "页数",
    "tables.pages": "所在页码，如 7 或 7,8",
    "kind": "种类：final_account 决算、budget 预算、other 其他",
    "repairs.kind": "修正的种类",
    "unit_name": "部门或单位名称",
    "fiscal_year": "决算年度；不明时为空",
    "tables_found": "九张表中找到的张数",
    "documents.status": "状态：verified 已核实、unverified 未全部核实、conflict 勾稽不符、failed 失败、"
    "not_final_account 不是决算",
    "tables.status": "状态：verified 已核实、unverified 未全部核实、conflict 勾稽不符、missing 缺",
    "cells.status": "状态：verified 已核实、unverified 未核实、conflict 可疑、repaired 已修正",
    "confidence": "金额与所印一致的概率，取各单元格中最低的",
    "cells.confidence": "金额与所印一致的概率",
    "error": "失败的原因和处理办法",
    "table_id": "表：gk01 … gk09，按含义，不按所印编号",
    "published_no": "所印表号",
    "published_title": "所印表名",
    "unit": "所印金额单位；金额一律以元给出",
    "rows": "有金额的行数",
    "columns": "金额列数",
    "method": "读取方式：text 文字、ocr 识别",
    "notes": "表旁所印的说明及备注",
    "row_no": "行号，按所印顺序，从 1 起",
    "row_id": "行的统一编号或科目编码；对不上的为 unmapped.行号",
    "row_name": "所印科目名称，去掉空白、序号和“其中：”",
    "level": "科目级次：类、款、项，或空",
    "column_id": "列的统一编号；对不上的为 extra.所印表头",
    "amount_yuan": "金额，元，精确；空白或横线为空",
    "amount_text": "所印文字，原样",
    "is_blank": "单元格是否空白",
    "page": "页码，从 1 起",
    "x0": "左边，pt，页面左上角为原点",
    "top": "上边，pt",
    "x1": "右边，pt",
    "bottom": "下边，pt",
    "reasons": "支持或质疑该单元格的理由",
    "check_id": "勾稽关系及所用的行、列",
    "tables": "涉及的表，如 gk01,gk04",
    "left": "左边各项",
    "right": "右边各项",
    "left_yuan": "左边合计，元",
    "right_yuan": "右边合计，元",
    "residual_yuan": "差额（左减右），元",
    "tolerance_yuan": "四舍五入允许的尾差，元",
    "passed": "差额是否在允许尾差之内",
    "cells": "涉及的单元格，形如 表[行].列",
    "before": "修正前",
    "after": "修正后",
    "evidence": "依据",
}


def amount(column_id: str, title: str) -> tuple[str, str]:
    """The comments of an amount column: its heading, and its id in words."""
    return f"{title}，元", f"{column_id.replace('_', ' ')}, in yuan (元)"
