"""What each stock of codes and packs will leave on its last day: rows for page, file, command."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from vlms.academy.models.packs import Pack, PackQuota
from vlms.agreements.models import Agreement
from vlms.catalog.models import Product
from vlms.core.clock import local_day
from vlms.planning.rules.at_risk import Amounts, Counted, amounts_of
from vlms.planning.rules.forecast import (
    History,
    LeftOver,
    Pace,
    Tranche,
    foresee,
    learn,
    share_of_all,
)


@dataclass(frozen=True)
class Part:
    """What ends on one day of a stock."""

    last_day: date
    counted: Counted


@dataclass(frozen=True)
class Stock:
    """What is used at one pace: a product under an agreement, or a quota of a pack.

    A pack without a quota is what no school may draw yet: nobody can use it.
    """

    agreement: Agreement
    product: Product
    history: History
    parts: Sequence[Part]
    pack: Pack | None = None
    quota: PackQuota | None = None

    @property
    def is_given_out(self) -> bool:
        return self.pack is None or self.quota is not None


@dataclass(frozen=True)
class Risk:
    """One part of a stock, and what it will leave."""

    stock: Stock
    part: Part
    pace: Pace
    days_left: int
    left: LeftOver

    @property
    def counted(self) -> Counted:
        return self.part.counted

    @property
    def amounts(self) -> Amounts:
        return amounts_of(self.part.counted, self.left)

    @property
    def key(self) -> tuple[UUID, UUID]:
        return self.stock.agreement.id, self.stock.product.id


def foresee_all(stocks: Sequence[Stock], now: datetime) -> list[Risk]:
    """Every part of every stock: what may cost most first, within a currency."""
    share = share_of_all(stock.history for stock in stocks)
    risks = [risk for stock in stocks for risk in _risks(stock, share, now)]
    return sorted(
        risks,
        key=lambda one: (
            one.stock.agreement.currency,
            -one.amounts.expected.minor,
            -one.left.expected,
            one.part.last_day,
            one.stock.agreement.number,
        ),
    )


def _risks(stock: Stock, share: float, now: datetime) -> Iterator[Risk]:
    today = local_day(now, stock.agreement.time_zone)
    pace = learn(stock.history, share)
    tranches = [tranche_of(part) for part in stock.parts]
    found = foresee_stock(stock, tranches, pace, today)
    for part, left in zip(stock.parts, found, strict=True):
        yield Risk(stock, part, pace, max((part.last_day - today).days, 0), left)


def tranche_of(part: Part) -> Tranche:
    """A part as the forecast sees it."""
    return Tranche(part.counted.unused, part.counted.booked, part.last_day)


def foresee_stock(
    stock: Stock, tranches: Sequence[Tranche], pace: Pace, today: date
) -> list[LeftOver]:
    """What will be left of each tranche; of what nobody may use, all of it."""
    if stock.is_given_out:
        return foresee(tranches, pace, today)
    return [LeftOver(one.unused, one.unused, one.unused) for one in tranches]
