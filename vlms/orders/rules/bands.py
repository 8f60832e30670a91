"""Quantity bands (P6): the product's quantity in the order decides, for all its units."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from vlms.core.errors import Topic
from vlms.core.text import _
from vlms.orders.errors import OrderRefused

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Band:
    """A 12-month unit price that holds from a quantity on."""

    from_quantity: int
    unit_price: Decimal


def product_totals(lines: Iterable[tuple[Key, int]]) -> dict[Key, int]:
    """Units by product over (product, quantity) of all lines of one order."""
    totals: Counter[Key] = Counter()
    for product, quantity in lines:
        totals[product] += quantity
    return dict(totals)


def band_for(bands: Sequence[Band], total: int) -> Band:
    """The band with the largest start not above the product's total in the order.

    Raises OrderRefused when there is no price at all, or none for so few.
    """
    reached = [band for band in bands if band.from_quantity <= total]
    if reached:
        return max(reached, key=lambda band: band.from_quantity)
    if not bands:
        raise OrderRefused(
            "P6",
            _("The price list has no price for this product."),
            reason="no_price",
            field="product",
            way_out=_("Choose another product, or ask for its price."),
            ask=Topic.PRICING,
        )
    smallest = min(band.from_quantity for band in bands)
    raise OrderRefused(
        "P6",
        _("This product is sold from %(smallest)s units on.", smallest=smallest),
        reason="below_smallest_band",
        field="quantity",
        way_out=_("Order %(smallest)s or more.", smallest=smallest),
        ask=Topic.PRICING,
        facts={"smallest": smallest},
    )
