"""What can be wrong between two accounts of the same charges, and what becomes of it."""

from __future__ import annotations

from enum import StrEnum


class DifferenceClass(StrEnum):
    """What is wrong; `missing_here`: they have it, we do not."""

    MISSING_HERE = "missing_here"
    MISSING_THERE = "missing_there"
    QUANTITY = "quantity"
    PRICE = "price"
    PRORATION = "proration"
    TAX = "tax"
    CURRENCY = "currency"
    PERIOD = "period"
    ROUNDING = "rounding"
    DUPLICATE = "duplicate"
    SHORT_DELIVERY = "short_delivery"
    DOUBLE_CODE = "double_code"
    WRONG_END_DATE = "wrong_end_date"


class DifferenceSide(StrEnum):
    """With what our charges were compared."""

    PUBLISHER = "publisher"
    LEDGER = "ledger"
    INVOICES = "invoices"
    CODES = "codes"


class DifferenceState(StrEnum):
    """`gone`: a later matching no longer finds it."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DISPUTED = "disputed"
    WRITTEN_OFF = "written_off"
    CLOSED = "closed"
    GONE = "gone"


class MatchRule(StrEnum):
    """By what two sides were put together; the first that fits counts."""

    REFERENCE = "reference"
    ORDER_AND_PRODUCT = "order_and_product"
    ORDER = "order"
    # Customer, product, first day, quantity and amount, where no order is named.
    FIGURES = "figures"
    # Product, first day, quantity, and an amount within the tolerance.
    NEAR_AMOUNT = "near_amount"
