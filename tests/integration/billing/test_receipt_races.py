"""Payments recorded, shared out and taken back at once, and what came of it without the guards."""

from __future__ import annotations

import threading
from contextlib import nullcontext
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_money import make_posted
from tests.support.making_orders import Shop, make_placed, make_shop
from tests.support.racing import race, winners
from tests.support.unguarded import without_index
from vlms.billing.models.invoices import Invoice
from vlms.billing.models.receipts import Receipt, ReceiptShare
from vlms.billing.queries.receipts import OpenFilter, list_open, settled_of, used_of
from vlms.billing.service.receipts import NewReceipt, record_receipt, share_rest, take_back
from vlms.core.db import reading
from vlms.core.errors import Conflict, DomainError
from vlms.core.scope import System
from vlms.core.text import _

_TWIN = System("unguarded twin")


def owing(clock: StillClock) -> tuple[Shop, Invoice]:
    """An invoice of which 10.00 is open."""
    with making(clock()) as work:
        shop = make_shop(work)
        return shop, make_posted(work, make_placed(work, shop), [1000], number="I-1")


def pay_unguarded(
    shop: Shop, invoice: Invoice, clock: StillClock, meeting: threading.Barrier
) -> None:
    """Reads what is open, and writes later what it has seen."""
    with reading(_TWIN) as session:
        open_minor = list_open(session, OpenFilter(shop.reseller.id))[0].open_minor
    if open_minor < 600:
        raise Conflict(None, _("Too late."))
    meeting.wait()
    with making(clock()) as work:
        receipt = Receipt(
            organisation_id=shop.customer.id,
            reseller_id=shop.reseller.id,
            reference=f"B-{threading.get_ident()}",
            amount_minor=600,
            currency="USD",
            received_on=clock().date(),
            recorded_at=work.now,
        )
        work.session.add(receipt)
        work.flush()
        share = ReceiptShare(
            organisation_id=shop.customer.id,
            reseller_id=shop.reseller.id,
            receipt_id=receipt.id,
            invoice_id=invoice.id,
            amount_minor=600,
            shared_on=clock().date(),
        )
        work.session.add(share)


def settled(invoice: Invoice) -> int:
    with reading(_TWIN) as session:
        return settled_of(session, [invoice.id]).get(invoice.id, 0)


def test_without_the_hold_more_is_paid_than_is_open(app: Flask, clock: StillClock) -> None:
    shop, invoice = owing(clock)
    meeting = threading.Barrier(2, timeout=30)
    race(app, [lambda: pay_unguarded(shop, invoice, clock, meeting)] * 2)
    assert settled(invoice) > 1000


def test_with_it_one_of_two_is_refused(app: Flask, clock: StillClock) -> None:
    shop, invoice = owing(clock)

    def pay(reference: str) -> None:
        shares = {invoice.id: 600}
        day = clock().date()
        new = NewReceipt(shop.customer.id, reference, 600, "USD", day, shares)
        with shop.selling(clock()) as work:
            record_receipt(work, shop.reseller.id, new)

    results = race(app, [lambda: pay("B-1"), lambda: pay("B-2")])
    assert len(winners(results)) == 1
    assert settled(invoice) == 600


def record(shop: Shop, clock: StillClock, reference: str, amount: int) -> UUID:
    """A payment of the amount that pays nothing yet."""
    new = NewReceipt(shop.customer.id, reference, amount, "USD", clock().date(), {})
    with shop.selling(clock()) as work:
        return record_receipt(work, shop.reseller.id, new).id


def recorded() -> int:
    with reading(_TWIN) as session:
        return session.scalar(select(func.count(Receipt.id))) or 0


def test_a_reference_is_recorded_once_however_many_do_it(app: Flask, clock: StillClock) -> None:
    shop, _invoice = owing(clock)
    results = race(app, [lambda: record(shop, clock, "B-1", 600)] * 6)
    assert len(winners(results)) == recorded() == 1
    assert {one.reason for one in results if isinstance(one, DomainError)} == {"double"}


def record_unguarded(shop: Shop, clock: StillClock, meeting: threading.Barrier) -> bool:
    """Sees that the reference is free, and writes it later."""
    assert recorded() == 0
    meeting.wait()
    try:
        record(shop, clock, "B-1", 600)
    except DomainError:
        return False
    return True


@pytest.mark.parametrize(("has_index", "count"), [(True, 1), (False, 2)])
def test_the_index_alone_keeps_a_reference_from_being_recorded_twice(
    app: Flask, clock: StillClock, has_index: bool, count: int
) -> None:
    shop, _invoice = owing(clock)
    meeting = threading.Barrier(2, timeout=30)
    with nullcontext() if has_index else without_index("uq_receipt_reference", Receipt):
        twins = race(app, [lambda: record_unguarded(shop, clock, meeting)] * 2)
        assert sum(map(bool, twins)) == recorded() == count


def two_invoices(clock: StillClock) -> tuple[Shop, list[Invoice], UUID]:
    """Two invoices of 10.00, and a payment of 6.00 of which nothing is used."""
    with making(clock()) as work:
        shop = make_shop(work)
        order = make_placed(work, shop)
        made = [make_posted(work, order, [1000], number=f"I-{n}") for n in (1, 2)]
    return shop, made, record(shop, clock, "B-1", 600)


def used(receipt_id: UUID) -> int:
    with reading(_TWIN) as session:
        return used_of(session, session.get_one(Receipt, receipt_id))


def test_a_rest_is_used_once_by_two_who_pay_other_invoices_of_it(
    app: Flask, clock: StillClock
) -> None:
    shop, invoices, receipt_id = two_invoices(clock)

    def share(invoice: Invoice) -> None:
        with shop.selling(clock()) as work:
            share_rest(work, receipt_id, invoice.id, 600)

    results = race(app, [lambda: share(invoices[0]), lambda: share(invoices[1])])
    assert len(winners(results)) == 1
    assert used(receipt_id) == 600


def share_unguarded(
    shop: Shop, clock: StillClock, ids: tuple[UUID, UUID], meeting: threading.Barrier
) -> None:
    """Reads the rest of a payment, and uses it later."""
    receipt_id, invoice_id = ids
    assert used(receipt_id) == 0
    meeting.wait()
    with making(clock()) as work:
        share = ReceiptShare(
            organisation_id=shop.customer.id,
            reseller_id=shop.reseller.id,
            receipt_id=receipt_id,
            invoice_id=invoice_id,
            amount_minor=600,
            shared_on=clock().date(),
        )
        work.session.add(share)


def test_without_the_hold_more_of_a_payment_is_used_than_there_is(
    app: Flask, clock: StillClock
) -> None:
    shop, invoices, receipt_id = two_invoices(clock)
    meeting = threading.Barrier(2, timeout=30)
    first, second = ((receipt_id, invoice.id) for invoice in invoices)
    race(
        app,
        [
            lambda: share_unguarded(shop, clock, first, meeting),
            lambda: share_unguarded(shop, clock, second, meeting),
        ],
    )
    assert used(receipt_id) == 1200


def test_a_payment_is_taken_back_once_and_pays_nothing_afterwards(
    app: Flask, clock: StillClock
) -> None:
    shop, (invoice, _other), receipt_id = two_invoices(clock)

    def back() -> str:
        with shop.selling(clock()) as work:
            take_back(work, receipt_id, "typed twice")
        return "back"

    def share() -> str:
        with shop.selling(clock()) as work:
            share_rest(work, receipt_id, invoice.id, 600)
        return "shared"

    results = race(app, [back, share] * 3)
    assert results.count("back") == 1
    assert results.count("shared") <= 1
    assert settled(invoice) == 0
