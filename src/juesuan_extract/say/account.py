"""What failed identities say, in the words of an auditor: Chinese or English, no markup. Pure functions.

Titles, row names and headings stay Chinese in both languages: they are what one looks for on the page. All text comes
from a document that may be hostile; whoever shows it escapes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Literal, NamedTuple

from juesuan_extract.knowledge.messages import Lang
from juesuan_extract.model.account import Account
from juesuan_extract.model.fact import Key
from juesuan_extract.model.message import Message, Repair, Said, Value, message
from juesuan_extract.model.page import Box
from juesuan_extract.model.proof import Check, CheckTerm, Conflict, Mention, Suspect
from juesuan_extract.say.repairs import PAIRINGS
from juesuan_extract.values.amounts import DEFAULT_UNIT, UNITS, format_in
from juesuan_extract.values.ids import is_code

if TYPE_CHECKING:
    from juesuan_extract.knowledge.catalog import Catalog

WRITTEN_OUT = 4  # terms of a long sum
SMALL = 20  # a range of so small a part of the difference is rounding, and not told
BROKEN = {"=": "≠", "<=": ">", ">=": "<"}

_SIGNS = {"=": "eq", "<=": "le", ">=": "ge"}

# Labels that stand twice in a table, by row id, and what tells them apart.
_SIDES = (("income.opening_balance.", "年初"), ("income.total", "收入"), ("expenditure.total", "支出"))


class Figure(NamedTuple):
    """An amount cell in words."""

    key: Key
    table: str  # title; in English with the table's id
    row: str  # code and name
    column: str
    page: int  # 0: it isn't printed
    box: Box | None
    text: str  # as printed
    printed: str  # the same, with a word for a blank
    amount: int | None  # fen
    unit: str  # 万元, 元 … of its table
    place: str  # page, table, row and column


class SignedFigure(NamedTuple):
    """A figure of one side of an identity."""

    sign: Literal["+", "-"]
    figure: Figure


class FailureSaid(NamedTuple):
    """A failed identity; amounts are in `unit`."""

    check: Check
    says: str  # what the identity says
    left: tuple[SignedFigure, ...]  # zeros too
    right: tuple[SignedFigure, ...]
    left_sum: str  # the terms as figures, without zeros; long sums are cut
    right_sum: str
    sign: str  # how the sides stand to each other, and should not
    printed: str  # 实为: what the left side gives
    expected: str  # 应为: what the right side gives
    difference: str  # without sign
    tolerance: str
    unit: str
    pages: tuple[int, ...]
    sentence: str


class SuspectSaid(NamedTuple):
    """A suspect; amounts are in the unit of its table."""

    suspect: Suspect
    figure: Figure
    expected: str  # 应为: an amount with what rounding leaves open, or a bound
    difference: str  # to this amount or bound, without sign
    slip: str  # "" where no slip makes the one of the other
    witnesses: str  # what supports the printed figure
    mentions: tuple[str, ...]
    sentence: str  # all but witnesses and mentions


class ConflictSaid(NamedTuple):
    """A conflict: what fails, who may be to blame, and how sure that is."""

    conflict: Conflict
    failures: tuple[FailureSaid, ...]
    explanations: tuple[tuple[SuspectSaid, ...], ...]  # of each all cells would have to change; the likeliest first
    remark: str


class RepairSaid(NamedTuple):
    """A repair that was made or proposed."""

    repair: Repair
    kind: str
    sentence: str


class AccountSaid(NamedTuple):
    """All that is to be told of an account."""

    disputes: tuple[ConflictSaid, ...]
    others: tuple[FailureSaid, ...]  # failed identities that stand in no conflict
    proposals: tuple[RepairSaid, ...]
    repairs: tuple[RepairSaid, ...]  # only pairings: the others mend the reading, not the document

    @property
    def failures(self) -> tuple[FailureSaid, ...]:
        """Every failed identity."""
        return (*(failure for dispute in self.disputes for failure in dispute.failures), *self.others)


def tell(account: Account, catalog: Catalog, lang: Lang = "zh") -> AccountSaid:
    """An account in words."""
    scene = _Lookup.of(account, catalog, lang)
    failed = {check.check_id: _failure(check, scene) for check in account.checks if check.verdict == "fails"}
    disputed = {name for conflict in account.conflicts for name in conflict.checks}
    return AccountSaid(
        tuple(_dispute(conflict, failed, scene) for conflict in account.conflicts),
        tuple(failure for name, failure in failed.items() if name not in disputed),
        tuple(_mended(repair, "proposed", scene) for repair in account.proposals),
        tuple(_mended(repair, "made", scene) for repair in account.repairs if repair.kind in PAIRINGS),
    )


def table_title(catalog: Catalog, table_id: str, lang: Lang = "zh") -> str:
    """The canonical title of a table; in English with its id."""
    title = catalog.tables[table_id].title
    return title if lang == "zh" else f"{table_id} {title}"


def column_title(catalog: Catalog, table_id: str, column_id: str) -> str:
    """The canonical heading of a column; the printed one of an extra column."""
    spec = catalog.tables.get(table_id)
    title = spec.column_titles.get(column_id) if spec else None
    return title or column_id.removeprefix("extra.")


def row_title(row_id: str, name: str) -> str:
    """Code and name of a row; names that stand twice in a table with what tells them apart."""
    if is_code(row_id):
        return f"{row_id} {name}".strip()
    side = next((side for prefix, side in _SIDES if row_id.startswith(prefix) and side not in name), "")
    return side + (name or row_id)


def signed(terms: Sequence[CheckTerm], cells: Iterable[Key]) -> Iterator[tuple[Literal["+", "-"], Key]]:
    """The cells of one side of a check, sums taken apart, with their signs. cells: those of the side, in order."""
    rest = iter(cells)
    for term in terms:
        yield from (("-" if term.sign < 0 else "+", key) for key in islice(rest, term.cells))


# -- one account ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Lookup:
    """What is looked up of an account while it is told."""

    catalog: Catalog
    lang: Lang
    figures: dict[Key, Figure]
    rows: dict[tuple[str, str], str]  # printed name by table and row id
    units: dict[str, str]

    @classmethod
    def of(cls, account: Account, catalog: Catalog, lang: Lang) -> _Lookup:
        units = {table.table_id: table.unit for table in account.tables if table.unit in UNITS}
        names: dict[tuple[str, str], str] = {}
        scene = cls(catalog, lang, {}, names, units)
        wanted = {key for check in account.checks if check.verdict == "fails" for key in check.cells}
        wanted |= {one.key for c in account.conflicts for explanation in c.explanations for one in explanation}
        tables = {key[0] for key in wanted}
        for fact in account.facts:
            if fact.table_id in tables:
                names.setdefault((fact.table_id, fact.row_id), fact.row_name)
            if fact.key in wanted and fact.key not in scene.figures:
                scene.figures[fact.key] = scene.place(fact.key, fact.page, fact.box, fact.text, fact.amount)
        return scene

    def say(self, name: str, **values: Value) -> str:
        return self.words(message(f"say.{name}", **values))

    def words(self, said: Said) -> str:
        return self.catalog.messages.say(said, self.lang)

    def unit(self, table_id: str) -> str:
        return self.units.get(table_id, DEFAULT_UNIT)

    def figure(self, key: Key) -> Figure:
        """A cell; one that isn't printed is blank."""
        return self.figures.get(key) or self.place(key, 0, None, "", None)

    def place(self, key: Key, page: int, box: Box | None, text: str, amount: int | None) -> Figure:
        table = table_title(self.catalog, key[0], self.lang)
        row = row_title(key[1], self.rows.get(key[:2], ""))
        column = column_title(self.catalog, key[0], key[2])
        place = self.say("place" if page else "unprinted", page=page, table=table, row=row, column=column)
        printed = text or self.say("blank")
        return Figure(key, table, row, column, page, box, text, printed, amount, self.unit(key[0]), place)


