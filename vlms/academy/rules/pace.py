"""What will be left of a pack or quota if it is used as fast as until now (A2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Stage(StrEnum):
    """Where today stands among a counter's days."""

    NOT_BEGUN = "not_begun"
    RUNNING = "running"
    OVER = "over"


@dataclass(frozen=True)
class Counter:
    """Exams that can be drawn from `first_day` until `last_day`, both included."""

    size: int
    used: int
    reserved: int
    first_day: date
    last_day: date

    @property
    def free(self) -> int:
        return self.size - self.used - self.reserved


@dataclass(frozen=True)
class Forecast:
    """The reckoning: each of its numbers is shown with the result.

    Days gone count today, days left do not. `by_pace` is what the days left would use at the
    pace of the days gone, rounded down; `expected` is that or what is reserved, whichever is
    more, and never more than there is. `left_over` lapses, or is left when a term ends.
    """

    counter: Counter
    stage: Stage
    days_gone: int
    days_left: int
    by_pace: int
    expected: int
    left_over: int

    @property
    def is_by_reserved(self) -> bool:
        """Whether more is reserved than the pace would use."""
        return self.counter.reserved > self.by_pace

    @property
    def needed_a_week(self) -> int | None:
        """Exams a week, rounded up, that would use all of it; None when no day is left."""
        unused = self.counter.size - self.counter.used
        return -(-unused * 7 // self.days_left) if self.days_left else None


def foresee(counter: Counter, today: date) -> Forecast:
    """What will be left at the present pace; before the first day only reserves are known."""
    days = (counter.last_day - counter.first_day).days + 1
    gone = min(max((today - counter.first_day).days + 1, 0), days)
    left = days - gone
    unused = counter.size - counter.used
    by_pace = min(counter.used * left // gone, unused) if gone else 0
    expected = min(max(by_pace, counter.reserved if left else 0), unused)
    return Forecast(
        counter, _stage(counter, today), gone, left, by_pace, expected, unused - expected
    )


def _stage(counter: Counter, today: date) -> Stage:
    if today < counter.first_day:
        return Stage.NOT_BEGUN
    return Stage.OVER if today > counter.last_day else Stage.RUNNING
