"""The same properties that tests/fuzz/atheris_parsing.py tries to break, with what hypothesis comes up with."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.fuzz import parsing

CALM = settings(deadline=None)  # machines that test several things at once are slow now and then
FIGURES = st.text("0123456789０９,，.．。-－—()（）¥￥ 元万一", max_size=40)
LABELS = st.text('一二十（）()1234567890、.．:：其中合计⻔⻋⼯①"“” \u200b年二〇零', max_size=30)
CODES = st.text("0123456789|", max_size=24)
NUMBERS = st.one_of(
    st.integers(0, 20).map(lambda n: 30.0 * n),  # so that lines meet
    st.floats(-50, 900, width=32),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
)
FOURS = st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS)
STRAIGHT = st.one_of(
    st.builds(lambda y, a, b: (a, y, b, y), NUMBERS, NUMBERS, NUMBERS),
    st.builds(lambda x, a, b: (x, a, x, b), NUMBERS, NUMBERS, NUMBERS),
    FOURS,
)


@CALM
@given(st.one_of(FIGURES, st.text(max_size=30)))
@example("9" * 5000)
@example("1" + ",000" * 2000)
def test_amounts(text: str) -> None:
    parsing.amount(text)


@CALM
@given(st.one_of(LABELS, st.text(max_size=30)))
def test_words(text: str) -> None:
    parsing.words(text)


@CALM
@given(st.one_of(CODES, st.text(max_size=12)), CODES)
def test_codes(printed: str, before: str) -> None:
    parsing.code(printed, before)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(STRAIGHT, max_size=parsing.MOST),
    st.lists(FOURS, max_size=parsing.MOST),
    st.text("1234567890.,一合计", max_size=parsing.MOST),
)
def test_grids(lines: list[parsing.Four], boxes: list[parsing.Four], text: str) -> None:
    parsing.grid(lines, boxes, text)
