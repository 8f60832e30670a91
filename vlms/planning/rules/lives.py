"""Codes by the days of their life, and how many were unused on a day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from vlms.planning.rules.forecast import History, Tranche


@dataclass(frozen=True, slots=True)
class Life:
    """Codes that went alike: issued, used (None: not until now), with one last day."""

    issued_on: date
    used_on: date | None
    last_day: date
    count: int

    def is_unused_on(self, day: date) -> bool:
        """Whether they were there at the end of a day and could still be used on it."""
        is_used = self.used_on is not None and self.used_on <= day
        return self.issued_on <= day <= self.last_day and not is_used


def unused_on(lives: Iterable[Life], day: date) -> int:
    return sum(life.count for life in lives if life.is_unused_on(day))


def tranches_on(lives: Iterable[Life], day: date) -> list[Tranche]:
    """What was there at the end of a day, by its last day."""
    counts: Counter[date] = Counter()
    for life in lives:
        if life.is_unused_on(day):
            counts[life.last_day] += life.count
    return [Tranche(counts[last_day], 0, last_day) for last_day in sorted(counts)]


def history_on(lives: Sequence[Life], day: date, most_days: int) -> History | None:
    """What could be known of the uses at the end of a day; None before the first issue."""
    begun = [life.issued_on for life in lives if life.issued_on <= day]
    if not begun:
        return None
    days = min((day - min(begun)).days + 1, most_days)
    uses: Counter[int] = Counter()
    for life in lives:
        if life.used_on is not None and 0 <= (day - life.used_on).days < days:
            uses[(day - life.used_on).days] += life.count
    there = unused_on(lives, day)
    return History(dict(uses), days, there + sum(uses.values()))
