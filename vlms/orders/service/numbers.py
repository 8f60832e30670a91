"""The human numbers of orders: O-2026-000123, counted up by the year of the first draft."""

from __future__ import annotations

from vlms.core.work import Work
from vlms.orders.service.series import next_in_series


def take_number(work: Work, year: int) -> str:
    """The next number of the year."""
    return f"O-{year}-{next_in_series(work, f'order-{year}'):06d}"
