"""What is at risk of lapsing unused, in codes and in money (C5, P3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from vlms.core.money import Money, round_half_up
from vlms.planning.rules.forecast import LeftOver


@dataclass(frozen=True, slots=True)
class Counted:
    """Codes, or exams of a pack: not assigned, assigned and unused, with an appointment.

    The values are what those codes bear of their order lines, each to the minor unit.
    """

    unassigned: int
    assigned: int
    booked: int
    unassigned_value: Money
    assigned_value: Money

    @property
    def unused(self) -> int:
        return self.unassigned + self.assigned

    @property
    def value(self) -> Money:
        return self.unassigned_value + self.assigned_value

    def worth(self, count: int) -> Money:
        """What so many of the unused ones are worth: all of them, exactly the whole."""
        if not self.unused:
            return Money(0, self.value.currency)
        exact = Fraction(self.value.minor * count, self.unused)
        return Money(int(round_half_up(exact, 0)), self.value.currency)


@dataclass(frozen=True, slots=True)
class Amounts:
    """In one currency: what stands at risk, and what is expected to lapse, with its range."""

    unassigned: Money
    assigned: Money
    low: Money
    expected: Money
    high: Money


def amounts_of(counted: Counted, left: LeftOver) -> Amounts:
    """The money of one row."""
    return Amounts(
        counted.unassigned_value,
        counted.assigned_value,
        counted.worth(left.low),
        counted.worth(left.expected),
        counted.worth(left.high),
    )


def amounts_by_currency(rows: Iterable[Amounts]) -> list[Amounts]:
    """The rows of each currency together; currencies are never added up."""
    found: dict[str, list[Amounts]] = defaultdict(list)
    for one in rows:
        found[one.expected.currency].append(one)
    return [_together(found[currency]) for currency in sorted(found)]


def _together(rows: Sequence[Amounts]) -> Amounts:
    currency = rows[0].expected.currency
    names = ("unassigned", "assigned", "low", "expected", "high")
    return Amounts(*(Money(sum(getattr(one, n).minor for one in rows), currency) for n in names))
