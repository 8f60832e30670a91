"""In which order a reseller's work is shown: late ones first, then what is due soonest (O4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Dated(Generic[Row]):
    """A row with when its next promise is due (None: nothing is), and since when it waits."""

    row: Row
    due_at: datetime | None
    since: datetime

    def is_late(self, now: datetime) -> bool:
        """Due in time is not late, to the second."""
        return self.due_at is not None and now > self.due_at


def by_urgency(rows: Iterable[Dated[Row]]) -> list[Dated[Row]]:
    """What is due first comes first, so late ones do; then what waits longest."""
    return sorted(rows, key=lambda one: (one.due_at is None, one.due_at or one.since, one.since))
