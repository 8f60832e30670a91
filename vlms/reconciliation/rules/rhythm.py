"""When a saved report is sent, and which days it covers."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from vlms.billing.rules.month import Days, month_of
from vlms.core.term import add_months, start_of_day

WEEKLY, MONTHLY = "weekly", "monthly"
FAILURES_UNTIL_STOP = 5
_WEEK = timedelta(days=7)


def days_before(rhythm: str | None, today: date) -> Days:
    """The last whole week, from Monday, or the last whole month; that too without a rhythm."""
    if rhythm == WEEKLY:
        monday = _monday(today)
        return monday - _WEEK, monday - timedelta(days=1)
    return month_of(today.replace(day=1) - timedelta(days=1))


def next_start(rhythm: str, today: date, zone: str) -> datetime:
    """The first instant of the next week or month in a zone."""
    if rhythm == WEEKLY:
        return start_of_day(_monday(today) + _WEEK, zone)
    return start_of_day(add_months(today.replace(day=1), 1), zone)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
