"""Which price list counts (P5), and when a line is priced again before its invoice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from vlms.core.money import Money


@dataclass(frozen=True, slots=True)
class InitialOrder:
    """The agreement's first order: its products keep the price list of its day."""

    ordered_on: date
    products: frozenset[str]


def price_list_day(product: str, ordered_on: date, initial: InitialOrder | None) -> date:
    """The day whose price list counts: the initial order's for its products, else the order's.

    None for `initial` means that this order is the first.
    """
    if initial is not None and product in initial.products:
        return initial.ordered_on
    return ordered_on


def invoice_list_day(product: str, invoiced_on: date, initial: InitialOrder | None) -> date:
    """The day whose price list the publisher's invoice goes by: kept prices stay kept."""
    return price_list_day(product, invoiced_on, initial)


@dataclass(frozen=True, slots=True)
class QuotedList:
    """The price list that a line was priced by, and the day of it that counted."""

    key: str
    day: date


def is_priced_again(quoted: QuotedList, invoice_list: str, effective_from: date) -> bool:
    """Whether another list is in effect on the publisher's invoice day.

    That is another file of prices, or a part of the same that took effect after the quote.
    """
    return invoice_list != quoted.key or effective_from > quoted.day


def needs_consent(quoted_total: Money, new_total: Money) -> bool:
    """Whether the customer must agree first: only to a higher total.

    Raises ValueError for two currencies.
    """
    if quoted_total.currency != new_total.currency:
        raise ValueError(f"{quoted_total.currency} and {new_total.currency} do not compare")
    return new_total.minor > quoted_total.minor
