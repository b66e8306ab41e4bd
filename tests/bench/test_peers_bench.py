"""The comparison with other readers: the common stitcher, and the process in which a reader runs."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from bench.documents import FIXTURES
from bench.peers.adapters import ours
from bench.peers.found import FoundCell, FoundTable
from bench.peers.registry import PEERS, ROOT, requirements_of
from bench.peers.stitch import stitched
from bench.truths import read_truth

NAME = "fuzhou_2023_reportlab"
PDF = FIXTURES / f"{NAME}.pdf"


@pytest.fixture(scope="module")
def truth():
    return read_truth(FIXTURES / f"{NAME}.json")


@pytest.fixture(scope="module")
def found():
    return ours.tables(str(PDF))


def test_all_figures_of_a_good_reader_are_right(truth, found, catalog):
    counts = stitched(truth, found, catalog)
    assert counts["right"] == counts["printed"] > 400
    assert not counts["wrong"] + counts["missing"] + counts["spurious"]


def test_tables_that_do_not_belong_are_left_out(truth, found, catalog):
    page = min(page for table in truth.tables for page in table.pages)
    stray = FoundTable(page, [FoundCell(10 * n, 5, 10 * n + 10, 9, f"{n}.00") for n in range(8)])
    assert stitched(truth, [stray, *found], catalog) == stitched(truth, found, catalog)


def test_a_figure_read_wrongly_counts(truth, found, catalog):
    at = next(n for n, table in enumerate(found) if any(cell.text == "353.06" for cell in table.cells))
    cells = [cell._replace(text=cell.text.replace("353.06", "353.60")) for cell in found[at].cells]
    counts = stitched(truth, [*found[:at], FoundTable(found[at].page, cells), *found[at + 1 :]], catalog)
    assert counts["wrong"] > 0
    assert counts["right"] + counts["wrong"] == counts["printed"]


def test_nothing_found_is_all_missing(truth, catalog):
    counts = stitched(truth, [], catalog)
    assert counts["missing"] == counts["printed"]
    assert not counts["right"]


def test_every_environment_is_pinned():
    for peer in PEERS:
        lines = requirements_of(peer.environment).read_text().split()
        assert lines
        assert all("==" in line or line == "." for line in lines)


def test_a_child_answers_every_command():
    commands = f"tables {PDF}\ntime 1 {PDF}\npeak\ntables nowhere.pdf\n"
    child = [sys.executable, "-m", "bench.peers.child", "ours"]
    done = subprocess.run(child, cwd=ROOT, input=commands, capture_output=True, text=True, check=True)
    tables, seconds, peak, refusal = map(json.loads, done.stdout.splitlines())
    assert len(tables["answer"]) > 9
    assert seconds["answer"] > 0
    assert peak["answer"] > 20
    assert "nowhere.pdf" in refusal["raised"]
