"""No year is added twice, no benefit assigned that is not there (M1)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from flask import Flask

from tests.support.making import making
from tests.support.making_memberships import make_bought, moment
from tests.support.racing import race, winners
from vlms.core.db import reading
from vlms.core.errors import DomainError
from vlms.core.scope import System
from vlms.partners.errors import MembershipRefused
from vlms.partners.queries.memberships import get_benefit, get_membership, list_benefits
from vlms.partners.service.membership_benefits import activate_benefits, assign_benefits
from vlms.partners.service.membership_orders import renew
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


def test_without_the_guard_more_would_be_assigned(app: Flask) -> None:
    """The negative control: read, then write, by two who have read the same."""
    membership = make_bought("2025-06-02")
    seats = seats_of(membership.id)
    with reading(SEEN) as session:
        read = get_benefit(session, seats).assigned_count
    for _who in range(2):
        with making(NOW) as work:
            get_benefit(work.session, seats).assigned_count = read + 20
    with reading(SEEN) as session:
        # 40 were given away of 25, and the register says 20.
        assert get_benefit(session, seats).assigned_count == 20


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
