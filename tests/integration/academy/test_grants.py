"""A3: each qualifying purchase or renewal brings one Imagine Academy grant by itself."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_imagine import (
    FAMILIES,
    grant_of,
    make_academic_shop,
    make_processed,
    recording,
)
from tests.support.making_orders import make_placed
from vlms.academy.models.packs import Pack, PackEntry, PackEntryKind, PackKind, PackQuota
from vlms.academy.service.grants import grant_on_processing
from vlms.audit.models import AuditEntry
from vlms.core.work import Work
from vlms.notices.models import OutboxMessage
from vlms.notices.rendering import write_letter
from vlms.orders.events import OrderProcessed
from vlms.orders.models import Order
from vlms.orders.queries import list_placed_lines
from vlms.orders.rules.order_clock import OrderState, OrderStep
from vlms.orders.service import steps


def grants(work: Work) -> list[Pack]:
    return list(work.session.scalars(select(Pack).where(Pack.kind == PackKind.IMAGINE_GRANT)))


@pytest.mark.parametrize("has_reseller", [True, False])
def test_a_processed_order_brings_thirty_vouchers_that_all_schools_share(
    app: Flask, clock: StillClock, has_reseller: bool
) -> None:
    with making(clock()) as work:
        shop = make_academic_shop(work, has_reseller)
    order = make_processed(shop, clock())
    with making(clock()) as work:
        pack = grant_of(work, order)
        assert (pack.capacity, pack.allotted_count, pack.number) == (30, 30, "IA-000001")
        assert [family.key for family in pack.product.families] == sorted(FAMILIES)
        (quota,) = pack.quotas
        assert (quota.school_id, quota.term_id, quota.quota_count) == (None, None, 30)
        # Twelve months from the day, in Los Angeles, on which it was recorded.
        assert pack.last_day == date(2027, 3, 1)
        assert pack.usable_at == clock()
        (entry,) = work.session.scalars(select(PackEntry))
        assert (entry.kind, entry.count, entry.by_user_id) == (PackEntryKind.GIVEN, 30, None)


def test_the_order_of_the_grant_costs_nothing_and_is_closed_by_itself(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        shop = make_academic_shop(work)
    order = make_processed(shop, clock())
    with making(clock()) as work:
        free = work.session.scalars(
            select(Order).where(Order.brought_by_order_id == order.id)
        ).one()
        (line,) = free.lines
        assert free.state is OrderState.CLOSED
        assert (free.total_minor, line.amount_minor, line.delivered_quantity) == (0, 0, 1)
        assert line.trace is not None
        assert line.trace["rules"] == ["A3"]
        assert free.created_by is None
        assert {event.reference for event in free.events} == {order.number}
        assert free.invoiced_at is None
        # It anchors nothing, has no points, and is never the initial order (O3, P4, P5).
        placed = list_placed_lines(work.session, shop.agreement.id)
        assert {line.order_id for line in placed} == {order.id}
        told = work.session.scalars(
            select(AuditEntry).where(AuditEntry.action == "pack.granted")
        ).all()
        assert told
        assert {entry.detail.actor_name for entry in told if entry.detail} == {"system"}


def test_each_order_brings_one_grant_however_often_it_is_asked_for(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        shop = make_academic_shop(work)
    order = make_processed(shop, clock())
    with making(clock()) as work:
        grant_on_processing(work, OrderProcessed(order.id))
        assert len(grants(work)) == 1
    second = make_processed(shop, clock.move(days=1))
    with making(clock()) as work:
        assert len(grants(work)) == 2
        assert grant_of(work, second).last_day == date(2027, 3, 2)


def test_the_database_refuses_a_second_grant_of_one_order(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_academic_shop(work)
    order = make_processed(shop, clock())
    with pytest.raises(IntegrityError), making(clock()) as work:
        free = work.session.scalars(
            select(Order).where(Order.brought_by_order_id == order.id)
        ).one()
        other = Order(
            **{
                name: getattr(free, name)
                for name in ("organisation_id", "agreement_id", "state", "currency", "created_at")
            },
            number="O-2026-999999",
            brought_by_order_id=order.id,
        )
        work.session.add(other)


@pytest.mark.parametrize("programme", ["School", "OVS-ES"])
def test_the_other_academic_programmes_bring_grants_too(
    app: Flask, clock: StillClock, programme: str
) -> None:
    with making(clock()) as work:
        shop = make_academic_shop(work, programme=programme)
    make_processed(shop, clock())
    with making(clock()) as work:
        assert len(grants(work)) == 1


def test_a_commercial_order_brings_none(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_academic_shop(work, programme="EA")
    make_processed(shop, clock())
    with making(clock()) as work:
        assert grants(work) == []


def test_an_order_cancelled_before_it_is_processed_brings_none(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        shop = make_academic_shop(work)
    with shop.buying(clock()) as work:
        order = make_placed(work, shop)
        steps.cancel(work, order.id, "ordered twice")
    with making(clock()) as work:
        assert grants(work) == []


def test_an_order_cancelled_on_request_ends_its_grant_but_not_what_was_drawn(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        shop = make_academic_shop(work)
    order = make_processed(shop, clock())
    with making(clock()) as work:
        quota = grant_of(work, order).quotas[0]
        quota.used_count, quota.reserved_count = 2, 1
    with recording(shop, clock.move(hours=1)) as work:
        steps.cancel(work, order.id, "the customer asked", "R-1")
    with making(clock()) as work:
        pack = grant_of(work, order)
        assert (pack.allotted_count, pack.expires_at) == (3, clock())
        assert pack.quotas[0].free_count == 0
        recalled = select(func.sum(PackEntry.count)).where(PackEntry.kind == PackEntryKind.RECALLED)
        assert work.session.scalar(recalled) == 27


def test_a_grant_ends_with_its_agreement_and_begins_with_it(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_academic_shop(
            work, first_day=date(2026, 4, 1), last_day=date(2026, 12, 31), time_zone="Asia/Taipei"
        )
    order = make_processed(shop, clock())
    with making(clock()) as work:
        pack = grant_of(work, order)
        assert pack.last_day == date(2026, 12, 31)
        assert pack.usable_at.isoformat() == "2026-03-31T16:00:00+00:00"


def test_an_agreement_that_is_over_brings_none(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_academic_shop(work, last_day=date(2026, 4, 20))
    with shop.buying(clock()) as work:
        order = make_placed(work, shop)
    late = clock() + timedelta(days=60)
    with recording(shop, late) as work:
        steps.record_step(work, order.id, OrderStep.PROCESS, late)
    with making(late) as work:
        assert grants(work) == []


def test_the_notices_contact_is_told_by_a_link(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_academic_shop(work)
    make_processed(shop, clock())
    with making(clock()) as work:
        mail = work.session.scalars(
            select(OutboxMessage).where(OutboxMessage.template == "grant_arrived")
        ).one()
        assert mail.to_address == "notices@contoso.example"
        # Who has no account gets a link that opens once.
        assert mail.link_id is not None
        letter = write_letter(mail, "https://link.example/x")
        assert "IA-000001" in letter.text
        assert "https://link.example/x" in letter.text


def test_free_vouchers_of_a_grant_are_never_more_than_thirty(app: Flask, clock: StillClock) -> None:
    """I4: the database itself refuses more, to one quota or to a second one."""
    with making(clock()) as work:
        shop = make_academic_shop(work)
    order = make_processed(shop, clock())
    with pytest.raises(IntegrityError), making(clock()) as work:
        grant_of(work, order).allotted_count = 31
    with pytest.raises(IntegrityError), making(clock()) as work:
        quota = grant_of(work, order).quotas[0]
        work.session.add(
            PackQuota(
                organisation_id=quota.organisation_id,
                agreement_id=quota.agreement_id,
                pack_id=quota.pack_id,
                place=quota.place,
                quota_count=30,
            )
        )
