"""Printed figures to fen and back, exactly."""

from __future__ import annotations

from decimal import Decimal

import pytest

from juesuan_extract.values.amounts import UNITS, Amount, format_in, format_yuan, parse, to_yuan


@pytest.mark.parametrize(
    ("text", "unit", "fen"),
    [
        ("353.06", "万元", 353_060_000),
        ("3,530,600.00", "元", 353_060_000),
        ("20218.21", "万元", 20_218_210_000),
        ("20,323.21", "万元", 20_323_210_000),
        ("3530.6", "千元", 353_060_000),
        ("3.5306", "百万元", 353_060_000),
        ("0.035306", "亿元", 353_060_000),
        ("0", "万元", 0),
        ("0.00", "万元", 0),
        ("14,206", "万元", 14_206_000_000),
        (".5", "万元", 500_000),
        ("￥12.00", "元", 1_200),
        ("０．００", "万元", 0),
        ("１，２３４．５６", "元", 123_456),
    ],
)
def test_amounts_in_every_unit(text: str, unit: str, fen: int) -> None:
    amount = parse(text)
    assert (amount.kind, amount.fen(unit)) == ("amount", fen)
    assert type(amount.fen(unit)) is int


@pytest.mark.parametrize(
    "text", ["-12.89", "－12.89", "−12.89", "—12.89", "(12.89)", "（12.89）", "（１２．８９）", "-12.890"]
)
def test_minus_signs_and_parentheses(text: str) -> None:
    assert parse(text).fen("万元") == -12_890_000


def test_a_blank_a_dash_and_a_zero_are_three_things() -> None:
    assert parse("").kind == "blank"
    assert {parse(dash).kind for dash in ("-", "—", "——", "－", "–", "/")} == {"dash"}
    assert (parse("0.00").kind, parse("0").kind) == ("amount", "amount")


@pytest.mark.parametrize(
    "text",
    [
        "合计", "1.2.3", "12%", "1e5", "0x10", "12.", "1 234 元", "208类", "--5.00", "(5.00", "5.00)",
        "5.00-", "+-5", ",", ".", "()", "1,234.56万元", "2023年", "3/4", "5:30", "１２％", "nan", "inf", "1_000",
    ],
)  # fmt: skip
def test_other_text_is_no_amount(text: str) -> None:
    assert parse(text).kind == "text"


@pytest.mark.parametrize("text", ["①", "⑴", "3²", "٣", "१२", "㉑", "½", "Ⅳ"])
def test_signs_that_unicode_counts_as_digits_are_no_amount(text: str) -> None:
    assert parse(text).kind == "text"


def test_separators_out_of_place_are_noticed() -> None:
    assert not parse("1,234,567.89").odd
    assert not parse("1234567.89").odd
    assert [parse(t).odd for t in ("1,23.4", "12,34,567.89", "1234,567.00", "1,2345.00")] == [True] * 4


def test_more_places_than_the_unit_has_are_rounded_half_away_from_zero() -> None:
    assert [parse(t).fen("元") for t in ("0.004", "0.005", "-0.005", "0.015", "1.994999")] == [0, 1, -1, 2, 199]
    assert parse("0.0000005").fen("万元") == 1
    assert Amount("amount", 15, 1).fen("元") == 150


def test_yuan_is_an_exact_decimal_with_two_places() -> None:
    for fen, text in ((0, "0.00"), (-5, "-0.05"), (123, "1.23"), (10**19 + 1, "100000000000000000.01")):
        value = to_yuan(fen)
        assert isinstance(value, Decimal)
        assert str(value) == text == format_yuan(fen)


def test_amounts_for_people() -> None:
    assert format_in(353_060_000, "万元") == "353.06"
    assert format_in(-123_456_789_000, "万元") == "-123,456.789"
    assert format_in(5, "万元") == "0.000005"
    assert format_in(0, "元") == "0.00"
    assert all(parse(format_in(12_345_678, unit)).fen(unit) == 12_345_678 for unit in UNITS)


def test_digits_without_end_are_no_amount() -> None:
    """Python makes no number of more than 4,300 digits, and no published figure has twenty."""
    for text in ("9" * 5000, "1" + ",000" * 2000, "0." + "3" * 5000):
        assert parse(text).kind == "text"
    assert parse("0." + "3" * 40).fen("元") == 33
