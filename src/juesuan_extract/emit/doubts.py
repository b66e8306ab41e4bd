"""What somebody may have to look at: conflicts, suspects, repairs, proposals and findings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from juesuan_extract.emit.columns import COLUMN_ID, DOC_ID, PAGE, ROW_ID, SOURCE, TABLE_ID, yuan
from juesuan_extract.emit.contract import LIST, Column, Columns, attribute, in_codes, in_words, made
from juesuan_extract.model.account import Account
from juesuan_extract.model.message import Message
from juesuan_extract.model.proof import Conflict, Suspect

_REPAIR: Columns = (
    DOC_ID,
    SOURCE,
    TABLE_ID,
    PAGE,
    Column("kind", "text", attribute("kind"), "what was done", "更正的种类", "continuation"),
    Column("before", "text", in_words("before"), "as read", "读到的样子", "page 8 without a title", required=False),
    Column("after", "text", in_words("after"), "as taken", "采用的样子", "joined to page 7", required=False),
    Column("evidence", "text", in_words("evidence"), "why", "依据", "its columns stand in line", required=False),
    Column(
        "evidence_codes",
        "text",
        in_codes("evidence"),
        "the same for programs: a code of messages.yaml with its values",
        "供程序使用的依据：messages.yaml 中的编号及其值",
        "repair.in_line",
    ),
)
REPAIRS: Columns = _REPAIR
PROPOSALS: Columns = tuple(
    column._replace(meaning="what would be done", zh="建议的更正种类", example="rows_exchanged")
    if column.name == "kind"
    else column
    for column in _REPAIR
)


class Conflicting(NamedTuple):
    """A conflict and its number in the account, from 1."""

    number: int
    conflict: Conflict


def conflicting(account: Account) -> Iterator[Conflicting]:
    """The conflicts of an account with their numbers."""
    return (Conflicting(number, conflict) for number, conflict in enumerate(account.conflicts, 1))


_CONFLICT_NO = Column(
    "conflict_no",
    "integer",
    attribute("number"),
    "conflict within the document, from 1",
    "矛盾在文件中的序号，从 1 起",
    "1",
    least=1,
)
CONFLICTS: Columns = (
    DOC_ID,
    SOURCE,
    _CONFLICT_NO,
    Column(
        "checks",
        "text",
        made(lambda one: LIST.join(one.conflict.checks)),
        "identities that fail together, by check_id",
        "一并不成立的勾稽关系（check_id）",
        "I05.row[2080505]; X03-05.row[2080505,total]",
    ),
    Column(
        "explanations",
        "integer",
        made(lambda one: len(one.conflict.explanations)),
        "smallest sets of figures whose change would satisfy all of them; 0 where none was found",
        "改动最少即可使其全部成立的办法有几种；没有找到为 0",
        "2",
        least=0,
    ),
    Column(
        "exhaustive",
        "boolean",
        made(lambda one: one.conflict.complete),
        "there is no other set that is as small",
        "没有其他同样少的改法",
        "true",
    ),
)


class Suspected(NamedTuple):
    """A figure of an explanation."""

    number: int  # of the conflict
    explanation: int
    suspect: Suspect
    page: int | None  # None: not printed
    amount: int | None  # fen, as printed

    @property
    def table_id(self) -> str:
        """Its table."""
        return self.suspect.key[0]

    @property
    def row_id(self) -> str:
        """Its row."""
        return self.suspect.key[1]

    @property
    def column_id(self) -> str:
        """Its column."""
        return self.suspect.key[2]


def suspected(account: Account) -> Iterator[Suspected]:
    """The suspects of an account, conflict by conflict, the likeliest explanation first."""
    wanted = {s.key for c in account.conflicts for explanation in c.explanations for s in explanation}
    facts = {fact.key: fact for fact in reversed(account.facts) if fact.key in wanted} if wanted else {}
    for number, conflict in conflicting(account):
        for place, explanation in enumerate(conflict.explanations, 1):
            for suspect in explanation:
                fact = facts.get(suspect.key)
                yield Suspected(number, place, suspect, fact and fact.page, fact and fact.amount)


def _mentioned(one: Suspected) -> str:
    return ",".join(str(mention.page) for mention in one.suspect.mentions if not mention.printed)


SUSPECTS: Columns = (
    DOC_ID,
    SOURCE,
    _CONFLICT_NO,
    Column(
        "explanation_no",
        "integer",
        attribute("explanation"),
        "explanation of the conflict, from 1, the likeliest first; all its figures would have to change",
        "该矛盾的第几种解释，可能性大的在前；同一解释的各数须同时改",
        "1",
        least=1,
    ),
    TABLE_ID,
    ROW_ID,
    COLUMN_ID,
    PAGE._replace(required=False),
    yuan("printed_yuan", "amount", "as printed, 元; null for a blank", "印出的数，元；空白为空值", "217200.00"),
    yuan(
        "wanted_yuan",
        "suspect.wanted",
        "what it would have to be, 元; where rounding leaves room the likeliest",
        "应为的数，元；尾差允许一个范围时取最可能的",
        "271200.00",
        required=True,
    ),
    Column(
        "slip",
        "text",
        attribute("suspect.slip"),
        "slip of the pen that makes the one of the other: digit, transposed, lost, added, point or sign",
        "使两数互变的笔误：digit 一位写错，transposed 两位颠倒，lost 漏一位，added 多一位，point 小数点错位，"
        "sign 正负号写错",
        "transposed",
        required=False,
        words=("digit", "transposed", "lost", "added", "point", "sign"),
    ),
    Column(
        "mentioned",
        "text",
        made(_mentioned),
        "pages whose text prints the wanted amount, as 12 or 12,14",
        "正文中印有应为的数的页码，如 12 或 12,14",
        "12",
        required=False,
    ),
)
FINDINGS: Columns = (
    DOC_ID,
    SOURCE,
    Column("code", "text", attribute("code"), "kind of finding", "发现的种类", "unknown_row"),
    TABLE_ID._replace(required=False),
    PAGE._replace(
        fill=made(lambda finding: min(finding.pages, default=None)),
        meaning="first page it is about",
        zh="所涉及的第一页",
        required=False,
    ),
    Column("message", "text", in_words("message"), "what was found", "发现的内容", "其中：基建", required=False),
    Column(
        "message_codes",
        "text",
        made(lambda finding: str(finding.message) if isinstance(finding.message, Message) else ""),
        "the same for programs where it is no text of the document",
        "供程序使用的内容；文件原文则为空",
        "finding.pictures",
        required=False,
    ),
)
