"""Months and days of a term (P1, C5): counted from the anchor in one step."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)


def add_months(anchor: date, months: int) -> date:
    """The day `months` calendar months after `anchor`, clamped to its month's end.

    Raises OverflowError outside the calendar (years 1 to 9999).
    """
    year, month0 = divmod(anchor.year * 12 + anchor.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        raise OverflowError(f"{anchor} + {months} months leaves the calendar")
    month = month0 + 1
    return date(year, month, min(anchor.day, calendar.monthrange(year, month)[1]))


def whole_months(start: date, last_day: date) -> int:
    """P1: the largest m for which `start` + m months is not after the day after `last_day`.

    Zero when not one whole month fits, also when `last_day` is before `start`.
    """
    if last_day < start:
        return 0
    months = (last_day.year - start.year) * 12 + last_day.month - start.month + 1
    # Compared with the last day, so that the last day of the calendar needs no day after it.
    while months > 0 and not _ends_by(start, months, last_day):
        months -= 1
    return months


def _ends_by(start: date, months: int, last_day: date) -> bool:
    try:
        return add_months(start, months) - ONE_DAY <= last_day
    except OverflowError:
        return False


def start_of_day(first_day: date, zone: str) -> datetime:
    """The first instant of `first_day` in an IANA zone (O1), in UTC.

    Nothing comes before the first day of the calendar, by which some say "ever".
    """
    if first_day == date.min:
        return datetime.min.replace(tzinfo=UTC)
    midnight = datetime.combine(first_day, time.min, ZoneInfo(zone))
    return midnight.astimezone(UTC)


def end_of_day(last_day: date, zone: str) -> datetime:
    """The first instant after `last_day` in an IANA zone (C5), in UTC.

    Nothing comes after the last day of the calendar, by which some say "never": it ends with it.
    """
    if last_day == date.max:
        return datetime.max.replace(tzinfo=UTC)
    return start_of_day(last_day + ONE_DAY, zone)
