"""What codes led to: passed exams and certifications, and what led nowhere (C5, C6, R1)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from vlms.core.money import Money, round_half_up


class End(StrEnum):
    """How a code ended, seen from what it was bought for."""

    PASSED = "passed"
    FAILED = "failed"
    # Used, and nobody has said how the exam went.
    UNKNOWN = "unknown"
    # Forfeited: nobody came, or it was cancelled too late (C3).
    MISSED = "missed"
    # Lapsed, in somebody's hands or in nobody's (C5).
    LAPSED = "lapsed"


NOWHERE = (End.FAILED, End.MISSED, End.LAPSED)


@dataclass(frozen=True)
class Team:
    """A department in one currency; without a name, people of none. Not given: nobody's codes."""

    currency: str
    name: str | None
    is_given: bool = True


@dataclass(frozen=True)
class Ended:
    """Codes of a team that ended alike, and what they bear of their order lines together."""

    team: Team
    end: End
    count: int
    minor: int


@dataclass
class Yield:
    """What the codes of a team came to in a period."""

    team: Team
    counts: Counter[End] = field(default_factory=Counter)
    minors: Counter[End] = field(default_factory=Counter)
    certifications: int = 0

    @property
    def ended(self) -> int:
        return self.counts.total()

    @property
    def cost(self) -> Money:
        """What all of them bear, whatever they led to."""
        return Money(self.minors.total(), self.team.currency)

    @property
    def nowhere(self) -> int:
        return sum(self.counts[end] for end in NOWHERE)

    @property
    def lost(self) -> Money:
        return Money(sum(self.minors[end] for end in NOWHERE), self.team.currency)

    @property
    def pass_rate(self) -> Decimal | None:
        """In percent with one place, of the exams whose result is known; None where none is."""
        known = self.counts[End.PASSED] + self.counts[End.FAILED]
        return round_half_up(Fraction(100 * self.counts[End.PASSED], known), 1) if known else None

    @property
    def cost_per_certification(self) -> Money | None:
        """All that was spent, by what was earned; to the minor unit, half up."""
        if not self.certifications:
            return None
        exact = Fraction(self.cost.minor, self.certifications)
        return Money(int(round_half_up(exact, 0)), self.team.currency)


def yields_of(ended: Iterable[Ended], earned: Mapping[Team, int]) -> list[Yield]:
    """A row a team: who lost most comes first, within a currency; codes of nobody last."""
    found: dict[Team, Yield] = {}
    for one in ended:
        row = found.setdefault(one.team, Yield(one.team))
        row.counts[one.end] += one.count
        row.minors[one.end] += one.minor
    for team, count in earned.items():
        found.setdefault(team, Yield(team)).certifications += count
    return sorted(found.values(), key=_order)


def _order(row: Yield) -> tuple[str, bool, int, str]:
    return row.team.currency, not row.team.is_given, -row.lost.minor, row.team.name or ""


def all_by_currency(rows: Sequence[Yield]) -> list[Yield]:
    """The rows of each currency together, under a team without a name."""
    together: dict[str, list[Yield]] = defaultdict(list)
    for row in rows:
        together[row.team.currency].append(row)
    return [_sum(currency, together[currency]) for currency in sorted(together)]


def _sum(currency: str, rows: Sequence[Yield]) -> Yield:
    total = Yield(Team(currency, None))
    for row in rows:
        total.counts += row.counts
        total.minors += row.minors
        total.certifications += row.certifications
    return total


@dataclass(frozen=True)
class Passed:
    """An exam that somebody passed with a code, on a day in UTC: `who`, in which team."""

    who: object
    exam: str
    day: object
    team: Team


def led_to(
    passes: Iterable[Passed], certifications: Iterable[tuple[object, object, frozenset[str]]]
) -> Iterator[Team]:
    """The team of each certification that one of these exams completed.

    `certifications`: who has earned one, on which day, and its exams. Two exams of one day
    count as one certification, in the team of the first.
    """
    by_day: dict[tuple[object, object], list[Passed]] = defaultdict(list)
    for one in passes:
        by_day[one.who, one.day].append(one)
    for who, day, exams in certifications:
        fitting = [one for one in by_day.get((who, day), ()) if one.exam in exams]
        if fitting:
            yield fitting[0].team
