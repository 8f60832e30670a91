"""Monthly figures added up: over the trailing months, and over the anniversary year (K3).

Our decision: whole calendar months count. The trailing ones, whose number is dated data, are those
before the day's own month; an anniversary year begins with the month of its first day.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from vlms.core.term import add_months

_MONTHS_OF_YEAR = 12
Months = Mapping[date, Decimal]
"""What each month, named by its first day, contributed."""


def month_of(day: date) -> date:
    return day.replace(day=1)


def trailing_sum(months: Months, day: date, count: int) -> Decimal:
    """So many whole months before the month of a day."""
    end = month_of(day)
    return _sum(months, add_months(end, -count), end)


def trailing_until(months: Months, month: date, count: int) -> Decimal:
    """So many months that end with a month, as the publisher's layout states them."""
    return trailing_sum(months, add_months(month, 1), count)


def anniversary_sum(months: Months, anniversary: date, day: date) -> Decimal:
    """From the month in which the year before an anniversary began until the day's own month."""
    first = month_of(add_months(anniversary, -_MONTHS_OF_YEAR))
    return _sum(months, first, min(add_months(month_of(day), 1), month_of(anniversary)))


def anniversary_until(months: Months, anniversary: date, month: date) -> Decimal:
    """A month's sum in the anniversary year in which it lies, reckoned back from the next one.

    Years are taken as twelve months each: a renewal moves the anniversary by 365 days (M1), so
    after a leap year it may stand in the month before, and former years with it.
    """
    ahead = (anniversary.year - month.year) * _MONTHS_OF_YEAR + anniversary.month - month.month
    back = (ahead - 1) // _MONTHS_OF_YEAR * _MONTHS_OF_YEAR
    return anniversary_sum(months, add_months(month_of(anniversary), -back), month)


def _sum(months: Months, first: date, end: date) -> Decimal:
    return sum((part for month, part in months.items() if first <= month < end), Decimal())
