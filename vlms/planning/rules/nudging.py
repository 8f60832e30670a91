"""Whom to nudge today, and why: who was given a code and lets it lie (F8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

# F8: the first reminder goes out on the third day after assigning, the last on the 25th.
CLAIM_DAYS = 3
BOOK_DAYS = 25
# F8: from so many days before the last day on, nobody is left alone.
NEAR_DAYS = 90


class Lying(StrEnum):
    """Why a code needs its holder today."""

    UNCLAIMED = "unclaimed"
    ENDS_SOON = "ends_soon"
    UNBOOKED = "unbooked"


@dataclass(frozen=True, slots=True)
class Held:
    """An assigned, unused code without an appointment, by days in its own zone."""

    assigned_on: date
    claimed_on: date | None
    last_day: date


def why_nudge(held: Held, today: date) -> tuple[Lying, date] | None:
    """Why its holder is to be told today, and since when it has lain; None: not yet."""
    if held.claimed_on is None:
        is_due = (today - held.assigned_on).days >= CLAIM_DAYS
        return (Lying.UNCLAIMED, held.assigned_on) if is_due else None
    if (held.last_day - today).days <= NEAR_DAYS:
        return Lying.ENDS_SOON, held.claimed_on
    is_due = (today - held.claimed_on).days >= BOOK_DAYS
    return (Lying.UNBOOKED, held.claimed_on) if is_due else None
