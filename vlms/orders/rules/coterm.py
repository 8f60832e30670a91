"""Co-termination (O3): which earlier order later lines end with, and what comes after it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from vlms.core.term import ONE_DAY
from vlms.orders.rules.proration import Period, period_until


@dataclass(frozen=True, slots=True)
class EarlierLine:
    """A line of an order that was placed under the same agreement.

    `order_number` decides between orders placed at the same instant.
    """

    order_number: str
    placed_at: datetime
    charge_start: date
    charge_end: date
    is_twelve_months: bool
    is_cancelled: bool

    def may_anchor(self, day: date) -> bool:
        """Whether it is an uncancelled 12-month line that runs on `day`."""
        runs = self.charge_start <= day <= self.charge_end
        return self.is_twelve_months and not self.is_cancelled and runs


def anchor_of(
    lines: Iterable[EarlierLine], start: date, *, own_order: str | None = None
) -> EarlierLine | None:
    """The 12-month line of the earliest order that runs on `start`; None when none does.

    Lines of one order never anchor each other: those of `own_order` are left out.
    """
    running = [line for line in lines if line.order_number != own_order and line.may_anchor(start)]
    return min(
        running,
        key=lambda line: (line.placed_at, line.order_number, line.charge_end),
        default=None,
    )


def running_anchor(anchor_end: date | None, start: date, term_end: date) -> date | None:
    """The day that a line from `start` ends with, or None while no anchor runs.

    Nothing ends after the agreement: a later anchor counts as the agreement's end.
    """
    if anchor_end is None or anchor_end < start:
        return None
    return min(anchor_end, term_end)


def next_period(
    anchor_end: date,
    term_end: date,
    *,
    cap_months: int | None,
    twelve_months: bool = False,
    following_end: date | None = None,
) -> Period | None:
    """What is offered when no whole month is left to the anchor: the time after it.

    From the day after the anchor to the agreement's end, 12 months where the product
    has a cap, or they were asked for, and they fit; only until `following_end` where
    another 12-month order runs by then, because later lines end with that one. None when
    no whole month is left by then: such an offer would be refused in its turn (P2).
    """
    if anchor_end >= term_end:
        return None
    start = anchor_end + ONE_DAY
    limit = running_anchor(following_end, start, term_end) or term_end
    period = period_until(start, limit, cap_months=cap_months, twelve_months=twelve_months)
    return period if period.months else None
