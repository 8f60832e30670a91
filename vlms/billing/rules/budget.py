"""What a budget allows, what is spent of it, and what is left."""

from __future__ import annotations

from dataclasses import dataclass

from vlms.core.money import Money


@dataclass(frozen=True, slots=True)
class Standing:
    """A budget's amount beside what is spent of it; both net, in the budget's currency."""

    amount: Money
    spent: Money

    @property
    def left(self) -> Money:
        """What may still be spent; below zero once too much was."""
        return Money(self.amount.minor - self.spent.minor, self.amount.currency)

    @property
    def used_percent(self) -> int:
        """How much of it is spent, in whole percent; a budget of nothing is all used."""
        return 100 * self.spent.minor // self.amount.minor if self.amount.minor else 100

    @property
    def over(self) -> Money | None:
        """By how much too much is spent; None while it is not."""
        left = self.left
        return Money(-left.minor, left.currency) if left.minor < 0 else None

    def with_more(self, minor: int) -> Standing:
        """The same after an order of this total in minor units."""
        return Standing(self.amount, Money(self.spent.minor + minor, self.spent.currency))
