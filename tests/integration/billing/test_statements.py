"""Statements: the same cut-off says the same, and nothing leaves that does not agree."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_billing import make_buyer, make_posted, make_seller, make_tax
from tests.support.making_orders import Shop, make_placed, make_shop, make_voucher, wish
from vlms.billing.models.charges import Charge
from vlms.billing.queries.statements import Statement, StatementFilter, statement_of
from vlms.billing.queries.tie_out import differences_of
from vlms.billing.rules.layouts import NEW_COMMERCE
from vlms.billing.rules.statement import ChargeKind, totals
from vlms.billing.service.charging import charge_on_repricing
from vlms.billing.statement_exports import write_layout
from vlms.catalog.models import Product
from vlms.catalog.service.products import edit_product, terms_of
from vlms.core.text import Text
from vlms.orders.events import LineRepriced
from vlms.orders.models import Order, OrderLine
from vlms.orders.service import steps


@pytest.fixture
def shop(app: Flask, clock: StillClock) -> Shop:
    with making(clock()) as work:
        made = make_shop(work)
        make_tax(work, country=made.agreement.country)
        make_seller(work, made.reseller.id, partner_number="P-7", mpn_number="99")
        make_buyer(work, made.reseller.id, made.customer.id, customer_number="c1")
        return made


def asked(shop: Shop, clock: StillClock) -> StatementFilter:
    today = clock().date()
    days = (today - timedelta(days=30), today + timedelta(days=30))
    return StatementFilter(*days, clock(), shop.reseller.id)


def read(wanted: StatementFilter, shop: Shop, clock: StillClock) -> Statement:
    with shop.selling(clock()) as work:
        return statement_of(work.session, wanted)


def differences(wanted: StatementFilter, shop: Shop, clock: StillClock) -> list[Text]:
    with shop.selling(clock()) as work:
        return differences_of(work.session, wanted)


def content(statement: Statement) -> bytes:
    out = io.BytesIO()
    write_layout(statement, NEW_COMMERCE, out)
    return out.getvalue()


def place(shop: Shop, clock: StillClock, *quantities: int) -> Order:
    with shop.buying(clock()) as work:
        return make_placed(work, shop, *[wish(shop.product, each) for each in quantities])


def test_lines_sums_and_tax(shop: Shop, clock: StillClock) -> None:
    order = place(shop, clock, 10, 3)
    found = read(asked(shop, clock), shop, clock)
    assert [line.reference for line in found.lines] == [f"{order.number}/1", f"{order.number}/2"]
    (total,) = totals(found.sums)
    assert total.net_minor == order.total_minor
    # Five percent of the whole, once rounded.
    assert total.tax_minor == (order.total_minor + 10) // 20
    assert found.parties.partner_number == "P-7"
    assert found.lines[0].customer.number == "c1"


def test_the_same_cut_off_gives_the_same_bytes_after_more_has_happened(
    shop: Shop, clock: StillClock
) -> None:
    order = place(shop, clock, 10)
    wanted = asked(shop, clock)
    before = content(read(wanted, shop, clock))
    clock.move(hours=1)
    place(shop, clock, 4)
    with shop.buying(clock()) as work:
        steps.cancel(work, order.id, "not needed")
    assert content(read(wanted, shop, clock)) == before
    later = read(replace(wanted, cut_off_at=clock()), shop, clock)
    assert ChargeKind.CANCEL in {one.kind for one in later.sums}
    assert content(later) != before
    assert differences(replace(wanted, cut_off_at=clock()), shop, clock) == []


def test_a_charge_keeps_the_publisher_that_its_product_had(shop: Shop, clock: StillClock) -> None:
    def publish(name: str | None, number: str | None) -> None:
        with shop.operating(clock()) as work:
            product = work.session.get_one(Product, shop.product.id)
            terms = replace(terms_of(product), publisher_name=name, publisher_number=number)
            edit_product(work, product.id, terms)

    publish("Sample Publisher", "PB9")
    place(shop, clock, 10)
    publish("Another", None)
    place(shop, clock, 4)
    found = read(asked(shop, clock), shop, clock)
    layout = [
        dict(zip(NEW_COMMERCE.titles, NEW_COMMERCE.row(line, found.parties), strict=True))
        for line in found.lines
    ]
    assert [(row["PublisherName"], row["PublisherId"]) for row in layout] == [
        ("Sample Publisher", "PB9"),
        ("Another", ""),
    ]


def test_filters_narrow(shop: Shop, clock: StillClock) -> None:
    place(shop, clock, 10)
    wanted = asked(shop, clock)
    assert read(replace(wanted, currency="USD"), shop, clock).lines
    for other in (
        replace(wanted, currency="TWD"),
        replace(wanted, organisation_id=shop.reseller.id),
        replace(wanted, agreement_id=shop.customer.id),
        replace(wanted, last=wanted.first),
    ):
        assert read(other, shop, clock).lines == []


def test_a_statement_agrees_with_its_posted_invoice(shop: Shop, clock: StillClock) -> None:
    with making(clock()) as work:
        invoice = make_posted(work, shop, wish(shop.product, 10), wish(shop.product, 3))
    wanted = asked(shop, clock)
    assert differences(wanted, shop, clock) == []
    found = read(wanted, shop, clock)
    (total,) = totals(found.sums)
    assert (total.net_minor, total.gross.minor) == (invoice.net_minor, invoice.gross_minor)
    assert {line.invoice_number for line in found.lines} == {invoice.number}


def test_a_line_invoiced_at_another_amount_withholds_the_export(
    shop: Shop, clock: StillClock
) -> None:
    with making(clock()) as work:
        invoice = make_posted(work, shop, wish(shop.product, 10))
        key = invoice.lines[0].order_line_id
    with making(clock()) as work:
        line = work.session.get_one(OrderLine, key)
        assert line.amount_minor is not None
        old = line.amount_minor
        line.amount_minor = old + 100
        charge_on_repricing(work, LineRepriced(line.id, old, old + 100))
    (told,) = differences(asked(shop, clock), shop, clock)
    assert str(invoice.number) in str(told)


def test_a_line_charged_at_another_amount_than_it_costs_is_found(
    shop: Shop, clock: StillClock
) -> None:
    order = place(shop, clock, 10)
    assert differences(asked(shop, clock), shop, clock) == []
    with making(clock()) as work:
        line = work.session.get_one(OrderLine, order.lines[0].id)
        assert line.amount_minor is not None
        line.amount_minor += 1
    (told,) = differences(asked(shop, clock), shop, clock)
    assert f"{order.number}/1" in str(told)


def test_a_customer_reads_its_own_charges_without_the_resellers_numbers(
    shop: Shop, clock: StillClock
) -> None:
    place(shop, clock, 10)
    wanted = replace(asked(shop, clock), reseller_id=None)
    with shop.buying(clock()) as work:
        found = statement_of(work.session, wanted)
        assert work.session.scalars(select(Charge)).all()
    assert [line.quantity for line in found.lines] == [10]
    assert found.parties.partner_number == ""


def test_what_is_given_back_takes_the_tax_of_its_invoice_along(
    shop: Shop, clock: StillClock
) -> None:
    """Half a cent of tax is a cent on each of two invoices; both come back as they were."""
    with making(clock()) as work:
        tiny = make_voucher(work, "tiny", "0.10", programme=shop.agreement.programme.value)
        invoices = [make_posted(work, shop, wish(tiny, 1)) for _ in range(2)]
        assert [invoice.tax_minor for invoice in invoices] == [1, 1]
        orders = [invoice.lines[0].order_id for invoice in invoices]
    with shop.buying(clock()) as work:
        for order_id in orders:
            steps.cancel(work, order_id, "no longer needed")
    (total,) = totals(read(asked(shop, clock), shop, clock).sums)
    assert (total.net_minor, total.tax_minor) == (0, 0)
