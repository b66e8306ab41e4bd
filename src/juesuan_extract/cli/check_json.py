"""A checked account as docs/check.md describes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from juesuan_extract.batch.check import Checked
from juesuan_extract.knowledge.catalog import Catalog
from juesuan_extract.knowledge.messages import Lang
from juesuan_extract.model.message import Said
from juesuan_extract.say.account import ConflictSaid, FailureSaid, Figure, RepairSaid, SignedFigure, SuspectSaid
from juesuan_extract.values.amounts import format_yuan

Json = dict[str, Any]
FORMAT = 1  # of the JSON; grows when a key changes its meaning or goes


def document(checked: Checked, catalog: Catalog) -> Json:
    """One account as docs/check.md describes it: amounts in 元 as text, ids canonical."""
    account, telling, say = checked.account, checked.telling, catalog.messages.say
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
        "proposals": [_repair(mended, say) for mended in telling.proposals],
        "repairs": [_repair(mended, say) for mended in telling.repairs],
        "unverified_tables": list(checked.unproven),
        "unverified_figures": checked.unproven_figures,
        "missing_tables": list(checked.missing),
    }


def _failure(failure: FailureSaid) -> Json:
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


def _conflict(dispute: ConflictSaid) -> Json:
    return {
        "checks": list(dispute.conflict.checks),
        "explanations": [[_suspect(accused) for accused in explanation] for explanation in dispute.explanations],
        "complete": dispute.conflict.complete,
        "text": dispute.remark,
    }


def _suspect(accused: SuspectSaid) -> Json:
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


def _repair(mended: RepairSaid, say: Callable[[Said, Lang], str]) -> Json:
    repair = mended.repair
    return {
        "table_id": repair.table_id,
        "page": repair.page,
        "kind": repair.kind,
        "before": say(repair.before, "en"),
        "after": say(repair.after, "en"),
        "evidence": say(repair.evidence, "en"),
        "evidence_code": str(repair.evidence),
        "text": mended.sentence,
    }


def _term(term: SignedFigure) -> Json:
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
