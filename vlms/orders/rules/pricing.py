"""What a line costs (O1-O3, P1-P3), and why: one function for page, paper and command line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NoReturn

from vlms.core.errors import Topic
from vlms.core.term import whole_months
from vlms.core.text import Text, _
from vlms.orders.errors import OrderRefused
from vlms.orders.rules.coterm import next_period, running_anchor
from vlms.orders.rules.limits import (
    check_amount,
    check_currency,
    check_quantity,
    check_term,
    check_unit_price,
)
from vlms.orders.rules.orderable import ORDER_WINDOW_DAYS, refuse_outside_window
from vlms.orders.rules.proration import (
    TERM_MONTHS,
    Period,
    check_cap,
    has_twelve_months,
    last_start_with,
    line_start,
    period_until,
)
from vlms.orders.rules.trace import (
    NO_SOURCE,
    LineTrace,
    PriceSource,
    exact_amount,
    rounded,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRequest:
    """One product, a quantity and a day under an agreement.

    `unit_price` is for 12 months, before tax. `twelve_months` asks for a 12-month line.
    `anchor_end` is the last day of the agreement's anchor, running or not (O3);
    `following_end` that of the one that runs on the day after it, if any.
    `cap_months` is 12 or None (E-Reference). `accepts_next_period` takes the period
    after the anchor when no whole month is left to it.
    """

    unit_price: Decimal
    currency: str
    quantity: int
    ordered_on: date
    term_start: date
    term_end: date
    twelve_months: bool = False
    anchor_end: date | None = None
    following_end: date | None = None
    cap_months: int | None = TERM_MONTHS
    accepts_next_period: bool = False
    window_days: int = ORDER_WINDOW_DAYS
    source: PriceSource = NO_SOURCE


def quote_line(request: LineRequest) -> LineTrace:
    """The line's days, months and amount with their trace.

    Under a running anchor the line ends with it, whether 12 months were asked for or
    not: the wish is co-terminated, never refused by O2, because O3 leaves no choice.
    Without an anchor a wish for 12 months needs 12 whole months in the agreement.

    Raises BadInput for values that no line can have, then OrderRefused in the order
    O1 (outside the agreement), O2 (no 12 months left), P2 (no whole month left; the
    fact `next_period` is then its first and last day, or None).
    """
    _check_values(request)
    refuse_outside_window(
        request.ordered_on, request.term_start, request.term_end, request.window_days
    )
    start = line_start(request.ordered_on, request.term_start)
    anchor_end = running_anchor(request.anchor_end, start, request.term_end)
    if request.twelve_months and anchor_end is None:
        _refuse_short_of_twelve_months(start, request.term_end)
    period = period_until(
        start,
        request.term_end if anchor_end is None else anchor_end,
        cap_months=request.cap_months,
        twelve_months=request.twelve_months,
    )
    if period.months == 0:
        period = _period_after(request, anchor_end)
    return _priced(request, period, anchor_end)


def _check_values(request: LineRequest) -> None:
    check_currency(request.currency)
    check_unit_price(request.unit_price)
    check_quantity(request.quantity)
    check_cap(request.cap_months)
    check_term(request.term_start, request.term_end)


def _refuse_short_of_twelve_months(start: date, term_end: date) -> None:
    """O2: a 12-month line needs 12 whole months in the agreement."""
    if has_twelve_months(start, term_end):
        return
    months = whole_months(start, term_end)
    raise OrderRefused(
        "O2",
        _(
            "Fewer than 12 whole months are left from %(start)s to the agreement's last day, "
            "%(end)s.",
            start=start,
            end=term_end,
        ),
        reason="no_twelve_months_left",
        field="twelve_months",
        way_out=_way_out_of_twelve_months(months, term_end),
        ask=Topic.PRICING,
        facts={"months_left": months, "term_end": term_end},
    )


def _way_out_of_twelve_months(months: int, term_end: date) -> Text:
    if months == 0:
        return _("Order under the agreement that follows this one.")
    return _(
        "Order it prorated until %(end)s; whole months charged: %(months)s.",
        end=term_end,
        months=months,
    )


def _period_after(request: LineRequest, anchor_end: date | None) -> Period:
    """The period after the anchor when it was accepted; else P2's refusal, offering it."""
    offer = None
    if anchor_end is not None:
        offer = next_period(
            anchor_end,
            request.term_end,
            cap_months=request.cap_months,
            twelve_months=request.twelve_months,
            following_end=request.following_end,
        )
    if offer is not None and request.accepts_next_period:
        return offer
    _refuse_no_month(request.term_end, anchor_end, offer)


def _refuse_no_month(term_end: date, anchor_end: date | None, offer: Period | None) -> NoReturn:
    """P2: nothing is charged by days."""
    if anchor_end is not None and anchor_end < term_end:
        sentence = _(
            "No whole month is left until %(end)s, the day that later lines must end with.",
            end=anchor_end,
        )
    else:
        sentence = _("No whole month is left in this agreement; it ends on %(end)s.", end=term_end)
    way_out = _("Order under the agreement that follows this one.")
    if offer is not None:
        way_out = _(
            "Take the next period instead, from %(start)s to %(end)s.",
            start=offer.start,
            end=offer.end,
        )
    raise OrderRefused(
        "P2",
        sentence,
        reason="no_whole_month_left",
        field="ordered_on",
        way_out=way_out,
        ask=Topic.PRICING,
        facts={
            "months": 0,
            "next_period": None if offer is None else (offer.start, offer.end),
        },
    )


def _priced(request: LineRequest, period: Period, anchor_end: date | None) -> LineTrace:
    exact = exact_amount(request.unit_price, request.quantity, period.months)
    amount = rounded(exact, request.currency)
    check_amount(amount)
    return LineTrace(
        ordered_on=request.ordered_on,
        start=period.start,
        end=period.end,
        months=period.months,
        cap_months=request.cap_months,
        is_twelve_months=period.is_twelve_months,
        asked_twelve_months=request.twelve_months,
        anchor_end=anchor_end,
        unit_price=request.unit_price,
        quantity=request.quantity,
        amount=amount,
        exact=exact,
        rules=_rules_used(request, anchor_end),
        valid_until=_valid_until(request, period, anchor_end),
        source=request.source,
    )


def _rules_used(request: LineRequest, anchor_end: date | None) -> tuple[str, ...]:
    term = ("O1", "O2") if anchor_end is None else ("O1", "O2", "O3")
    return (*term, "P1", "P3", *request.source.rules)


def _valid_until(request: LineRequest, period: Period, anchor_end: date | None) -> date:
    """The last order day with the same months at the same price."""
    limit = request.term_end
    if anchor_end is not None:
        ends_with = anchor_end if period.start <= anchor_end else request.following_end
        limit = running_anchor(ends_with, period.start, limit) or limit
    day = last_start_with(period.months, period.start, limit)
    holds_until = request.source.holds_until
    # A list that has ended already gives the price all the same on the order day (P5).
    return day if holds_until is None else max(request.ordered_on, min(day, holds_until))
