"""Accounts that are kept come back as they were, and nothing else comes back."""

from __future__ import annotations

import json
import zlib
from typing import Any

import pytest

from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.model.account import Account
from juesuan_extract.model.stored import WrongShape, dumped, loaded
from juesuan_extract.options import Options
from juesuan_extract.pipeline import extract
from tests.support.accounts import account, disputed, failed
from tests.support.paths import PDFS

NAMES = ["fuzhou_2023_writer_broken03", "fujian_calc_two_accounts", "shanghai_mixed_wrong_digit", "report_mixed_decoy"]


@pytest.mark.parametrize("name", NAMES)
def test_what_was_read_comes_back(name: str, catalog: Catalog) -> None:
    found = extract((PDFS / f"{name}.pdf").read_bytes(), name, Options(pictures=True), catalog)
    assert loaded(dumped(found)) == found


@pytest.mark.parametrize("found", [account(), disputed(), failed("half\ud83d.pdf")])
def test_hand_made_accounts_do(found: Account) -> None:
    assert loaded(dumped((found, found))) == (found, found)


def kept(change: Any) -> bytes:
    """An account as it is stored, with something else in it."""
    found = json.loads(zlib.decompress(dumped((disputed(),))))
    change(found[0])
    return zlib.compress(json.dumps(found).encode())


def put(place: int, value: Any) -> Any:
    return lambda account: account.__setitem__(place, value)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no zlib",
        zlib.compress(b"[1"),
        zlib.compress(b"[]"),
        zlib.compress(b"{}"),
        zlib.compress(b"[" * 100_000),
        kept(put(0, 17)),
        kept(put(5, "no status")),
        kept(put(3, "20")),
        kept(put(3, True)),
        kept(put(10, [["gk03"]])),
        kept(put(11, [[None] * 15])),
        kept(put(11, "facts")),
        kept(lambda account: account.append(1)),
        kept(lambda account: account[12][3].__setitem__(13, [{"a": 1, "b": 2}])),
        kept(lambda account: account[12][3].__setitem__(13, [{"a": [["b"]]}])),
        kept(put(18, [[7, 1.0, 1.0, "no base64!"]])),
    ],
)
def test_what_has_another_shape_is_refused(data: bytes) -> None:
    with pytest.raises(WrongShape):
        loaded(data)
