"""Postings for an accounting system: double entry, balanced in each currency (I16).

Each posting has a key that never changes, made of what it tells of: a system that has
taken it leaves it out the second time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from vlms.core.errors import DomainError
from vlms.core.money import Money
from vlms.core.text import _


class PaperKind(StrEnum):
    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    RECEIPT = "receipt"
    PUBLISHER_INVOICE = "publisher_invoice"


@dataclass(frozen=True, slots=True)
class Accounts:
    """The numbers of the reseller's accounts."""

    receivable: str
    revenue: str
    tax: str
    cash: str
    cost: str
    input_tax: str
    payable: str


# Those of Taiwan's chart of accounts, until a reseller enters its own.
USUAL = Accounts(
    receivable="1191",
    revenue="4111",
    tax="2194",
    cash="1113",
    cost="5111",
    input_tax="1268",
    payable="2171",
)


@dataclass(frozen=True, slots=True)
class Paper:
    """What is posted; amounts in minor units, of a credit note negative.

    `is_reversal`: it was declared void, or taken back, on this day.
    """

    kind: PaperKind
    key: str
    number: str
    day: date
    party: str
    net_minor: int
    tax_minor: int
    currency: str
    is_reversal: bool = False


@dataclass(frozen=True, slots=True)
class Posting:
    """One side of an entry: either debit or credit is above zero.

    `role` is what the account is for, a name of :class:`Accounts`.
    """

    key: str
    day: date
    account: str
    role: str
    debit: Money | None
    credit: Money | None
    paper: Paper

    @property
    def currency(self) -> str:
        return self.paper.currency


class Unbalanced(DomainError):
    """Debits and credits differ: nothing leaves the house."""

    reason = "unbalanced"


def entry_of(paper: Paper, accounts: Accounts) -> list[Posting]:
    """The postings of one paper; what is zero is left out."""
    gross = paper.net_minor + paper.tax_minor
    sides = {
        PaperKind.INVOICE: _sale(paper, gross),
        PaperKind.CREDIT_NOTE: _sale(paper, gross),
        PaperKind.RECEIPT: [("cash", gross), ("receivable", -gross)],
        PaperKind.PUBLISHER_INVOICE: [
            ("cost", paper.net_minor),
            ("input_tax", paper.tax_minor),
            ("payable", -gross),
        ],
    }[paper.kind]
    sign = -1 if paper.is_reversal else 1
    return [
        _posting(paper, place, (role, getattr(accounts, role)), sign * minor)
        for place, (role, minor) in enumerate(sides, start=1)
        if minor
    ]


def _sale(paper: Paper, gross: int) -> list[tuple[str, int]]:
    return [("receivable", gross), ("revenue", -paper.net_minor), ("tax", -paper.tax_minor)]


def _posting(paper: Paper, place: int, account: tuple[str, str], minor: int) -> Posting:
    """Above zero it is a debit, below a credit; `account` is its role and its number."""
    role, number = account
    amount = Money(abs(minor), paper.currency)
    turned = "-R" if paper.is_reversal else ""
    key = f"{paper.key}{turned}-{place}"
    debit, credit = (amount, None) if minor > 0 else (None, amount)
    return Posting(key, paper.day, number, role, debit, credit, paper)


@dataclass(frozen=True, slots=True)
class Balance:
    """All debits and credits of one currency."""

    debit: Money
    credit: Money


def balances(postings: Iterable[Posting]) -> list[Balance]:
    """By currency, in the order of their codes."""
    debits: dict[str, int] = defaultdict(int)
    credits_: dict[str, int] = defaultdict(int)
    for one in postings:
        debits[one.currency] += one.debit.minor if one.debit else 0
        credits_[one.currency] += one.credit.minor if one.credit else 0
    return [
        Balance(Money(debits[currency], currency), Money(credits_[currency], currency))
        for currency in sorted(debits)
    ]


def check_balanced(postings: list[Posting]) -> list[Posting]:
    """The postings as they are. Raises Unbalanced where a paper or a currency differs (I16)."""
    for balance in balances(postings):
        if balance.debit != balance.credit:
            raise Unbalanced(
                None,
                _(
                    "Debits of %(debit)s stand against credits of %(credit)s, so nothing is "
                    "written.",
                    debit=balance.debit,
                    credit=balance.credit,
                ),
                way_out=_("Tell the operator of this system; your invoices are as they were."),
            )
    return postings
