"""Offers as data, the price of an upgrade, and until when an order can be paid (M1, M3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from vlms.core.errors import BadInput, NotFound
from vlms.core.money import Money
from vlms.partners.errors import MembershipRefused
from vlms.partners.offers import offer_on, offers_on
from vlms.partners.rules.attainment import Level, renewable_level
from vlms.partners.rules.membership_offers import unused_value, upgrade_price
from vlms.partners.rules.membership_orders import (
    MembershipOrderKind,
    MembershipOrderState,
    Waiting,
    check_payment,
    last_day_to_pay,
)
from vlms.partners.rules.membership_year import membership_year
from vlms.partners.terms import membership_terms, waivers

DAY = date(2026, 3, 2)


def test_offers_come_with_prices_marked_as_samples_and_benefits_of_each_level_m1() -> None:
    version = offers_on(DAY)
    assert version.terms.is_sample
    assert "sample" in version.source.lower()
    for offer in version.terms.offers:
        assert offer.benefits
        for benefit in offer.benefits:
            assert benefit.quantity > 0
            assert benefit.values.keys() == offer.prices.keys()
    silver, gold = offer_on("silver-package", DAY), offer_on("gold-package", DAY)
    more = {one.key: one.quantity for one in gold.benefits}
    assert all(more[one.key] > one.quantity for one in silver.benefits)
    with pytest.raises(NotFound):
        offer_on("bronze", DAY)


@pytest.mark.parametrize(
    ("listed", "currency", "due"),
    [
        ("4730.00", "USD", "3547.50"),
        ("0.01", "USD", "0.01"),
        ("0.02", "USD", "0.02"),
        ("0.10", "USD", "0.08"),
        ("99.99", "EUR", "74.99"),
        ("145990", "TWD", "109493"),
        ("681250", "JPY", "510938"),
        ("1.234", "KWD", "0.926"),
        ("0.00", "USD", "0.00"),
    ],
)
def test_gold_in_place_of_silver_is_25_percent_off_to_the_cent_m3(
    listed: str, currency: str, due: str
) -> None:
    price = Money.of(Decimal(listed), currency)
    assert upgrade_price(price, 25) == Money.of(Decimal(due), currency)


def test_unused_value_counts_what_was_not_activated_m1() -> None:
    assert unused_value(25, 5, Money(24_000, "USD")) == Money(480_000, "USD")
    assert unused_value(25, 25, Money(24_000, "USD")) == Money(0, "USD")


def test_benefits_end_with_the_window_or_with_the_anniversary_m1() -> None:
    anniversary = date(2019, 9, 1)
    year = membership_year(anniversary, membership_terms(anniversary).terms)
    ends = {one.key: one.last_day(year) for one in offer_on("gold-package", DAY).benefits}
    assert ends == {
        "office-seats": date(2019, 10, 1),
        "advisory-hours": date(2019, 9, 1),
        "support-cases": date(2019, 9, 1),
    }


@pytest.mark.parametrize(
    ("placed", "last"),
    [
        ("2026-01-01", "2026-01-31"),
        ("2024-01-30", "2024-02-29"),
        ("2024-01-31", "2024-03-01"),
        ("2023-01-30", "2023-03-01"),
        ("2025-12-31", "2026-01-30"),
    ],
)
def test_an_order_can_be_paid_for_thirty_days_m3(placed: str, last: str) -> None:
    day = date.fromisoformat(placed)
    assert last_day_to_pay(
        MembershipOrderKind.BUY, day, membership_terms(day)
    ) == date.fromisoformat(last)


# Anniversary 2026-09-01: the window closes on 2026-10-01, so nothing is paid after it (M1).
@pytest.mark.parametrize(
    ("kind", "placed", "last"),
    [
        (MembershipOrderKind.RENEW, "2026-09-02", "2026-10-01"),
        (MembershipOrderKind.RENEW, "2026-10-01", "2026-10-01"),
        (MembershipOrderKind.UPGRADE, "2026-08-02", "2026-09-01"),
        (MembershipOrderKind.UPGRADE, "2026-08-03", "2026-09-01"),
        (MembershipOrderKind.UPGRADE, "2026-08-01", "2026-08-31"),
        (MembershipOrderKind.BUY, "2026-09-20", "2026-10-20"),
    ],
)
def test_an_order_is_paid_while_it_is_of_use_m1_m3(
    kind: MembershipOrderKind, placed: str, last: str
) -> None:
    anniversary, day = date(2026, 9, 1), date.fromisoformat(placed)
    version = membership_terms(anniversary)
    year = membership_year(anniversary, version.terms, waivers())
    assert last_day_to_pay(kind, day, version, year) == date.fromisoformat(last)


def test_a_waiver_gives_an_order_until_the_day_on_which_it_closes_m2() -> None:
    anniversary = date(2020, 2, 10)
    version = membership_terms(anniversary)
    year = membership_year(anniversary, version.terms, waivers())
    found = last_day_to_pay(MembershipOrderKind.RENEW, date(2020, 6, 20), version, year)
    assert found == date(2020, 6, 30)


TERMS = membership_terms(DAY)


def waiting(state: MembershipOrderState = MembershipOrderState.PLACED) -> Waiting:
    return Waiting("M-2026-000001", state, DAY, DAY + timedelta(days=30))


def test_an_unpaid_order_lapses_day_by_day_m3() -> None:
    for days in range(35):
        day = DAY + timedelta(days=days)
        is_lapsed = waiting().state_on(day) is MembershipOrderState.LAPSED
        assert is_lapsed == (days > 30), days
        if is_lapsed:
            with pytest.raises(MembershipRefused) as refusal:
                check_payment(waiting(), day, day, TERMS)
            assert (refusal.value.rule, refusal.value.reason) == ("M3", "order_lapsed")
            assert "version 1" in str(refusal.value)
            assert refusal.value.facts["source"] == TERMS.source
        else:
            check_payment(waiting(), day, day, TERMS)


def test_a_payment_counts_by_its_own_day_m3() -> None:
    for state in (MembershipOrderState.PLACED, MembershipOrderState.LAPSED):
        check_payment(waiting(state), DAY + timedelta(days=30), DAY + timedelta(days=45), TERMS)


@pytest.mark.parametrize("days", [-1, 2])
def test_a_payment_before_its_order_or_in_time_to_come_is_refused_m3(days: int) -> None:
    with pytest.raises(BadInput) as refusal:
        check_payment(waiting(), DAY + timedelta(days=days), DAY + timedelta(days=1), TERMS)
    assert (refusal.value.rule, refusal.value.field) == ("M3", "paid_on")


@pytest.mark.parametrize(
    "state",
    [
        MembershipOrderState.PAID,
        MembershipOrderState.WITHDRAWN,
    ],
)
def test_only_an_order_that_waits_is_paid_m3(state: MembershipOrderState) -> None:
    with pytest.raises(MembershipRefused):
        check_payment(replace(waiting(), state=state), DAY, DAY, TERMS)


@pytest.mark.parametrize(
    ("attained", "bought", "is_waived", "level"),
    [
        (None, Level.GOLD, True, Level.GOLD),
        (None, Level.SILVER, True, Level.SILVER),
        (Level.SILVER, Level.GOLD, True, Level.GOLD),
        (None, Level.GOLD, False, None),
        (Level.SILVER, Level.GOLD, False, Level.SILVER),
    ],
)
def test_a_waiver_keeps_the_level_that_was_bought_m2(
    attained: Level | None, bought: Level, is_waived: bool, level: Level | None
) -> None:
    assert renewable_level(attained, bought, is_waived=is_waived) is level
