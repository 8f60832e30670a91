"""A cut-off as it stands in addresses and commands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from vlms.core.reading import refuse
from vlms.core.text import Text, _

# A charge is dated by the beginning of the work that writes it, and seen when that ends; work
# takes seconds. Whatever is dated earlier than this can no longer appear behind a cut-off.
SETTLING = timedelta(seconds=60)


def latest_cut_off(now: datetime, wanted: datetime | None = None) -> datetime:
    """The cut-off that is wanted, or the latest one that nothing can slip behind (I18)."""
    latest = now - SETTLING
    return min(wanted or latest, latest)


def read_cut_off(typed: str, label: Text) -> datetime:
    """An instant with its offset, as 2026-03-31T16:00:00Z."""
    try:
        found = datetime.fromisoformat(typed.strip())
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise refuse(typed, label, _("Enter an instant with its offset, as 2026-03-31T16:00:00Z."))
    return found.astimezone(UTC)
