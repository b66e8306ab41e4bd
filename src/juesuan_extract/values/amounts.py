"""Printed figures to integer fen (分, 1/100 元) and back. No float is involved anywhere."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple

# fen in one unit
UNITS: dict[str, int] = {"元": 100, "千元": 100_000, "万元": 1_000_000, "百万元": 100_000_000, "亿元": 10_000_000_000}
DEFAULT_UNIT = "万元"
MAX_DIGITS = 60  # published figures have up to 16; beyond 4,300 Python refuses to make a number of them
MOST = 10**17  # fen; 10^15 元 is eight times the country's yearly product, so more is a misreading

AmountKind = Literal["amount", "blank", "dash", "text"]

_DASHES = "-－—–―‒‐‑−─一"
_DASH = re.compile(rf"^[{_DASHES}/／]+$")
# Full width only. NFKC would also make figures of ① and 3², which are ordinals and notes.
_WIDE = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_FOLD = _WIDE | str.maketrans(dict.fromkeys("－—–―‒‐‑−─", "-") | {"。": "."})
_PLAIN = re.compile(
    r"^(?P<sign>-)?(?P<paren>\()?(?P<sign2>-)?(?P<whole>\d[\d,]*|)(?:\.(?P<fraction>\d+))?(?P<close>\))?\Z", re.ASCII
)
_GROUPED = re.compile(r"^\d{1,3}(?:,\d{3})*\Z", re.ASCII)


class Amount(NamedTuple):
    """A parsed figure.

    value: digits without the point, signed; decimals: how many of them stand behind the point; odd: the thousands
    separators do not stand every three digits, so the reading deserves a look.
    """

    kind: AmountKind
    value: int = 0
    decimals: int = 0
    odd: bool = False

    def fen(self, unit: str) -> int:
        """The amount in fen when it is printed in `unit`; halves beyond a fen are rounded away from zero."""
        scaled, power = self.value * UNITS[unit], int(10**self.decimals)
        quotient, rest = divmod(abs(scaled), power)
        quotient += 2 * rest >= power
        return quotient if scaled >= 0 else -quotient


@lru_cache(maxsize=65536)
def parse(text: str) -> Amount:
    """What a printed cell says: an amount, a blank, a dash, or some other text.

    >>> parse("1,066.51")
    Amount(kind='amount', value=106651, decimals=2, odd=False)
    """
    if not text:
        return Amount("blank")
    if _DASH.match(text):
        return Amount("dash")
    plain = text.translate(_FOLD).lstrip("¥￥").replace(" ", "")
    match = _PLAIN.match(plain)
    if not match or bool(match["paren"]) != bool(match["close"]) or (match["sign"] and match["sign2"]):
        return Amount("text")
    whole, fraction = match["whole"], match["fraction"] or ""
    if not 0 < len(whole) + len(fraction) <= MAX_DIGITS:
        return Amount("text")
    odd = "," in whole and not _GROUPED.match(whole)
    value = int((whole.replace(",", "") or "0") + fraction)
    negative = bool(match["sign"] or match["sign2"] or match["paren"])
    return Amount("amount", -value if negative else value, len(fraction), odd)


@lru_cache(maxsize=4096)  # a figure stands in a cell, in the row of its table, and on both sides of checks
def to_yuan(fen: int) -> Decimal:
    """Fen as an exact Decimal in 元 with two places."""
    return Decimal(fen).scaleb(-2)


def format_yuan(fen: int) -> str:
    """Fen as text in 元: two places, a point, no grouping."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def format_in(fen: int, unit: str) -> str:
    """Fen in `unit` as people write it: grouped, at least two places, exact."""
    value = Decimal(fen) / UNITS[unit]
    places = max(2, -int(value.normalize().as_tuple().exponent))
    return f"{value:,.{places}f}"
