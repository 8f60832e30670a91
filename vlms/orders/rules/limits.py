"""What a line may hold at all, before a rule of the business is asked (P3)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from vlms.core.errors import BadInput
from vlms.core.money import UNIT_PRICE_DIGITS, Money, is_currency
from vlms.core.text import _

LARGEST_QUANTITY = 999_999
UNIT_PRICE_BELOW = 1_000_000_000
# Fifteen digits stay exact in a spreadsheet and fit a database's integer.
LARGEST_MINOR = 999_999_999_999_999


def check_quantity(quantity: int) -> None:
    """Refuse a quantity outside 1 to 999,999 with a BadInput."""
    if 1 <= quantity <= LARGEST_QUANTITY:
        return
    if quantity < 1:
        reason, sentence = "quantity_too_small", _("The quantity must be at least 1.")
    else:
        reason = "quantity_too_large"
        sentence = _("The quantity is above %(largest)s, the most one line takes.", **_LARGEST)
    way_out = _("Enter a whole number from 1 to %(largest)s.", **_LARGEST)
    raise BadInput(None, sentence, reason=reason, field="quantity", way_out=way_out)


_LARGEST = {"largest": f"{LARGEST_QUANTITY:,}"}


def check_unit_price(unit_price: Decimal) -> None:
    """Refuse a price that is negative, too large or finer than four decimals (P3).

    Zero is a price: the system places orders at no charge (A3). Raises BadInput.
    """
    if not unit_price.is_finite() or unit_price >= UNIT_PRICE_BELOW:
        reason, sentence = "unit_price_too_large", _("The unit price is too large.")
        way_out = _("Enter a price below %(limit)s.", limit=f"{UNIT_PRICE_BELOW:,}")
    elif unit_price < 0:
        reason, sentence = "unit_price_negative", _("The unit price is negative.")
        way_out = _("Enter zero or more; what is given back goes into a credit note.")
    elif _decimals(unit_price) > UNIT_PRICE_DIGITS:
        reason = "unit_price_too_fine"
        sentence = _("The unit price has more than four decimals.")
        way_out = _("Round it to four decimals, as price lists do.")
    else:
        return
    raise BadInput("P3", sentence, reason=reason, field="unit_price", way_out=way_out)


def _decimals(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def check_currency(code: str) -> None:
    """Refuse what is no active ISO 4217 code in capitals (P3) with a BadInput."""
    if is_currency(code):
        return
    raise BadInput(
        "P3",
        _('The currency "%(code)s" is unknown.', code=code[:20]),
        reason="unknown_currency",
        field="currency",
        way_out=_("Enter a code of ISO 4217 in capitals, such as USD, EUR, TWD or JPY."),
    )


def check_term(term_start: date, term_end: date) -> None:
    """Refuse an agreement that ends before it begins with a BadInput."""
    if term_start <= term_end:
        return
    raise BadInput(
        None,
        _(
            "The agreement's last day, %(last)s, is before its first day, %(first)s.",
            first=term_start,
            last=term_end,
        ),
        reason="term_reversed",
        field="term_end",
        way_out=_("Check both days; perhaps they changed places."),
    )


def check_amount(amount: Money) -> None:
    """Refuse an amount of more than fifteen digits with a BadInput."""
    if amount.minor <= LARGEST_MINOR:
        return
    raise BadInput(
        "P3",
        _("The amount has more than 15 digits, which no spreadsheet keeps exact."),
        reason="amount_too_large",
        field="quantity",
        way_out=_("Check unit price and quantity, or split the line into several orders."),
    )
