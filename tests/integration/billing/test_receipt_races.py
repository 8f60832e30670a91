"""The negative control of the race for what is open: without the hold, too much is paid."""

from __future__ import annotations

import threading

from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_money import make_posted
from tests.support.making_orders import Shop, make_placed, make_shop
from tests.support.racing import race, winners
from vlms.billing.models.invoices import Invoice
from vlms.billing.models.receipts import Receipt, ReceiptShare
from vlms.billing.queries.receipts import OpenFilter, list_open, settled_of
from vlms.billing.service.receipts import NewReceipt, record_receipt
from vlms.core.db import reading
from vlms.core.errors import Conflict
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
