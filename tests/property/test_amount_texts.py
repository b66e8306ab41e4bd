"""Whatever amount is printed in whatever way comes back to the fen, and nothing else is an amount."""

from __future__ import annotations

import re
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from juesuan_extract.values.amounts import UNITS, format_in, format_yuan, parse, to_yuan

FEN = st.integers(min_value=-(10**16), max_value=10**16)
UNIT = st.sampled_from(sorted(UNITS))
MINUS = st.sampled_from(["-{}", "－{}", "−{}", "–{}", "({})", "（{}）", "-({})", "(-{})"])
WIDE = str.maketrans("0123456789.,", "０１２３４５６７８９．，")


@st.composite
def printed(draw: st.DrawFn) -> tuple[str, str, int]:
    """A text, its money unit, and the fen that it stands for."""
    unit = draw(UNIT)
    fen = draw(FEN)
    value = Decimal(abs(fen)) / UNITS[unit]
    places = max(0, -int(value.normalize().as_tuple().exponent)) + draw(st.integers(0, 3))
    grouped = "," if draw(st.booleans()) else ""
    text = f"{value:{grouped}.{places}f}"
    if draw(st.booleans()):
        text = text.translate(WIDE)
    if fen < 0:
        minus = draw(MINUS)
        text = minus.format(text)
        if minus in ("-({})", "(-{})"):
            fen = -abs(fen)
    return text, unit, fen


@given(printed())
def test_every_way_to_print_an_amount_is_read_to_the_fen(case: tuple[str, str, int]) -> None:
    text, unit, fen = case
    amount = parse(text)
    assert amount.kind == "amount", text
    assert amount.fen(unit) == fen
    assert not amount.odd


@given(FEN, UNIT)
def test_what_we_print_we_read(fen: int, unit: str) -> None:
    assert parse(format_in(fen, unit)).fen(unit) == fen
    assert parse(format_yuan(fen)).fen("元") == fen
    assert to_yuan(fen) * 100 == fen


@given(FEN, UNIT)
def test_no_float_is_ever_involved(fen: int, unit: str) -> None:
    amount = parse(format_in(fen, unit))
    assert [type(part) for part in (amount.value, amount.decimals, amount.fen(unit))] == [int] * 3
    value = to_yuan(fen)
    assert type(value) is Decimal
    assert value.as_tuple().exponent == -2


@given(st.integers(-(10**12), 10**12), st.integers(0, 9), UNIT)
def test_further_places_round_half_away_from_zero(value: int, decimals: int, unit: str) -> None:
    text = f"{Decimal(value).scaleb(-decimals):f}"
    exact = Decimal(value).scaleb(-decimals) * UNITS[unit]
    fen = parse(text).fen(unit)
    assert abs(fen - exact) <= Decimal("0.5")
    if abs(exact) % 1 == Decimal("0.5"):
        assert abs(fen) > abs(exact)


AMOUNT = re.compile(r"[-(]{0,3}[¥]?[\d,]*(\.\d+)?\)?", re.ASCII)  # a superset of what may be an amount, half width


@given(st.text(max_size=12))
def test_other_text_never_is_an_amount(text: str) -> None:
    amount = parse(text)
    if amount.kind == "amount":
        folded = "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in text).replace("￥", "¥")
        folded = re.sub("[—–―‒‐‑−─]", "-", folded.replace("。", ".").replace(" ", ""))
        assert AMOUNT.fullmatch(folded), text
        assert re.search(r"\d", folded, re.ASCII)


@given(
    st.from_regex(r"\A\d{1,3}(\.\d\d)?\Z", fullmatch=True),
    st.characters(categories=["L", "Sm", "Sc", "Po", "No", "Nl"]),
)
def test_a_letter_or_sign_within_a_figure_spoils_it(figure: str, sign: str) -> None:
    """Nothing of a misread figure is guessed: 12O.00 is text."""
    if sign in ",.，．。¥￥/／−─–—" or not sign.isprintable():
        return
    for place in range(len(figure) + 1):
        text = figure[:place] + sign + figure[place:]
        if "０" <= sign <= "９":
            continue
        assert parse(text).kind == "text", text
