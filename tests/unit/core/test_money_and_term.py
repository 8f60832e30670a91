"""Money, months and the ends of days."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from vlms.core.money import Money, minor_digits, round_half_up
from vlms.core.term import ONE_DAY, add_months, end_of_day, start_of_day, whole_months
from vlms.core.tokens import new_id

DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("currency", "digits"), [("USD", 2), ("EUR", 2), ("TWD", 0), ("JPY", 0), ("KWD", 3)]
)
def test_a_currency_has_its_minor_unit(currency: str, digits: int) -> None:
    assert minor_digits(currency) == digits


def test_an_unknown_currency_has_none() -> None:
    with pytest.raises(ValueError, match="unknown"):
        minor_digits("ABC")


@pytest.mark.parametrize(
    ("exact", "digits", "rounded"),
    [
        (Fraction(5, 1000), 2, "0.01"),
        (Fraction(-5, 1000), 2, "-0.01"),
        (Fraction(4999, 1000000), 2, "0.00"),
        (Fraction(1, 2), 0, "1"),
        (Fraction(2, 3), 3, "0.667"),
        (Fraction(10**30 + 5, 1000), 2, f"{10**27}.01"),
    ],
)
def test_halves_are_rounded_away_from_zero(exact: Fraction, digits: int, rounded: str) -> None:
    assert round_half_up(exact, digits) == Decimal(rounded)


def test_two_currencies_are_never_added_up() -> None:
    with pytest.raises(ValueError, match="never"):
        Money(1, "USD") + Money(1, "TWD")


def test_an_amount_with_too_many_decimals_is_no_money() -> None:
    assert Money.of(Decimal("1.50"), "USD").minor == 150
    with pytest.raises(ValueError, match="decimals"):
        Money.of(Decimal("1.5"), "TWD")


@given(DAYS, st.integers(-500, 500))
def test_months_are_added_in_one_step_as_dateutil_does(anchor: date, months: int) -> None:
    assert add_months(anchor, months) == anchor + relativedelta(months=months)


@given(DAYS, DAYS)
def test_whole_months_are_the_most_that_fit(start: date, last_day: date) -> None:
    months = whole_months(start, last_day)
    after = last_day.toordinal() + 1
    if months:
        assert add_months(start, months).toordinal() <= after
    assert add_months(start, months + 1).toordinal() > after


@pytest.mark.parametrize(
    ("zone", "ends"),
    [
        ("UTC", datetime(2026, 7, 1, 0, 0, tzinfo=UTC)),
        ("Asia/Taipei", datetime(2026, 6, 30, 16, 0, tzinfo=UTC)),
        ("America/Los_Angeles", datetime(2026, 7, 1, 7, 0, tzinfo=UTC)),
        ("Pacific/Kiritimati", datetime(2026, 6, 30, 10, 0, tzinfo=UTC)),
    ],
)
def test_a_day_ends_with_the_first_instant_after_it(zone: str, ends: datetime) -> None:
    assert end_of_day(date(2026, 6, 30), zone) == ends


def test_the_calendar_ends_with_its_last_day() -> None:
    assert end_of_day(date.max, "Asia/Taipei") == datetime.max.replace(tzinfo=UTC)
    assert end_of_day(date.max - ONE_DAY, "UTC") < end_of_day(date.max, "UTC")


@pytest.mark.parametrize("zone", ["Asia/Taipei", "UTC", "America/New_York"])
def test_the_calendar_begins_with_its_first_day(zone: str) -> None:
    assert start_of_day(date.min, zone) == datetime.min.replace(tzinfo=UTC)
    assert start_of_day(date.min, zone) < start_of_day(date.min + ONE_DAY, zone)


def test_ids_rise_and_never_repeat() -> None:
    made = [new_id() for _each in range(10_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert {one.version for one in made} == {7}


def test_readers_in_taiwan_see_their_dollar_by_its_sign() -> None:
    assert Money(37_674, "TWD").in_chinese == "NT$37,674"
    assert Money(120_050, "USD").in_chinese == "USD 1,200.50"
