"""The month of a period as it is kept: 2026-03."""

from __future__ import annotations

from vlms.billing.rules.month import read_month
from vlms.core.text import Text


def read_period(typed: str, label: Text) -> str:
    """A month typed as 2026-03 or 2026/3. Raises BadInput."""
    first, _last = read_month(typed, label)
    return f"{first:%Y-%m}"
