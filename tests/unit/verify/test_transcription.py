"""What makes one figure of another."""

from __future__ import annotations

import pytest

from juesuan_extract.verify.transcription import slip


@pytest.mark.parametrize(
    ("printed", "wanted", "kind"),
    [
        (86_62, 66_62, "digit"),
        (51, 9_51, "digit"),
        (41_401_42, 14_401_42, "transposed"),
        (1_066_51, 10_661_51, "lost"),
        (10_661_51, 1_066_51, "added"),
        (123_40, 12_34, "point"),
        (-5_00, 5_00, "sign"),
        (86_62, 66_26, ""),
        (14_41, 41_14, ""),
        (0, 5_00, ""),
        (5_00, 0, ""),
        (5_00, 5_00, ""),
        (-86_62, 66_62, ""),
    ],
)
def test_slips(printed: int, wanted: int, kind: str) -> None:
    assert slip(printed, wanted, 1) == kind
    assert slip(printed * 10_000, wanted * 10_000, 10_000) == kind


def test_a_figure_between_two_printed_places_is_no_slip() -> None:
    assert slip(86_62_0000, 66_62_0001, 10_000) == ""
