"""How far off the forecast was: it is made for days long gone, and compared with what came.

Two simple guesses are measured beside it: that all that is unused lapses, and that last week's
uses go on for ever.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from vlms.planning.rules.forecast import (
    WEEK,
    History,
    LeftOver,
    Tranche,
    foresee,
    learn,
    left_after,
    share_of_all,
)
from vlms.planning.rules.lives import Life, history_on, tranches_on

Key = TypeVar("Key")
EVERY_DAYS = 28


@dataclass(frozen=True, slots=True)
class Trial:
    """One forecast: made on a day, for another, of so many unused codes, and what came."""

    unused: int
    forecast: LeftOver
    last_week: int
    actual: int


@dataclass(frozen=True, slots=True)
class Errors:
    """Mean absolute errors in codes; percentages are of the codes that were unused."""

    trials: int
    unused: int
    forecast: float
    all_lapse: float
    last_week: float
    forecast_percent: float
    all_lapse_percent: float
    last_week_percent: float
    covered_percent: float


def trials(lives: Mapping[Key, Sequence[Life]], end: date, most_days: int) -> list[Trial]:
    """Forecasts every four weeks of what was left on the last day, or at `end` before it."""
    known = [life.issued_on for each in lives.values() for life in each]
    found: list[Trial] = []
    day = min(known, default=end) + timedelta(days=EVERY_DAYS)
    while day < end:
        found += _trials_on(lives, day, end, most_days)
        day += timedelta(days=EVERY_DAYS)
    return found


def _trials_on(
    lives: Mapping[Key, Sequence[Life]], day: date, end: date, most_days: int
) -> Iterator[Trial]:
    histories = {key: history_on(each, day, most_days) for key, each in lives.items()}
    share = share_of_all(one for one in histories.values() if one is not None)
    for key, history in histories.items():
        if history is not None:
            yield from _of_stock(lives[key], history, share, (day, end))


def _of_stock(
    lives: Sequence[Life], history: History, share: float, days: tuple[date, date]
) -> Iterator[Trial]:
    day, end = days
    there = tranches_on(lives, day)
    tranches = [Tranche(one.unused, 0, min(one.last_day, end)) for one in there]
    found = foresee(tranches, learn(history, share), day)
    a_week = sum(count for ago, count in history.uses.items() if ago < WEEK)
    going_on = [round(a_week * (one.last_day - day).days / WEEK) for one in tranches]
    last_week = left_after(tranches, going_on)
    for place, (one, foreseen) in enumerate(zip(tranches, found, strict=True)):
        actual = _left(lives, day, there[place].last_day, one.last_day)
        yield Trial(one.unused, foreseen, last_week[place], actual)


def _left(lives: Sequence[Life], day: date, last_day: date, until: date) -> int:
    """Of those that were unused on `day`: how many nobody had used by the end of `until`."""
    same = (life for life in lives if life.last_day == last_day and life.is_unused_on(day))
    return sum(life.count for life in same if life.used_on is None or life.used_on > until)


def errors_of(found: Sequence[Trial]) -> Errors | None:
    """None without a trial."""
    if not found:
        return None
    unused = sum(one.unused for one in found)
    forecast = sum(abs(one.forecast.expected - one.actual) for one in found)
    all_lapse = sum(one.unused - one.actual for one in found)
    last_week = sum(abs(one.last_week - one.actual) for one in found)
    covered = sum(one.forecast.low <= one.actual <= one.forecast.high for one in found)
    return Errors(
        len(found),
        unused,
        _mean(forecast, len(found)),
        _mean(all_lapse, len(found)),
        _mean(last_week, len(found)),
        _percent(forecast, unused),
        _percent(all_lapse, unused),
        _percent(last_week, unused),
        _percent(covered, len(found)),
    )


def _mean(error: int, count: int) -> float:
    return round(error / count, 2)


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 1)
