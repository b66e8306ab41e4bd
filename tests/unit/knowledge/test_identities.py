"""The language of schemas/identities.yaml."""

from __future__ import annotations

from dataclasses import replace

import pytest

from juesuan_extract.errors import SchemaError
from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.knowledge.identities import Identity, Range, Term, compile_absent, compile_identities
from juesuan_extract.knowledge.specs import IdentitySpec


def compiled(catalog: Catalog, **fields: object) -> Identity:
    """The only identity of a catalogue that holds it alone."""
    spec = IdentitySpec.model_validate({"id": "T", "zh": "", "en": "", "left": [], "right": []} | fields)
    (found,) = compile_identities(replace(catalog, identities=(spec,)))
    return found


def test_terms(catalog: Catalog) -> None:
    found = compiled(
        catalog,
        left=["gk01[income.total].amount"],
        right=["-gk03[{r}].{c}?", "sum gk02[children({r})].total", "sum gk01[function.*].amount"],
    )
    assert found.left == (Term(1, False, "gk01", "income.total", "amount", False),)
    assert found.right == (
        Term(-1, False, "gk03", "{r}", "{c}", True),
        Term(1, True, "gk02", "children({r})", "total", False),
        Term(1, True, "gk01", "function.*", "amount", False),
    )
    assert (found.tables, found.optional_tables) == (("gk01", "gk02", "gk03"), ("gk03",))


def test_ranges(catalog: Catalog) -> None:
    found = compiled(catalog, **{"for": {"r": "common(gk02, gk03)", "c": ["total", "basic"], "p": "parents(gk05)"}})
    assert found.ranges == (
        Range("r", "common", ("gk02", "gk03"), ()),
        Range("c", "list", (), ("total", "basic")),
        Range("p", "parents", ("gk05",), ()),
    )


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("left", ["gk1[total].amount"]),
        ("left", ["gk01.total.amount"]),
        ("right", ["gk01[total]"]),
        ("right", ["product gk01[total].amount"]),
        ("zero_when", ["gk01[total]"]),
        ("when", ["total"]),
        ("unless", ["gk01"]),
        ("for", {"r": "everything(gk02)"}),
        ("for", {"r": "rows gk02"}),
    ],
)
def test_what_can_not_be_read_is_named(field: str, text: object, catalog: Catalog) -> None:
    with pytest.raises(SchemaError, match=r"identities\.yaml: T: .*can't be read"):
        compiled(catalog, **{field: text})


def test_the_shipped_identities_name_known_rows_and_columns(catalog: Catalog) -> None:
    for identity in compile_identities(catalog):
        for term in (*identity.left, *identity.right, *identity.zero_when, *sum(identity.equal_when, ())):
            spec = catalog.tables[term.table]
            assert "{" in term.column or term.column in spec.columns, (identity.id, term)
            if spec.kind == "named" and "{" not in term.row and not term.summed:
                assert term.row in spec.rows or term.row.startswith("function."), (identity.id, term)
    assert set(compile_absent(catalog)) == {"gk08", "gk09"}


def test_ids_are_unique(catalog: Catalog) -> None:
    ids = [identity.id for identity in compile_identities(catalog)]
    assert len(ids) == len(set(ids)) > 50
