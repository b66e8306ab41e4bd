"""An account as the report shows it: words and figures, no markup. Pure functions over frozen types."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from juesuan_extract.emit.report.tables import Doubtful, ReportTable, sheets
from juesuan_extract.knowledge.messages import Both, Messages
from juesuan_extract.model.account import Account, OtherTable, Table
from juesuan_extract.model.fact import Key
from juesuan_extract.model.message import Finding, Repair, message
from juesuan_extract.model.page import Picture
from juesuan_extract.say.account import AccountSaid, FailureSaid, SuspectSaid, tell
from juesuan_extract.say.repairs import DECIDING

if TYPE_CHECKING:
    from juesuan_extract.knowledge.catalog import Catalog

MAX_LISTED = 200  # cells, failed checks, repairs and findings listed per account; the rest is in the CSV files
MAX_EXPLANATIONS = 12  # of one conflict


class FailureView(NamedTuple):
    """The arithmetic of a failed check is the same in both languages; its sentences aren't."""

    zh: FailureSaid
    en: FailureSaid


class ExplanationView(NamedTuple):
    """Cells that would all have to change, in both languages."""

    cells: tuple[tuple[SuspectSaid, SuspectSaid], ...]


class DisputeView(NamedTuple):
    """A conflict."""

    failures: tuple[FailureView, ...]
    explanations: tuple[ExplanationView, ...]
    more: int  # explanations that aren't listed
    remark: Both


class MendedView(NamedTuple):
    """Repairs of one kind in one table; before, after and evidence are those of the first."""

    table_id: str
    pages: tuple[int, ...]
    kind: Both
    times: int
    before: Both
    after: Both
    evidence: Both


class FindingView(NamedTuple):
    """A finding in both languages."""

    code: Both
    where: Both
    message: Both


class OpenCheck(NamedTuple):
    """An identity that could not be evaluated, and in how many places."""

    says: Both
    times: int


class TableLine(NamedTuple):
    """A table in the list of the nine; sheet: None when it is missing."""

    table: Table
    title: str
    notes: tuple[Both, ...]
    sheet: ReportTable | None


@dataclass(frozen=True, slots=True)
class AccountView:
    """All that the report says about one account."""

    account: Account
    anchor: str
    found: int
    lines: tuple[TableLine, ...]
    checks_held: int
    checks_failed: int
    checks_open: tuple[OpenCheck, ...]
    disputes: tuple[DisputeView, ...]
    failures: tuple[FailureView, ...]  # that stand in no conflict
    doubts: tuple[Doubtful, ...]
    doubts_total: int
    numbers: dict[Key, int]  # of doubtful cells, by key
    sheets: tuple[ReportTable, ...]
    least: Doubtful | None
    surest: float  # the highest confidence of a cell
    proposals: tuple[Both, ...]
    repairs: tuple[MendedView, ...]
    findings: tuple[FindingView, ...]
    others: tuple[OtherTable, ...]
    pictures_left_out: tuple[int, ...]  # pages

    @property
    def eventful(self) -> bool:
        """There is more to see than the row of the overview says."""
        return bool(self.lines or self.failures or self.repairs or self.findings or self.others or self.doubts)


