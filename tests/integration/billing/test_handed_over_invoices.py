"""What becomes of a former reseller's drafts, invoices and credit notes (O4)."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_organisation, making
from tests.support.making_billing import make_invoice_draft, make_posted, make_seller
from tests.support.making_orders import Shop, make_placed, make_shop
from vlms.accounts.models import Organisation, OrganisationKind
from vlms.agreements.service.changing_reseller import NewReseller, plan_change
from vlms.billing.invoice_papers import invoice_paper, paper_of
from vlms.billing.models.attachments import AttachmentKind
from vlms.billing.models.invoices import Invoice, InvoiceState
from vlms.billing.queries.attachments import list_attachments
from vlms.billing.queries.statements import StatementFilter
from vlms.billing.queries.tie_out import differences_of
from vlms.billing.service.attachments import NewAttachment, attach
from vlms.billing.service.invoicing import create_draft
from vlms.billing.service.invoicing_credit import Part, credit, void
from vlms.billing.service.invoicing_posting import post_invoice
from vlms.core.db import reading
from vlms.core.errors import BadInput, Conflict
from vlms.core.language import Language
from vlms.core.scope import Reseller, System
from vlms.exports.pdf import write_pdf
from vlms.orders.events import LineRepriced
from vlms.orders.models import ConsentState, Order, PriceConsent


@pytest.fixture
def shop(app: Flask, clock: StillClock) -> Shop:
    with making(clock()) as work:
        shop = make_shop(work, time_zone="UTC")
        make_seller(work, shop.reseller.id)
        return shop


@pytest.fixture
def other(shop: Shop, clock: StillClock) -> Organisation:
    with making(clock()) as work:
        other = make_organisation(work, "fabrikam", OrganisationKind.RESELLER)
        make_seller(work, other.id)
        return other


def hand_over(shop: Shop, clock: StillClock) -> None:
    clock.now += timedelta(hours=1)
    with shop.buying(clock()) as work:
        change = NewReseller("fabrikam", clock().date(), True, "better terms")
        plan_change(work, shop.agreement.id, change)


def reprice(clock: StillClock, order_id: UUID, more: int) -> None:
    """The first line costs more, or less, on the publisher's invoice day (P5)."""
    with making(clock()) as work:
        order = work.session.get_one(Order, order_id)
        line, old = order.lines[0], order.total_minor
        line.amount_minor = order.total_minor = old + more
        work.events.append(LineRepriced(line.id, old, old + more))


def differences(reseller_id: UUID, clock: StillClock) -> list[str]:
    today, month = clock().date(), timedelta(days=30)
    wanted = StatementFilter(today - month, today + month, clock())
    with reading(Reseller(reseller_id)) as session:
        found = differences_of(session, replace(wanted, reseller_id=reseller_id))
        return [str(one) for one in found]


def asked(order: Order, now: datetime) -> PriceConsent:
    """The customer is asked about a higher price (P5)."""
    return PriceConsent(
        organisation_id=order.organisation_id,
        agreement_id=order.agreement_id,
        reseller_id=order.reseller_id,
        order_id=order.id,
        state=ConsentState.ASKED,
        old_total_minor=order.total_minor,
        new_total_minor=order.total_minor + 1,
        lines={},
        is_above_limit=False,
        invoiced_at=now,
        asked_at=now,
    )


def test_a_draft_of_the_former_reseller_goes(
    shop: Shop, other: Organisation, clock: StillClock
) -> None:
    with making(clock()) as work:
        gone, kept = make_invoice_draft(work, shop), make_posted(work, shop)
    hand_over(shop, clock)
    with reading(System("test")) as session:
        assert session.get(Invoice, gone.id) is None
        assert session.get_one(Invoice, kept.id).state is InvoiceState.POSTED


def test_the_former_reseller_prints_what_it_posted(
    shop: Shop, other: Organisation, clock: StillClock
) -> None:
    with making(clock()) as work:
        invoice = make_posted(work, shop)
    hand_over(shop, clock)
    with reading(Reseller(shop.reseller.id)) as session:
        paper = paper_of(session, session.get_one(Invoice, invoice.id), clock())
        out = io.BytesIO()
        write_pdf(invoice_paper(paper, Language.ENGLISH), out)
        assert out.getvalue().startswith(b"%PDF")
        (line,) = paper.lines
        assert line.order_number == "O-2026-000001"


