"""A line's values as people type them: half-width digits, plain notation, ISO days.

Every function raises BadInput with a sentence that names the field.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal

from vlms.core.errors import BadInput
from vlms.core.text import Text, _
from vlms.orders.rules.limits import check_currency, check_quantity, check_unit_price
from vlms.orders.rules.proration import TERM_MONTHS

_WHOLE = re.compile(r"-?[0-9]+")
_PRICE = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SHOWN = 40
_LONGEST_NUMBER = 30

LABELS: dict[str, Text] = {
    "unit_price": _("The unit price"),
    "currency": _("The currency"),
    "quantity": _("The quantity"),
    "ordered_on": _("The order day"),
    "term_start": _("The agreement's first day"),
    "term_end": _("The agreement's last day"),
    "twelve_months": _("The wish for 12 months"),
    "anchor_end": _("The anchor's last day"),
    "cap_months": _("The cap"),
}


def read_quantity(typed: str) -> int:
    """A whole number from 1 to 999,999."""
    text = _required(typed, "quantity")
    if not _WHOLE.fullmatch(text) or len(text) > _LONGEST_NUMBER:
        raise _unreadable("quantity", text, _("Enter a whole number in half-width digits, as 10."))
    quantity = int(text)
    check_quantity(quantity)
    return quantity


def read_unit_price(typed: str) -> Decimal:
    """A price of zero or more with at most four decimals, as 120.00 (P3)."""
    text = _required(typed, "unit_price")
    if not _PRICE.fullmatch(text) or len(text) > _LONGEST_NUMBER:
        way_out = _("Enter a number in half-width digits without separators, as 1200.50.")
        raise _unreadable("unit_price", text, way_out)
    price = Decimal(text)
    check_unit_price(price)
    return price


def read_currency(typed: str) -> str:
    """A code of ISO 4217 in capitals."""
    code = _required(typed, "currency")
    check_currency(shown(code))
    return code


def read_day(typed: str, field: str) -> date:
    """A day as 2025-06-30; `field` is a key of LABELS."""
    text = _required(typed, field)
    if not _DAY.fullmatch(text):
        way_out = _("Enter year, month and day in half-width digits, as 2025-06-30.")
        raise _unreadable(field, text, way_out)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(
            None,
            _('%(field)s, "%(value)s", is in no calendar.', field=LABELS[field], value=text),
            reason="impossible_day",
            field=field,
            way_out=_("Check month and day."),
        ) from None


def read_optional_day(typed: str | None, field: str) -> date | None:
    """A day, or None for an empty text."""
    return read_day(typed, field) if typed and typed.strip() else None


def read_yes(typed: str, field: str) -> bool:
    """`true` or `false` in any case; empty is false."""
    text = typed.strip().lower()
    if text not in ("true", "false", ""):
        raise _unreadable(field, text, _("Enter true or false."))
    return text == "true"


def read_cap(typed: str) -> int | None:
    """12, or None for 0 and for an empty text (P1)."""
    text = typed.strip()
    if text in ("", "0"):
        return None
    if text != str(TERM_MONTHS):
        raise _unreadable("cap_months", text, _("Enter 12, or 0 for no cap."))
    return TERM_MONTHS


def shown(text: str) -> str:
    """Somebody's text, fit for a sentence: short, and with nothing unprintable in it."""
    cut = text[:_SHOWN]
    plain = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in cut)
    return plain + "…" if len(text) > _SHOWN else plain


def _required(typed: str, field: str) -> str:
    text = typed.strip(" \t")
    if text:
        return text
    raise BadInput(
        None,
        _("%(field)s is missing.", field=LABELS[field]),
        reason="missing",
        field=field,
        way_out=_("Enter it."),
    )


def _unreadable(field: str, text: str, way_out: Text) -> BadInput:
    half_width = unicodedata.normalize("NFKC", text)
    if half_width != text and half_width.isascii() and half_width.isprintable():
        way_out = _('Type it in half-width characters: "%(value)s".', value=shown(half_width))
    return BadInput(
        None,
        _('%(field)s, "%(value)s", cannot be read.', field=LABELS[field], value=shown(text)),
        reason="unreadable",
        field=field,
        way_out=way_out,
    )
