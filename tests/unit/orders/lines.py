"""Requests for tests: every fact stated, one year's agreement unless told otherwise."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from vlms.orders.rules.pricing import LineRequest

TERM_START, TERM_END = date(2024, 7, 1), date(2025, 6, 30)


def a_request(ordered_on: date, **other: Any) -> LineRequest:
    facts: dict[str, Any] = {
        "unit_price": Decimal("120.00"),
        "currency": "USD",
        "quantity": 10,
        "ordered_on": ordered_on,
        "term_start": TERM_START,
        "term_end": TERM_END,
        **other,
    }
    return LineRequest(**facts)
