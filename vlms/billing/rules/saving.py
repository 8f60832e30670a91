"""What was saved against the reference retail price."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from vlms.core.money import Money


@dataclass(frozen=True, slots=True)
class Saved:
    """Of the lines in one currency that have a reference price; `left_out` have none."""

    paid: Money
    saved: Money
    line_count: int
    left_out: int

    @property
    def retail(self) -> Money:
        """What the lines would have cost at the reference price."""
        return self.paid + self.saved


def saved_of(lines: Iterable[tuple[Money, Money | None]]) -> list[Saved]:
    """By currency, from each line's amount and its saving; None where no reference is known."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for amount, saving in lines:
        found = sums[amount.currency]
        if saving is None:
            found[3] += 1
            continue
        found[0] += amount.minor
        found[1] += saving.minor
        found[2] += 1
    return [
        Saved(Money(paid, currency), Money(saved, currency), count, left_out)
        for currency, (paid, saved, count, left_out) in sorted(sums.items())
    ]
