"""How often the second step may go wrong (G4)."""

from __future__ import annotations

from datetime import timedelta

# Then one signs in anew.
MOST_IN_SESSION = 5
# Of one user, in all sessions that were not completed.
MOST_IN_AN_HOUR = 20
WINDOW = timedelta(hours=1)
