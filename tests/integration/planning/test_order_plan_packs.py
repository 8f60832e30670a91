"""What is drawn from a pack counts where an order plan is compared with what happened (A2)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_academy import Academy, make_academy, make_seats
from tests.support.making_packs import make_pack, make_quota, make_site_pack
from vlms.academy.models.packs import PackQuota
from vlms.academy.service.drawing import give_back, reserve, reverse, start
from vlms.planning.models.order_plans import OrderPlan, OrderPlanVersion
from vlms.planning.queries.order_plans import compare, get_plan


@pytest.fixture
def academy(app: Flask, clock: StillClock) -> Academy:
    with making(clock()) as work:
        return make_academy(work)


def make_plan(academy: Academy, now: datetime) -> UUID:
    """100 exams of the academy's site pack."""
    lines = [{"product": academy.product.key, "quantity": 1, "exams": 100}]
    own = {"organisation_id": academy.organisation.id, "agreement_id": academy.agreement.id}
    with making(now) as work:
        plan = OrderPlan(title="Spring", version=1, begins_on=now.date(), made_at=now, **own)
        work.session.add(plan)
        work.flush()
        version = {"plan_id": plan.id, "version": 1, "goals": [], "saved_at": now}
        work.session.add(OrderPlanVersion(**version, result=[{"lines": lines}], **own))
        return plan.id


def draw(academy: Academy, now: datetime, *, of_another: bool = False) -> tuple[UUID, list[UUID]]:
    """A quota from which four seats are held now."""
    with making(now) as work:
        pack = academy.pack
        if of_another:
            other = make_site_pack(work, "other-pack")
            pack = make_pack(work, academy.agreement, other, 500)
        quota: PackQuota = make_quota(work, pack, academy.law, 40)
        seats = [seat.id for seat in make_seats(work, academy, quota, 4)]
        reserve(work, quota.id, seats)
        return quota.id, seats


def happened(academy: Academy, now: datetime, plan_id: UUID) -> tuple[int, int, int]:
    """Planned, given, used."""
    with making(now) as work:
        (found,) = compare(work.session, get_plan(work.session, plan_id))
        return found.planned, found.given, found.used


def test_seats_that_are_held_are_given_and_those_that_began_are_used(
    academy: Academy, clock: StillClock
) -> None:
    plan_id = make_plan(academy, clock())
    assert happened(academy, clock(), plan_id) == (100, 0, 0)
    clock.move(hours=1)
    quota_id, seats = draw(academy, clock())
    assert happened(academy, clock(), plan_id) == (100, 4, 0)
    with making(clock()) as work:
        start(work, quota_id, seats[:2])
        give_back(work, quota_id, seats[3:], "cancelled")
    assert happened(academy, clock(), plan_id) == (100, 3, 2)
    with making(clock()) as work:
        reverse(work, quota_id, seats[0], "it was another exam")
    assert happened(academy, clock(), plan_id) == (100, 2, 1)


def test_what_was_drawn_before_the_plan_or_from_another_pack_does_not_count(
    academy: Academy, clock: StillClock
) -> None:
    quota_id, seats = draw(academy, clock())
    with making(clock()) as work:
        start(work, quota_id, seats[:1])
    clock.move(hours=1)
    plan_id = make_plan(academy, clock())
    clock.move(hours=1)
    other_id, others = draw(academy, clock(), of_another=True)
    with making(clock()) as work:
        start(work, other_id, others)
    assert happened(academy, clock(), plan_id) == (100, 0, 0)
    with making(clock()) as work:
        # Held before, begun or given back since.
        start(work, quota_id, seats[1:2])
        give_back(work, quota_id, seats[2:3], "cancelled")
    assert happened(academy, clock(), plan_id) == (100, 0, 1)
