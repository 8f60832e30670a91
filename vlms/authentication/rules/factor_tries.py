"""How often the second step may go wrong (G4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

# Then one signs in anew.
MOST_IN_SESSION = 5
# Of one user, in all sessions that were not completed.
MOST_IN_AN_HOUR = 20
WINDOW = timedelta(hours=1)


def opens_again_at(tried: Sequence[tuple[datetime, int]]) -> datetime | None:
    """When so few tries are left within the hour that one more is allowed; None for now.

    `tried`: when each session of the last hour began, the youngest first, and its tries.
    """
    count = 0
    for began, tries in tried:
        count += tries
        if count > MOST_IN_AN_HOUR:
            return began + WINDOW
    return None
