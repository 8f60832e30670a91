"""The days before a last day on which admins are warned, stronger each time (F10)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from enum import IntEnum

# What holds where an organisation has set no days of its own.
LADDER = (120, 90, 60, 30, 10, 1)
# From so many days before the last day on a warning stays on the screen.
STAYS_DAYS = 10
_EARLY_DAYS = 60


class Strength(IntEnum):
    """How loud a warning is."""

    NOTICE = 1
    WARNING = 2
    LAST_CALL = 3


def strength_of(days: int) -> Strength:
    """How loud the warning is that goes out so many days before the last day."""
    if days <= STAYS_DAYS:
        return Strength.LAST_CALL
    return Strength.WARNING if days <= _EARLY_DAYS else Strength.NOTICE


def days_of_ladder(last_day: date, ladder: Sequence[int] = LADDER) -> list[tuple[int, date]]:
    """Each step with its day, the first one first."""
    return [(days, last_day - timedelta(days=days)) for days in sorted(ladder, reverse=True)]


def step_due(last_day: date, today: date, ladder: Sequence[int] = LADDER) -> int | None:
    """The step that stands on this day: the latest whose day has come; None before the first.

    Earlier ones that nobody was told of are passed over. After the last day there is none.
    """
    due = [days for days, day in days_of_ladder(last_day, ladder) if day <= today]
    return due[-1] if due and today <= last_day else None
