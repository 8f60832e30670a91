"""Payments pay what is open, in part or in whole, and credit notes settle what they correct."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_organisation, making
from tests.support.making_money import make_posted
from tests.support.making_orders import Shop, make_placed, make_shop
from tests.support.racing import race, winners
from vlms.accounts.models import OrganisationKind
from vlms.billing.events import InvoicePosted
from vlms.billing.models.invoices import Invoice, InvoiceState
from vlms.billing.models.prices import BuyerProfile
from vlms.billing.queries.receipts import OpenFilter, get_receipt, list_open, used_of
from vlms.billing.service.receipts import (
    NewReceipt,
    record_receipt,
    settle_credit,
    share_rest,
    take_back,
)
from vlms.billing.service.reminding import remind
from vlms.core.errors import BadInput, Conflict, DomainError, Forbidden
from vlms.core.language import Language
from vlms.core.work import Work
from vlms.notices.models import OutboxMessage
from vlms.orders.models import Order


def owing(clock: StillClock, *grosses: int) -> tuple[Shop, Order, list[Invoice]]:
    """A customer who owes these posted invoices; each is due a day after the one before."""
    with making(clock()) as work:
        shop = make_shop(work)
        order = make_placed(work, shop)
        due = clock().date() + timedelta(days=1)
        made = [
            make_posted(work, order, [gross], number=f"I-{at}", due_on=due + timedelta(days=at))
            for at, gross in enumerate(grosses, start=1)
        ]
        return shop, order, made


def payment(shop: Shop, clock: StillClock, amount: int, **facts: object) -> NewReceipt:
    plain = NewReceipt(shop.customer.id, "BANK-1", amount, "USD", clock().date())
    return replace(plain, **facts)  # type: ignore[arg-type]


def open_of(work: Work, shop: Shop) -> dict[str | None, int]:
    found = list_open(work.session, OpenFilter(shop.reseller.id))
    return {one.invoice.number: one.open_minor for one in found}


def test_a_payment_pays_first_what_is_due_first(app: Flask, clock: StillClock) -> None:
    shop, _order, _made = owing(clock, 1000, 500, 300)
    with shop.selling(clock()) as work:
        record_receipt(work, shop.reseller.id, payment(shop, clock, 1200))
    with shop.selling(clock()) as work:
        assert open_of(work, shop) == {"I-2": 300, "I-3": 300}


def test_parts_are_paid_as_somebody_says(app: Flask, clock: StillClock) -> None:
    shop, _order, (first, second) = owing(clock, 1000, 500)
    shares = {second.id: 500, first.id: 1}
    with shop.selling(clock()) as work:
        record_receipt(work, shop.reseller.id, payment(shop, clock, 501, shares=shares))
        assert open_of(work, shop) == {"I-1": 999}


@pytest.mark.parametrize(
    ("amount", "share", "reason"), [(2000, 1001, "more_than_open"), (400, 401, "more_than_paid")]
)
def test_nothing_is_paid_beyond_what_is_open_or_paid(
    app: Flask, clock: StillClock, amount: int, share: int, reason: str
) -> None:
    shop, _order, (first,) = owing(clock, 1000)
    new = payment(shop, clock, amount, shares={first.id: share})
    with pytest.raises(BadInput) as refused, shop.selling(clock()) as work:
        record_receipt(work, shop.reseller.id, new)
    assert refused.value.reason == reason
    with shop.selling(clock()) as work:
        assert open_of(work, shop) == {"I-1": 1000}


def test_an_invoice_in_another_currency_or_of_another_customer_is_never_paid(
    app: Flask, clock: StillClock
) -> None:
    shop, order, (first,) = owing(clock, 1000)
    with making(clock()) as work:
        make_posted(work, order, [700], number="T-1", currency="TWD")
    with shop.selling(clock()) as work:
        record_receipt(work, shop.reseller.id, payment(shop, clock, 700, currency="TWD"))
        assert open_of(work, shop) == {"I-1": 1000}
    with making(clock()) as work:
        other = make_organisation(work, "fabrikam")
    new = payment(shop, clock, 9, customer_id=other.id, reference="B-2", shares={first.id: 9})
    with pytest.raises(BadInput), shop.selling(clock()) as work:
        record_receipt(work, shop.reseller.id, new)


def test_a_reference_is_recorded_once_and_again_once_taken_back(
    app: Flask, clock: StillClock
) -> None:
    shop, _order, _made = owing(clock, 1000)
    with shop.selling(clock()) as work:
        made = record_receipt(work, shop.reseller.id, payment(shop, clock, 400))
    with pytest.raises(BadInput, match="recorded already"), shop.selling(clock()) as work:
        record_receipt(work, shop.reseller.id, payment(shop, clock, 400))
    with shop.selling(clock()) as work:
        take_back(work, made.id, "wrong amount")
        assert open_of(work, shop) == {"I-1": 1000}
        record_receipt(work, shop.reseller.id, payment(shop, clock, 40))
        assert open_of(work, shop) == {"I-1": 960}
    with pytest.raises(Conflict), shop.selling(clock()) as work:
        take_back(work, made.id, "again")


def test_what_is_left_over_pays_a_later_invoice(app: Flask, clock: StillClock) -> None:
    shop, order, _made = owing(clock, 1000)
    with shop.selling(clock()) as work:
        made = record_receipt(work, shop.reseller.id, payment(shop, clock, 1300))
    with making(clock()) as work:
        later = make_posted(work, order, [500], number="I-9")
    with pytest.raises(BadInput), shop.selling(clock()) as work:
        share_rest(work, made.id, later.id, 301)
    with shop.selling(clock()) as work:
        share_rest(work, made.id, later.id, 300)
        assert open_of(work, shop) == {"I-9": 200}
        assert used_of(work.session, get_receipt(work.session, made.id)) == 1300


def test_a_credit_note_settles_what_it_corrects_and_its_rest_another_invoice(
    app: Flask, clock: StillClock
) -> None:
    shop, order, (first, second) = owing(clock, 1000, 500)
    with shop.selling(clock()) as work:
        shares = {first.id: 900}
        record_receipt(work, shop.reseller.id, payment(shop, clock, 900, shares=shares))
    with making(clock()) as work:
        note = make_posted(work, order, [-400], number="C-1", corrects_id=first.id)
        work.events.append(InvoicePosted(note.id))
    with shop.selling(clock()) as work:
        assert open_of(work, shop) == {"I-2": 500}
        assert used_of(work.session, note) == 100
    with pytest.raises(BadInput), shop.selling(clock()) as work:
        settle_credit(work, note.id, second.id, 301)
    with shop.selling(clock()) as work:
        settle_credit(work, note.id, second.id, 300)
        assert open_of(work, shop) == {"I-2": 200}
    with making(clock()) as work:
        work.session.get_one(Invoice, note.id).state = InvoiceState.VOID
    with shop.selling(clock()) as work:
        assert open_of(work, shop) == {"I-1": 100, "I-2": 500}


def test_a_void_invoice_gives_its_payment_free(app: Flask, clock: StillClock) -> None:
    shop, _order, (first, second) = owing(clock, 1000, 1000)
    with shop.selling(clock()) as work:
        made = record_receipt(work, shop.reseller.id, payment(shop, clock, 1000))
    with making(clock()) as work:
        work.session.get_one(Invoice, first.id).state = InvoiceState.VOID
    with shop.selling(clock()) as work:
        share_rest(work, made.id, second.id, 1000)
        assert open_of(work, shop) == {}


def test_only_the_reseller_itself_records_and_no_day_to_come(app: Flask, clock: StillClock) -> None:
    shop, _order, _made = owing(clock, 1000)
    with pytest.raises(Forbidden), shop.buying(clock()) as work:
        record_receipt(work, shop.reseller.id, payment(shop, clock, 1))
    tomorrow = clock().date() + timedelta(days=2)
    with pytest.raises(BadInput, match="still to come"), shop.selling(clock()) as work:
        record_receipt(work, shop.reseller.id, payment(shop, clock, 1, received_on=tomorrow))
    with making(clock()) as work:
        other = make_organisation(work, "northwind", OrganisationKind.RESELLER)
        assert list_open(work.session, OpenFilter(other.id)) == []


def test_of_payments_at_once_no_more_is_taken_than_is_open(app: Flask, clock: StillClock) -> None:
    shop, _order, (first,) = owing(clock, 1000)

    def pay(number: int) -> None:
        new = payment(shop, clock, 600, reference=f"B-{number}", shares={first.id: 600})
        with shop.selling(clock()) as work:
            record_receipt(work, shop.reseller.id, new)

    results = race(app, [lambda number=at: pay(number) for at in range(4)])  # type: ignore[misc]
    assert len(winners(results)) == 1
    with shop.selling(clock()) as work:
        assert open_of(work, shop) == {"I-1": 400}


def test_an_overdue_invoice_is_told_by_mail_once_a_day(app: Flask, clock: StillClock) -> None:
    shop, _order, (first,) = owing(clock, 1000)
    with pytest.raises(Conflict, match="not overdue"), shop.selling(clock()) as work:
        remind(work, first.id)
    clock.move(days=10)
    with pytest.raises(BadInput, match="No address"), shop.selling(clock()) as work:
        remind(work, first.id)
    with shop.selling(clock()) as work:
        work.session.add(
            BuyerProfile(
                reseller_id=shop.reseller.id,
                organisation_id=shop.customer.id,
                legal_name="Contoso Inc.",
                invoice_email="pay@contoso.example",
                language=Language.ENGLISH,
            )
        )
        record_receipt(work, shop.reseller.id, payment(shop, clock, 100))
        assert remind(work, first.id).open_minor == 900
    with pytest.raises(Conflict, match="today"), shop.selling(clock()) as work:
        remind(work, first.id)
    with making(clock()) as work:
        mails = work.session.scalars(
            select(OutboxMessage).where(OutboxMessage.template == "invoice_overdue")
        ).all()
        assert [(one.to_address, one.facts["open_minor"]) for one in mails] == [
            ("pay@contoso.example", 900)
        ]
    with shop.selling(clock()) as work:
        due = list_open(work.session, OpenFilter(due_before=date(2000, 1, 1)))
        assert due == []


def test_a_customer_sees_its_own_payments_alone(app: Flask, clock: StillClock) -> None:
    shop, _order, _made = owing(clock, 1000)
    with shop.selling(clock()) as work:
        made = record_receipt(work, shop.reseller.id, payment(shop, clock, 400))
    with shop.buying(clock()) as work:
        assert get_receipt(work.session, made.id).amount_minor == 400
    with making(clock()) as work:
        other = make_organisation(work, "northwind", OrganisationKind.RESELLER)
    strange = replace(shop, reseller=other)
    with pytest.raises(DomainError), strange.selling(clock()) as work:
        get_receipt(work.session, made.id)
