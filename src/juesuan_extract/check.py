"""Published accounts checked like source files by a linter: what fails in each, in words and as data for JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from juesuan_extract.amounts import format_yuan
from juesuan_extract.batch.local import TIMEOUT, LocalProcesses
from juesuan_extract.batch.sources import StrPath, discover
from juesuan_extract.batch.task import in_order
from juesuan_extract.catalog import load_catalog
from juesuan_extract.model import Account
from juesuan_extract.options import Options
from juesuan_extract.telling import Accused, Dispute, Failure, Figure, Mended, Telling, Term, tell
from juesuan_extract.wording import Lang

Json = dict[str, Any]

FORMAT = 1  # of the JSON; grows when a key changes its meaning or goes
FAILED, CONFLICT = 1, 3  # exit status


class Checked(NamedTuple):
    """An account and what is to be told of it."""

    account: Account
    telling: Telling

    @property
    def held(self) -> int:
        """How many identities hold."""
        return sum(check.verdict == "holds" for check in self.account.checks)

    @property
    def unproven(self) -> tuple[str, ...]:
        """Tables of which not every figure could be checked."""
        return tuple(table.table_id for table in self.account.tables if table.status == "unverified")

    @property
    def unproven_figures(self) -> int:
        """How many figures other than 0 no identity speaks for."""
        return sum(bool(fact.amount) and fact.status == "unverified" for fact in self.account.facts)

    @property
    def missing(self) -> tuple[str, ...]:
        """Tables that were not found, not even as a title with a sentence that there is nothing to print."""
        tables = self.account.tables
        return tuple(t.table_id for t in tables if t.status == "missing" and not t.published_title)


def check_files(given: Sequence[StrPath], options: Options, lang: Lang, jobs: int) -> Iterator[Checked]:
    """Every account of what is given (see `convert`), in the order of their names.

    A file that can't be read becomes an account with status failed. Raises UsageError before anything is read where
    there is nothing of that name.
    """
    catalog = load_catalog(options.schemas_folder)
    found = discover(given)
    for accounts in in_order(LocalProcesses(min(jobs, len(found)), TIMEOUT), found, options):
        for account in accounts:
            yield Checked(account, tell(account, catalog, lang))


def exit_code(checked: Iterable[Checked]) -> int:
    """1 when a file could not be read, else 3 when an identity fails, else 0."""
    codes = {FAILED if c.account.status == "failed" else CONFLICT if c.telling.failures else 0 for c in checked}
    return FAILED if FAILED in codes else max(codes, default=0)


def document(checked: Checked) -> Json:
    """One account as docs/check.md describes it: amounts in 元 as text, ids canonical."""
    account, telling = checked.account, checked.telling
    return {
        "source": account.source,
        "doc_id": account.doc_id,
        "sha256": account.sha256,
        "kind": account.kind,
        "status": account.status,
        "error": account.error,
        "unit_name": account.unit_name,
        "fiscal_year": account.fiscal_year,
        "pages": account.pages,
        "checks_held": checked.held,
        "checks_failed": len(telling.failures),
        "failures": [_failure(failure) for failure in telling.failures],
        "conflicts": [_conflict(dispute) for dispute in telling.disputes],
        "proposals": [_repair(mended) for mended in telling.proposals],
        "repairs": [_repair(mended) for mended in telling.repairs],
        "unverified_tables": list(checked.unproven),
        "unverified_figures": checked.unproven_figures,
        "missing_tables": list(checked.missing),
    }


def _failure(failure: Failure) -> Json:
    check = failure.check
    return {
        "check_id": check.check_id,
        "identity": check.identity,
        "says": failure.says,
        "relation": check.relation,
        "left": [_term(term) for term in failure.left],
        "right": [_term(term) for term in failure.right],
        "left_yuan": _yuan(check.left_amount),
        "right_yuan": _yuan(check.right_amount),
        "residual_yuan": _yuan(check.residual),
        "tolerance_yuan": _yuan(check.tolerance),
        "unit": failure.unit,
        "pages": list(failure.pages),
        "text": failure.sentence,
    }


def _conflict(dispute: Dispute) -> Json:
    return {
        "checks": list(dispute.conflict.checks),
        "explanations": [[_suspect(accused) for accused in explanation] for explanation in dispute.explanations],
        "complete": dispute.conflict.complete,
        "text": dispute.remark,
    }


def _suspect(accused: Accused) -> Json:
    suspect = accused.suspect
    return {
        **_cell(accused.figure),
        "expected_yuan": _yuan(suspect.wanted),
        "least_yuan": _yuan(suspect.least),
        "most_yuan": _yuan(suspect.most),
        "slip": suspect.slip,
        "sums": suspect.sums,
        "copies": suspect.copies,
        "mentions": [
            {"page": mention.page, "text": mention.text, "supports": "printed" if mention.printed else "expected"}
            for mention in suspect.mentions
        ],
        "text": accused.sentence,
    }


def _repair(mended: Mended) -> Json:
    return {**mended.repair._asdict(), "text": mended.sentence}


def _term(term: Term) -> Json:
    return {"sign": term.sign, **_cell(term.figure)}


def _cell(figure: Figure) -> Json:
    table_id, row_id, column_id = figure.key
    return {
        "table_id": table_id,
        "row_id": row_id,
        "column_id": column_id,
        "table": figure.table,
        "row": figure.row,
        "column": figure.column,
        "page": figure.page or None,
        "box": [round(edge, 2) + 0.0 for edge in figure.box] if figure.box else None,  # + 0.0: no -0.0
        "amount_text": figure.text,
        "amount_yuan": _yuan(figure.amount),
    }


def _yuan(fen: int | None) -> str | None:
    return None if fen is None else format_yuan(fen)
