"""An order's deadlines (O4): hours from *processed*, business days from *invoiced*."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum, auto

from vlms.core.term import ONE_DAY, end_of_day

_FRIDAY = 4


class Promise(StrEnum):
    """What is due: the acknowledgement, a site pack's opening, the codes."""

    ACKNOWLEDGEMENT = auto()
    SITE_PACK = auto()
    CODES = auto()


@dataclass(frozen=True, slots=True)
class DeliveryTerms:
    """The waits from a day on: hours after *processed*, business days after *invoiced*."""

    effective_from: date
    acknowledge_hours: int
    site_pack_hours: int
    codes_from_days: int
    codes_until_days: int


# The published waits; others follow with their own day.
DELIVERY_TERMS = (DeliveryTerms(date.min, 48, 24, 5, 10),)


@dataclass(frozen=True, slots=True)
class Deadline:
    """What is due by an instant; `met_at` is None while it is not done."""

    promise: Promise
    due_at: datetime
    met_at: datetime | None = None

    def is_missed(self, at: datetime) -> bool:
        """Done too late, or not done although the time is over; due in time is met."""
        return (self.met_at or at) > self.due_at


def is_business_day(day: date, holidays: Set[date]) -> bool:
    """Monday to Friday, and no holiday of the agreement's country."""
    return day.weekday() <= _FRIDAY and day not in holidays


def add_business_days(day: date, count: int, holidays: Set[date]) -> date:
    """The `count`-th business day after `day`, which itself never counts."""
    while count > 0:
        day += ONE_DAY
        count -= is_business_day(day, holidays)
    return day


def codes_due(invoiced_on: date, holidays: Set[date], terms: DeliveryTerms) -> tuple[date, date]:
    """The first and the last day on which the codes of an invoiced order are expected."""
    return (
        add_business_days(invoiced_on, terms.codes_from_days, holidays),
        add_business_days(invoiced_on, terms.codes_until_days, holidays),
    )


def acknowledgement_deadline(
    processed_at: datetime, acknowledged_at: datetime | None, terms: DeliveryTerms
) -> Deadline:
    """Acknowledged within 48 hours of *processed*."""
    due_at = processed_at + timedelta(hours=terms.acknowledge_hours)
    return Deadline(Promise.ACKNOWLEDGEMENT, due_at, acknowledged_at)


def site_pack_deadline(
    processed_at: datetime, opened_at: datetime | None, terms: DeliveryTerms
) -> Deadline:
    """Open, and its message gone, within 24 hours of *processed*."""
    due_at = processed_at + timedelta(hours=terms.site_pack_hours)
    return Deadline(Promise.SITE_PACK, due_at, opened_at)


def codes_deadline(last_day: date, zone: str, fulfilled_at: datetime | None) -> Deadline:
    """Delivered by the end of the last due day in the agreement's IANA zone."""
    return Deadline(Promise.CODES, end_of_day(last_day, zone), fulfilled_at)
