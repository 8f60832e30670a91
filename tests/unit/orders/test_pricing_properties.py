"""P1-P3 for whatever is ordered, against the exact value."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from dateutil.relativedelta import relativedelta
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.unit.orders.lines import a_request
from vlms.core.money import minor_digits
from vlms.orders.errors import OrderRefused
from vlms.orders.rules.pricing import LineRequest, quote_line
from vlms.orders.rules.trace import LineTrace

DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))
PRICES = st.decimals(0, 100_000, places=4)
QUANTITIES = st.integers(1, 5_000)
# Few, so that the folder stays quick; the long version is in tests/campaign.
few = settings(max_examples=40)


@st.composite
def requests(draw: st.DrawFn) -> LineRequest:
    term_start = draw(DAYS)
    term_end = term_start + relativedelta(months=draw(st.integers(1, 40))) - timedelta(days=1)
    return a_request(
        draw(st.dates(term_start - timedelta(days=100), term_end + timedelta(days=10))),
        term_start=term_start,
        term_end=term_end,
        unit_price=draw(PRICES),
        quantity=draw(QUANTITIES),
        currency=draw(st.sampled_from(["USD", "TWD", "JPY", "KWD", "EUR"])),
        twelve_months=draw(st.booleans()),
        cap_months=draw(st.sampled_from([12, None])),
        anchor_end=draw(st.none() | st.dates(term_start, term_end)),
    )


def quoted(request: LineRequest) -> LineTrace:
    """The quote; a refused request is no example."""
    try:
        return quote_line(request)
    except OrderRefused:
        assume(False)
        raise


def rule_of(request: LineRequest) -> str | None:
    """O1, O2, P2 word by word, on dateutil."""
    first = request.term_start - timedelta(days=90)
    if not first <= request.ordered_on <= request.term_end:
        return "O1"
    start = max(request.ordered_on, request.term_start)
    anchor = request.anchor_end
    has_anchor = anchor is not None and anchor >= start
    end = anchor if anchor is not None and has_anchor else request.term_end
    day_after_term = request.term_end + timedelta(days=1)
    fits_twelve = start + relativedelta(months=12) <= day_after_term
    if request.twelve_months and not has_anchor and not fits_twelve:
        return "O2"
    return "P2" if start + relativedelta(months=1) > end + timedelta(days=1) else None


def refused_by(request: LineRequest) -> str | None:
    try:
        quote_line(request)
    except OrderRefused as refusal:
        return refusal.rule
    return None


@few
@given(requests())
def test_a_request_is_refused_by_the_first_rule_against_it(request: LineRequest) -> None:
    assert refused_by(request) == rule_of(request)


@few
@given(requests())
def test_an_amount_is_the_exact_value_rounded_half_up(request: LineRequest) -> None:
    trace = quoted(request)
    exact = Fraction(request.unit_price) * request.quantity * trace.months / 12
    assert trace.exact == exact
    minor_unit = Fraction(1, 10 ** minor_digits(request.currency))
    # A half goes up, so the amount may lie half a unit above, never below.
    assert -minor_unit / 2 < Fraction(trace.amount.amount) - exact <= minor_unit / 2


@few
@given(requests())
def test_a_line_stays_within_the_agreement_and_its_anchor(request: LineRequest) -> None:
    trace = quoted(request)
    assert request.term_start <= trace.start <= trace.end <= request.term_end
    if trace.anchor_end is not None:
        assert trace.end == trace.anchor_end or trace.is_twelve_months
    day_after = trace.end + timedelta(days=1)
    assert trace.start + relativedelta(months=trace.months) <= day_after
    assert trace.start + relativedelta(months=trace.months + 1) > day_after


@few
@given(requests(), QUANTITIES)
def test_more_units_never_cost_less(request: LineRequest, more: int) -> None:
    larger = replace(request, quantity=request.quantity + more)
    assert quoted(larger).amount >= quoted(request).amount


@few
@given(requests(), st.integers(1, 400))
def test_a_later_order_never_costs_more(request: LineRequest, days: int) -> None:
    request = replace(request, anchor_end=None)
    later = replace(request, ordered_on=request.ordered_on + timedelta(days=days))
    assert quoted(later).amount <= quoted(request).amount


@few
@given(requests(), QUANTITIES)
def test_splitting_a_line_changes_its_cost_by_one_minor_unit_at_most(
    request: LineRequest, part: int
) -> None:
    assume(part < request.quantity)
    parts = [replace(request, quantity=part), replace(request, quantity=request.quantity - part)]
    apart = sum(quoted(line).amount.minor for line in parts)
    assert abs(apart - quoted(request).amount.minor) <= 1


@few
@given(requests())
def test_on_its_last_valid_day_a_quote_still_holds(request: LineRequest) -> None:
    trace = quoted(request)
    assert trace.valid_until >= request.ordered_on
    held = quoted(replace(request, ordered_on=trace.valid_until))
    assert (held.months, held.amount) == (trace.months, trace.amount)


@few
@given(requests())
def test_a_kept_trace_reads_back_the_same(request: LineRequest) -> None:
    trace = quoted(request)
    assert LineTrace.from_json(trace.to_json()) == trace


def test_every_order_day_of_four_years_is_priced_by_its_months() -> None:
    for day in (date(2024, 1, 1) + timedelta(days=n) for n in range(1461)):
        term_start = date(day.year if day.month >= 7 else day.year - 1, 7, 1)
        term_end = date(term_start.year + 1, 6, 30)
        # Every month is worth 1.00, so the amount is M.
        request = a_request(
            day, term_start=term_start, term_end=term_end, unit_price=Decimal(12), quantity=1
        )
        months = 12
        while day + relativedelta(months=months) > term_end + timedelta(days=1):
            months -= 1
        if months:
            assert quote_line(request).amount.amount == months, day
        else:
            assert rule_of(request) == "P2", day
