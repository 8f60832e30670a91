"""Uses by how many days ago they were, as the forecast takes them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from vlms.agreements.models import Agreement
from vlms.core.clock import local_day
from vlms.planning.rules.forecast import History

# Older uses say next to nothing at the forecast's fading.
HISTORY_DAYS = 182


@dataclass(frozen=True)
class Window:
    """The days of a zone in which uses were possible: from `first` until `today`."""

    first: date
    today: date
    zone: str

    @property
    def days(self) -> int:
        return min(max((self.today - self.first).days + 1, 1), HISTORY_DAYS)


def window_of(agreement: Agreement, begun_at: datetime, now: datetime) -> Window:
    """From the first issue or the agreement's first day on, whichever is later (O1)."""
    zone = agreement.time_zone
    first = max(local_day(begun_at, zone), agreement.first_day)
    return Window(first, local_day(now, zone), zone)


def history_of(uses: Iterable[tuple[datetime, int]], there: int, window: Window) -> History:
    """`there` are those that can still be used; with what was used they are the stock."""
    by_day: Counter[int] = Counter()
    for used_at, count in uses:
        by_day[(window.today - local_day(used_at, window.zone)).days] += count
    kept = {ago: count for ago, count in by_day.items() if count > 0 and 0 <= ago < window.days}
    return History(kept, window.days, there + sum(kept.values()))
