"""Reckons a plan (O6): what is missing, what to order, and what that costs in which month.

Prices are those of the quote: each month is priced as an order of that day would be.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from sqlalchemy.orm import Session

from vlms.agreements.models import Agreement
from vlms.catalog.queries import list_holidays
from vlms.core.clock import local_day
from vlms.core.money import Money
from vlms.core.term import add_months
from vlms.core.text import Text, _
from vlms.orders.rules.dated import in_effect
from vlms.orders.rules.deadline import DELIVERY_TERMS
from vlms.planning.queries.free_stocks import list_free
from vlms.planning.rules.needs import (
    Goal,
    Shortage,
    needs_of,
    order_by,
    take_free,
    why_never,
)
from vlms.planning.service.offering import Offer, Offering, offer_on

# So many months ahead are priced.
MOST_MONTHS_AHEAD = 24


@dataclass(frozen=True)
class Wave:
    """What is needed on one day of exams, and what ordering it costs, month by month.

    `refusal` says why no order can serve it; a wave without offers needs none.
    """

    exam_on: date
    order_by: date
    shortages: Sequence[Shortage]
    offers: Sequence[Offer]
    refusal: Text | None = None

    @property
    def needed(self) -> int:
        return sum(one.need.count for one in self.shortages)

    @property
    def free(self) -> int:
        return sum(one.free for one in self.shortages)

    @property
    def missing(self) -> int:
        return sum(one.missing for one in self.shortages)

    @property
    def today(self) -> Offer | None:
        """What ordering today would come to."""
        return self.offers[0] if self.offers else None

    @property
    def best(self) -> Offer | None:
        """The cheapest day to order on; of equal ones the earliest."""
        fitting = [one for one in self.offers if one.total is not None]
        return min(fitting, key=lambda one: (one.total or Money(0, ""), one.on), default=None)

    @property
    def why_not(self) -> Text | None:
        """Why nothing can be ordered for it at all."""
        if self.refusal is not None or not self.offers or self.best is not None:
            return self.refusal
        return self.offers[-1].refusal


@dataclass(frozen=True)
class Reckoning:
    """A plan's waves under an agreement, as of a day in its zone."""

    agreement: Agreement
    on: date
    waves: Sequence[Wave]
    # What everything that can be ordered today would cost as one order; None: nothing can.
    together: Offer | None


def reckon(
    session: Session,
    agreement: Agreement,
    plan: tuple[Sequence[Goal], date],
    now: datetime,
    window_days: int,
) -> Reckoning:
    """`plan` are its goals and the day on which preparing begins. Raises BadInput (O6)."""
    today = local_day(now, agreement.time_zone)
    free = list_free(session, agreement.organisation_id, now)
    shortages = take_free(needs_of(*plan), free)
    offering = Offering(session, agreement, window_days)
    reckoner = _Reckoner(offering, today, list_holidays(session, agreement.country))
    by_day = groupby(shortages, key=lambda one: one.need.exam_on)
    waves = [reckoner.wave(exam_on, list(each)) for exam_on, each in by_day]
    return Reckoning(agreement, today, waves, _together(offering, waves, today))


@dataclass(frozen=True)
class _Reckoner:
    offering: Offering
    today: date
    holidays: frozenset[date]

    def wave(self, exam_on: date, shortages: Sequence[Shortage]) -> Wave:
        last = order_by(exam_on, in_effect(DELIVERY_TERMS, self.today), self.holidays)
        missing = [one for one in shortages if one.missing]
        refusal = self._why_never(missing, last)
        days = self._days(last) if missing and refusal is None else ()
        offers = [offer_on(self.offering, day, missing) for day in days]
        return Wave(exam_on, last, shortages, offers, refusal)

    def _why_never(self, missing: Sequence[Shortage], last: date) -> Text | None:
        ends_on = self.offering.agreement.last_day
        for one in missing:
            why = why_never(one.need, ends_on, self.today)
            if why is not None:
                return why
        if missing and self.today > last:
            return _(
                "It is too late to order for these exams: codes ordered after %(day)s may come "
                "after them.",
                day=last,
            )
        return None

    def _days(self, last: date) -> Iterator[date]:
        """Today, the same day of each coming month, and the last day to order on."""
        for months in range(MOST_MONTHS_AHEAD + 1):
            day = add_months(self.today, months)
            if day >= last:
                break
            yield day
        yield last


def _together(offering: Offering, waves: Sequence[Wave], today: date) -> Offer | None:
    """One order of all that can be ordered today: bands and points count it together."""
    ready = [wave.today for wave in waves if wave.today and wave.today.total is not None]
    lines = [line for offer in ready for line in offer.lines]
    return offering.priced(today, lines) if lines else None
