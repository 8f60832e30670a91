"""When somebody who was asked counts as not having answered (G8)."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

USUAL_DAYS = 7


def asked_before(now: datetime, zone: str, days: int) -> datetime:
    """Who was last asked before this instant has not answered for so many days of the zone.

    Whole days count: asked at any hour of the day that many days ago is long enough. 0: all.
    """
    day = now.astimezone(ZoneInfo(zone)).date() - timedelta(days=days - 1)
    return datetime.combine(day, time.min, ZoneInfo(zone))
