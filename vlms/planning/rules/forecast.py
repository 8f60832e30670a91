"""What will be left of codes on their last day: a weekly rate that learns, and its range.

Uses are counted as they come, a Poisson count a week whose rate drifts. What is known of the
rate is a gamma distribution: each use adds to its shape, each week to its weight, and both
fade by `FADING` a week, so that last month says more than last year. Before there is history
the rate is what others of the same buyer show, weighing `PRIOR_WEEKS` (empirical Bayes). The
uses until a day are then negative binomial. docs/forecast.md tells assumptions and limits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import exp, log, log1p

WEEK = 7
# What a week counts for after one more week: after a month about half.
FADING = 0.85
# The rate of others weighs as much as so many weeks of one's own.
PRIOR_WEEKS = 2.0
# Where nobody has a history: 1 % of what was issued is used a week, half of it in a year.
USUAL_SHARE = 0.01
USUAL_WEIGHT = 100.0
# Never wholly sure that nothing will be used.
_LEAST_SHAPE = 0.5
# A week ahead the rate is known a little less surely than today, as it may change; but what
# is known never weighs less than this part of it.
HOLDING, LEAST_HELD = 0.96, 0.2
# People come together, a class at a time: the usual variance of a day's uses to their mean,
# weighing so many days, and the most that is reckoned with.
TOGETHER, TOGETHER_DAYS, MOST_TOGETHER = 2.0, 14, 40.0
# Eight of ten outcomes lie between the outer two, as many above the middle one as below.
LEVELS = (0.1, 0.5, 0.9)


@dataclass(frozen=True, slots=True)
class History:
    """Uses by how many days ago they were (0: today), over the last `days`; codes issued."""

    uses: Mapping[int, int]
    days: int
    issued: int

    @property
    def total(self) -> int:
        return sum(count for ago, count in self.uses.items() if ago < self.days)


@dataclass(frozen=True, slots=True)
class Pace:
    """What is known of the uses a week: a gamma distribution's shape and rate."""

    shape: float
    weeks: float
    # How many uses come together, for the width of the range alone.
    together: float = TOGETHER

    @property
    def a_week(self) -> float:
        """The uses of a week on average."""
        return self.shape / self.weeks


@dataclass(frozen=True, slots=True)
class Tranche:
    """Codes with the same last day: unused ones without an appointment, and with one."""

    unused: int
    booked: int
    last_day: date


@dataclass(frozen=True, slots=True)
class LeftOver:
    """Of one tranche on its last day: as many futures leave more than `expected` as leave less.

    In eight of ten futures it is between `low` and `high`.
    """

    low: int
    expected: int
    high: int


def share_of_all(histories: Iterable[History]) -> float:
    """The part of what was issued that is used a week, over all that a buyer has."""
    uses, exposure = USUAL_SHARE * USUAL_WEIGHT, USUAL_WEIGHT
    for history in histories:
        uses += history.total
        exposure += history.issued * history.days / WEEK
    return uses / exposure


def learn(history: History, share: float) -> Pace:
    """The pace that a history shows, beginning with what others show (`share_of_all`)."""
    by_day = FADING ** (1 / WEEK)
    shape = max(share * history.issued * PRIOR_WEEKS, _LEAST_SHAPE)
    weeks = PRIOR_WEEKS + (1 - by_day**history.days) / (1 - by_day) / WEEK
    for ago, count in history.uses.items():
        if 0 <= ago < history.days:
            shape += count * by_day**ago
    return Pace(shape, weeks, _together(history))


def _together(history: History) -> float:
    """The variance of a day's uses to their mean; never below one, that of single comers."""
    counts = [count for ago, count in history.uses.items() if 0 <= ago < history.days and count]
    total = sum(counts)
    own = sum(count * count for count in counts) / total - total / history.days if total else 0
    both = own * history.days + TOGETHER * TOGETHER_DAYS
    return min(max(both / (history.days + TOGETHER_DAYS), 1.0), MOST_TOGETHER)


def uses_within(pace: Pace, days: int, most: int) -> tuple[int, int, int]:
    """How many are used within so many days, at each of `LEVELS`; not counted beyond `most`."""
    if days <= 0 or most <= 0:
        return 0, 0, 0
    weeks = days / WEEK
    held = max(HOLDING ** (weeks / 2), LEAST_HELD)
    chance = weeks / (pace.weeks * held + weeks)
    middle = _reaching(LEVELS[1], pace.shape * held, chance, most)
    clumps = int(most / pace.together) + 1
    few, many = (
        min(
            round(
                _reaching(level, pace.shape * held / pace.together, chance, clumps) * pace.together
            ),
            most,
        )
        for level in (LEVELS[0], LEVELS[2])
    )
    return min(few, middle), middle, max(many, middle)


def _reaching(level: float, shape: float, chance: float, most: int) -> int:
    """Negative binomial: the first count, up to `most`, that `level` of the outcomes reach."""
    one, total = shape * log1p(-chance), 0.0
    for count in range(most):
        total += exp(one)
        if total >= level:
            return count
        one += log((shape + count) / (count + 1)) + log(chance)
    return most


def foresee(tranches: Sequence[Tranche], pace: Pace, today: date) -> list[LeftOver]:
    """What will be left of each tranche on its last day, in the order given.

    Never below zero nor above what is there; on the last day, all that is there.
    """
    there = sum(one.unused + one.booked for one in tranches)
    uses = [uses_within(pace, (one.last_day - today).days, there) for one in tranches]
    by_level = [left_after(tranches, [each[n] for each in uses]) for n in range(len(LEVELS))]
    return [LeftOver(*sorted(left)) for left in zip(*by_level, strict=True)]


def left_after(tranches: Sequence[Tranche], uses: Sequence[int]) -> list[int]:
    """What is left of each, if so many of all are used until its last day.

    What has an appointment is used first; then what ends soonest.
    """
    order = sorted(range(len(tranches)), key=lambda place: tranches[place].last_day)
    taken, left = 0, [0] * len(tranches)
    for place in order:
        one = tranches[place]
        taken += min(one.booked, max(uses[place] - taken, 0))
        took = min(one.unused, max(uses[place] - taken, 0))
        taken += took
        left[place] = one.unused - took
    return left
