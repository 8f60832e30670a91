"""No year is added twice, no benefit assigned that is not there (M1)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from flask import Flask

from tests.support.making import making
from tests.support.making_memberships import make_bought, moment
from tests.support.racing import race, winners
from tests.support.unguarded_memberships import assigning_twin, paying_twin
from vlms.core.db import reading
from vlms.core.errors import DomainError
from vlms.core.scope import System
from vlms.partners.errors import MembershipRefused
from vlms.partners.models.memberships import MembershipBenefit
from vlms.partners.queries.memberships import (
    get_benefit,
    get_membership,
    get_order,
    list_benefits,
)
from vlms.partners.service.membership_benefits import activate_benefits, assign_benefits
from vlms.partners.service.membership_orders import renew, withdraw_order
from vlms.partners.service.membership_payments import record_payment

SEEN = System("test")
NOW = moment("2026-03-10")


def seats_of(membership_id: UUID) -> UUID:
    with reading(SEEN) as session:
        rows = list_benefits(session, membership_id)
        return next(one.id for one in rows if one.benefit_key == "office-seats")


def test_two_payments_of_one_order_add_one_year(app: Flask) -> None:
    membership = make_bought("2025-03-02")
    with making(NOW) as work:
        order_id = renew(work, membership.id, "PO-2").id

    def pay() -> object:
        with making(NOW) as work:
            return record_payment(work, order_id, date(2026, 3, 10), "paid").id

    assert len(winners(race(app, [pay] * 4))) == 1
    with reading(SEEN) as session:
        assert get_membership(session, membership.id).anniversary == date(2027, 3, 2)


def test_a_payment_and_a_withdrawal_at_once_do_not_both_happen(app: Flask) -> None:
    membership = make_bought("2025-03-02")
    with making(NOW) as work:
        order_id = renew(work, membership.id, "PO-2").id

    def pay() -> str:
        with making(NOW) as work:
            record_payment(work, order_id, date(2026, 3, 10), "paid")
        return "paid"

    def withdraw() -> str:
        with making(NOW) as work:
            withdraw_order(work, order_id)
        return "withdrawn"

    (won,) = winners(race(app, [pay, withdraw]))
    with reading(SEEN) as session:
        assert get_order(session, order_id).state.value == won
        anniversary = get_membership(session, membership.id).anniversary
    assert anniversary == (date(2027, 3, 2) if won == "paid" else date(2026, 3, 2))


@pytest.mark.parametrize(("is_guarded", "believers"), [(True, 1), (False, 2)])
def test_a_twin_that_reads_first_pays_twice(app: Flask, is_guarded: bool, believers: int) -> None:
    membership = make_bought("2025-03-02")
    with making(NOW) as work:
        order_id = renew(work, membership.id, "PO-2").id
    twin = paying_twin(threading.Barrier(2, timeout=30), order_id, is_guarded=is_guarded)
    assert race(app, [twin, twin]).count(True) == believers


def test_many_who_order_at_once_place_one_order(app: Flask) -> None:
    membership = make_bought("2025-03-02")

    def order() -> object:
        with making(NOW) as work:
            return renew(work, membership.id, "PO-2").id

    assert len(winners(race(app, [order] * 4))) == 1


def test_no_more_than_the_quantity_is_ever_assigned(app: Flask) -> None:
    membership = make_bought("2025-06-02")
    seats = seats_of(membership.id)

    def assign() -> object:
        with making(NOW) as work:
            return assign_benefits(work, seats, 10).id

    results = race(app, [assign] * 4)
    assert len(winners(results)) == 2
    refused = [one for one in results if isinstance(one, DomainError)]
    assert {one.reason for one in refused} == {"beyond_quantity"}
    with reading(SEEN) as session:
        assert get_benefit(session, seats).assigned_count == 20


def test_the_last_one_is_assigned_and_activated_once(app: Flask) -> None:
    seats = seats_of(make_bought("2025-06-02").id)
    with making(NOW) as work:
        assign_benefits(work, seats, 24)
        activate_benefits(work, seats, 24)

    def act(count: Callable[..., MembershipBenefit]) -> Callable[[], object]:
        def one() -> object:
            with making(NOW) as work:
                return count(work, seats, 1).id

        return one

    for count in (assign_benefits, activate_benefits):
        assert len(winners(race(app, [act(count)] * 4))) == 1
    with reading(SEEN) as session:
        found = get_benefit(session, seats)
        assert (found.assigned_count, found.activated_count) == (25, 25)


def test_what_is_taken_back_is_not_activated_at_the_same_moment(app: Flask) -> None:
    seats = seats_of(make_bought("2025-06-02").id)
    with making(NOW) as work:
        assign_benefits(work, seats, 1)

    def take_back() -> str:
        with making(NOW) as work:
            assign_benefits(work, seats, -1)
        return "taken back"

    def activate() -> str:
        with making(NOW) as work:
            activate_benefits(work, seats, 1)
        return "activated"

    (won,) = winners(race(app, [take_back, activate]))
    with reading(SEEN) as session:
        found = get_benefit(session, seats)
        counts = (found.assigned_count, found.activated_count)
    assert counts == ((0, 0) if won == "taken back" else (1, 1))


@pytest.mark.parametrize(("is_guarded", "believers"), [(True, 1), (False, 2)])
def test_a_twin_that_reads_first_gives_the_last_one_twice(
    app: Flask, is_guarded: bool, believers: int
) -> None:
    seats = seats_of(make_bought("2025-06-02").id)
    with making(NOW) as work:
        assign_benefits(work, seats, 24)
    twin = assigning_twin(threading.Barrier(2, timeout=30), seats, is_guarded=is_guarded)
    assert race(app, [twin, twin]).count(True) == believers


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_counts_stay_between_what_is_activated_and_what_there_is(app: Flask) -> None:
    seats = seats_of(make_bought("2025-06-02").id)
    acts: list[tuple[Callable[..., object], int, bool]] = [
        (activate_benefits, 1, False),
        (assign_benefits, 25, True),
        (assign_benefits, 1, False),
        (activate_benefits, 20, True),
        (assign_benefits, -6, False),
        (assign_benefits, -5, True),
        (activate_benefits, 1, False),
        (activate_benefits, -20, True),
        (activate_benefits, -1, False),
        (assign_benefits, -20, True),
        (assign_benefits, -1, False),
    ]
    for act, count, works in acts:
        if works:
            with making(NOW) as work:
                act(work, seats, count)
            continue
        with pytest.raises(MembershipRefused) as refusal, making(NOW) as work:
            act(work, seats, count)
        assert refusal.value.reason == "beyond_quantity"


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_nothing_is_assigned_after_the_last_day(app: Flask) -> None:
    seats = seats_of(make_bought("2025-03-02").id)
    with making(moment("2026-04-01")) as work:
        assign_benefits(work, seats, 1)
    with pytest.raises(MembershipRefused) as refusal, making(moment("2026-04-02")) as work:
        assign_benefits(work, seats, 1)
    assert refusal.value.reason == "benefit_over"
