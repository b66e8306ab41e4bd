"""The slips of the hand that make one figure of another."""

from __future__ import annotations


def slip(printed: int, wanted: int, step: int) -> str:
    """What makes `printed` of `wanted`; "" when it is no slip that is known.

    digit: one digit is another; transposed: two neighbouring digits have changed places; lost and added: a digit is
    missing or stands too many; point: the decimal point stands elsewhere; sign. Amounts and `step`, the last printed
    place, are in fen.

    >>> slip(1_066_51, 10_661_51, 1), slip(21_30, 12_30, 1), slip(5_00, 50_00, 1)
    ('lost', 'transposed', 'point')
    """
    if printed == wanted or not printed or not wanted or printed % step or wanted % step:
        return ""
    if printed == -wanted:
        return "sign"
    if (printed < 0) != (wanted < 0):
        return ""
    one, other = str(abs(printed) // step), str(abs(wanted) // step)
    if one.rstrip("0") == other.rstrip("0"):
        return "point"
    if len(one) < 3 or len(other) < 3:  # 0.05 is printed with three digits
        one, other = one.zfill(3), other.zfill(3)
    if len(one) == len(other):
        places = [i for i, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
        if len(places) == 1:
            return "digit"
        i, j = places[0], places[-1]
        return "transposed" if len(places) == 2 and j == i + 1 and one[i] == other[j] and one[j] == other[i] else ""
    if abs(len(one) - len(other)) > 1:
        return ""
    short, long = sorted((one, other), key=len)
    missing = any(long[:i] + long[i + 1 :] == short for i in range(len(long)))
    return ("lost" if one == short else "added") if missing else ""
