"""Memberships are bought, renewed in their window, upgraded, and lapse (M1-M3)."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.making import making
from tests.support.making_competencies import make_figure
from tests.support.making_memberships import (
    make_bought,
    make_membership,
    make_partner,
    make_qualified,
    moment,
)
from tests.support.refusing import named
from vlms.accounts.models import Organisation
from vlms.core.db import reading
from vlms.core.errors import BadInput, Forbidden
from vlms.core.permissions import Role
from vlms.core.scope import System
from vlms.core.work import Actor
from vlms.partners.errors import MembershipRefused
from vlms.partners.models.memberships import Membership, MembershipBenefit, MembershipOrder
from vlms.partners.offers import offer_on, offers_on
from vlms.partners.queries.benefit_cuts import list_cuts
from vlms.partners.queries.memberships import get_membership, list_benefits, list_memberships
from vlms.partners.rules.membership_orders import MembershipOrderKind, MembershipOrderState
from vlms.partners.service.membership_orders import buy, renew, upgrade, withdraw_order
from vlms.partners.service.membership_payments import record_payment
from vlms.partners.terms import membership_terms

SEEN = System("test")
NEW = date(2026, 3, 10)
ZONES = ("America/Los_Angeles", "Asia/Taipei", "Pacific/Kiritimati", "Pacific/Pago_Pago")


def now_of(membership: Membership) -> Membership:
    with reading(SEEN) as session:
        return get_membership(session, membership.id)


def renewed(membership: Membership, day: date, zone: str, at: time = time(12)) -> Membership:
    with making(moment(day, zone, at)) as work:
        order = renew(work, membership.id, "PO-2")
        return record_payment(work, order.id, day, "paid")


def test_the_worked_example_of_m1_end_to_end(app: Flask) -> None:
    membership = make_bought("2018-09-01", "action-pack")
    assert membership.anniversary == date(2019, 9, 1)
    after = renewed(membership, date(2019, 9, 2), "America/Los_Angeles")
    assert after.anniversary == date(2020, 8, 31)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_window_is_one_of_the_organisations_zone_m1(app: Flask, zone: str) -> None:
    membership = make_bought("2023-03-01", time_zone=zone)
    anniversary = date(2024, 2, 29)
    assert membership.anniversary == anniversary
    first, last = time(0), time(23, 59, 59)
    for day, at, reason in (
        (anniversary, last, "too_early"),
        (anniversary + timedelta(days=31), first, "too_late"),
    ):
        with pytest.raises(MembershipRefused) as refusal:
            renewed(membership, day, zone, at)
        assert (refusal.value.rule, refusal.value.reason) == ("M1", reason)
        assert refusal.value.facts["version"] == "1"
        assert now_of(membership).anniversary == anniversary
    assert renewed(membership, date(2024, 3, 1), zone, first).anniversary == date(2025, 2, 28)
    following = renewed(membership, date(2025, 3, 30), zone, last)
    assert following.anniversary == date(2026, 2, 28)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_renewal_counts_by_the_day_of_its_payment_m1(app: Flask) -> None:
    membership = make_bought("2025-01-31")
    with making(moment("2026-02-20")) as work:
        order_id = renew(work, membership.id, "PO-2").id
    # Within thirty days of the order, and after the window: it would renew nothing (M1).
    with pytest.raises(MembershipRefused) as refusal, making(moment("2026-03-10")) as work:
        record_payment(work, order_id, date(2026, 3, 3), "late")
    assert refusal.value.reason == "order_lapsed"
    named(refusal.value, "terms", membership_terms(NEW))
    with making(moment("2026-03-10")) as work:
        paid = record_payment(work, order_id, date(2026, 3, 2), "in time")
    assert paid.anniversary == date(2027, 1, 31)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_missed_window_of_2020_is_made_good_until_30_june_m2(app: Flask) -> None:
    for slug, paid, reason in (("a", "2020-06-30", None), ("b", "2020-07-01", "too_late")):
        membership = make_bought("2019-01-15", slug=slug)
        assert membership.anniversary == date(2020, 1, 15)
        if reason is None:
            after = renewed(membership, date.fromisoformat(paid), "America/Los_Angeles")
            assert after.anniversary == date(2021, 1, 14)
            continue
        with pytest.raises(MembershipRefused) as refusal:
            renewed(membership, date.fromisoformat(paid), "America/Los_Angeles")
        assert refusal.value.reason == reason


def test_silver_becomes_gold_at_25_percent_off_and_its_anniversary_stays_m3(app: Flask) -> None:
    membership = make_bought("2026-03-02")
    with making(moment("2026-06-01")) as work:
        on = make_qualified(work, membership.organisation)
        order = upgrade(work, membership.id, "PO-2", on)
        assert (order.list_minor, order.amount_minor) == (473_000, 354_750)
        assert order.number.startswith("M-2026-")
        after = record_payment(work, order.id, date(2026, 6, 1), "paid")
        assert (after.offer_key, after.anniversary) == ("gold-package", date(2027, 3, 2))
        assert after.competency == on
        found = {one.benefit_key: one for one in list_benefits(work.session, after.id)}
        assert {key: one.quantity for key, one in found.items()} == {
            "office-seats": 100,
            "advisory-hours": 50,
            "support-cases": 20,
        }
    with pytest.raises(MembershipRefused) as refusal, making(moment("2026-06-02")) as work:
        upgrade(work, membership.id, "PO-3")
    assert refusal.value.reason == "not_silver"
    named(refusal.value, "offers", offers_on(NEW))


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_in_the_window_a_package_is_renewed_before_it_is_upgraded_m3(app: Flask) -> None:
    membership = make_bought("2025-03-02")
    with pytest.raises(MembershipRefused) as refusal, making(moment("2026-03-03")) as work:
        upgrade(work, membership.id, "PO-2")
    assert (refusal.value.rule, refusal.value.reason) == ("M3", "year_is_over")


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_who_misses_gold_renews_at_silver_and_not_the_other_way_k3(app: Flask) -> None:
    membership = make_bought("2025-03-02", "gold-package")
    with making(moment("2026-03-10")) as work:
        order = renew(work, membership.id, "PO-2", "silver-package")
        after = record_payment(work, order.id, date(2026, 3, 10), "paid")
    assert (after.offer_key, order.amount_minor) == ("silver-package", 167_000)
    for offer in ("gold-package", "action-pack"):
        with pytest.raises(BadInput) as refusal, making(moment("2027-03-10")) as work:
            renew(work, membership.id, "PO-3", offer)
        named(refusal.value, "offers", offers_on(NEW))


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_benefits_of_a_renewed_year_go_on_or_begin_anew_m1(app: Flask) -> None:
    membership = make_bought("2025-03-02", "gold-package")
    with making(moment("2025-05-01")) as work:
        for one in list_benefits(work.session, membership.id):
            one.assigned_count, one.activated_count = 15, 5
            if one.benefit_key == "office-seats":
                one.assigned_count = 90
    with making(moment("2026-03-10")) as work:
        (cut,) = list_cuts(work.session, now_of(membership), offer_on("silver-package", NEW))
        assert (cut.assigned, cut.goes_on, cut.ends_on) == (90, 25, date(2026, 4, 1))
        assert list_cuts(work.session, now_of(membership), offer_on("gold-package", NEW)) == []
        order = renew(work, membership.id, "PO-2", "silver-package")
        record_payment(work, order.id, date(2026, 3, 10), "paid")
        rows = list_benefits(work.session, membership.id)
    with reading(SEEN) as session:
        assert list_cuts(session, now_of(membership), offer_on("silver-package", NEW)) == []
    seats = sorted((one.starts_on, one) for one in rows if one.benefit_key == "office-seats")
    # All 90 stay until the end that was paid for; 25 go on from the day after it.
    assert [
        (one.quantity, one.assigned_count, one.activated_count, one.ends_on) for _day, one in seats
    ] == [(100, 90, 5, date(2026, 4, 1)), (25, 25, 5, date(2027, 4, 1))]
    assert seats[1][0] == date(2026, 4, 2)
    hours = sorted((one.starts_on, one) for one in rows if one.benefit_key == "advisory-hours")
    assert [(one.quantity, one.assigned_count, one.ends_on) for _day, one in hours] == [
        (50, 15, date(2026, 3, 2)),
        (20, 0, date(2027, 3, 2)),
    ]


def test_who_is_gold_again_within_the_window_loses_nothing_assigned_m1(app: Flask) -> None:
    membership = make_bought("2025-03-02", "gold-package")
    with making(moment("2025-05-01")) as work:
        for one in list_benefits(work.session, membership.id):
            one.assigned_count, one.activated_count = min(90, one.quantity), 5
    with making(moment("2026-03-10")) as work:
        order = renew(work, membership.id, "PO-2", "silver-package")
        record_payment(work, order.id, date(2026, 3, 10), "paid")
    with making(moment("2026-03-12")) as work:
        place = work.session.query(Organisation).one()
        on = make_qualified(work, place)
        make_figure(work, place, (on, "customers", "new-customers"), date(2026, 3, 1), "6")
        order = upgrade(work, membership.id, "PO-3", on)
        record_payment(work, order.id, date(2026, 3, 12), "paid")
        rows = list_benefits(work.session, membership.id)
    seats = sorted((one.starts_on, one) for one in rows if one.benefit_key == "office-seats")
    counts = [(one.quantity, one.assigned_count, one.activated_count) for _day, one in seats]
    assert counts == [(100, 90, 5), (100, 90, 5)]


def test_after_the_window_it_is_bought_anew_and_the_old_one_stays_in_the_history_m1(
    app: Flask,
) -> None:
    membership = make_bought("2025-03-02")
    with reading(SEEN) as session:
        partner = session.get(Organisation, membership.organisation_id)
    assert partner is not None
    with pytest.raises(MembershipRefused) as refusal, making(moment("2026-04-01")) as work:
        make_membership(work, partner)
    assert refusal.value.reason == "runs_already"
    named(refusal.value, "terms", membership_terms(NEW))
    with making(moment("2026-04-02")) as work:
        new = make_membership(work, partner, "gold-package")
        found = list_memberships(work.session, partner.id)
    assert [(one.id, one.replaced_on) for one in found] == [
        (new.id, None),
        (membership.id, date(2026, 4, 2)),
    ]
    assert new.anniversary == date(2027, 4, 2)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_an_unpaid_order_makes_room_for_another_after_30_days_m3(app: Flask) -> None:
    with making(moment("2026-03-02")) as work:
        partner = make_partner(work)
        first = buy(work, partner.id, "action-pack", "USD", "PO-1")
        assert first.pay_by == date(2026, 4, 1)
    with pytest.raises(MembershipRefused) as refusal, making(moment("2026-04-01")) as work:
        buy(work, partner.id, "action-pack", "USD", "PO-2")
    assert refusal.value.reason == "order_waits"
    assert "for 30 days at most" in str(refusal.value)
    named(refusal.value, "terms", membership_terms(NEW))
    with making(moment("2026-04-02")) as work:
        second = buy(work, partner.id, "action-pack", "USD", "PO-2")
        withdraw_order(work, second.id)
    with making(moment("2026-04-02")) as work:
        third = buy(work, partner.id, "action-pack", "USD", "PO-3")
        states = {
            one.number: one.state for one in work.session.scalars(select(MembershipOrder)).all()
        }
    assert states == {
        first.number: MembershipOrderState.LAPSED,
        second.number: MembershipOrderState.WITHDRAWN,
        third.number: MembershipOrderState.PLACED,
    }
    assert len(set(states)) == 3
    for order in (first, second):
        with pytest.raises(MembershipRefused), making(moment("2026-04-02")) as work:
            record_payment(work, order.id, date(2026, 4, 2), "late")
    # What was paid in time counts, also when nobody noted it in time.
    with making(moment("2026-04-02")) as work:
        withdraw_order(work, third.id)
        bought = record_payment(work, first.id, date(2026, 4, 1), "in time")
    assert bought.anniversary == date(2027, 4, 1)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_bad_orders_are_refused_and_change_nothing(app: Flask) -> None:
    with making(moment("2026-03-02")) as work:
        partner = make_partner(work)
    for offer, currency, competency in (
        ("action-pack", "KWD", None),
        ("silver-package", "USD", None),
    ):
        with pytest.raises(BadInput), making(moment("2026-03-02")) as work:
            buy(work, partner.id, offer, currency, "PO-1", competency)
    nobody = Actor("nobody", roles=frozenset({Role.AUDITOR}))
    with pytest.raises(Forbidden), making(moment("2026-03-02"), nobody) as work:
        buy(work, partner.id, "action-pack", "USD", "PO-1")
    with reading(SEEN) as session:
        assert session.scalars(select(MembershipOrder)).all() == []


def test_a_first_purchase_begins_with_its_payment_m1(app: Flask) -> None:
    with making(moment("2026-03-02")) as work:
        partner = make_partner(work)
        on = make_qualified(work, partner, 2)
        order = buy(work, partner.id, "silver-package", "TWD", "PO-1", on)
        assert order.kind is MembershipOrderKind.BUY
        assert list_memberships(work.session, partner.id) == []
    with making(moment("2026-03-20")) as work:
        bought = record_payment(work, order.id, date(2026, 3, 12), "wire")
        assert (bought.bought_on, bought.anniversary) == (date(2026, 3, 12), date(2027, 3, 12))
        ends = {
            one.benefit_key: one.ends_on
            for one in work.session.scalars(select(MembershipBenefit)).all()
        }
    assert ends == {
        "office-seats": date(2027, 4, 11),
        "advisory-hours": date(2027, 3, 12),
        "support-cases": date(2027, 3, 12),
    }
