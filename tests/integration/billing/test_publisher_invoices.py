"""The publisher's invoices are recorded line by line, and their paper's totals hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_organisation, making
from tests.support.making_money import make_posted
from tests.support.making_orders import Shop, make_invoiced, make_placed, make_shop
from vlms.accounts.models import OrganisationKind
from vlms.billing.models.invoices import InvoiceState
from vlms.billing.models.publisher import PublisherInvoice
from vlms.billing.queries.margins import MarginFilter, list_margins
from vlms.billing.queries.publisher_invoices import get_publisher_invoice, list_unbilled_lines
from vlms.billing.service.publisher_invoices import (
    BilledLine,
    NewPublisherInvoice,
    record_publisher_invoice,
    remove_publisher_invoice,
)
from vlms.core.errors import BadInput, DomainError, Forbidden, NotFound
from vlms.core.money import Money
from vlms.orders.models import Order
from vlms.orders.rules.order_clock import OrderStep
from vlms.orders.service.pricing import LineWish
from vlms.orders.service.steps import record_step


def two_lines(clock: StillClock) -> tuple[Shop, Order]:
    """An order that the publisher has invoiced under the reference R-invoice."""
    with making(clock()) as work:
        shop = make_shop(work)
        wishes = (LineWish(shop.product.id, 10), LineWish(shop.product.id, 5))
        return shop, make_invoiced(work, shop, *wishes)


def paper(order: Order, *nets: int) -> NewPublisherInvoice:
    lines = [BilledLine(line.id, net) for line, net in zip(order.lines, nets, strict=False)]
    return NewPublisherInvoice("PUB-1", "USD", date(2026, 3, 31), lines, 101, sum(nets))


def test_lines_wait_until_they_stand_on_an_invoice(app: Flask, clock: StillClock) -> None:
    shop, order = two_lines(clock)
    with making(clock()) as work:
        make_placed(work, shop)
    with shop.selling(clock()) as work:
        waiting = list_unbilled_lines(work.session, shop.reseller.id)
        assert [(one.line.id, one.reference) for one in waiting] == [
            (line.id, "R-invoice") for line in order.lines
        ]
        made = record_publisher_invoice(work, shop.reseller.id, paper(order, 100))
        waiting = list_unbilled_lines(work.session, shop.reseller.id)
        assert [one.line.id for one in waiting] == [order.lines[1].id]
        assert list_unbilled_lines(work.session, shop.reseller.id, "EUR") == []
        remove_publisher_invoice(work, made.id, "typed twice")
        assert len(list_unbilled_lines(work.session, shop.reseller.id)) == 2


def test_an_order_is_recorded_as_invoiced_before_the_paper_is(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        order = make_placed(work, shop)
    with (
        pytest.raises(BadInput, match=f"a step of order {order.number}") as refused,
        shop.selling(clock()) as work,
    ):
        record_publisher_invoice(work, shop.reseller.id, paper(order, 100))
    assert (refused.value.rule, refused.value.reason) == ("O4", "not_invoiced")
    for step in (OrderStep.PROCESS, OrderStep.ACKNOWLEDGE, OrderStep.INVOICE):
        with shop.selling(clock()) as work:
            record_step(work, order.id, step, work.now, "PI-1")
    with shop.selling(clock()) as work:
        record_publisher_invoice(work, shop.reseller.id, paper(order, 100))


def test_the_papers_tax_is_shared_so_that_lines_add_up(app: Flask, clock: StillClock) -> None:
    shop, order = two_lines(clock)
    with shop.selling(clock()) as work:
        made = record_publisher_invoice(work, shop.reseller.id, paper(order, 100, 50))
    with shop.selling(clock()) as work:
        found = get_publisher_invoice(work.session, made.id)
        assert [line.tax_minor for line in found.lines] == [67, 34]
        assert [line.quantity for line in found.lines] == [10, 5]
        assert (found.net_minor, found.tax_minor, found.gross_minor) == (150, 101, 251)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"net_minor": 149}, "total"),
        ({"lines": []}, "no_lines"),
        ({"currency": "EUR"}, "currency"),
    ],
)
def test_a_paper_that_does_not_hold_is_refused(
    app: Flask, clock: StillClock, change: dict[str, object], reason: str
) -> None:
    shop, order = two_lines(clock)
    wrong = replace(paper(order, 100, 50), **change)  # type: ignore[arg-type]
    with pytest.raises(BadInput) as refused, shop.selling(clock()) as work:
        record_publisher_invoice(work, shop.reseller.id, wrong)
    assert refused.value.reason == reason
    with making(clock()) as work:
        assert not work.session.scalars(select(PublisherInvoice)).all()


def test_the_same_paper_is_recorded_once(app: Flask, clock: StillClock) -> None:
    shop, order = two_lines(clock)
    with shop.selling(clock()) as work:
        record_publisher_invoice(work, shop.reseller.id, paper(order, 100))
    with pytest.raises(BadInput, match="recorded already"), shop.selling(clock()) as work:
        record_publisher_invoice(work, shop.reseller.id, paper(order, 100))


def test_nobody_records_another_resellers_lines(app: Flask, clock: StillClock) -> None:
    shop, order = two_lines(clock)
    with making(clock()) as work:
        other = make_organisation(work, "northwind", OrganisationKind.RESELLER)
    with pytest.raises(NotFound), making(clock()) as work:
        record_publisher_invoice(work, other.id, paper(order, 100))
    with pytest.raises(Forbidden), shop.buying(clock()) as work:
        record_publisher_invoice(work, shop.reseller.id, paper(order, 100))


def test_no_customer_finds_one(app: Flask, clock: StillClock) -> None:
    shop, order = two_lines(clock)
    with shop.selling(clock()) as work:
        made = record_publisher_invoice(work, shop.reseller.id, paper(order, 100))
    with pytest.raises(DomainError), shop.buying(clock()) as work:
        get_publisher_invoice(work.session, made.id)


def test_the_margin_counts_posted_invoices_and_credit_notes(app: Flask, clock: StillClock) -> None:
    shop, order = two_lines(clock)
    march = MarginFilter(shop.reseller.id, date(2026, 3, 1), date(2026, 3, 31))
    day = date(2026, 3, 5)
    with making(clock()) as work:
        record_publisher_invoice(work, shop.reseller.id, paper(order, 8000, 4000))
        make_posted(work, order, [10000, 5000], issued_on=day)
        make_posted(work, order, [-1000], number="2", issued_on=day)
        make_posted(work, order, [7], number="3", issued_on=day, state=InvoiceState.VOID)
        found = [one.trade for one in list_margins(work.session, march)]
        assert [trade.margin for trade in found] == [Money(1000, "USD"), Money(1000, "USD")]
        later = replace(march, first=date(2026, 4, 1), last=date(2026, 4, 30))
        assert list_margins(work.session, later) == []
        other = replace(march, customer_id=shop.reseller.id)
        assert list_margins(work.session, other) == []