def test_the_former_reseller_corrects_what_it_posted(
    shop: Shop, other: Organisation, clock: StillClock
) -> None:
    with making(clock()) as work:
        invoice = make_posted(work, shop)
    hand_over(shop, clock)
    with shop.selling(clock()) as work:
        note = credit(work, invoice.id, "handed over")
        assert note.gross_minor == -invoice.gross_minor
    with shop.selling(clock()) as work:
        assert void(work, note.id, "not yet").state is InvoiceState.VOID


def test_what_the_new_reseller_invoices_agrees_with_its_charges(
    shop: Shop, other: Organisation, clock: StillClock
) -> None:
    with making(clock()) as work:
        order = make_placed(work, shop)
    hand_over(shop, clock)
    with making(clock()) as work:
        lines = work.session.get_one(Order, order.id).lines
        draft = create_draft(work, other.id, [line.id for line in lines])
        post_invoice(work, draft.id, draft.version)
    assert differences(other.id, clock) == []
    reprice(clock, order.id, 1000)
    (told,) = differences(other.id, clock)
    assert "USD 1,200.00, and USD 1,210.00 were charged" in told


def test_a_void_credit_note_hides_no_difference(shop: Shop, clock: StillClock) -> None:
    with making(clock()) as work:
        invoice = make_posted(work, shop)
        line = invoice.lines[0]
    with shop.selling(clock()) as work:
        note = credit(work, invoice.id, "too dear", {line.id: Part(1000)})
    reprice(clock, line.order_id, -1000)
    assert differences(shop.reseller.id, clock) == []
    with shop.selling(clock()) as work:
        void(work, note.id, "wrong paper")
    (told,) = differences(shop.reseller.id, clock)
    assert "USD 1,200.00, and USD 1,190.00 were charged" in told


def test_nobody_pays_twice_for_what_the_former_reseller_invoiced(
    shop: Shop, other: Organisation, clock: StillClock
) -> None:
    with making(clock()) as work:
        posted = make_posted(work, shop)
        line_id = posted.lines[0].order_line_id
    hand_over(shop, clock)
    with making(clock(), scope=Reseller(other.id)) as work:
        draft = create_draft(work, other.id, [line_id])
    with (
        pytest.raises(Conflict, match="is invoiced by the reseller before you"),
        making(clock(), scope=Reseller(other.id)) as work,
    ):
        post_invoice(work, draft.id, draft.version)
    with shop.selling(clock()) as work:
        credit(work, posted.id, "handed over")
    with making(clock(), scope=Reseller(other.id)) as work:
        assert post_invoice(work, draft.id, draft.version).state is InvoiceState.POSTED


def test_the_signed_agreement_goes_with_the_agreement_and_a_quote_does_not(
    shop: Shop, other: Organisation, clock: StillClock
) -> None:
    with shop.selling(clock()) as work:
        for kind in (AttachmentKind.SIGNED_AGREEMENT, AttachmentKind.QUOTE):
            attach(work, NewAttachment(kind, f"{kind}.pdf", b"%PDF-1.7", shop.agreement.id))
    hand_over(shop, clock)
    for reseller_id, kind in (
        (other.id, AttachmentKind.SIGNED_AGREEMENT),
        (shop.reseller.id, AttachmentKind.QUOTE),
    ):
        with reading(Reseller(reseller_id)) as session:
            assert [one.kind for one in list_attachments(session, shop.agreement.id)] == [kind]


def test_a_draft_is_not_posted_while_the_customer_is_asked(shop: Shop, clock: StillClock) -> None:
    with making(clock()) as work:
        draft = make_invoice_draft(work, shop)
        line = draft.lines[0].order_line
        work.session.add(asked(line.order, clock()))
    with pytest.raises(BadInput, match="waits for consent"), making(clock()) as work:
        post_invoice(work, draft.id, draft.version)
