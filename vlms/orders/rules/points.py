"""Price levels by points (P4): the more is ordered in an agreement year, the lower the price."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from vlms.core.term import ONE_DAY, add_months

_YEAR = 12


@dataclass(frozen=True, slots=True)
class PointLevels:
    """Levels and the points each needs, lowest first; below the first it counts all the same."""

    effective_from: date
    minimums: tuple[tuple[str, int], ...]

    def level_at(self, points: int) -> str:
        """The highest level whose minimum is reached."""
        reached = self.minimums[0][0]
        for level, minimum in self.minimums:
            if points >= minimum:
                reached = level
        return reached

    def higher(self, one: str, other: str) -> str:
        """The higher of two levels; ValueError for one that isn't in the table."""
        order = [level for level, _minimum in self.minimums]
        return max(one, other, key=order.index)


# The published thresholds; others follow with their own day.
POINT_LEVELS = (PointLevels(date.min, (("A", 500), ("B", 4_000), ("C", 10_000), ("D", 25_000))),)


@dataclass(frozen=True, slots=True)
class PooledLine:
    """A line of the pool: its order's day, units ordered, points of one unit."""

    ordered_on: date
    quantity: int
    points: int
    is_cancelled: bool = False


@dataclass(frozen=True, slots=True)
class HeldLevel:
    """The level that an order of `since` brought the agreement to."""

    level: str
    since: date


def agreement_year(term_start: date, day: date) -> tuple[date, date]:
    """First and last day of the agreement's year around `day`, counted from its first day.

    A day before the term belongs to the first year (O1: ordered ahead).
    """
    years = max(day.year - term_start.year, 0)
    while years > 0 and add_months(term_start, years * _YEAR) > day:
        years -= 1
    first = add_months(term_start, years * _YEAR)
    return first, add_months(term_start, (years + 1) * _YEAR) - ONE_DAY


def points_of_year(lines: Iterable[PooledLine], term_start: date, day: date) -> int:
    """Quantity × points over the pool's uncancelled lines of the agreement year of `day`."""
    year = agreement_year(term_start, day)
    return sum(
        line.quantity * line.points
        for line in lines
        if not line.is_cancelled and agreement_year(term_start, line.ordered_on) == year
    )


def level_of_order(
    levels: PointLevels, points: int, *, held: HeldLevel | None, term_start: date, day: date
) -> str:
    """The level of a whole order, given the year's points with this order's among them.

    A level held since a day of the same agreement year never falls, not even when an
    order is cancelled; the anniversary lets it fall to what the new year's points reach.
    """
    reached = levels.level_at(points)
    if held is None:
        return reached
    if agreement_year(term_start, held.since) != agreement_year(term_start, day):
        return reached
    return levels.higher(reached, held.level)
