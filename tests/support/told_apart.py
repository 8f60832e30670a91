"""Whether the times of two kinds of answers can be told apart."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Difference:
    """Of two samples: the medians' difference in milliseconds, and how likely chance made it."""

    medians: float
    p: float

    def is_usable(self, milliseconds: float, chance: float) -> bool:
        """Whether somebody who measures could tell one kind from the other."""
        return self.medians >= milliseconds or self.p <= chance


def compared(these: Sequence[float], those: Sequence[float]) -> Difference:
    """Times in seconds; `p` by the test of Kolmogorov and Smirnov."""
    medians = abs(median(these) - median(those)) * 1000
    return Difference(medians, _chance(_furthest(sorted(these), sorted(those)), these, those))


def _furthest(these: Sequence[float], those: Sequence[float]) -> float:
    """The largest difference of the shares that are no larger, at each value."""
    return max(
        abs(bisect_right(these, one) / len(these) - bisect_right(those, one) / len(those))
        for one in (*these, *those)
    )


def _chance(furthest: float, these: Sequence[float], those: Sequence[float]) -> float:
    size = math.sqrt(len(these) * len(those) / (len(these) + len(those)))
    reach = (size + 0.12 + 0.11 / size) * furthest
    if reach < 0.2:
        return 1.0
    terms = [2 * (-1.0) ** (k - 1) * math.exp(-2 * (k * reach) ** 2) for k in range(1, 101)]
    return min(max(math.fsum(terms), 0.0), 1.0)
