"""The long version of the months (P1): every order day of four years, many agreements."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta

from tests.unit.orders.lines import a_request
from vlms.orders.errors import OrderRefused
from vlms.orders.rules.pricing import quote_line

FOUR_YEARS = [date(2024, 1, 1) + timedelta(days=n) for n in range(1461)]
TERM_STARTS = [
    date(2023, 2, 28),
    date(2023, 8, 31),
    date(2024, 1, 31),
    date(2024, 2, 29),
    date(2024, 3, 1),
    date(2024, 7, 15),
    date(2025, 12, 30),
]
ONE_DAY = timedelta(days=1)


def months_or_rule(ordered_on: date, term_start: date, term_end: date) -> int | str | None:
    request = a_request(ordered_on, term_start=term_start, term_end=term_end, cap_months=None)
    try:
        return quote_line(request).months
    except OrderRefused as refusal:
        return refusal.rule


def counted_by_another_hand(ordered_on: date, term_start: date, term_end: date) -> int | str:
    if not term_start - timedelta(days=90) <= ordered_on <= term_end:
        return "O1"
    start, months = max(ordered_on, term_start), 0
    while start + relativedelta(months=months + 1) <= term_end + ONE_DAY:
        months += 1
    return months or "P2"


@pytest.mark.campaign
@pytest.mark.parametrize("years", [1, 2, 3])
@pytest.mark.parametrize("term_start", TERM_STARTS)
def test_every_order_day_of_four_years_under_every_agreement(term_start: date, years: int) -> None:
    for extra_days in (-1, 0, 1, 30):
        term_end = term_start + relativedelta(years=years) + timedelta(days=extra_days - 1)
        for day in FOUR_YEARS:
            expected = counted_by_another_hand(day, term_start, term_end)
            assert months_or_rule(day, term_start, term_end) == expected, (day, term_end)
