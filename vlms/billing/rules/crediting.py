"""What a credit note gives back of an invoice: never more than is left, tax to the cent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from vlms.billing.rules.tax import Taxable, TaxMode, line_taxes


@dataclass(frozen=True, slots=True)
class Left:
    """What of an invoice line was not given back yet, in minor units, and its rate of tax."""

    quantity: int
    net_minor: int
    tax_minor: int
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be given back of a line; with all of its net goes all of its quantity."""

    left: Left
    net_minor: int
    quantity: int = 0

    @property
    def is_whole(self) -> bool:
        return self.net_minor == self.left.net_minor

    @property
    def is_too_much(self) -> bool:
        """More than is left, or all units without all of the money.

        A line that cost nothing goes back with nothing, and all of its units.
        """
        if not self.is_whole and not 0 < self.net_minor < self.left.net_minor:
            return True
        most = self.left.quantity if self.is_whole else self.left.quantity - 1
        return not 0 <= self.quantity <= most

    @property
    def given_quantity(self) -> int:
        return self.left.quantity if self.is_whole else self.quantity


def credit_taxes(asked: Sequence[Asked], mode: TaxMode) -> list[int]:
    """The tax that goes back with each line, rounded as on the invoice (P3).

    A line that is given back wholly takes all the tax that is left of it, so that nothing
    remains of an invoice that is given back in several parts.
    """
    parts = [each for each in asked if not each.is_whole]
    rounded = line_taxes([Taxable(each.net_minor, each.left.percent) for each in parts], mode)
    shares = iter(rounded)
    return [
        each.left.tax_minor if each.is_whole else min(next(shares), each.left.tax_minor)
        for each in asked
    ]
