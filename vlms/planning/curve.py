"""The unused codes of a stock drawn against time: what was, and what is expected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from vlms.planning.outlook import Stock, tranche_of
from vlms.planning.rules.forecast import WEEK, LeftOver, Pace, Tranche, foresee
from vlms.planning.rules.lives import Life, unused_on

WEEKS_BACK = 12
# So many points ahead at most; a longer way has its points further apart.
MOST_AHEAD = 26


@dataclass(frozen=True)
class Point:
    """A day with what was unused then, or what is expected to be; today has both."""

    day: date
    was: int | None
    expected: LeftOver | None


def curve_of(stock: Stock, lives: Sequence[Life], pace: Pace, today: date) -> list[Point]:
    """From twelve weeks back until the last day; what has lapsed stays in the count."""
    tranches = [tranche_of(part) for part in stock.parts]
    begun = [life.issued_on for life in lives]
    back = (today - timedelta(days=WEEK * week) for week in range(WEEKS_BACK, 0, -1))
    past = [
        Point(day, unused_on(lives, day), None) for day in back if day >= min(begun, default=today)
    ]
    return [
        *past,
        *(
            Point(
                day,
                unused_on(lives, today) if day == today else None,
                _on(tranches, pace, today, day),
            )
            for day in _ahead(today, max(one.last_day for one in tranches))
        ),
    ]


def _ahead(today: date, last_day: date) -> Iterator[date]:
    """Today, every week or so, and the last day itself."""
    weeks = max((last_day - today).days, 0) / WEEK
    step = max(int(weeks / MOST_AHEAD) + 1, 1) * WEEK
    day = today
    while day < last_day:
        yield day
        day += timedelta(days=step)
    yield max(last_day, today)


def _on(tranches: Sequence[Tranche], pace: Pace, today: date, day: date) -> LeftOver:
    """All that is not used by a day, with an appointment or without."""
    until = [Tranche(one.unused + one.booked, 0, min(one.last_day, day)) for one in tranches]
    found = foresee(until, pace, today)
    return LeftOver(
        sum(one.low for one in found),
        sum(one.expected for one in found),
        sum(one.high for one in found),
    )
