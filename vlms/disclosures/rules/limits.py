"""How often, how many and for how long codes may be let out (C8)."""

from __future__ import annotations

from datetime import timedelta

REVEALS_AN_HOUR = 60
EXPORT_EVERY = timedelta(minutes=10)
# In one file; who needs more narrows the list.
MOST_CODES = 50_000
# A second admin has a day to decide; the file of an export lies for a day.
DECIDE_WITHIN = FILE_KEPT = timedelta(hours=24)
# What one admin takes without a second one is added up over so long.
ALONE_WITHIN = timedelta(hours=24)
LINK_LASTS = timedelta(minutes=15)
# Who sees a code on screen copies it at once; then it is hidden again.
SHOWN_SECONDS = 60


def needs_second(code_count: int, limit: int) -> bool:
    """Whether another admin decides about an export of so many codes."""
    return code_count > limit
