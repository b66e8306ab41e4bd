"""Hand-made accounts for tests of what comes after the pipeline."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Sequence
from typing import Any

from juesuan_extract.model.account import Account, OtherTable, Table
from juesuan_extract.model.fact import Fact
from juesuan_extract.model.message import Finding, Message, Repair, message
from juesuan_extract.model.page import Box, Picture
from juesuan_extract.model.proof import Check, CheckTerm, Conflict, Mention, Suspect


def said(text: str) -> Message:
    """A message with these words in both languages."""
    return message("say.unknown", code=text)


def png(width: int = 60, height: int = 84) -> bytes:
    """A grey picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    lines = b"".join(b"\0" + b"\xdd" * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")


def fact(
    row_no: int,
    row_id: str,
    column_id: str,
    amount: int | None,
    table_id: str = "gk03",
    row_name: str = "",
    **more: Any,
) -> Fact:
    """A cell of page 7 at a place that follows from its row."""
    text = "" if amount is None else f"{amount / 1_000_000:,.2f}"
    values: dict[str, Any] = {
        "text": text,
        "is_blank": amount is None,
        "page": 7,
        "box": Box(300.123, 100.0 + 20 * row_no, 360.0, 120.0 + 20 * row_no),
        "confidence": 0.999,
        "status": "verified",
    }
    return Fact(table_id, row_no, row_id, row_name or f"行{row_no}", column_id, amount, **(values | more))


def table(table_id: str = "gk03", **more: Any) -> Table:
    """A found table."""
    values: dict[str, Any] = {
        "published_no": "公开03表",
        "published_title": "支出决算表",
        "pages": (7, 8),
        "unit": "万元",
        "rows": 2,
        "columns": 6,
        "status": "verified",
        "confidence": 0.999,
    }
    return Table(table_id, **(values | more))


def missing(table_id: str, *notes: str) -> Table:
    """A table that was not found."""
    return Table(table_id, "", "", (), "", 0, 0, "missing", None, notes=notes)


FACTS = (
    fact(1, "total", "total", 1_234_560_000, row_name="合计"),
    fact(1, "total", "basic", 1_000_000_000, row_name="合计"),
    fact(1, "total", "project", 234_560_000, row_name="合计"),
    fact(2, "208", "total", 1_234_560_000, row_name="社会保障和就业支出"),
    fact(2, "208", "basic", None, row_name="社会保障和就业支出"),
    fact(2, "208", "extra.其中：基建", 5, row_name="社会保障和就业支出", text="0.00", confidence=0.5),
)


def terms(row: str, *columns: str) -> tuple[CheckTerm, ...]:
    """Cells of a row of gk03, added up."""
    return tuple(CheckTerm(1, False, "gk03", row, column, 1) for column in columns)


HOLDS = Check(
    "I03.row[total]", "I03.row", ("gk03",), terms("total", "total"), terms("total", "basic", "project"),
    1_234_560_000, 1_234_560_000, 0, 15_000, "holds",
    (("gk03", "total", "total"), ("gk03", "total", "basic"), ("gk03", "total", "project")), 1,
)  # fmt: skip
FAILS = HOLDS._replace(
    check_id="I03.row[208]", left=terms("208", "total"), right=terms("208", "basic", "project"),
    right_amount=0, residual=1_234_560_000, verdict="fails",
    cells=(("gk03", "208", "total"), ("gk03", "208", "basic"), ("gk03", "208", "project")),
)  # fmt: skip
OPEN = HOLDS._replace(
    check_id="X01-03", identity="X01-03", tables=("gk01", "gk03"), left_amount=None, right_amount=None, residual=None,
    tolerance=None, verdict="not_evaluable", cells=(),
)  # fmt: skip


def account(source: str = "a.pdf", facts: Sequence[Fact] = FACTS, **more: Any) -> Account:
    """A verified final account of one found table."""
    sha256 = hashlib.sha256(source.encode("utf-8", "replace")).hexdigest()
    values: dict[str, Any] = {
        "doc_id": sha256[:16],
        "sha256": sha256,
        "pages": 20,
        "kind": "final_account",
        "status": "verified",
        "unit_name": "某市教育局",
        "fiscal_year": 2023,
        "confidence": 0.999,
        "tables": tuple(table() if i == 3 else missing(f"gk0{i}") for i in range(1, 10)),
        "checks": (HOLDS, OPEN),
        "timings": {"read": 0.25, "verify": 0.5},
    }
    return Account(source=source, facts=tuple(facts), **(values | more))


def doubtful(source: str = "b.pdf", **more: Any) -> Account:
    """An account with a failed check, doubtful cells, a repair, findings and a picture."""
    reasons = said("I03.row[208] fails"), said("no other witness")
    shifted = Repair("gk03", 7, "shifted codes", "208 | 合计", "合计 | 208", said("I03 failed before, holds after"))
    facts = (
        *FACTS[:3],
        FACTS[3]._replace(status="conflict", confidence=0.4, reasons=reasons),
        FACTS[4],
        FACTS[5]._replace(status="unverified"),
    )
    values: dict[str, Any] = {
        "status": "conflict",
        "tables": tuple(
            table(status="conflict") if i == 3 else missing(f"gk0{i}", "本表无数据。") for i in range(1, 10)
        ),
        "checks": (HOLDS, FAILS, OPEN),
        "repairs": (shifted,),
        "findings": (Finding("unknown_heading", "gk03", (7,), "其中：基建"),),
        "others": (OtherTable("收入决算表（分单位）", (12, 13)),),
        "pictures": (Picture(7, 595.0, 842.0, png()),),
    }
    return account(source, **({"facts": facts} | values | more))


def figures(label: str, *texts: str) -> Message:
    """What a repair shows of one row."""
    return message("repair.figures", rows=((label, *texts),))


def disputed(source: str = "d.pdf", **more: Any) -> Account:
    """A doubtful account with a conflict that one digit explains, and a proposal."""
    mention = Mention(3, "支出1,000.00万元", False)
    suspect = Suspect(
        FACTS[3].key, printed=1_234_560_000, least=1_000_000_000, most=1_000_000_000, wanted=1_000_000_000,
        sums=1, copies=2, slip="digit", mentions=(mention,),
    )  # fmt: skip
    moved = Repair("gk03", 7, "row_pairing", figures("208", "12.00"), figures("210", "12.00"), said("2 sums hold"))
    values: dict[str, Any] = {
        "conflicts": (Conflict((FAILS.check_id,), ((suspect,),), True),),
        "proposals": (moved,),
    }
    return doubtful(source, **(values | more))


def failed(source: str = "c.pdf", error: str = "not a PDF; download it again") -> Account:
    """A document that could not be read."""
    sha256 = hashlib.sha256(source.encode("utf-8", "replace")).hexdigest()
    return Account(sha256[:16], source, sha256, 0, "other", "failed", error=error)
