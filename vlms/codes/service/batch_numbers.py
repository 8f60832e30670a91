"""The human numbers of batches: B-000012, and B-000012/7 for its seventh code."""

from __future__ import annotations

from vlms.core.work import Work
from vlms.orders.service.series import next_in_series

SERIES = "code_batch"


def take_batch_number(work: Work) -> str:
    """The next number."""
    return f"B-{next_in_series(work, SERIES):06d}"
