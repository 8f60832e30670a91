"""A month as weeks of days, and months counted on."""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Sequence
from datetime import date

from vlms.core.term import add_months

EARLIEST, LATEST = date(2000, 1, 1), date(2199, 12, 1)


def month_of(text: str | None, today: date) -> date:
    """The first day of the month "2026-11"; of today's for what is none."""
    year, _dash, month = (text or "").partition("-")
    is_month = len(text or "") == 7 and (year + month).isascii() and (year + month).isdigit()
    if is_month and 1 <= int(month) <= 12:
        found = date(max(int(year), 1), int(month), 1)
        if EARLIEST <= found <= LATEST:
            return found
    return today.replace(day=1)


def weeks_of(month: date, first_weekday: int) -> Sequence[Sequence[date]]:
    """The weeks that the month touches, each from its first weekday (Monday is 0) on."""
    return Calendar(first_weekday).monthdatescalendar(month.year, month.month)


def months_from(month: date, count: int) -> list[date]:
    """So many months from this one on, by their first days."""
    return [add_months(month, number) for number in range(count)]