# -- failed identities ------------------------------------------------------------------------------------------------


def _failure(check: Check, scene: _Lookup) -> FailureSaid:
    cells = check.cells[: check.left_cells], check.cells[check.left_cells :]
    left, right = (
        tuple(SignedFigure(sign, scene.figure(key)) for sign, key in signed(terms, keys))
        for terms, keys in zip((check.left, check.right), cells, strict=True)
    )
    unit = scene.unit(check.cells[0][0] if check.cells else check.tables[0])
    identity = next((known for known in scene.catalog.identities if known.id == check.identity), None)
    failure = FailureSaid(
        check,
        (identity.zh if scene.lang == "zh" else identity.en) if identity else "",
        left,
        right,
        _sum(left, unit, scene),
        _sum(right, unit, scene),
        BROKEN[check.relation],
        format_in(check.left_amount or 0, unit),
        format_in(check.right_amount or 0, unit),
        format_in(abs(check.residual or 0), unit),
        format_in(check.tolerance or 0, unit),
        unit,
        tuple(sorted({term.figure.page for term in (*left, *right)} - {0})),
        "",
    )
    return failure._replace(sentence=_sentence(failure, scene))


def _sum(side: Sequence[SignedFigure], unit: str, scene: _Lookup) -> str:
    """The terms as figures; blanks and zeros are left out."""
    counted = [term for term in side if term.figure.amount]
    shown = counted if len(counted) <= WRITTEN_OUT + 1 else counted[:WRITTEN_OUT]
    parts = [part for term in shown for part in (term.sign, format_in(term.figure.amount or 0, unit))]
    if len(shown) < len(counted):
        parts.append(scene.say("more", all=len(counted), rest=len(counted) - len(shown)))
    return " ".join(parts).removeprefix("+ ") or format_in(0, unit)


