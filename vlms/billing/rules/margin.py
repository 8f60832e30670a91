"""What a line was bought and sold for, net, and what is left: never across currencies (I16)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from vlms.core.money import Money, round_half_up


@dataclass(frozen=True, slots=True)
class Trade:
    """Net amounts of one line, one a currency: by the publisher's invoices, and by the own."""

    bought: Sequence[Money] = ()
    sold: Sequence[Money] = ()

    @property
    def margin(self) -> Money | None:
        """None while a side is missing, or unless all of it is in one currency."""
        if len(self.bought) != 1 or len(self.sold) != 1:
            return None
        bought, sold = self.bought[0], self.sold[0]
        if bought.currency != sold.currency:
            return None
        return Money(sold.minor - bought.minor, sold.currency)

    @property
    def percent(self) -> Decimal | None:
        """The margin in percent of what it was sold for, with one decimal."""
        margin = self.margin
        if margin is None or not self.sold[0].minor:
            return None
        return round_half_up(Fraction(100 * margin.minor, self.sold[0].minor), 1)


def margin_totals(trades: Iterable[Trade]) -> list[Trade]:
    """The sums by currency, of lines that have a margin, in the order of their codes."""
    sums: dict[str, tuple[Money, Money]] = {}
    for trade in trades:
        if trade.margin is not None:
            zero = Money(0, trade.margin.currency)
            bought, sold = sums.get(zero.currency, (zero, zero))
            sums[zero.currency] = (bought + trade.bought[0], sold + trade.sold[0])
    return [Trade((bought,), (sold,)) for _currency, (bought, sold) in sorted(sums.items())]
