"""The word a page shows for a code: its state, or that it has expired."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from vlms.codes.rules.lifecycle import State, has_expired
from vlms.core.text import Text, _


class Shown(StrEnum):
    """The states of C6 and the one that is never stored."""

    AVAILABLE = "available"
    RESERVED = "reserved"
    ASSIGNED = "assigned"
    REGISTERED = "registered"
    USED = "used"
    FORFEITED = "forfeited"
    ACTIVATED = "activated"
    VOID = "void"
    EXPIRED = "expired"


_WORDS = {
    Shown.AVAILABLE: _("Available"),
    Shown.RESERVED: _("Reserved"),
    Shown.ASSIGNED: _("Assigned"),
    Shown.REGISTERED: _("Registered"),
    Shown.USED: _("Used"),
    Shown.FORFEITED: _("Forfeited"),
    Shown.ACTIVATED: _("Activated"),
    Shown.VOID: _("Void"),
    Shown.EXPIRED: _("Expired"),
}


def shown_state(
    state: State, expires_at: datetime, now: datetime, exam_starts_at: datetime | None = None
) -> Shown:
    """What to show for a stored state at an instant (C6); see `has_expired`."""
    if has_expired(state, expires_at, now, exam_starts_at):
        return Shown.EXPIRED
    return Shown(state.value)


def word(shown: Shown) -> Text:
    """The word in the reader's language."""
    return _WORDS[shown]
