"""How far off the forecast of left-over codes is, on simulated years beside two simple guesses.

Five ways in which people use codes, each played for many stocks of 120 codes over a year; the
forecast is made every four weeks, knowing only what was known then. Run it as a script.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from math import exp

from vlms.planning.queries.histories import HISTORY_DAYS
from vlms.planning.rules.backtest import Errors, Trial, errors_of, trials
from vlms.planning.rules.lives import Life

SEED = 20260302
STOCKS = 40
CODES = 120
DAYS = 364
FIRST = date(2025, 1, 6)
LAST = FIRST + timedelta(days=DAYS - 1)
_CLASS = 12

# The uses of a day, given the average of a day, the day's number and chance.
Way = Callable[[float, int, random.Random], int]


def steady(rate: float, _day: int, chance: random.Random) -> int:
    """People come one by one, as many in each month."""
    return poisson(rate, chance)


def rushing(rate: float, day: int, chance: random.Random) -> int:
    """Twice as many towards the last day as at the beginning."""
    return poisson(rate * (0.67 + 0.67 * day / DAYS), chance)


def fading(rate: float, day: int, chance: random.Random) -> int:
    """Many at the beginning, hardly anybody at the end."""
    return poisson(rate * 2 * (1 - day / DAYS), chance)


def classes(rate: float, _day: int, chance: random.Random) -> int:
    """A class of twelve sits its exam together."""
    return _CLASS if chance.random() < rate / _CLASS else 0


def terms(rate: float, day: int, chance: random.Random) -> int:
    """Nobody in two months of holidays, which the forecast does not know."""
    return 0 if day // 28 in (6, 7) else poisson(rate * 1.18, chance)


WAYS: dict[str, Way] = {
    "steady": steady,
    "rushing": rushing,
    "fading": fading,
    "classes": classes,
    "terms": terms,
}


def poisson(rate: float, chance: random.Random) -> int:
    """A count with this average (Knuth's way; rates here are small)."""
    count, product, floor = 0, chance.random(), exp(-rate)
    while product > floor:
        count += 1
        product *= chance.random()
    return count


def play(way: Way, chance: random.Random) -> Iterator[Life]:
    """One stock of a year: its codes by the day of their use."""
    rate = CODES * chance.uniform(0.3, 1.1) / DAYS
    left = CODES
    for day in range(1, DAYS):
        used = min(way(rate, day, chance), left)
        left -= used
        if used:
            yield Life(FIRST, FIRST + timedelta(days=day), LAST, used)
    if left:
        yield Life(FIRST, None, LAST, left)


def measure(way: Way) -> Errors:
    """Stocks are forecast alone, so that none learns from another."""
    chance = random.Random(SEED)
    found: list[Trial] = []
    for number in range(STOCKS):
        lives = {number: list(play(way, chance))}
        found += trials(lives, LAST + timedelta(days=1), HISTORY_DAYS)
    errors = errors_of(found)
    assert errors is not None
    return errors


def main() -> None:
    print(f"{STOCKS} stocks of {CODES} codes, a year each, forecast every four weeks")
    print("mean absolute error in codes (and in % of what was unused):")
    print(f"{'':10}{'forecast':>16}{'all lapse':>16}{'last week':>16}{'in the range':>14}")
    for name, way in WAYS.items():
        errors = measure(way)
        pairs = (
            (errors.forecast, errors.forecast_percent),
            (errors.all_lapse, errors.all_lapse_percent),
            (errors.last_week, errors.last_week_percent),
        )
        cells = "".join(f"{f'{codes:.1f} ({share:.0f} %)':>16}" for codes, share in pairs)
        print(f"{name:10}{cells}{f'{errors.covered_percent:.0f} %':>14}")


if __name__ == "__main__":
    main()
