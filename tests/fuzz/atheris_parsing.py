"""Coverage-guided fuzzing of amounts, names, codes and grids: `python -m tests.fuzz.atheris_parsing FOLDER`.

Needs the package atheris, which is not among the development packages because it is not built for every machine.
Arguments are those of libFuzzer: -runs=100000, -max_total_time=60, a folder for what it finds interesting.
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["juesuan_extract"]):
    from tests.fuzz import parsing


def one_input(data: bytes) -> None:
    """The first byte chooses what is tried."""
    provider = atheris.FuzzedDataProvider(data)
    match provider.ConsumeIntInRange(0, 3):
        case 0:
            parsing.amount(provider.ConsumeUnicodeNoSurrogates(60))
        case 1:
            parsing.words(provider.ConsumeUnicodeNoSurrogates(60))
        case 2:
            parsing.code(provider.ConsumeUnicodeNoSurrogates(20), provider.ConsumeUnicodeNoSurrogates(12))
        case _:
            counts = (provider.ConsumeIntInRange(0, parsing.MOST) for _ in range(2))
            lines, boxes = ([_four(provider) for _ in range(count)] for count in counts)
            parsing.grid(lines, boxes, provider.ConsumeUnicodeNoSurrogates(parsing.MOST))


def _four(provider: atheris.FuzzedDataProvider) -> parsing.Four:
    """Mostly places on the page, a few points apart, seldom any number at all."""
    wild = provider.ConsumeIntInRange(0, 15) == 0
    numbers = [
        provider.ConsumeFloatInRange(-3e38, 3e38) if wild else 3.0 * provider.ConsumeIntInRange(-5, 300)
        for _ in range(4)
    ]
    return numbers[0], numbers[1], numbers[2], numbers[3]


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
