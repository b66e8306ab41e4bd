"""What stands in the output files: every file and column once, with its meaning and how it is filled.

Rows, CSV, Parquet, schemas/json, the data dictionary and the tables of the databases are made of this. The files
themselves are declared in `files.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from juesuan_extract.model.account import Account
from juesuan_extract.values.amounts import to_yuan

if TYPE_CHECKING:
    from juesuan_extract.knowledge.catalog import Catalog

Type = Literal["text", "printed", "integer", "boolean", "money", "number"]
Value: TypeAlias = str | int | bool | Decimal | float | None
# the values of a column for items of one account, such as its facts
Fill = Callable[[Account, Sequence[Any], "Catalog"], Iterable[Value]]

LIST = "; "  # between the parts of a text that is a list


class Column(NamedTuple):
    """One column.

    fill: its values. type: `text` is untrusted text; `printed` is a figure's text as printed; `money` is in 元 with two
    places; `number` is a float (points of a page, probabilities). required: never empty. words: all values it can have.
    least, most: bounds of a number. unit: of a number; money is in 元. small: of an integer below 2^15.
    """

    name: str
    type: Type
    fill: Fill
    meaning: str
    zh: str = ""
    example: str = ""
    required: bool = True
    words: tuple[str, ...] = ()
    unit: str = ""
    least: int | None = None
    most: int | None = None
    small: bool = False


Columns = tuple[Column, ...]


class File(NamedTuple):
    """An output file. row, row_zh: what one row of it is. key: the columns that tell its rows apart; empty: none do.

    items: what an account has of it, one for each row; order: by what rows are sorted where several accounts stand in
    one source, whose account comes last.
    """

    row: str
    row_zh: str
    key: tuple[str, ...]
    columns: Columns
    items: Callable[[Account], Iterable[Any]]
    order: Callable[[Any], Any]


# -- how columns are filled -------------------------------------------------------------------------------------------


def of_account(name: str) -> Fill:
    """An attribute of the account, the same in every row."""
    get = attrgetter(name)
    return lambda account, items, catalog: [get(account)] * len(items)


def attribute(name: str) -> Fill:
    """An attribute of the item."""
    get = attrgetter(name)
    return lambda account, items, catalog: map(get, items)


def made(value: Callable[[Any], Value]) -> Fill:
    """Something made of the item."""
    return lambda account, items, catalog: map(value, items)


def in_yuan(name: str) -> Fill:
    """An amount in fen of the item, in 元."""
    get = attrgetter(name)
    return lambda account, items, catalog: [None if (fen := get(i)) is None else to_yuan(fen) for i in items]


def in_words(name: str) -> Fill:
    """Messages of the item, or text that the document prints, in English."""
    get = attrgetter(name)

    def fill(account: Account, items: Sequence[Any], catalog: Catalog) -> Iterable[Value]:
        say = catalog.messages.say
        return [LIST.join([say(one, "en") for one in _several(get(i))]) for i in items]

    return fill


def in_codes(name: str) -> Fill:
    """Messages of the item in their stable form."""
    get = attrgetter(name)
    return lambda account, items, catalog: [LIST.join(map(str, _several(get(i)))) for i in items]


def _several(said: Any) -> Iterable[Any]:
    return said if isinstance(said, tuple) else (said,)


def probability(value: float | None) -> float | None:
    """A probability to six places."""
    return None if value is None else round(value, 6)
