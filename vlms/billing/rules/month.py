"""A month as people type it, and its days."""

from __future__ import annotations

import calendar
import re
from datetime import date

from vlms.core.reading import refuse
from vlms.core.text import Text, _

_MONTH = re.compile(r"(20[0-9]{2})[-/](0?[1-9]|1[0-2])")
Days = tuple[date, date]


def read_month(typed: str, label: Text) -> Days:
    """The first and last day of a month typed as 2026-03."""
    found = _MONTH.fullmatch(typed.strip())
    if found is None:
        raise refuse(typed, label, _("Enter year and month, as 2026-03."))
    return month_of(date(int(found[1]), int(found[2]), 1))


def month_of(day: date) -> Days:
    """The first and last day of the month of a day."""
    last = calendar.monthrange(day.year, day.month)[1]
    return day.replace(day=1), day.replace(day=last)
