"""How long a session lasts: an end that nothing moves, and a shorter one while it is idle.

Each limit is reached at its moment: who comes back exactly then has to sign in again.
"""

from __future__ import annotations

from datetime import timedelta

LIFETIME = timedelta(hours=12)
IDLE = timedelta(minutes=30)
# Between the first proof and the last step.
UNFINISHED = timedelta(minutes=15)
# How seldom it is written down that a session is in use.
SEEN_EVERY = timedelta(minutes=1)
