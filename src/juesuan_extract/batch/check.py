"""Published accounts checked like source files by a linter: what fails in each, in words and as data for JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from juesuan_extract.batch.sources.discover import StrPath, discover
from juesuan_extract.batch.store import Kept
from juesuan_extract.batch.workers.local import TIMEOUT, LocalProcesses
from juesuan_extract.batch.workers.task import in_order
from juesuan_extract.knowledge.catalog import load_catalog
from juesuan_extract.knowledge.messages import Lang
from juesuan_extract.model.account import Account
from juesuan_extract.options import Options
from juesuan_extract.say.account import AccountSaid, tell

FAILED, CONFLICT = 1, 3  # exit status


class Checked(NamedTuple):
    """An account and what is to be told of it."""

    account: Account
    telling: AccountSaid

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
        """Tables that ought to be there and were not found."""
        return tuple(lacking.table_id for lacking in self.account.lacking)


def check_files(
    given: Sequence[StrPath], options: Options, lang: Lang, jobs: int, out: Path | None = None
) -> Iterator[Checked]:
    """Every account of what is given (see `convert`), in the order of their names.

    A file that can't be read becomes an account with status failed. Raises UsageError before anything is read where
    there is nothing of that name. out: an output folder; what a conversion into it has read is not read again.
    """
    catalog = load_catalog(options.schemas_folder)
    found = discover(given)
    known = Kept(out, options, catalog).find if out else lambda sha256, source: ()
    for accounts in in_order(LocalProcesses(min(jobs, len(found)), TIMEOUT), found, options, known):
        for account in accounts:
            yield Checked(account, tell(account, catalog, lang))


def exit_code(checked: Iterable[Checked]) -> int:
    """1 when a file could not be read, else 3 when an identity fails, else 0."""
    codes = {FAILED if c.account.status == "failed" else CONFLICT if c.telling.failures else 0 for c in checked}
    return FAILED if FAILED in codes else max(codes, default=0)
