"""Codes that stand beside the wrong names: a name says which code its figures belong to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from juesuan_extract.model.table import MappedRow, RawRow
from juesuan_extract.values.ids import is_code
from juesuan_extract.values.labels import label

REACH = 6  # rows by which codes are shifted

NamesByCode = Mapping[str, frozenset[str]]  # the names of each code, as labels


def codes_by_name(rows: tuple[MappedRow, ...], names: NamesByCode) -> tuple[RawRow, ...]:
    """The rows with the codes that their names have; empty when the names don't contradict the codes, or name none.

    Lines that hold nothing but a code which belongs elsewhere are left out.
    """
    pairs = [pair for block in sorted({r.raw.block for r in rows}) for pair in _block(rows, block, names)]
    moved = {code for row, code in pairs if code != _code(row)}
    kept = [(row, code) for row, code in pairs if row.name or row.raw.has_figures or row.row_id not in moved]
    codes = [code for _, code in kept if code]
    if not moved or len(set(codes)) < len(codes):
        return ()
    return tuple(row.raw._replace(code=code, paired=True) if code != _code(row) else row.raw for row, code in kept)


def _block(rows: tuple[MappedRow, ...], block: int, names: NamesByCode) -> Iterator[tuple[MappedRow, str]]:
    """Rows of a block, each with the code of its name."""
    own = [row for row in rows if row.raw.block == block]
    above = ""
    for number, row in enumerate(own):
        code, name = _code(row), label(row.name)
        near = {_code(other) for other in own[max(0, number - REACH) : number + REACH + 1]}
        # 其他支出 may be 类, 款 and 项: the first one below the code above
        fitting = sorted(c for c in near if c > above and name in names.get(c, ()))
        if fitting:
            code = fitting[0]
        elif name and name not in names.get(code, ()):
            code = min((c for c, known in names.items() if name in known and c > above), default=code)
        above = max(above, code)
        yield row, code


def _code(row: MappedRow) -> str:
    return row.row_id if is_code(row.row_id) else ""
