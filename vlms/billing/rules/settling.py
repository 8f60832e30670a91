"""How a payment or a credit pays invoices: never more than is open, nothing twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from vlms.core.money import Money

Key = TypeVar("Key")


def spread(amount: int, open_amounts: Sequence[tuple[Key, int]]) -> dict[Key, int]:
    """The shares of an amount, the first invoice first, each at most what is open of it.

    What is left over when all are paid stays unshared.
    """
    shares: dict[Key, int] = {}
    for key, open_minor in open_amounts:
        share = min(amount, open_minor)
        if share > 0:
            shares[key] = share
            amount -= share
    return shares


def too_large(shares: Mapping[Key, int], open_amounts: Mapping[Key, int]) -> list[Key]:
    """The invoices of which a share is more than what is open."""
    return [key for key, share in shares.items() if share > open_amounts.get(key, 0)]


def days_late(due_on: date, today: date) -> int:
    """How many days after the due day; 0 on that day and before."""
    return max((today - due_on).days, 0)


@dataclass(frozen=True, slots=True)
class OpenSum:
    """What is open in one currency, and how much of it is overdue."""

    open: Money
    overdue: Money


def open_sums(amounts: Iterable[tuple[str, int, date | None]], today: date) -> list[OpenSum]:
    """The sums of (currency, open amount, due day) by currency; never across them (I16)."""
    sums: dict[str, OpenSum] = {}
    for currency, minor, due_on in amounts:
        late = minor if due_on is not None and due_on < today else 0
        held = sums.get(currency, OpenSum(Money(0, currency), Money(0, currency)))
        sums[currency] = OpenSum(
            held.open + Money(minor, currency), held.overdue + Money(late, currency)
        )
    return [sums[currency] for currency in sorted(sums)]
