"""A3: how long an Imagine Academy grant lasts."""

from __future__ import annotations

from datetime import date

from vlms.core.term import ONE_DAY, add_months

GRANT_MONTHS = 12
PRODUCT_KEY = "imagine-academy"
"""The catalogue's product: its units are the vouchers of a grant."""


def grant_term(processed_on: date, term_start: date, term_end: date) -> tuple[date, date] | None:
    """First and last day: 12 months from the day of *processed*, not outside the agreement.

    Nothing is usable before the agreement's first day (O1). None once the agreement is over.
    """
    start = max(processed_on, term_start)
    if start > term_end:
        return None
    return start, min(add_months(start, GRANT_MONTHS) - ONE_DAY, term_end)
