"""How long a line runs (P1, O2): its first and last day, and the months it is charged for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from vlms.core.errors import BadInput
from vlms.core.term import ONE_DAY, add_months, whole_months
from vlms.core.text import _

TERM_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Period:
    """Both days belong to it. `months` is P1's M; zero means that nothing can be charged."""

    start: date
    end: date
    months: int
    is_twelve_months: bool


def line_start(ordered_on: date, term_start: date) -> date:
    """The order day, or the agreement's first day when ordered before it (O1, P1)."""
    return max(ordered_on, term_start)


def has_twelve_months(start: date, limit: date) -> bool:
    """Whether at least 12 whole months are left from `start` to `limit` (O2)."""
    return whole_months(start, limit) >= TERM_MONTHS


def period_until(
    start: date, limit: date, *, cap_months: int | None, twelve_months: bool = False
) -> Period:
    """The period from `start`, ending not later than `limit` (P1).

    With 12 or more months left it is a 12-month one where the product has a cap or
    where 12 months were asked for; anything else runs until `limit`, without a cap
    possibly for more than 12 months. Raises BadInput for a cap other than 12.
    """
    check_cap(cap_months)
    months = whole_months(start, limit)
    if months >= TERM_MONTHS and (cap_months is not None or twelve_months):
        return Period(start, add_months(start, TERM_MONTHS) - ONE_DAY, TERM_MONTHS, True)
    return Period(start, limit, months, False)


def last_start_with(months: int, start: date, limit: date) -> date:
    """The last day not before `start` from which `months` whole months are left to `limit`.

    `start` itself must have them. It tells how long a quote keeps its M (P1).
    """
    try:
        day = max(start, add_months(limit, -months))
    except OverflowError:
        day = start
    # A month's end gathers several days: 28 to 31 January all reach 28 February.
    while day < limit and whole_months(day + ONE_DAY, limit) >= months:
        day += ONE_DAY
    return day


def check_cap(cap_months: int | None) -> None:
    """Refuse a cap other than 12 months or none with a BadInput (P1)."""
    if cap_months in (None, TERM_MONTHS):
        return
    raise BadInput(
        "P1",
        _("A product is capped at 12 months or not at all."),
        reason="unknown_cap",
        field="cap_months",
        way_out=_("Enter 12, or 0 for no cap."),
    )
