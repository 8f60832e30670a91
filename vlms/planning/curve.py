"""The unused codes of stocks drawn against time: what was, and what is expected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from vlms.planning.outlook import Stock, foresee_stock, tranche_of
from vlms.planning.rules.forecast import WEEK, LeftOver, Pace, Tranche
from vlms.planning.rules.lives import Life, unused_on

WEEKS_BACK = 12
# So many points ahead at most; a longer way has its points further apart.
MOST_AHEAD = 26


@dataclass(frozen=True)
class Strand:
    """A stock with what is known of it: its codes' lives, and its pace."""

    stock: Stock
    lives: Sequence[Life]
    pace: Pace


@dataclass(frozen=True)
class Point:
    """A day with what was unused then, or what is expected to be; today has both."""

    day: date
    was: int | None
    expected: LeftOver | None


def lives_of(stock: Stock, today: date) -> list[Life]:
    """A pack's exams as its history has them: drawn on their days, or not until now."""
    begun = today - timedelta(days=stock.history.days - 1)
    last_day = max(part.last_day for part in stock.parts)
    left = sum(part.counted.unused + part.counted.booked for part in stock.parts)
    used = stock.history.uses.items()
    drawn = [Life(begun, today - timedelta(days=ago), last_day, count) for ago, count in used]
    return [*drawn, Life(begun, None, last_day, left)]


def curve_of(strands: Sequence[Strand], today: date) -> list[Point]:
    """From twelve weeks back until the last day of all; what has lapsed stays in the count."""
    lives = [life for strand in strands for life in strand.lives]
    begun = min((life.issued_on for life in lives), default=today)
    last_day = max(part.last_day for strand in strands for part in strand.stock.parts)
    back = (today - timedelta(days=WEEK * week) for week in range(WEEKS_BACK, 0, -1))
    past = [Point(day, unused_on(lives, day), None) for day in back if day >= begun]
    was = unused_on(lives, today)
    ahead = [
        Point(day, was if day == today else None, _expected(strands, today, day))
        for day in _ahead(today, last_day)
    ]
    return [*past, *ahead]


def _ahead(today: date, last_day: date) -> Iterator[date]:
    """Today, every week or so, and the last day itself."""
    weeks = max((last_day - today).days, 0) / WEEK
    step = max(int(weeks / MOST_AHEAD) + 1, 1) * WEEK
    day = today
    while day < last_day:
        yield day
        day += timedelta(days=step)
    yield max(last_day, today)


def _expected(strands: Sequence[Strand], today: date, day: date) -> LeftOver:
    found = [left for strand in strands for left in _left_on(strand, today, day)]
    return LeftOver(
        sum(one.low for one in found),
        sum(one.expected for one in found),
        sum(one.high for one in found),
    )


def _left_on(strand: Strand, today: date, day: date) -> list[LeftOver]:
    until = [_until(tranche_of(part), day) for part in strand.stock.parts]
    return foresee_stock(strand.stock, until, strand.pace, today)


def _until(there: Tranche, day: date) -> Tranche:
    """All that is not used by a day; on the last day what has an appointment counts as used."""
    if day >= there.last_day:
        return there
    return Tranche(there.unused + there.booked, 0, day)
