"""What became of the exams of some group: drawn, delivered, missed, passed (A2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from decimal import ROUND_HALF_UP, Decimal

_ONE_PLACE = Decimal("0.1")


@dataclass(frozen=True)
class Counts:
    """Exams of a group of candidates; a retake is another exam (A2).

    `candidates` are persons with an exam that was not cancelled, so that the candidates of two
    groups may be the same; everything else are exams. Reversed ones were never delivered.
    """

    candidates: int = 0
    reserved: int = 0
    delivered: int = 0
    no_shows: int = 0
    passed: int = 0
    failed: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    @property
    def results(self) -> int:
        """Delivered exams whose result is known."""
        return self.passed + self.failed

    @property
    def pass_rate(self) -> Decimal | None:
        """Passed among those with a result, in percent with one place; None without a result."""
        if not self.results:
            return None
        rate = Decimal(100 * self.passed) / self.results
        return rate.quantize(_ONE_PLACE, ROUND_HALF_UP)


def add_up(groups: Iterable[Counts]) -> Counts:
    return sum(groups, Counts())
