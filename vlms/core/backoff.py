"""How long to wait before the next try of what failed: longer each time, then never."""

from __future__ import annotations

from datetime import timedelta

_MINUTE = timedelta(minutes=1)
PAUSES = (
    _MINUTE,
    5 * _MINUTE,
    15 * _MINUTE,
    60 * _MINUTE,
    3 * 60 * _MINUTE,
    6 * 60 * _MINUTE,
)


def pause_after(attempts: int) -> timedelta | None:
    """The pause after so many failed tries (1 or more); None when it is given up."""
    return PAUSES[attempts - 1] if attempts <= len(PAUSES) else None
