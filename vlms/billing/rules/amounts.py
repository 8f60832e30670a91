"""Reads amounts of money that people type, into minor units of a currency (P3)."""

from __future__ import annotations

import re
from decimal import Decimal

from vlms.core.money import Money, minor_digits
from vlms.core.reading import Reader, refuse
from vlms.core.text import Text, _

_AMOUNT = re.compile(r"-?[0-9]{1,14}(?:\.[0-9]{1,4})?")


def read_amount(currency: str, *, may_be_negative: bool = False) -> Reader[int]:
    """A reader of an amount with no more decimals than the currency has.

    Zero and less are refused unless `may_be_negative`.
    """

    def read(typed: str, label: Text) -> int:
        text = typed.strip()
        if not _AMOUNT.fullmatch(text):
            raise refuse(typed, label, _("Enter a number without separators, as 1200.50."))
        digits = minor_digits(currency)
        amount = Decimal(text)
        if amount != round(amount, digits):
            way_out = _("%(currency)s has %(digits)s decimals.", currency=currency, digits=digits)
            raise refuse(typed, label, way_out, "decimals")
        if amount <= 0 and not may_be_negative:
            raise refuse(typed, label, _("Enter an amount above zero."), "not_positive")
        return Money.of(amount, currency).minor

    return read


def typed_amount(minor: int, currency: str) -> str:
    """An amount as it would be typed: `1200.50`."""
    return f"{Money(minor, currency).amount:f}"
