"""A cut-off as it stands in addresses and commands."""

from __future__ import annotations

from datetime import UTC, datetime

from vlms.core.reading import refuse
from vlms.core.text import Text, _


def read_cut_off(typed: str, label: Text) -> datetime:
    """An instant with its offset, as 2026-03-31T16:00:00Z."""
    try:
        found = datetime.fromisoformat(typed.strip())
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise refuse(typed, label, _("Enter an instant with its offset, as 2026-03-31T16:00:00Z."))
    return found.astimezone(UTC)
