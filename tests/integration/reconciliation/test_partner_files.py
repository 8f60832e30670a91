"""A month's charges in the published layouts: whole, tied out, and the same for a cut-off."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_orders import Shop, make_invoiced, make_placed, make_shop, wish
from tests.support.making_reconciliation import charges_in
from vlms.billing.models.charges import Charge
from vlms.billing.models.publisher import PublisherInvoice, PublisherInvoiceLine
from vlms.core.errors import Conflict
from vlms.orders.models import Order
from vlms.orders.service import steps
from vlms.reconciliation.queries.months import Month
from vlms.reconciliation.rules.layouts import LayoutLine
from vlms.reconciliation.service.partner_files import layout_lines


@pytest.fixture
def shop(app: Flask, clock: StillClock) -> Shop:
    with making(clock()) as work:
        return make_shop(work)


def month_of(shop: Shop, clock: StillClock) -> Month:
    today = clock().date()
    last = today.replace(day=28) + timedelta(days=3)
    return Month(shop.reseller.id, today.replace(day=1), last, clock())


def lines_of(shop: Shop, clock: StillClock, month: Month | None = None) -> list[LayoutLine]:
    with shop.selling(clock()) as work:
        return layout_lines(work.session, month or month_of(shop, clock))


def bill(shop: Shop, clock: StillClock, order: Order, more: int = 0) -> None:
    """The publisher's invoice of an order, `more` above what was charged."""
    with shop.selling(clock()) as work:
        (charge,) = charges_in(work, [order.id])
        net, tax = charge.net_minor + more, 77
        invoice = PublisherInvoice(
            reseller_id=shop.reseller.id,
            number="G-1",
            currency=order.currency,
            invoiced_on=clock().date(),
            net_minor=net,
            tax_minor=tax,
            gross_minor=net + tax,
            recorded_at=clock(),
        )
        work.session.add(invoice)
        work.flush()
        work.session.add(_line_of(invoice, charge))


def _line_of(invoice: PublisherInvoice, charge: Charge) -> PublisherInvoiceLine:
    return PublisherInvoiceLine(
        reseller_id=invoice.reseller_id,
        invoice_id=invoice.id,
        position=1,
        order_id=charge.order_id,
        order_line_id=charge.order_line_id,
        quantity=charge.quantity,
        unit_price=charge.unit_price,
        net_minor=invoice.net_minor,
        tax_minor=invoice.tax_minor,
    )


def test_each_charge_is_a_line_with_its_names(shop: Shop, clock: StillClock) -> None:
    with shop.buying(clock()) as work:
        order = make_placed(work, shop, wish(shop.product, 10), wish(shop.product, 2))
    first, second = lines_of(shop, clock)
    assert (first.order_number, first.quantity, second.quantity) == (order.number, 10, 2)
    assert first.net + second.net == order.total_minor
    assert (first.customer_number, first.currency) == ("contoso", order.currency)


def test_what_the_publisher_asked_is_its_tax(shop: Shop, clock: StillClock) -> None:
    with making(clock()) as work:
        order = make_invoiced(work, shop)
    bill(shop, clock, order)
    (line,) = lines_of(shop, clock)
    assert (line.invoice_number, line.tax) == ("G-1", 77)


def test_an_invoice_that_asks_for_more_than_was_charged_withholds_the_file(
    shop: Shop, clock: StillClock
) -> None:
    with making(clock()) as work:
        order = make_invoiced(work, shop)
    bill(shop, clock, order, more=1)
    with pytest.raises(Conflict, match="does not tie out") as refusal:
        lines_of(shop, clock)
    assert refusal.value.reason == "no_tie_out"


def test_what_comes_after_the_cut_off_changes_nothing(shop: Shop, clock: StillClock) -> None:
    with shop.buying(clock()) as work:
        order = make_placed(work, shop)
    month = month_of(shop, clock)
    before = lines_of(shop, clock, month)
    clock.now += timedelta(hours=1)
    with shop.buying(clock()) as work:
        steps.cancel(work, order.id, "not needed")
        make_placed(work, shop)
    assert lines_of(shop, clock, month) == before
    later = lines_of(shop, clock)
    assert [line.charge_type for line in later].count("cancelImmediate") == 1
    assert len(later) == 3


def test_another_reseller_gets_nothing_of_it(shop: Shop, clock: StillClock) -> None:
    with shop.buying(clock()) as work:
        make_placed(work, shop)
    mine = month_of(shop, clock)
    with shop.selling(clock()) as work:
        foreign = Month(shop.operator.id, mine.first, mine.last, mine.cut_off_at)
        assert layout_lines(work.session, foreign) == []
