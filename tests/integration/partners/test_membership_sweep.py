"""Reminders are sent once, late rather than never, and never after the renewal (M1-M3, K5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.making import making
from tests.support.making_memberships import make_bought, make_partner, make_qualified, moment
from vlms.core.db import reading
from vlms.core.scope import System
from vlms.jobs.held import SCOPE, WORKER
from vlms.notices.models import OutboxMessage
from vlms.notices.rendering import write_letter
from vlms.partners.models.memberships import Membership, MembershipOrder, MembershipReminder
from vlms.partners.queries.memberships import get_order
from vlms.partners.rules.membership_orders import MembershipOrderState
from vlms.partners.service.membership_orders import buy, renew
from vlms.partners.service.membership_payments import record_payment
from vlms.partners.service.membership_sweep import sweep_memberships

SEEN = System("test")
PACIFIC = "America/Los_Angeles"
ZONES = (PACIFIC, "Asia/Taipei", "Pacific/Kiritimati", "Pacific/Pago_Pago")


def sweep(day: date | str, zone: str = PACIFIC, at: time = time(12)) -> int:
    return sweep_memberships(partial(making, moment(day, zone, at), WORKER, SCOPE))


def told(*templates: str) -> Sequence[str]:
    with reading(SEEN) as session:
        found = session.scalars(
            select(OutboxMessage.template).where(OutboxMessage.template.startswith("membership_"))
        ).all()
    return [one for one in found if not templates or one in templates]


def due_days() -> list[tuple[str, int]]:
    """What was told, and how many days after the anniversary it was due."""
    with reading(SEEN) as session:
        rows = session.execute(
            select(MembershipReminder.kind, MembershipReminder.due_on, Membership.anniversary)
            .join(Membership, Membership.id == MembershipReminder.membership_id)
            .order_by(MembershipReminder.due_on)
        ).all()
    return [(kind.value, (due - anniversary).days) for kind, due, anniversary in rows]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_year_is_reminded_of_on_its_days_once_each(app: Flask) -> None:
    membership = make_bought("2023-03-01")
    anniversary = membership.anniversary
    for days in (-181, -180, -179, -91, -90, -61, -60, -59, -30, -29, -16, -15, -14, 0, 22, 23, 31):
        for _hour in range(2):
            sweep(anniversary + timedelta(days=days))
    assert due_days() == [
        ("skills", -180),
        ("skills", -90),
        ("benefits", -60),
        ("skills", -60),
        ("benefits", -30),
        ("renewal", -15),
        ("benefits", 0),
        ("renewal", 23),
        ("lost", 31),
    ]
    assert len(told()) == 9


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_day_of_a_reminder_is_one_of_the_organisations_zone_m1(app: Flask, zone: str) -> None:
    first = make_bought("2018-09-01", "action-pack", time_zone=zone).anniversary
    assert first == date(2019, 9, 1)
    sweep("2019-08-16", zone, time(23, 59, 59))
    assert not told("membership_renewal")
    sweep("2019-08-17", zone, time(0))
    assert len(told("membership_renewal")) == 1
    sweep("2019-09-23", zone, time(23, 59, 59))
    assert len(told("membership_renewal")) == 1
    sweep("2019-09-24", zone, time(0))
    assert len(told("membership_renewal")) == 2
    sweep("2019-10-01", zone, time(23, 59, 59))
    assert not told("membership_lost")
    sweep("2019-10-02", zone, time(0))
    assert len(told("membership_lost")) == 1


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_what_was_due_while_the_worker_was_down_is_told_later(app: Flask) -> None:
    make_bought("2018-09-01", "action-pack")
    sweep("2019-08-20")
    assert ("renewal", -15) in due_days()
    sweep("2019-09-28")
    assert [days for kind, days in due_days() if kind == "renewal"] == [-15, 23]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_of_two_reminders_that_were_missed_one_mail_tells_both_m1(app: Flask) -> None:
    make_bought("2018-09-01", "action-pack")
    for _hour in range(2):
        sweep("2019-09-28")
    assert [days for kind, days in due_days() if kind == "renewal"] == [-15, 23]
    assert len(told("membership_renewal")) == 1
    with reading(SEEN) as session:
        by_template = select(OutboxMessage).where(OutboxMessage.template == "membership_renewal")
        assert session.scalars(by_template).one().facts["missed"] == ["2019-08-17"]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("competency", ["sample-security", "Something of their own", None])
def test_a_skills_check_carries_the_alert_where_the_renewal_is_at_risk_k4(
    app: Flask, competency: str | None
) -> None:
    """None stands for one that is attained."""
    membership = make_bought("2025-03-02")
    with making(moment("2025-12-01")) as work:
        kept = work.session.get_one(Membership, membership.id)
        own = kept.organisation
        kept.competency = competency or make_qualified(work, own, people=2)
    sweep("2025-12-02")
    with reading(SEEN) as session:
        by_template = select(OutboxMessage).where(OutboxMessage.template == "membership_skills")
        message = session.scalars(by_template).one()
    text = write_letter(message, "").text
    assert ("put your membership renewal at risk." in text) == (competency == "sample-security")


def test_nobody_is_reminded_after_the_renewal(app: Flask) -> None:
    membership = make_bought("2018-09-01", "action-pack")
    sweep("2019-08-17")
    with making(moment("2019-09-05")) as work:
        order = renew(work, membership.id, "PO-2")
        record_payment(work, order.id, date(2019, 9, 5), "paid")
    for day in ("2019-09-24", "2019-10-01", "2019-10-02"):
        sweep(day)
    assert len(told("membership_renewal")) == 1
    assert not told("membership_lost")
    sweep("2020-08-16")
    assert len(told("membership_renewal")) == 2


def test_unpaid_orders_lapse_after_their_last_day_m3(app: Flask) -> None:
    with making(moment("2026-03-02")) as work:
        order_id = buy(work, make_partner(work).id, "action-pack", "USD", "PO-1").id

    def state() -> MembershipOrderState:
        with reading(SEEN) as session:
            return get_order(session, order_id).state

    sweep("2026-04-01", at=time(23, 59, 59))
    assert state() is MembershipOrderState.PLACED
    sweep("2026-04-02", at=time(0))
    assert state() is MembershipOrderState.LAPSED
    with reading(SEEN) as session:
        assert session.scalars(select(MembershipOrder.number)).one() == "M-2026-000001"
