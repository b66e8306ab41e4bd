"""Accounting identities evaluated on the facts of one account: holds, fails, or not evaluable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from typing import NamedTuple

from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.knowledge.identities import Identity, Range, Term, compile_absent, compile_identities
from juesuan_extract.model.fact import Fact, Key
from juesuan_extract.model.proof import Check, CheckTerm, Verdict
from juesuan_extract.values.amounts import parse
from juesuan_extract.values.ids import is_function_row
from juesuan_extract.verify.book import Book


class Sum(NamedTuple):
    """One side of an identity."""

    amount: int
    facts: tuple[Fact, ...]
    terms: tuple[CheckTerm, ...]


def evaluate(book: Book, catalog: Catalog, only: frozenset[str] | None = None) -> list[Check]:
    """All identities on all rows and columns to which they apply.

    only: evaluate just those that involve one of these tables.
    """
    checks = []
    for identity in compile_identities(catalog):
        if only is not None and not only & set(identity.tables):
            continue
        if any(t not in book.views and t not in identity.optional_tables for t in identity.tables):
            continue
        if not all(t in book.views or zero_elsewhere(book, t, catalog) for t in identity.optional_tables):
            continue
        if not _applies(book, identity):
            continue
        given = _given(book, identity)
        for values in _bindings(book, identity.ranges):
            check = _check(book, identity, values, given)
            if check is not None:
                checks.append(check)
    return checks


def zero_elsewhere(book: Book, table: str, catalog: Catalog) -> bool:
    """Whether the other tables print that the figures of `table` are 0 (see `absent` in schemas/identities.yaml)."""
    terms = compile_absent(catalog).get(table, ())
    facts = [book.cell(t.table, t.row, t.column) for t in terms]
    return bool(terms) and all(
        (fact is None and term.table in book.views) or (fact is not None and not fact.amount and not _unread(fact))
        for term, fact in zip(terms, facts, strict=True)
    )


def _applies(book: Book, identity: Identity) -> bool:
    def printed(place: tuple[str, str]) -> bool:
        view = book.views.get(place[0])
        return view is not None and place[1] in view.rows

    if not all(printed(p) for p in identity.when) or any(printed(p) for p in identity.unless):
        return False
    for term in identity.zero_when:
        fact = book.cell(term.table, term.row, term.column)
        if (fact is None and not term.optional) or (fact is not None and (fact.amount or _unread(fact))):
            return False
    for one, other in identity.equal_when:
        a, b = (book.cell(t.table, t.row, t.column) for t in (one, other))
        if a is None or b is None or _unread(a) or _unread(b) or (a.amount or 0) != (b.amount or 0):
            return False
    return True


def _given(book: Book, identity: Identity) -> tuple[Key, ...]:
    """The printed facts on which it depends whether the identity applies."""
    terms = (*identity.zero_when, *(term for pair in identity.equal_when for term in pair))
    facts = (book.cell(t.table, t.row, t.column) for t in terms)
    return tuple(fact.key for fact in facts if fact is not None)


def _bindings(book: Book, ranges: tuple[Range, ...]) -> Iterator[dict[str, str]]:
    names = [r.name for r in ranges]
    for values in product(*(_values(book, r) for r in ranges)):
        yield dict(zip(names, values, strict=True))


def _values(book: Book, range_: Range) -> tuple[str, ...]:
    if range_.kind == "list":
        return range_.values
    view = book.views.get(range_.tables[0])
    if view is None:
        return ()
    match range_.kind:
        case "rows":
            return tuple(view.rows)
        case "coded":
            return view.coded
        case "parents":
            return tuple(view.children)
        case "classes":
            return view.tops
        case "econ_classes":
            return tuple(r for r in view.coded if r in view.children)
        case "cols":
            return view.columns
        case "exp_rows":
            return tuple(r for r in view.rows if r.startswith(("function.", "expenditure.")))
        case "exp_functions":
            return tuple(r for r in view.rows if is_function_row(r))
        case _:  # common
            other = book.views.get(range_.tables[1])
            return tuple(r for r in view.rows if other is not None and r in other.rows)


def _unread(fact: Fact) -> bool:
    """Whether a cell prints what is neither an amount nor a blank or dash (a heading in the 合计 row, say)."""
    return fact.amount is None and parse(fact.text).kind in ("text", "amount")


def _check(book: Book, identity: Identity, values: dict[str, str], given: tuple[Key, ...]) -> Check | None:
    """One identity at one place; None when no term of it is printed there."""
    left = _side(book, identity.left, values)
    right = _side(book, identity.right, values) if left else None
    place = ",".join(values.values())
    check_id = f"{identity.id}[{place}]" if place else identity.id
    if not left or not right:
        return Check(check_id, identity.id, identity.tables, (), (), None, None, None, None, "not_evaluable", ())
    facts = (*left.facts, *right.facts)
    if not facts:
        return None
    residual = left.amount - right.amount
    # twice the tolerance, in fen: every displayed figure is off by at most half a step; printed zeros are structural
    doubled = sum([book.steps[f.table_id] for n, f in enumerate(facts) if f.amount or (n == 0 and left.facts)])
    off = residual if identity.relation == "=" else max(residual, 0) if identity.relation == "<=" else min(residual, 0)
    verdict: Verdict = "holds" if 2 * abs(off) <= doubled else "fails"
    if not residual and not any(f.amount is not None for f in facts):
        verdict = "not_evaluable"  # 0 = 0 between blanks says nothing
    if verdict == "fails" and identity.soft:
        verdict = "not_evaluable"  # the practice is not followed here; that accuses nobody
    return Check(
        check_id,
        identity.id,
        identity.tables,
        left.terms,
        right.terms,
        left.amount,
        right.amount,
        residual,
        doubled // 2,
        verdict,
        tuple([fact.key for fact in facts]),
        len(left.facts),
        identity.relation,
        not (identity.soft or identity.dependent),
        given,
    )


def _side(book: Book, terms: tuple[Term, ...], values: dict[str, str]) -> Sum | None:
    """The terms of one side added up; None when one that must be there is missing or can't be read."""
    amount = 0
    facts: list[Fact] = []
    written: list[CheckTerm] = []
    for term in terms:
        row = term.row.format_map(values) if "{" in term.row else term.row
        column = term.column.format_map(values) if "{" in term.column else term.column
        if term.summed:
            found = _summed(book, term.table, row, column)
        else:
            found = [fact] if (fact := book.cell(term.table, row, column)) else []
        if not found:
            if term.optional:
                continue
            return None
        for fact in found:
            if fact.amount:
                amount += term.sign * fact.amount
            elif fact.amount is None and _unread(fact):
                return None
        facts += found
        written.append(CheckTerm(term.sign, term.summed, term.table, row, column, len(found)))
    return Sum(amount, tuple(facts), tuple(written))


def _summed(book: Book, table: str, row: str, column: str) -> list[Fact]:
    view = book.views.get(table)
    if view is None:
        return []
    if row == "classes":
        rows: Iterable[str] = view.tops
    elif row == "function.*":
        rows = (r for r in view.rows if is_function_row(r))
    else:  # children(code)
        rows = view.children.get(row[len("children(") : -1], ())
    return [fact for r in rows if (fact := view.rows[r].get(column)) is not None]