def view(account: Account, catalog: Catalog, picture_bytes: int) -> AccountView:
    """The view of one account; picture_bytes: how many bytes of pictures there is room for."""
    both, known = catalog.messages.both, catalog.messages.known
    zh, en = tell(account, catalog, "zh"), tell(account, catalog, "en")
    pictures = _affordable(account.pictures, picture_bytes)
    made = sheets(account, pictures, catalog)
    by_table = {sheet.table.table_id: sheet for sheet in made}
    doubts = tuple(doubt for sheet in made for doubt in sheet.doubts)
    verdicts = Counter(check.verdict for check in account.checks)
    return AccountView(
        account=account,
        anchor=f"d{account.doc_id}",
        found=len(made),
        lines=tuple(
            TableLine(t, catalog.tables[t.table_id].title, tuple(map(both, t.said)), by_table.get(t.table_id))
            for t in account.tables
        ),
        checks_held=verdicts["holds"],
        checks_failed=verdicts["fails"],
        checks_open=_open(account, catalog),
        disputes=_disputes(zh, en),
        failures=_pairs(zh.others, en.others)[:MAX_LISTED],
        doubts=doubts[:MAX_LISTED],
        doubts_total=len(doubts),
        numbers={doubt.key: doubt.number for doubt in reversed(doubts)},
        sheets=made,
        least=min((s.least for s in made if s.least), key=lambda d: (d.confidence, not d.number), default=None),
        surest=max((fact.confidence for fact in account.facts), default=1.0),
        proposals=tuple(Both(a.sentence, b.sentence) for a, b in zip(zh.proposals, en.proposals, strict=True)),
        repairs=_repairs(account.repairs, catalog.messages)[:MAX_LISTED],
        findings=tuple(
            FindingView(both(known(f"found.{f.code}")), _where(f, catalog), both(f.message))
            for f in account.findings[:MAX_LISTED]
        ),
        others=account.others,
        pictures_left_out=tuple(picture.page for picture in account.pictures[len(pictures) :]),
    )


def _pairs(zh: Sequence[FailureSaid], en: Sequence[FailureSaid]) -> tuple[FailureView, ...]:
    return tuple(FailureView(*pair) for pair in zip(zh, en, strict=True))


def _disputes(zh: AccountSaid, en: AccountSaid) -> tuple[DisputeView, ...]:
    return tuple(
        DisputeView(
            _pairs(a.failures, b.failures)[:MAX_LISTED],
            tuple(
                ExplanationView(tuple(zip(one, other, strict=True)))
                for one, other in zip(a.explanations[:MAX_EXPLANATIONS], b.explanations, strict=False)
            ),
            max(0, len(a.explanations) - MAX_EXPLANATIONS),
            Both(a.remark, b.remark),
        )
        for a, b in zip(zh.disputes[:MAX_LISTED], en.disputes, strict=False)
    )


def _open(account: Account, catalog: Catalog) -> tuple[OpenCheck, ...]:
    """The identities that could not be evaluated; usual practice that isn't followed is no such thing."""
    counts = Counter(c.identity for c in account.checks if c.verdict == "not_evaluable" and c.independent)
    said = {known.id: Both(known.zh, known.en) for known in catalog.identities if known.id in counts}
    return tuple(OpenCheck(said.get(name, Both(name, name)), times) for name, times in counts.items())


def _where(finding: Finding, catalog: Catalog) -> Both:
    """Page and table of a finding."""
    title = catalog.tables[finding.table_id].title if finding.table_id else ""
    if not finding.pages:
        return Both(title, title)
    pages = catalog.messages.both(message("say.pages", pages=finding.pages))
    return Both(f"{pages.zh} {title}", f"{pages.en}, {title}") if title else pages


def _repairs(repairs: Sequence[Repair], messages: Messages) -> tuple[MendedView, ...]:
    """Repairs that decide which figure belongs to which row one by one, then the others by table and kind."""
    deciding = [_mended([repair], messages) for repair in repairs if repair.kind in DECIDING]
    groups: dict[tuple[str, str], list[Repair]] = {}
    for repair in repairs:
        if repair.kind not in DECIDING:
            groups.setdefault((repair.table_id, repair.kind), []).append(repair)
    ordered = sorted(groups.values(), key=lambda group: group[0].table_id)
    return (*deciding, *(_mended(group, messages) for group in ordered))


def _mended(group: Sequence[Repair], messages: Messages) -> MendedView:
    first, pages = group[0], tuple(sorted({repair.page for repair in group}))
    kind = messages.both(messages.known(f"kind.{first.kind}"))
    said = (messages.both(one) for one in (first.before, first.after, first.evidence))
    return MendedView(first.table_id, pages, kind, len(group), *said)


def _affordable(pictures: Sequence[Picture], room: int) -> Sequence[Picture]:
    """The first pictures that fit into `room` bytes."""
    for count, picture in enumerate(pictures):
        room -= len(picture.png)
        if room < 0:
            return pictures[:count]
    return pictures
