"""Amounts above which an order is approved first (O4). Pure."""

from __future__ import annotations

from decimal import Decimal

from vlms.core.errors import BadInput
from vlms.core.money import Money, minor_digits
from vlms.core.text import _


def limit_of(amount: Decimal, currency: str) -> Money:
    """Raises BadInput for more decimals than the currency has."""
    try:
        return Money.of(amount, currency)
    except ValueError as error:
        raise BadInput(
            "P3",
            _("The limit has more decimals than %(currency)s has.", currency=currency),
            field="limit",
            way_out=_("Use at most %(digits)s decimals.", digits=minor_digits(currency)),
        ) from error
