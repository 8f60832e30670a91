"""Days and months that are counted from: near enough that nothing leaves the calendar."""

from __future__ import annotations

import re
from datetime import date

from vlms.core.errors import BadInput
from vlms.core.reading import read_day, refuse
from vlms.core.text import Text, _

EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)
_MONTH = re.compile(r"([0-9]{4})[-/](0?[1-9]|1[0-2])")
_FAR = _("Choose one of the years from %(first)s to %(last)s.", first="1900", last="2199")


def read_near_day(typed: str, label: Text) -> date:
    """A day as `read_day` takes it, of the years 1900 to 2199. Raises BadInput."""
    return _near(read_day(typed, label), typed, label)


def read_near_month(typed: str, label: Text) -> date:
    """The first day of a month as 2026-09 or 2026/9, of those years. Raises BadInput."""
    found = _MONTH.fullmatch(typed.strip())
    if found is None or not int(found[1]):
        raise refuse(typed, label, _("Enter year and month, as 2026-03."))
    return _near(date(int(found[1]), int(found[2]), 1), typed, label)


def check_days(first: date | None, last: date | None, field: str) -> None:
    """Raises BadInput for days of which the last comes before the first."""
    if first is not None and last is not None and last < first:
        raise BadInput(
            None,
            _("The last day comes before the first day."),
            reason="days_reversed",
            field=field,
            way_out=_("Swap the two days."),
        )


def _near(day: date, typed: str, label: Text) -> date:
    if not EARLIEST <= day <= LATEST:
        raise refuse(typed, label, _FAR, "far_day")
    return day
