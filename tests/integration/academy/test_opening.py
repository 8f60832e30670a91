"""A site pack opens by itself once its order is processed, and its contact is told (O4, O5)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_orders import (
    OPERATOR_EMAIL,
    Shop,
    make_placed,
    make_shop,
    make_voucher,
    wish,
)
from tests.support.pages import CheckingClient
from vlms.academy.models.packs import Pack
from vlms.academy.queries.pack_messages import count_unsent, message_of
from vlms.academy.service.pack_mail import tell_again
from vlms.agreements.models import AgreementContact
from vlms.audit.models import AuditEntry
from vlms.catalog.models import CodeSource, ProductKind
from vlms.core.errors import Conflict, DomainError
from vlms.core.term import end_of_day, start_of_day
from vlms.notices.models import MessageState, OutboxMessage
from vlms.notices.rendering import write_letter
from vlms.orders.models import Order, OrderLine
from vlms.orders.rules.order_clock import OrderState, OrderStep
from vlms.orders.service.delivery import deliver
from vlms.orders.service.showing import late_orders
from vlms.orders.service.steps import record_step

ZONE = "Asia/Taipei"


def make_pack_shop(clock: StillClock, quantity: int = 2, **agreement: object) -> tuple[Shop, Order]:
    """A placed order of site packs of 500 and ten vouchers."""
    with making(clock()) as work:
        facts = {"programme": "EES", "country": "TW", "time_zone": ZONE, **agreement}
        shop = make_shop(work, **facts)
        pack = make_voucher(
            work,
            "site-pack",
            kind=ProductKind.SITE_PACK,
            programme="EES",
            units=500,
            code_source=CodeSource.NONE,
        )
        order = make_placed(work, shop, wish(pack, quantity), wish(shop.product, 10))
        return shop, order


def record_processed(shop: Shop, order: Order, clock: StillClock) -> None:
    with shop.selling(clock()) as work:
        record_step(work, order.id, OrderStep.PROCESS, work.now, "R-1")


def packs(clock: StillClock) -> list[Pack]:
    with making(clock()) as work:
        return list(work.session.scalars(select(Pack).order_by(Pack.number)))


def mails(clock: StillClock) -> list[OutboxMessage]:
    with making(clock()) as work:
        found = select(OutboxMessage).where(OutboxMessage.template == "pack_opened")
        return list(work.session.scalars(found.order_by(OutboxMessage.id)))


def test_one_pack_a_line_opens_with_all_its_exams_when_the_reseller_records_it(
    app: Flask, clock: StillClock
) -> None:
    shop, order = make_pack_shop(clock)
    assert packs(clock) == []
    record_processed(shop, order, clock)
    (pack,) = packs(clock)
    assert (pack.number, pack.capacity, pack.allotted_count) == ("SP-000001", 1000, 0)
    assert pack.organisation_id == shop.customer.id
    with making(clock()) as work:
        found = work.session.get_one(Order, order.id)
        line = found.lines[0]
        assert found.state is OrderState.PROCESSED
        assert (line.delivered_quantity, found.lines[1].delivered_quantity) == (2, 0)
        assert found.events[-1].step is OrderStep.OPEN_PACK
        assert line.charge_end is not None
        assert pack.last_day == min(line.charge_end, shop.agreement.last_day)
        assert pack.expires_at == end_of_day(pack.last_day, ZONE)
        told = work.session.scalars(
            select(AuditEntry.action).where(AuditEntry.record_id == pack.id)
        ).all()
    assert told == ["pack.opened"]


def test_its_message_leaves_in_the_same_transaction_with_a_link_and_no_code(
    app: Flask, clock: StillClock
) -> None:
    shop, order = make_pack_shop(clock)
    record_processed(shop, order, clock)
    (pack,) = packs(clock)
    (mail,) = mails(clock)
    assert mail.to_address == "notices@contoso.example"
    assert mail.created_at == clock()
    with app.test_request_context():
        letter = write_letter(mail, "https://vlms.example/link/abc")
    assert letter.subject == "Your site pack is open: 1,000 exams, SP-000001"
    assert "https://vlms.example/link/abc" in letter.text
    assert "alex@manager.example" in letter.text
    assert mail.facts["path"] == f"/o/contoso/packs/{pack.id}"


def test_an_agreement_that_has_not_begun_gives_a_pack_that_is_usable_from_its_first_day(
    app: Flask, clock: StillClock
) -> None:
    first_day = date(2026, 4, 1)
    shop, order = make_pack_shop(clock, 1, first_day=first_day, last_day=date(2027, 3, 31))
    record_processed(shop, order, clock)
    (pack,) = packs(clock)
    assert pack.usable_at == start_of_day(first_day, ZONE)
    assert pack.last_day == date(2027, 3, 31)


def test_it_opens_once_whatever_is_recorded_afterwards(app: Flask, clock: StillClock) -> None:
    shop, order = make_pack_shop(clock, 1)
    record_processed(shop, order, clock)
    with pytest.raises(DomainError), shop.operating(clock()) as work:
        deliver(work, order.id, work.session.get_one(Order, order.id).lines[0].id, 1)
    with shop.selling(clock()) as work:
        record_step(work, order.id, OrderStep.ACKNOWLEDGE, work.now)
        record_step(work, order.id, OrderStep.INVOICE, work.now)
    assert [pack.capacity for pack in packs(clock)] == [500]
    assert len(mails(clock)) == 1


def test_a_pack_that_would_have_lapsed_stays_shut_with_its_reason_and_is_late_after_24_hours(
    app: Flask, clock: StillClock
) -> None:
    shop, order = make_pack_shop(clock, 1)
    clock.set(end_of_day(shop.agreement.last_day, ZONE))
    record_processed(shop, order, clock)
    assert packs(clock) == []
    with making(clock()) as work:
        line = work.session.get_one(Order, order.id).lines[0]
        assert line.exception_note is not None
        assert "would have lapsed" in line.exception_note
        after = clock() + timedelta(hours=24)
        assert late_orders(work.session, after) == frozenset()
        assert late_orders(work.session, after + timedelta(seconds=1)) == {order.id}
    with pytest.raises(DomainError, match="C5"), shop.operating(clock()) as work:
        deliver(work, order.id, line.id, 1)


def test_the_rest_of_a_line_grows_its_pack(app: Flask, clock: StillClock) -> None:
    shop, order = make_pack_shop(clock, 3)
    with making(clock()) as work:
        # As it was before packs opened by themselves: shut until the operator delivers.
        line = work.session.get_one(Order, order.id).lines[0]
        found = work.session.get_one(Order, order.id)
        found.state, found.processed_at = OrderState.PROCESSED, work.now
    for quantity, note in ((1, "two are late"), (2, None)):
        with shop.operating(clock()) as work:
            deliver(work, order.id, line.id, quantity, note)
    assert [pack.capacity for pack in packs(clock)] == [1500]
    assert len(mails(clock)) == 1


def test_without_a_contact_the_pack_opens_and_the_message_can_be_sent_later(
    app: Flask, clock: StillClock
) -> None:
    shop, order = make_pack_shop(clock, 1)
    with making(clock()) as work:
        work.session.delete(work.session.scalars(select(AgreementContact)).one())
    record_processed(shop, order, clock)
    (pack,) = packs(clock)
    assert mails(clock) == []
    with pytest.raises(Conflict, match="O5"), shop.buying(clock()) as work:
        tell_again(work, work.session.get_one(Pack, pack.id))


def test_the_message_is_sent_again_to_whoever_is_the_contact_now(
    app: Flask, clock: StillClock
) -> None:
    shop, order = make_pack_shop(clock, 1)
    record_processed(shop, order, clock)
    (pack,) = packs(clock)
    clock.move(hours=1)
    with shop.buying(clock()) as work:
        work.session.scalars(select(AgreementContact)).one().email = "new@contoso.example"
        tell_again(work, work.session.get_one(Pack, pack.id))
    assert [mail.to_address for mail in mails(clock)] == [
        "notices@contoso.example",
        "new@contoso.example",
    ]


def test_no_line_of_another_kind_opens_a_pack(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        order = make_placed(work, shop)
    record_processed(shop, order, clock)
    assert packs(clock) == []
    with making(clock()) as work:
        assert work.session.scalars(select(OrderLine.delivered_quantity)).all() == [0]


def test_a_message_that_has_not_left_after_24_hours_is_watched(
    app: Flask, clock: StillClock
) -> None:
    shop, order = make_pack_shop(clock, 1)
    record_processed(shop, order, clock)
    due = clock() + timedelta(hours=24)
    counts = []
    with making(clock()) as work:
        pack = work.session.scalars(select(Pack)).one()
        for now in (due, due + timedelta(seconds=1)):
            found = message_of(work.session, pack, now)
            assert (found.is_written, found.sent_at, found.due_at) == (True, None, due)
            counts.append((found.is_late, count_unsent(work.session, now)))
        mail = work.session.scalars(
            select(OutboxMessage).where(OutboxMessage.template == "pack_opened")
        ).one()
        mail.state, mail.sent_at = MessageState.SENT, due
        work.flush()
        found = message_of(work.session, pack, due + timedelta(days=3))
        counts.append((found.is_late, count_unsent(work.session, due + timedelta(days=3))))
    assert counts == [(False, 0), (True, 1), (False, 0)]


def test_the_operators_home_leads_to_the_packs_whose_message_is_late(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    shop, order = make_pack_shop(clock, 1)
    record_processed(shop, order, clock)
    (pack,) = packs(clock)
    clock.move(hours=25)
    client.sign_in(OPERATOR_EMAIL)
    home = client.page("/o/operator/").text
    assert "The message about 1 site pack did not leave within 24 hours." in home
    assert pack.number in client.page("/o/operator/packs/?unsent=1").text
    assert "Late" in client.page(f"/o/operator/packs/{pack.id}").text
