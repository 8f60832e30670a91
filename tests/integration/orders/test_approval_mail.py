"""Who may approve is told of an order that waits; who asked is told that it was declined."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_member, making
from tests.support.making_orders import (
    ADMIN_EMAIL,
    SECOND_EMAIL,
    Shop,
    make_draft,
    make_shop,
    wish,
)
from vlms.accounts.models import ApprovalLimit
from vlms.core.language import Language
from vlms.core.permissions import Role
from vlms.notices.models import OutboxMessage
from vlms.notices.rendering import write_letter
from vlms.orders.models import Order
from vlms.orders.service import drafts, placing

REASON = "half of it <b>is</b> enough"


def asked(clock: StillClock) -> tuple[Shop, Order]:
    """An order above the limit for which the first admin asked; a third person may not approve."""
    with making(clock()) as work:
        shop = make_shop(work)
        work.session.add(
            ApprovalLimit(organisation_id=shop.customer.id, currency="USD", limit_minor=1)
        )
        make_member(work, shop.customer, Role.FINANCE, "fay@contoso.example")
        shop.second_admin.language = Language.TRADITIONAL_CHINESE
    with shop.buying(clock()) as work:
        order = make_draft(work, shop, wish(shop.product, 5))
    with shop.buying(clock()) as work:
        return shop, placing.place(work, order.id)


def mails(clock: StillClock, template: str) -> Sequence[OutboxMessage]:
    with making(clock()) as work:
        found = select(OutboxMessage).where(OutboxMessage.template == template)
        return work.session.scalars(found.order_by(OutboxMessage.id)).all()


def test_the_other_admins_are_told_of_an_order_that_waits(app: Flask, clock: StillClock) -> None:
    shop, order = asked(clock)
    (mail,) = mails(clock, "order_waits")
    assert (mail.to_address, mail.language) == (SECOND_EMAIL, Language.TRADITIONAL_CHINESE)
    letter = write_letter(mail, "")
    assert order.number in letter.subject
    assert f"/o/{shop.customer.slug}/orders/{order.id}" in letter.text
    assert shop.admin.name in letter.text


def test_who_asked_is_told_why_it_was_declined_each_time(app: Flask, clock: StillClock) -> None:
    shop, order = asked(clock)
    for reason in (REASON, "still too many"):
        with shop.buying(clock(), shop.second_admin) as work:
            placing.decline(work, order.id, reason)
        with shop.buying(clock()) as work:
            drafts.edit_draft(
                work,
                order.id,
                work.session.get_one(Order, order.id).version,
                drafts.DraftFacts((wish(shop.product, 4),)),
            )
            placing.place(work, order.id)
    first, second = mails(clock, "order_declined")
    assert {first.to_address, second.to_address} == {ADMIN_EMAIL}
    assert REASON in write_letter(first, "").text
    assert "still too many" in write_letter(second, "").text
    assert len(mails(clock, "order_waits")) == 3


def test_nobody_is_told_of_an_order_that_needs_no_approval(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
    with shop.buying(clock()) as work:
        placing.place(work, make_draft(work, shop, wish(shop.product, 5)).id)
    assert mails(clock, "order_waits") == []
    assert len(mails(clock, "order_placed")) == 1
