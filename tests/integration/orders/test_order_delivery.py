"""Delivery, deadlines, mail and journal of orders (O4, O5)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_agreements import make_contact
from tests.support.making_orders import (
    Shop,
    make_draft,
    make_invoiced,
    make_order_in,
    make_placed,
    make_shop,
    make_voucher,
    wish,
)
from vlms.agreements.models import ContactKind
from vlms.audit.models import AuditEntry
from vlms.catalog.models import CodeSource, Holiday, ProductKind
from vlms.core.errors import BadInput, NotFound
from vlms.notices.models import OutboxMessage
from vlms.notices.rendering import write_letter
from vlms.orders.errors import OrderRefused
from vlms.orders.rules.order_clock import OrderState, OrderStep
from vlms.orders.service import delivery, drafts, placing, steps
from vlms.orders.service.showing import Calendar, late_orders

S, T = OrderState, OrderStep


def test_what_is_delivered_is_never_cancelled(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        order = make_invoiced(work, shop, wish(shop.product, 2), wish(shop.product, 3))
        delivery.deliver(work, order.id, order.lines[0].id, 2)
    with pytest.raises(OrderRefused, match="delivered"), shop.selling(clock()) as work:
        steps.cancel(work, order.id, "the customer asked")


def test_a_short_delivery_stays_open_with_its_note_until_the_rest_comes(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        order = make_invoiced(work, shop)
        line = order.lines[0].id
    with pytest.raises(BadInput) as refusal, shop.operating(clock()) as work:
        delivery.deliver(work, order.id, line, 4)
    assert refusal.value.field == "note"
    with shop.operating(clock()) as work:
        order = delivery.deliver(work, order.id, line, 4, "six next week")
        assert order.state is S.FULFILLED
        assert order.lines[0].exception_note == "six next week"
    for quantity in (7, 0, -1):
        with pytest.raises(BadInput), shop.operating(clock()) as work:
            delivery.deliver(work, order.id, line, quantity, "x")
    with shop.operating(clock()) as work:
        order = delivery.deliver(work, order.id, line, 6)
        assert order.state is S.CLOSED
        assert order.lines[0].exception_note is None
        assert order.fulfilled_at == clock()
    with pytest.raises(OrderRefused), shop.operating(clock()) as work:
        delivery.deliver(work, order.id, line, 1)


def test_an_order_is_fulfilled_with_its_last_line(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        order = make_invoiced(work, shop, wish(shop.product, 2), wish(shop.product, 3))
        states = []
        for line in list(order.lines):
            order = delivery.deliver(work, order.id, line.id, line.quantity)
            states.append(order.state)
    assert states == [S.INVOICED, S.CLOSED]


def test_a_site_pack_opens_before_the_invoice_and_closes_with_it(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        shop = make_shop(work, programme="EES")
        pack = make_voucher(
            work,
            "pack",
            kind=ProductKind.SITE_PACK,
            programme="EES",
            code_source=CodeSource.NONE,
        )
        order = make_placed(work, shop, wish(pack, 1))
        order = steps.record_step(work, order.id, T.PROCESS, work.now)
        order = delivery.deliver(work, order.id, order.lines[0].id, 1)
        assert order.state is S.PROCESSED
        assert order.events[-1].step is T.OPEN_PACK
        order = steps.record_step(work, order.id, T.ACKNOWLEDGE, work.now)
        order = steps.record_step(work, order.id, T.INVOICE, work.now)
    assert order.state is S.CLOSED


def test_deadlines_follow_the_agreements_holidays_and_zone(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_shop(work, country="TW", time_zone="Asia/Taipei")
        work.session.add(Holiday(country="TW", day=date(2026, 3, 4), name="A holiday"))
        order = make_invoiced(work, shop)
        dates = Calendar(work.session).dates(order)
        # Monday 2 March; ten business days after it, without Wednesday the 4th.
        assert dates.codes == (date(2026, 3, 10), date(2026, 3, 17))
        due_at = datetime(2026, 3, 17, 16, tzinfo=UTC)
        assert dates.deadlines[-1].due_at == due_at
        assert late_orders(work.session, due_at) == frozenset()
        assert late_orders(work.session, due_at + timedelta(seconds=1)) == {order.id}


def test_an_order_not_acknowledged_in_48_hours_is_late(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        order = make_order_in(work, shop, S.PROCESSED)
        at = clock() + timedelta(hours=48)
        assert late_orders(work.session, at) == frozenset()
        assert late_orders(work.session, at + timedelta(seconds=1)) == {order.id}


def test_contacts_are_told_once_when_placed_and_acknowledged(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        make_contact(
            work, shop.agreement, ContactKind.ONLINE_ADMINISTRATOR, "admin@contoso.example"
        )
        order = make_order_in(work, shop, S.INVOICED)
        mails = work.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
        found = [(mail.template, mail.to_address, mail.facts["total_minor"]) for mail in mails]
        letters = [write_letter(mail, "") for mail in mails]
    assert found == [
        ("order_placed", "admin@contoso.example", 120_000),
        ("order_acknowledged", "admin@contoso.example", 120_000),
    ]
    assert {mail.subject_id for mail in mails} == {order.id}
    assert letters[0].subject == f"Order {order.number} is placed"
    assert "10 × Product voucher" in letters[0].text
    assert "USD 1,200.00" in letters[0].text
    assert f"/o/contoso/orders/{order.id}" in letters[1].text


def test_the_journal_tells_of_every_step(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        order = make_order_in(work, shop, S.PROCESSED)
        entries = work.session.scalars(
            select(AuditEntry).where(AuditEntry.record_id == order.id).order_by(AuditEntry.sequence)
        ).all()
        told = {entry.action: entry for entry in entries}
    assert {"order.drafted", "order.edited", "order.place", "order.process"} <= set(told)
    assert told["order.place"].detail is not None
    assert told["order.place"].detail.before["state"] == "draft"
    assert told["order.place"].detail.after["state"] == "placed"


def test_another_organisations_orders_do_not_exist(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        order = make_draft(work, shop)
        stranger = shop.reseller
    foreign = Shop(**{**vars(shop), "customer": stranger})
    with pytest.raises(NotFound), foreign.buying(clock()) as work:
        placing.place(work, order.id)
    with pytest.raises(NotFound), foreign.buying(clock()) as work:
        steps.cancel(work, order.id, "not needed")
    with pytest.raises(NotFound), foreign.buying(clock()) as work:
        drafts.create_draft(work, shop.agreement.id)


def test_without_a_reseller_the_operator_records_its_steps(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_shop(work, has_reseller=False)
        order = make_placed(work, shop)
    with shop.operating(clock()) as work:
        for step in (T.PROCESS, T.ACKNOWLEDGE, T.INVOICE):
            order = steps.record_step(work, order.id, step, work.now)
    assert order.state is S.INVOICED
