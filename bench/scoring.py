"""Compares what was written about a document with its truth, and adds the counts up."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bench.truths import Cell, Output, Truth, squeezed

ERRORS = ("wrong", "missing", "spurious")
RIGHT = ("right", "blank_right")
BINS = 10


@dataclass(slots=True)
class Score:
    """One document. differences: what is wrong with it, in words, the gravest first."""

    truth: Truth
    count: Counter[str] = field(default_factory=Counter)
    calibration: list[tuple[float, bool]] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)

    @property
    def right(self) -> bool:
        """Whether nothing is wrong with it."""
        return not self.differences

    @property
    def errors(self) -> int:
        """Amounts that are wrong, missing or not printed at all."""
        return sum(self.count[what] for what in ERRORS)


def score(truth: Truth, output: Output | None) -> Score:
    """Kind, unit names, year, tables and every amount of one document; output: None where it was left out."""
    result = Score(truth)
    output = output or Output()
    _document(result, output)
    _tables(result, output)
    _cells(result, output)
    return result


def _document(result: Score, output: Output) -> None:
    truth, say = result.truth, result.differences.append
    first = output.accounts.get(0)
    if first is None:
        say("not in documents.csv")
        return
    if first["status"] == "failed":
        say(f"failed: {first['error']}")
    if first["kind"] != truth.kind:
        say(f"taken for {first['kind']}, is {truth.kind}")
    result.count["refused"] = truth.is_decoy and first["status"] == "not_final_account" and not output.cells
    result.count["verified"] = first["status"] == "verified"
    for number, unit_name in truth.unit_names().items():
        row = output.accounts.get(number)
        if row is None:
            say(f"account {number + 1} ({unit_name}) is not told apart")
            continue
        if squeezed(row["unit_name"]) != unit_name:
            say(f"unit name {row['unit_name'] or '-'}, is {unit_name}")
        if row["fiscal_year"][:4] != truth.year:
            say(f"fiscal year {row['fiscal_year'] or '-'}, is {truth.year}")
    for number in sorted(set(output.accounts) - {0, *truth.unit_names()}):
        say(f"account {number + 1} is invented: {output.accounts[number]['unit_name']}")


def _tables(result: Score, output: Output) -> None:
    """A printed table is found when one of its id and account shares a page with it; the rest are mistaken."""
    truth, say = result.truth, result.differences.append
    owned: set[int] = set()
    for table in truth.tables:
        same = [n for n, t in enumerate(output.tables) if (t.account, t.table_id) == (table.account, table.table_id)]
        hits = same if table.optional else [n for n in same if output.tables[n].pages & table.pages]
        owned.update(hits)
        if not table.optional:
            result.count["tables"] += 1
            if not hits:
                result.count["tables_missed"] += 1
                say(f"{table.table_id} on pages {_pages(table.pages)} is not found")
    for number, table in enumerate(output.tables):
        if number not in owned:
            result.count["tables_mistaken"] += 1
            what = next((truth.others[p] for p in sorted(table.pages) if p in truth.others), table.title)
            say(f"{what or 'a table'} on pages {_pages(table.pages)} is taken for {table.table_id}")


def _pages(pages: Iterable[int]) -> str:
    return ",".join(map(str, sorted(pages)))


def _cells(result: Score, output: Output) -> None:
    silent, loud = [], []
    for want, have, what in compared(result.truth.cells, output.cells):
        result.count[what] += 1
        if have is not None and have.confidence is not None and what != "free":
            result.calibration.append((have.confidence, what in RIGHT))
        place = have or want
        assert place is not None
        status = output.status_of(*place.table, place.page)
        result.count["right_in_verified"] += what == "right" and status == "verified"
        if what in ERRORS:
            result.count["silent_errors"] += status == "verified"
            told = f"{what}{' SILENT' if status == 'verified' else ''}: {_where(place)}, "
            told += f"printed {want.told if want else 'nothing'}, read {have.told if have else 'nothing'}"
            (silent if status == "verified" else loud).append(told)
    result.differences += silent + loud


def compared(truth: Iterable[Cell], output: Iterable[Cell]) -> Iterator[tuple[Cell | None, Cell | None, str]]:
    """What is printed, what was read of it, and how they agree: right, one of ERRORS and so on (see _verdict)."""
    asked: dict[tuple[object, ...], list[Cell]] = defaultdict(list)
    said: dict[tuple[object, ...], list[Cell]] = defaultdict(list)
    for cells, by_key in ((truth, asked), (output, said)):
        for cell in cells:
            by_key[cell.key].append(cell)
    for key in (*asked, *(key for key in said if key not in asked)):
        for want, have in _pairs(asked.get(key, []), said.get(key, [])):
            yield want, have, _verdict(want, have)


def _where(cell: Cell) -> str:
    account, table_id, row, column = cell.key
    return f"{f'account {account + 1} ' if account else ''}{table_id} {row} {column} on page {cell.page}"


def _pairs(asked: Sequence[Cell], said: Sequence[Cell]) -> Iterator[tuple[Cell | None, Cell | None]]:
    """Cells of one key side by side: those that agree first, then the rest in their order."""
    rest_asked, rest_said = [], list(said)
    for want in asked:
        alike = [have for have in rest_said if have.amount == want.amount]
        alike.sort(key=lambda have: have.amount is None and not have.blank)  # a blank that is called one goes first
        if alike:
            rest_said.remove(alike[0])
            yield want, alike[0]
        else:
            rest_asked.append(want)
    for number in range(max(len(rest_asked), len(rest_said))):
        yield (
            rest_asked[number] if number < len(rest_asked) else None,
            rest_said[number] if number < len(rest_said) else None,
        )


def _verdict(want: Cell | None, have: Cell | None) -> str:
    """right, or one of ERRORS; blank_right, blank_missing, blank_extra of blanks; free where nobody asks."""
    if want is None:
        return "blank_extra" if have is None or have.amount is None else "spurious"
    if want.dash:
        return "spurious" if have is not None and have.amount else "free"
    if want.amount is None:
        if have is not None and have.amount is not None:
            return "spurious"
        if want.optional:
            return "free"
        return "blank_right" if have is not None and have.blank else "blank_missing"
    if have is None and want.optional:
        return "free"
    if have is None or have.amount is None:
        return "missing"
    return "right" if have.amount == want.amount else "wrong"


# -- sums -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Figures:
    """The sum over some documents. cells_exact: right cells among those printed and those invented."""

    documents: int
    documents_right: int
    decoys: int
    decoys_refused: int
    tables: int
    tables_missed: int
    tables_mistaken: int
    cells: int
    wrong: int
    missing: int
    spurious: int
    silent_errors: int
    blanks_wrong: int
    cells_exact: float | None
    cells_in_verified: float | None
    calibration_error: float | None

    @property
    def failures(self) -> tuple[int, ...]:
        """How bad it is, for sorting: silent errors, mistaken tables, documents, cells."""
        errors = self.wrong + self.missing + self.spurious
        return self.silent_errors, self.tables_mistaken, self.documents - self.documents_right, errors


def figures(scores: Sequence[Score]) -> Figures:
    """The sum."""
    total: Counter[str] = Counter()
    for each in scores:
        total.update(each.count)
    printed = total["right"] + total["wrong"] + total["missing"]
    return Figures(
        documents=len(scores),
        documents_right=sum(each.right for each in scores),
        decoys=sum(each.truth.is_decoy for each in scores),
        decoys_refused=total["refused"],
        tables=total["tables"],
        tables_missed=total["tables_missed"],
        tables_mistaken=total["tables_mistaken"],
        cells=printed,
        wrong=total["wrong"],
        missing=total["missing"],
        spurious=total["spurious"],
        silent_errors=total["silent_errors"],
        blanks_wrong=total["blank_missing"] + total["blank_extra"],
        cells_exact=_ratio(total["right"], printed + total["spurious"]),
        cells_in_verified=_ratio(total["right_in_verified"], printed),
        calibration_error=_calibration_error([pair for each in scores for pair in each.calibration]),
    )


def grouped(scores: Iterable[Score], names: Mapping[str, Iterable[str]]) -> dict[str, Figures]:
    """The sums by group. names: the groups of each document, by its name."""
    groups: dict[str, list[Score]] = defaultdict(list)
    for each in scores:
        for name in names[each.truth.name]:
            groups[name].append(each)
    return {name: figures(groups[name]) for name in sorted(groups)}


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _calibration_error(pairs: Sequence[tuple[float, bool]]) -> float | None:
    """Expected calibration error: how far confidence is from the share of right cells, over ten classes of it."""
    if not pairs:
        return None
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for confidence, right in pairs:
        bins[min(BINS - 1, max(0, int(confidence * BINS)))].append((confidence, right))
    return sum(abs(sum(c for c, _ in some) - sum(right for _, right in some)) for some in bins.values()) / len(pairs)
