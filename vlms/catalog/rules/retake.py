"""When a failed exam may be taken again (A4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from vlms.core.clock import local_day
from vlms.core.term import add_months, start_of_day

MONTHS_A_YEAR = 12


@dataclass(frozen=True)
class RetakeTerms:
    """The waits after the first failure and after each later one; None: no yearly limit."""

    first_wait: timedelta
    later_wait: timedelta
    yearly_limit: int | None


@dataclass(frozen=True)
class Retake:
    """The first instant at which the exam may be taken again, and what it waits for."""

    allowed_at: datetime
    is_held_by_limit: bool


def next_retake(attempts: Sequence[datetime], zone: str, terms: RetakeTerms) -> Retake | None:
    """When an exam may be taken again after these attempts, all failed; None without any.

    The waits go by how many failures the 12 months up to the last one hold. At most
    `yearly_limit` attempts lie in any 12 months: the next is not before the day of `zone`
    that comes 12 months after the oldest of the last so many.
    """
    if not attempts:
        return None
    ordered = sorted(attempts)
    last = ordered[-1]
    recent = [one for one in ordered if _year_after(one, zone) > local_day(last, zone)]
    waited = last + (terms.first_wait if len(recent) == 1 else terms.later_wait)
    free = _free_of_limit(ordered, zone, terms.yearly_limit)
    if free is None or free <= waited:
        return Retake(waited, is_held_by_limit=False)
    return Retake(free, is_held_by_limit=True)


def _free_of_limit(ordered: Sequence[datetime], zone: str, limit: int | None) -> datetime | None:
    if limit is None or len(ordered) < limit:
        return None
    return start_of_day(_year_after(ordered[-limit], zone), zone)


def _year_after(attempt: datetime, zone: str) -> date:
    return add_months(local_day(attempt, zone), MONTHS_A_YEAR)
