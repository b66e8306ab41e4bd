"""What documents ask of the knowledge files."""

from __future__ import annotations

from juesuan_extract.authoring.suggestions import Seen, Told, suggest
from juesuan_extract.knowledge.catalog import Catalog


def test_the_most_frequent_comes_first_with_what_the_arithmetic_says(catalog: Catalog) -> None:
    seen = [
        Seen("unknown_heading", "gk03", "上解上级支出", "a.pdf", 4),
        Seen("unknown_row", "gk01", "没见过的行", "a.pdf", 2),
        Seen("unknown_heading", "gk03", "上解上级支出", "b.pdf", 7),
    ]
    told = [Told(s, "gk03", "上解上级支出", "remit_superior", "3 identities hold") for s in ("a.pdf", "b.pdf")]
    first, second = suggest(seen, told, catalog)
    assert (first.file, first.place, first.text) == (
        "tables/gk03.yaml",
        "columns.remit_superior.headings",
        "上解上级支出",
    )
    assert (first.documents, first.places, first.arithmetic) == (
        2,
        ("a.pdf page 4", "b.pdf page 7"),
        "3 identities hold",
    )
    assert (second.place, second.arithmetic) == ("rows.?.names", "the arithmetic leaves open what it is")


def test_what_the_arithmetic_reads_in_two_ways_is_left_open(catalog: Catalog) -> None:
    told = [Told("a.pdf", "gk03", "某支出", meant, "it holds") for meant in ("operating", "remit_superior")]
    (one,) = suggest([Seen("unknown_heading", "gk03", "某支出", "a.pdf", 4)], told, catalog)
    assert (one.place, one.arithmetic) == (
        "columns.?.headings",
        "the arithmetic says different things: operating, remit_superior",
    )


def test_titles_that_are_known_are_left_out(catalog: Catalog) -> None:
    seen = [Seen("title", "", title, "a.pdf", 3) for title in ("国有资产占用情况表", "某某事项一览表")]
    assert [one.text for one in suggest(seen, [], catalog)] == ["某某事项一览表"]
