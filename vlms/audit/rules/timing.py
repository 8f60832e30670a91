"""When an entry cannot have been written: before what was signed ahead of it.

All chains are signed at one moment. What stands behind a chain's head of that moment was
appended later, whatever it says; nor does a quiet chain's silence hide it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

# Clocks of several hosts differ, and an entry tells when its unit of work began.
TOLERANCE = timedelta(minutes=10)


@dataclass(frozen=True)
class Head:
    """How far a chain reached, as it was noted elsewhere; `at` where that was signed."""

    position: int
    digest: bytes
    at: datetime | None = None


class Floors:
    """The moment before which no entry at a place of one chain can have been written.

    A place is first covered by the earliest head at it or behind it; the signing before that
    one found it empty. `signings` are moments of any chain's. A clock that was once ahead and
    was put right is forgiven by the next head, which tells an earlier moment.
    """

    def __init__(self, heads: Iterable[Head], signings: Iterable[datetime]) -> None:
        own = sorted((head.position, head.at) for head in heads if head.at is not None)
        self._positions = [position for position, _at in own]
        self._moments = sorted({*signings, *(at for _position, at in own)})
        covered = [at for _position, at in own]
        for place in range(len(covered) - 2, -1, -1):
            covered[place] = min(covered[place], covered[place + 1])
        self._floors = [self._before(at) for at in covered]
        self._floors.append(self._moments[-1] if self._moments else None)

    def _before(self, at: datetime) -> datetime | None:
        place = bisect_left(self._moments, at)
        return self._moments[place - 1] if place else None

    def is_backdated(self, position: int, at: datetime) -> bool:
        """Whether an entry at this place claims to be older than it can be."""
        floor = self._floors[bisect_left(self._positions, position)]
        return floor is not None and at < floor - TOLERANCE
