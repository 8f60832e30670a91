"""When passed exams make a certification (R1, R4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

Passes = Mapping[str, Sequence[date]]


@dataclass(frozen=True)
class Span:
    """The days on which a certification is held; without a last one it never expires (R1)."""

    first: date
    last: date | None

    def meets(self, other: Span) -> bool:
        """Whether both hold on some day."""
        is_before = self.last is not None and self.last < other.first
        is_behind = other.last is not None and other.last < self.first
        return not (is_before or is_behind)


@dataclass(frozen=True)
class Needs:
    """What makes a certification: exams, and one of its prerequisites held on that day.

    `held` are the times of the prerequisites; None where it has none. After `retires_on` it is
    not earned any more.
    """

    exams: Sequence[str]
    held: Sequence[Span] | None = None
    retires_on: date | None = None


def earned_on(needs: Needs, passes: Passes, after: date | None) -> date | None:
    """The day on which the last of what is needed came; None while something is missing.

    `after` is the last day of the same certification when it has expired: what has expired is
    earned again by passes behind that day (R4). Without exams nothing is earned by itself.
    """
    firsts = []
    for number in needs.exams:
        days = [day for day in passes.get(number, ()) if after is None or day > after]
        if not days:
            return None
        firsts.append(min(days))
    day = max(firsts, default=None)
    if day is not None and needs.held is not None:
        begun = (max(day, span.first) for span in needs.held if span.meets(Span(day, None)))
        day = min(begun, default=None)
    is_over = day is not None and needs.retires_on is not None and day > needs.retires_on
    return None if is_over else day


def earned_spans(
    needs: Needs, passes: Passes, fixed: Sequence[Span], last_day: Callable[[date], date | None]
) -> list[Span]:
    """All times that passes alone have earned, the first one first.

    Passing while it is held earns nothing (R2), whether it is held by passes or by what is
    `fixed`: entered as it is, or renewed. `last_day` tells how long it is valid.
    """
    found: list[Span] = []
    after: date | None = None
    while (day := earned_on(needs, passes, after)) is not None:
        span = Span(day, last_day(day))
        met = next((one for one in fixed if one.meets(span)), None)
        if met is None:
            found.append(span)
        after = (met or span).last
        if after is None:
            break
    return found
