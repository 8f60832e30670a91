"""Invoices to customers: drafts, posting, numbers, and that posted ones never change (I17)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import delete, event, update
from sqlalchemy.orm import Session

from tests.support.clock import StillClock
from tests.support.making import make_organisation, making
from tests.support.making_billing import (
    make_buyer,
    make_invoice_draft,
    make_posted,
    make_seller,
    make_tax,
)
from tests.support.making_orders import Shop, make_placed, make_shop, make_voucher, wish
from vlms.billing.models.invoices import Invoice, InvoiceLine, InvoiceState
from vlms.billing.models.posted import PostedChanged, hide_posted_rows, refuse_changed_rows
from vlms.billing.models.prices import ExchangeRate, SellingPrice
from vlms.billing.queries.invoicing import get_invoice, list_open_lines
from vlms.billing.service.invoicing import DraftFacts, create_draft, discard_draft, edit_draft
from vlms.billing.service.invoicing_posting import post_invoice
from vlms.core.errors import BadInput, Conflict, Forbidden, NotFound
from vlms.core.permissions import Role
from vlms.core.scoping import guarded_update
from vlms.core.work import Work
from vlms.orders.service import steps


def make_house(work: Work) -> Shop:
    shop = make_shop(work)
    make_seller(work, shop.reseller.id, invoice_prefix="LW")
    make_tax(work, "5")
    return shop


def test_a_draft_of_two_orders_has_their_lines_with_tax_and_trace(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        shop = make_house(work)
        orders = [make_placed(work, shop, wish(shop.product, n)) for n in (3, 4)]
    with shop.selling(clock()) as work:
        lines = list_open_lines(work.session, shop.reseller.id)
        draft = create_draft(work, shop.reseller.id, [line.id for line in lines])
        assert {line.order_id for line in draft.lines} == {order.id for order in orders}
        assert draft.net_minor == sum(line.amount_minor or 0 for line in lines) > 0
        assert draft.tax_minor == sum(line.tax_minor for line in draft.lines)
        assert draft.tax_minor * 20 == draft.net_minor
        assert draft.gross_minor == draft.net_minor + draft.tax_minor
        assert [line.trace for line in draft.lines] == [line.trace for line in lines]
        assert (draft.number, draft.shown_to_id) == (None, None)
        assert not list_open_lines(work.session, shop.reseller.id)


def test_posting_gives_number_day_and_what_papers_say(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_house(work)
        make_buyer(work, shop.reseller.id, shop.customer.id)
        draft = make_invoice_draft(work, shop, facts=DraftFacts(purchase_order="PO-7"))
    with pytest.raises(NotFound), shop.acting(Role.FINANCE, clock()) as work:
        get_invoice(work.session, draft.id)
    with shop.selling(clock()) as work:
        posted = post_invoice(work, draft.id, draft.version)
        year = posted.issued_on.year if posted.issued_on else 0
        assert posted.number == f"LW-{year}-000001"
        assert (posted.due_on - posted.issued_on).days == 30  # type: ignore[operator]
        assert posted.seller["legal_name"] == "Litware Ltd."  # type: ignore[index]
        assert posted.buyer["legal_name"] == "Contoso Inc."  # type: ignore[index]
        assert posted.purchase_order == "PO-7"
    with shop.acting(Role.FINANCE, clock()) as work:
        seen = get_invoice(work.session, draft.id)
        assert [line.quantity for line in seen.lines] == [10]


def test_a_line_is_invoiced_once(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_house(work)
        posted = make_posted(work, shop)
    with pytest.raises(BadInput) as refused, making(clock()) as work:
        create_draft(work, shop.reseller.id, [line.order_line_id for line in posted.lines])
    assert refused.value.reason == "no_lines"


def test_nobody_else_drafts_and_no_foreign_line_comes_in(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_house(work)
        order = make_placed(work, shop)
        other = make_organisation(work, "fabrikam")
    keys = [line.id for line in order.lines]
    with pytest.raises(Forbidden), shop.acting(Role.FINANCE, clock()) as work:
        create_draft(work, shop.reseller.id, keys)
    with pytest.raises(BadInput), making(clock()) as work:
        create_draft(work, other.id, keys)


def test_a_cancelled_orders_line_is_not_posted_and_leaves_no_gap(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        shop = make_house(work)
        draft = make_invoice_draft(work, shop)
        other = make_invoice_draft(work, shop)
        steps.cancel(work, draft.lines[0].order_id, "not needed")
    with pytest.raises(Conflict) as refused, making(clock()) as work:
        post_invoice(work, draft.id, draft.version)
    assert refused.value.reason == "not_open"
    with making(clock()) as work:
        posted = post_invoice(work, other.id, other.version)
        assert posted.number == f"LW-{clock().year}-000001"


def test_another_tax_since_the_draft_is_looked_at_first(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_house(work)
        draft = make_invoice_draft(work, shop)
        make_tax(work, "10", day=clock().date().replace(day=1))
    with pytest.raises(Conflict, match="other amounts"), making(clock()) as work:
        post_invoice(work, draft.id, draft.version)
    with making(clock()) as work:
        keys = [line.order_line_id for line in draft.lines]
        again = edit_draft(work, draft.id, draft.version, DraftFacts(), keys)
        posted = post_invoice(work, again.id, again.version)
        assert posted.tax_minor * 10 == posted.net_minor


def test_what_was_changed_since_it_was_shown_is_neither_edited_nor_posted(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        shop = make_house(work)
        draft = make_invoice_draft(work, shop)
        shown = draft.version
        edit_draft(
            work, draft.id, shown, DraftFacts(), [line.order_line_id for line in draft.lines]
        )
    with pytest.raises(Conflict), making(clock()) as work:
        post_invoice(work, draft.id, shown)
    with making(clock()) as work:
        discard_draft(work, draft.id)
        assert len(list_open_lines(work.session, shop.reseller.id)) == 1


def test_own_prices_count_the_customers_before_that_for_all(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_house(work)
        second = make_voucher(work, "second")
        for customer_id, product, price in (
            (None, shop.product, "130"),
            (shop.customer.id, shop.product, "125"),
        ):
            work.session.add(
                SellingPrice(
                    reseller_id=shop.reseller.id,
                    organisation_id=customer_id,
                    product_id=product.id,
                    currency="USD",
                    unit_price=Decimal(price),
                    effective_from=date(2020, 1, 1),
                )
            )
        draft = make_invoice_draft(
            work, shop, wish(shop.product, 12, twelve_months=True), wish(second, 2)
        )
        own, usual = draft.lines
        assert (own.is_own_price, own.unit_price, own.net_minor) == (True, Decimal(125), 150000)
        assert own.trace["amount"] == "1500.00"
        assert not usual.is_own_price
        assert (
            usual.trace == work.session.get_one(type(usual.order_line), usual.order_line_id).trace
        )


def test_another_currency_needs_a_rate_which_the_invoice_keeps(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        shop = make_house(work)
        order = make_placed(work, shop, wish(shop.product, 7, twelve_months=True))
        keys = [line.id for line in order.lines]
    in_dollars = DraftFacts(currency="TWD")
    with pytest.raises(BadInput, match="no rate") as refused, making(clock()) as work:
        create_draft(work, shop.reseller.id, keys, in_dollars)
    assert refused.value.field == "currency"
    with making(clock()) as work:
        rate = ExchangeRate(
            reseller_id=shop.reseller.id,
            from_currency="USD",
            to_currency="TWD",
            effective_on=date(2020, 1, 1),
            rate_millionths=31_255_000,
        )
        work.session.add(rate)
        draft = create_draft(work, shop.reseller.id, keys, in_dollars)
        # 840.00 × 31.255 = 26 254.2; five percent of 26 254 is 1 312.7.
        assert (draft.net_minor, draft.tax_minor) == (26254, 1313)
        assert draft.lines[0].unit_price == Decimal("3750.6")
        posted = post_invoice(work, draft.id, draft.version)
        rate.rate_millionths = 1
        work.flush()
        kept = (posted.pricing_currency, posted.rate_millionths, posted.rate_on)
        assert kept == ("USD", 31_255_000, date(2020, 1, 1))


def test_without_a_seller_nothing_is_posted(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        draft = make_invoice_draft(work, shop)
    with pytest.raises(BadInput) as refused, making(clock()) as work:
        post_invoice(work, draft.id, draft.version)
    assert refused.value.reason == "no_seller"


def rewrite_row(work: Work, invoice: Invoice) -> None:
    work.session.get_one(Invoice, invoice.id).purchase_order = "other"
    work.flush()


def rewrite_line(work: Work, invoice: Invoice) -> None:
    work.session.get_one(InvoiceLine, invoice.lines[0].id).net_minor = 1
    work.flush()


def add_line(work: Work, invoice: Invoice) -> None:
    held = work.session.get_one(InvoiceLine, invoice.lines[0].id)
    columns = [column.key for column in InvoiceLine.__table__.columns if column.key != "id"]
    work.session.add(
        InvoiceLine(**{name: getattr(held, name) for name in columns} | {"position": 9})
    )
    work.flush()


def remove_line(work: Work, invoice: Invoice) -> None:
    work.session.delete(work.session.get_one(InvoiceLine, invoice.lines[0].id))
    work.flush()


def back_to_draft(work: Work, invoice: Invoice) -> None:
    work.session.get_one(Invoice, invoice.id).state = InvoiceState.DRAFT
    work.flush()


CHANGES = (rewrite_row, rewrite_line, add_line, remove_line, back_to_draft)


@pytest.mark.parametrize("change", CHANGES)
def test_no_row_of_a_posted_invoice_changes(
    app: Flask, clock: StillClock, change: Callable[[Work, Invoice], None]
) -> None:
    with making(clock()) as work:
        posted = make_posted(work, make_house(work))
    with pytest.raises(PostedChanged), making(clock()) as work:
        change(work, posted)


def test_no_statement_reaches_a_posted_invoice(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_house(work)
        posted = make_posted(work, shop)
        draft = make_invoice_draft(work, shop)
        of_posted = InvoiceLine.invoice_id == posted.id
        assert guarded_update(work.session, Invoice, Invoice.id == posted.id, net_minor=1) == 0
        assert guarded_update(work.session, InvoiceLine, of_posted, net_minor=1) == 0
        assert work.session.execute(delete(InvoiceLine).where(of_posted)).rowcount == 0  # type: ignore[attr-defined]
        work.session.execute(update(Invoice).values(reason="all"))
        work.session.expire_all()
        assert (posted.reason, draft.reason) == (None, "all")


@contextmanager
def unguarded() -> Iterator[None]:
    guards = (("before_flush", refuse_changed_rows), ("do_orm_execute", hide_posted_rows))
    for name, guard in guards:
        event.remove(Session, name, guard)
    try:
        yield
    finally:
        for name, guard in guards:
            event.listen(Session, name, guard)


def test_without_the_guards_it_would_change(app: Flask, clock: StillClock) -> None:
    """The negative control of the two tests above."""
    with making(clock()) as work:
        posted = make_posted(work, make_house(work))
    with unguarded(), making(clock()) as work:
        rewrite_row(work, posted)
        assert guarded_update(work.session, Invoice, Invoice.id == posted.id, cost_centre="x") == 1
    with making(clock()) as work:
        seen = get_invoice(work.session, posted.id)
        assert (seen.purchase_order, seen.cost_centre) == ("other", "x")
