"""Days as files write them: the order of day, month and year is found out or asked."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from vlms.core.reading import read_moment, refuse
from vlms.core.text import Text, _

# Year 1 of the Republic of China, by which ledgers in Taiwan count (民國).
_FIRST_ROC_YEAR = 1912
_YEAR_FIRST = re.compile(r"([0-9]{2,4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_YEAR_LAST = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})")
_COMPACT = re.compile(r"(20[0-9]{2})([0-9]{2})([0-9]{2})")
_TIME = re.compile(r"[T\s]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:\s*[AaPp][Mm])?Z?$")
_CLOCK = re.compile(
    r"[T\s]+(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::[0-9]{2}(?:\.[0-9]+)?)?"
    r"(?:\s*(?P<half>[AaPp])[Mm])?\s*(?P<offset>Z|[+-][0-9]{2}:?[0-9]{2})?$"
)


class DayOrder(StrEnum):
    """What stands first where the year stands last."""

    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"


def _bare(typed: str) -> str:
    text = unicodedata.normalize("NFKC", typed).strip().removeprefix("民國").strip()
    return _TIME.sub("", text)


def _year_last(text: str) -> tuple[int, int, int] | None:
    """First and second number and the year, where these are not in the order of ISO."""
    found = _YEAR_LAST.fullmatch(text)
    if not found:
        return None
    year = int(found[4])
    return int(found[1]), int(found[3]), year if year > 99 else 2000 + year


@dataclass
class DayEvidence:
    """What the days of a file tell about their order."""

    day_first: bool = False
    month_first: bool = False
    doubtful: bool = False
    # Whether any day ends with its year; else there is no order of day and month to tell.
    has_year_last: bool = False

    def see(self, typed: str) -> None:
        found = _year_last(_bare(typed))
        if not found:
            return
        first, second, _year = found
        self.has_year_last = True
        self.day_first |= first > 12 or "." in typed
        self.month_first |= second > 12
        self.doubtful |= first != second

    def decided(self) -> DayOrder | None:
        """The order; None when it has to be asked."""
        if self.day_first != self.month_first:
            return DayOrder.DAY_FIRST if self.day_first else DayOrder.MONTH_FIRST
        # Nothing to decide: all days begin with the year, or day and month are the same.
        return None if self.doubtful else DayOrder.DAY_FIRST


def read_file_day(typed: str, order: DayOrder, label: Text) -> date | None:
    """A day in ISO's order, of the Republic's years (115/3/12), or in the file's order.

    None for an empty cell; times of day are left out. Raises BadInput.
    """
    text = _bare(typed)
    if not text:
        return None
    try:
        return _day_of(text, order)
    except ValueError:
        raise refuse(typed, label, _way_out(order)) from None


def _day_of(text: str, order: DayOrder) -> date:
    if found := _year_last(text):
        first, second, year = found
        month, day = (second, first) if order is DayOrder.DAY_FIRST else (first, second)
        return date(year, month, day)
    parts = _COMPACT.fullmatch(text) or _YEAR_FIRST.fullmatch(text)
    if not parts or len(parts[1]) == 2:
        raise ValueError(text)
    year = int(parts[1])
    if len(parts[1]) == 3:
        year += _FIRST_ROC_YEAR - 1
    return date(year, int(parts[2]), int(parts[3]))


def read_file_moment(typed: str, order: DayOrder, zone: str, label: Text) -> datetime | None:
    """A day as above with the time behind it, in an IANA zone unless it tells its own; aware.

    None for an empty cell. Seconds are left out. Raises BadInput, for a day without a time
    too, and for a time that a clock change leaves out.
    """
    text = unicodedata.normalize("NFKC", typed).strip()
    if not text:
        return None
    clock = _CLOCK.search(text)
    day = read_file_day(text[: clock.start()], order, label) if clock else None
    if clock is None or day is None:
        raise refuse(typed, label, _("Write day and time, as 2026-12-31 14:30."))
    try:
        hour = _hour_of(int(clock["hour"]), (clock["half"] or "").lower())
        wall = f"{day.isoformat()}T{hour:02d}:{clock['minute']}"
        if clock["offset"]:
            return datetime.fromisoformat(wall + clock["offset"])
    except ValueError:
        raise refuse(typed, label, _("Write day and time, as 2026-12-31 14:30.")) from None
    return read_moment(zone)(wall, label)


def _hour_of(hour: int, half: str) -> int:
    """The hour of 24. ValueError for one that a clock of twelve hours does not show."""
    if not half:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(hour)
    return hour % 12 + (12 if half == "p" else 0)


def _way_out(order: DayOrder) -> Text:
    if order is DayOrder.DAY_FIRST:
        return _("In this file a day is written as 31/12/2026 or 2026-12-31.")
    return _("In this file a day is written as 12/31/2026 or 2026-12-31.")
