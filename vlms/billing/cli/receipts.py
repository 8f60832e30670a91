"""`vlms billing receipts`: payments of customers, what is open, reminders."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import click
from sqlalchemy.orm import Session

from vlms.accounts.cli.values import json_option, organisation_named
from vlms.billing.cli.values import reseller_named, reseller_option
from vlms.billing.models.invoices import Invoice
from vlms.billing.models.receipts import Receipt
from vlms.billing.queries.invoicing import find_invoice
from vlms.billing.queries.receipts import OpenFilter, find_receipt, list_open, list_receipts
from vlms.billing.rules.amounts import read_amount
from vlms.billing.rules.settling import days_late
from vlms.billing.service.receipts import (
    NewReceipt,
    record_receipt,
    settle_credit,
    share_rest,
    take_back,
)
from vlms.billing.service.reminding import remind
from vlms.core.clock import local_day, system_clock
from vlms.core.commands import SCOPE, Read, command_work, print_rows, with_app
from vlms.core.db import reading
from vlms.core.errors import NotFound
from vlms.core.reading import read_currency, read_day, read_text
from vlms.core.text import _

_REFERENCE = Read(read_text(80), _("Reference"))
_AMOUNT = _("Amount")
_reference = click.argument("reference", type=_REFERENCE)


@click.group("receipts")
def receipts() -> None:
    """Payments of customers to a reseller, and what is still open."""


@receipts.command("list")
@reseller_option
@json_option
@with_app
def list_all(reseller: str, as_json: bool) -> None:
    """List the payments, taken back ones too."""
    with reading(SCOPE) as session:
        rows = [
            {
                "reference": one.reference,
                "customer": one.organisation.slug,
                "day": one.received_on.isoformat(),
                "amount_minor": one.amount_minor,
                "currency": one.currency,
                "taken_back": one.taken_back_at is not None,
            }
            for one in list_receipts(session, reseller_named(session, reseller).id)
        ]
    print_rows(rows, as_json=as_json)


@receipts.command()
@click.option("--late", is_flag=True, help="Only those that are overdue.")
@reseller_option
@json_option
@with_app
def due(late: bool, reseller: str, as_json: bool) -> None:
    """List the invoices that are not wholly paid, those that are due first at the top."""
    with reading(SCOPE) as session:
        seller = reseller_named(session, reseller)
        today = local_day(system_clock(), seller.time_zone)
        wanted = OpenFilter(seller.id, due_before=today if late else None)
        rows = [
            {
                "number": one.invoice.number,
                "customer": one.invoice.organisation.slug,
                "due": one.invoice.due_on.isoformat() if one.invoice.due_on else None,
                "days_late": days_late(one.invoice.due_on or today, today),
                "open_minor": one.open_minor,
                "currency": one.invoice.currency,
            }
            for one in list_open(session, wanted)
        ]
    print_rows(rows, as_json=as_json)


@receipts.command()
@_reference
@click.argument("customer")
@click.argument("amount")
@click.argument("currency", type=Read(read_currency, _("Currency")))
@click.argument("day", type=Read(read_day, _("Received on")))
@click.option("--invoice", help="The number of the invoice that it pays.")
@click.option("--later", is_flag=True, help="It pays nothing yet.")
@reseller_option
@with_app
def record(  # noqa: PLR0913 (one argument an option)
    reference: str,
    customer: str,
    amount: str,
    currency: str,
    day: date,
    invoice: str | None,
    later: bool,
    reseller: str,
) -> None:
    """Record a payment of CUSTOMER; it pays the invoices that are due first."""
    minor = read_amount(currency)(amount, _AMOUNT)
    with command_work() as work:
        seller_id = reseller_named(work.session, reseller).id
        buyer = organisation_named(work.session, customer)
        shares: dict[UUID, int] | None = {} if later else None
        if invoice is not None:
            paid = _invoice(work.session, reseller, invoice)
            known = {
                one.invoice.id: one.open_minor for one in list_open(work.session, OpenFilter())
            }
            shares = {paid.id: min(minor, known.get(paid.id, 0))}
        new = NewReceipt(buyer.id, reference, minor, currency, day, shares)
        record_receipt(work, seller_id, new)
    click.echo(f"Payment {reference} is recorded.")


def _invoice(session: Session, reseller: str, number: str) -> Invoice:
    found = find_invoice(session, reseller_named(session, reseller).id, number)
    if found is None:
        raise NotFound(None, _("There is no such invoice."))
    return found


def _receipt(session: Session, reseller: str, reference: str) -> Receipt:
    found = find_receipt(session, reseller_named(session, reseller).id, reference)
    if found is None:
        raise NotFound(None, _("There is no such payment."))
    return found


@receipts.command()
@_reference
@click.argument("invoice")
@click.argument("amount")
@reseller_option
@with_app
def share(reference: str, invoice: str, amount: str, reseller: str) -> None:
    """Let AMOUNT of what a payment has left pay one more INVOICE."""
    with command_work() as work:
        receipt = _receipt(work.session, reseller, reference)
        minor = read_amount(receipt.currency)(amount, _AMOUNT)
        share_rest(work, receipt.id, _invoice(work.session, reseller, invoice).id, minor)
    click.echo(f"Payment {reference} pays invoice {invoice}.")


@receipts.command()
@click.argument("note")
@click.argument("invoice")
@click.argument("amount")
@reseller_option
@with_app
def settle(note: str, invoice: str, amount: str, reseller: str) -> None:
    """Let AMOUNT of the credit note NOTE settle INVOICE."""
    with command_work() as work:
        found = _invoice(work.session, reseller, note)
        minor = read_amount(found.currency)(amount, _AMOUNT)
        settle_credit(work, found.id, _invoice(work.session, reseller, invoice).id, minor)
    click.echo(f"Credit note {note} settles invoice {invoice}.")


@receipts.command("take-back")
@_reference
@click.argument("reason", type=Read(read_text(500), _("Why it is taken back")))
@reseller_option
@with_app
def take_back_one(reference: str, reason: str, reseller: str) -> None:
    """Take back a payment that was recorded by mistake, for a REASON."""
    with command_work() as work:
        take_back(work, _receipt(work.session, reseller, reference).id, reason)
    click.echo(f"Payment {reference} is taken back.")


@receipts.command("remind")
@click.argument("invoice")
@reseller_option
@with_app
def remind_one(invoice: str, reseller: str) -> None:
    """Remind the customer by mail of INVOICE, which is overdue."""
    with command_work() as work:
        told = remind(work, _invoice(work.session, reseller, invoice).id)
    click.echo(f"A reminder to {told.to_address} is written.")
