"""Comments of tables; those of columns are the meanings in the output files."""

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