def _sentence(failure: FailureSaid, scene: _Lookup) -> str:
    relation = failure.check.relation
    values = {
        "printed": failure.printed,
        "expected": failure.expected,
        "difference": failure.difference,
        "unit": failure.unit,
        "relation": scene.say(f"relation_{_SIGNS[relation]}"),
        "bound": scene.say(f"bound_{_SIGNS[relation]}"),
    }
    if len(failure.left) != 1:
        figure = failure.left[0].figure if failure.left else None
        place = scene.say("row", page=figure.page, table=figure.table, row=figure.row) if figure else failure.says
        sides = ((failure.left_sum, failure.printed), (failure.right_sum, failure.expected))
        left, right = (total if terms == total else f"{terms} = {total}" for terms, total in sides)
        return scene.say("sides", left=place, left_side=left, right_side=right, **values)
    place = failure.left[0].figure.place
    if len(failure.right) == 1:
        return scene.say("copy", left=place, right=failure.right[0].figure.place, other=failure.expected, **values)
    aside = "" if failure.right_sum == failure.expected else scene.say("aside", text=failure.right_sum)
    return scene.say("sum", left=place, sum=aside, **values)


# -- who may be to blame ----------------------------------------------------------------------------------------------


def _dispute(conflict: Conflict, failed: dict[str, FailureSaid], scene: _Lookup) -> ConflictSaid:
    explanations = tuple(tuple(_accused(s, scene) for s in explanation) for explanation in conflict.explanations)
    remark = "not_found"
    if explanations:
        remark = "incomplete" if not conflict.complete else "only" if len(explanations) == 1 else "several"
    failures = tuple(failed[name] for name in conflict.checks if name in failed)
    return ConflictSaid(conflict, failures, explanations, scene.say(remark))


def _accused(suspect: Suspect, scene: _Lookup) -> SuspectSaid:
    figure = scene.figure(suspect.key)
    expected = _expected(suspect, figure.unit, scene)
    slip = scene.words(message(f"slip.{suspect.slip}")) if suspect.slip else ""
    difference = format_in(abs(suspect.wanted - suspect.printed), figure.unit)
    sentence = scene.say(
        "suspect",
        place=figure.place,
        printed=figure.printed,
        expected=expected,
        least="" if None not in (suspect.least, suspect.most) else scene.say("no_less"),
        difference=difference,
        unit=figure.unit,
        slip=scene.say("slip", slip=slip) if slip else "",
    )
    mentions = tuple(_mention(mention, scene) for mention in suspect.mentions)
    return SuspectSaid(suspect, figure, expected, difference, slip, _witnesses(suspect, scene), mentions, sentence)


def _expected(suspect: Suspect, unit: str, scene: _Lookup) -> str:
    """An amount, with the range that rounding leaves where that is no small part of what is off; or a bound."""
    least, most = ("" if fen is None else format_in(fen, unit) for fen in (suspect.least, suspect.most))
    if suspect.least is None or suspect.most is None:
        return scene.say("at_least" if least else "at_most" if most else "any", least=least, most=most)
    wide = SMALL * (suspect.most - suspect.least) > abs(suspect.wanted - suspect.printed)
    return scene.say("range" if wide else "one", wanted=format_in(suspect.wanted, unit), least=least, most=most)


def _witnesses(suspect: Suspect, scene: _Lookup) -> str:
    parts = []
    if suspect.sums:
        parts.append(scene.say("sums", n=suspect.sums) if suspect.sums > 1 else scene.say("a_sum"))
    if suspect.copies:
        parts.append(scene.say("copies", n=suspect.copies) if suspect.copies > 1 else scene.say("a_copy"))
    return scene.say("witnesses", what=scene.say("and").join(parts)) if parts else scene.say("no_witness")


def _mention(mention: Mention, scene: _Lookup) -> str:
    supports = scene.say("supports_printed" if mention.printed else "supports_expected")
    return scene.say("mention", page=mention.page, text=mention.text, supports=supports)


# -- repairs ----------------------------------------------------------------------------------------------------------


def _mended(repair: Repair, how: Literal["made", "proposed"], scene: _Lookup) -> RepairSaid:
    table = table_title(scene.catalog, repair.table_id, scene.lang)
    place = scene.say("table", page=repair.page, table=table)
    kind = scene.words(scene.catalog.messages.known(f"kind.{repair.kind}"))
    evidence = scene.words(repair.evidence)
    if repair.kind == "row_pairing" and (rows := _first_rows(repair)):
        (label, *figures), (after, *_) = rows
        before = scene.say("quoted", text=label) if label else scene.say("no_label")
        told = {"figures": " ".join(figures), "before": before, "after": after}
        return RepairSaid(repair, kind, scene.say(f"pairing_{how}", place=place, evidence=evidence, **told))
    told = {"before": scene.words(repair.before), "after": scene.words(repair.after)}
    return RepairSaid(repair, kind, scene.say(how, place=place, kind=kind, evidence=evidence, **told))


def _first_rows(repair: Repair) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Label and figures of the first row that a repair shows, before and after; None where it shows no rows."""
    shown = []
    for side in (repair.before, repair.after):
        rows = dict(side.values).get("rows") if isinstance(side, Message) else None
        if not isinstance(rows, tuple) or not rows or not isinstance(rows[0], tuple):
            return None
        shown.append(tuple(map(str, rows[0])))
    return shown[0], shown[1]
