"""What a line is sold for: the reseller's own price, else the order's; in which currency."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from vlms.billing.rules.exchange import MILLION, converted
from vlms.core.money import UNIT_PRICE_DIGITS, round_half_up
from vlms.orders.rules.trace import LineTrace, PriceSource, exact_amount, rounded


@dataclass(frozen=True, slots=True)
class OwnPrice:
    """A reseller's own price for 12 months; both days belong to it, customer None: for all."""

    customer_id: UUID | None
    currency: str
    unit_price: Decimal
    effective_from: date
    effective_until: date | None = None

    def holds_on(self, day: date) -> bool:
        return self.effective_from <= day and (
            self.effective_until is None or day <= self.effective_until
        )


@dataclass(frozen=True, slots=True)
class Sale:
    """A line's amount in the invoice's currency; `trace` is in the currency of its price."""

    trace: LineTrace
    unit_price: Decimal
    net_minor: int
    is_own_price: bool


def own_price(
    prices: Iterable[OwnPrice], customer_id: UUID, day: date, currencies: tuple[str, ...]
) -> OwnPrice | None:
    """The price that counts on a day: in the first currency that has one, the customer's own
    before that for all, and of these the one that began last."""
    for currency in currencies:
        fitting = [
            price
            for price in prices
            if price.currency == currency
            and price.customer_id in (None, customer_id)
            and price.holds_on(day)
        ]
        if fitting:
            return max(fitting, key=lambda one: (one.customer_id is not None, one.effective_from))
    return None


def sold_at(trace: LineTrace, price: OwnPrice) -> LineTrace:
    """The line at the reseller's own price: its days and months stay (P1, P3)."""
    exact = exact_amount(price.unit_price, trace.quantity, trace.months)
    is_same = trace.currency == price.currency
    return replace(
        trace,
        unit_price=price.unit_price,
        amount=rounded(exact, price.currency),
        exact=exact,
        rules=tuple(rule for rule in trace.rules if rule not in trace.source.rules),
        source=PriceSource(reference_price=trace.source.reference_price if is_same else None),
        ordered_price=None,
    )


def sale(
    trace: LineTrace, own: OwnPrice | None, currency: str, rate_millionths: int | None
) -> Sale:
    """The line on an invoice in `currency`; another currency's amount is converted by the rate.

    Raises ValueError when a rate is needed and there is none.
    """
    sold = trace if own is None else sold_at(trace, own)
    unit, net = sold.unit_price, sold.amount.minor
    if sold.currency != currency:
        if rate_millionths is None:
            raise ValueError(f"no rate from {sold.currency} to {currency}")
        exact = Fraction(unit) * rate_millionths / MILLION
        unit = round_half_up(exact, UNIT_PRICE_DIGITS)
        net = converted(net, rate_millionths, sold.currency, currency)
    return Sale(sold, unit, net, own is not None)
