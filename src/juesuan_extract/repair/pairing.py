"""Labels and figures that stand in different rows: the one pairing that satisfies the identities is found.

The case of the founding document: in its 支出决算表 the line 合计 has no figures, 208 stands beside the figures of
合计, and the next line has figures and no code. Read as printed sixteen identities fail; with labels and figures
paired in order none does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from juesuan_extract.canonical import MappedRow
from juesuan_extract.catalog import TableSpec
from juesuan_extract.model import Check, RawRow, Repair

MOST_HYPOTHESES = 60

# checks of the table when it has these rows
Trial = Callable[[tuple[MappedRow, ...]], list[Check]]


def pair_rows(
    rows: tuple[MappedRow, ...],
    spec: TableSpec,
    trial: Trial,
    remap: Callable[[tuple[RawRow, ...]], tuple[MappedRow, ...]],
) -> tuple[tuple[MappedRow, ...], list[Repair]]:
    """Rows with labels and figures paired so that every identity of the table holds.

    trial: evaluates the identities that involve the table for given rows; remap: gives ids to raw rows. The printed
    pairs stay when they fail no identity, when no other pairing satisfies all, or when more than one does.
    """
    loose = [r for r in rows if r.raw.has_figures and not r.raw.has_label]
    if not loose:
        return rows, []
    before = _failed(trial(rows))
    solutions: list[tuple[tuple[MappedRow, ...], list[Check]]] = []
    printed = tuple(r.raw for r in rows)
    for raw in _hypotheses(printed):
        if not before and _parts_pairs(printed, raw):
            continue
        candidate = remap(raw)
        checks = trial(candidate)
        if not _failed(checks) and any(c.verdict == "holds" for c in checks):
            solutions.append((candidate, checks))
            if len(solutions) > 1:
                return rows, []
    if not solutions:
        return _unlabelled_total(rows, loose, spec, trial, remap)
    mended, checks = solutions[0]
    held = sum(c.verdict == "holds" for c in checks)
    evidence = f"{len(before)} identities fail as printed ({_names(before)}), none of {held} does so"
    return _recorded(rows, mended, spec, evidence)


def _unlabelled_total(
    rows: tuple[MappedRow, ...],
    loose: list[MappedRow],
    spec: TableSpec,
    trial: Trial,
    remap: Callable[[tuple[RawRow, ...]], tuple[MappedRow, ...]],
) -> tuple[tuple[MappedRow, ...], list[Repair]]:
    """A first or last row without a label is the 合计 when most sums say so; a publisher's slip may fail the others."""
    raw = tuple(r.raw for r in rows)
    if len(loose) > 1 or any(r.row_id == "total" for r in rows) or loose[0] not in (rows[0], rows[-1]):
        return rows, []
    mended = remap(tuple(r._replace(name="合计") if r is loose[0].raw else r for r in raw))
    sums = [c for c in trial(mended) if c.independent and any(key[1] == "total" for key in c.cells)]
    held = sum(c.verdict == "holds" and c.left_amount != 0 for c in sums)
    failed = sum(c.verdict == "fails" for c in sums)
    if held < 2 or held <= 2 * failed:
        return rows, []
    return _recorded(rows, mended, spec, f"{held} sums hold with it as 合计, {failed} fail")


def _recorded(
    rows: tuple[MappedRow, ...], mended: tuple[MappedRow, ...], spec: TableSpec, evidence: str
) -> tuple[tuple[MappedRow, ...], list[Repair]]:
    return mended, [
        Repair(spec.id, old.page, "row_pairing", _show(old), _show(new.raw), evidence)
        for old, new in _changed(tuple(r.raw for r in rows), mended)
    ]


def _hypotheses(rows: tuple[RawRow, ...]) -> Iterator[tuple[RawRow, ...]]:
    """Rows in which labels and figures, each in their own order, are paired anew, block by block."""
    for block in sorted({r.block for r in rows}):
        own = [r for r in rows if r.block == block]
        if not any(r.has_figures and not r.has_label for r in own):
            continue
        rest_before = tuple(r for r in rows if r.block < block)
        rest_after = tuple(r for r in rows if r.block > block)
        labels = [r for r in own if r.has_label]
        figures = [r for r in own if r.has_figures]
        spare = len(labels) - len(figures)
        if spare == 0 and labels:
            yield (*rest_before, *_zipped(labels, figures), *rest_after)
        elif spare == 1 and len(labels) <= MOST_HYPOTHESES:
            for without in range(len(labels)):
                kept = labels[:without] + labels[without + 1 :]
                yield (*rest_before, *_zipped(kept, figures), *rest_after)
        elif spare == -1 and len(figures[0].amounts):
            # one line of figures has no label at all: the 合计, first or last
            for place in (0, len(figures) - 1):
                if not figures[place].has_label:
                    total = figures[place]._replace(name="合计")
                    others = _zipped(labels, figures[:place] + figures[place + 1 :])
                    yield (*rest_before, *((total, *others) if place == 0 else (*others, total)), *rest_after)


def _zipped(labels: list[RawRow], figures: list[RawRow]) -> tuple[RawRow, ...]:
    return tuple(
        f._replace(code=a.code, name=a.name, label_box=a.label_box) for a, f in zip(labels, figures, strict=True)
    )


def _parts_pairs(before: tuple[RawRow, ...], after: tuple[RawRow, ...]) -> bool:
    """Whether figures printed beside a label stand beside another one now."""
    old = {id(r.amounts): r for r in before}
    pairs = ((old[id(r.amounts)], r) for r in after)
    return any(was.has_label and (was.code, was.name) != (now.code, now.name) for was, now in pairs)


def borrow_names(
    rows: tuple[MappedRow, ...], names: dict[str, str], spec: TableSpec
) -> tuple[tuple[MappedRow, ...], list[Repair]]:
    """Names of coded rows that print none, from the same codes in other tables. names: by code."""
    mended, repairs = [], []
    for row in rows:
        if not row.name and row.row_id in names:
            mended.append(row._replace(name=names[row.row_id]))
            repairs.append(
                Repair(spec.id, row.raw.page, "name_borrowed", row.row_id, names[row.row_id],
                       "the same code in another table")
            )  # fmt: skip
        else:
            mended.append(row)
    return tuple(mended), repairs


def _changed(before: tuple[RawRow, ...], after: tuple[MappedRow, ...]) -> Iterator[tuple[RawRow, MappedRow]]:
    """Rows of figures that have another label now, with what they had."""
    old = {id(r.amounts): r for r in before}
    for row in after:
        was = old[id(row.raw.amounts)]
        if (was.code, was.name) != (row.raw.code, row.raw.name):
            yield was, row


def _failed(checks: list[Check]) -> list[Check]:
    return [c for c in checks if c.verdict == "fails" and c.independent]


def _names(checks: list[Check]) -> str:
    shown = ", ".join(c.check_id for c in checks[:3])
    return shown + (f" and {len(checks) - 3} more" if len(checks) > 3 else "") if checks else "none is evaluable"


def _show(row: RawRow) -> str:
    figures = " ".join(cell.text for _, cell in row.amounts if cell.text)
    return f"{row.code or row.name or '(no label)'}: {figures or '(no figures)'}"
