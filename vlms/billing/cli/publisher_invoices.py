"""`vlms billing publisher-invoices`: what the publisher asks for, and the margin per line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.accounts.cli.values import json_option
from vlms.billing.cli.values import reseller_named, reseller_option
from vlms.billing.models.publisher import PublisherInvoice
from vlms.billing.queries.margins import MarginFilter, list_margins
from vlms.billing.queries.publisher_invoices import (
    list_publisher_invoices,
    list_unbilled_lines,
)
from vlms.billing.rules.amounts import read_amount
from vlms.billing.rules.month import read_month
from vlms.billing.service.publisher_invoices import (
    BilledLine,
    NewPublisherInvoice,
    record_publisher_invoice,
    remove_publisher_invoice,
)
from vlms.core.commands import SCOPE, Read, command_work, print_rows, with_app
from vlms.core.db import reading
from vlms.core.errors import BadInput, NotFound
from vlms.core.reading import read_currency, read_day, read_text, shown
from vlms.core.text import Text, _
from vlms.orders.models import Order, OrderLine

_number = click.argument("number", type=Read(read_text(60), _("Number of the invoice")))
_currency = click.argument("currency", type=Read(read_currency, _("Currency")))


@click.group("publisher-invoices")
def publisher_invoices() -> None:
    """What the publisher asks a reseller for; no customer sees it."""


@publisher_invoices.command("list")
@reseller_option
@json_option
@with_app
def list_all(reseller: str, as_json: bool) -> None:
    """List a reseller's, with how many lines each has."""
    with reading(SCOPE) as session:
        rows = [
            {
                "number": one.number,
                "currency": one.currency,
                "day": one.invoiced_on.isoformat(),
                "net_minor": one.net_minor,
                "tax_minor": one.tax_minor,
                "gross_minor": one.gross_minor,
                "lines": len(one.lines),
            }
            for one in list_publisher_invoices(session, reseller_named(session, reseller).id)
        ]
    print_rows(rows, as_json=as_json)


@publisher_invoices.command()
@reseller_option
@json_option
@with_app
def waiting(reseller: str, as_json: bool) -> None:
    """List the lines of invoiced orders that stand on no recorded invoice."""
    with reading(SCOPE) as session:
        rows = [
            {
                "line": f"{one.line.order.number}/{one.line.position}",
                "reference": one.reference,
                "currency": one.currency,
                "expected_minor": one.line.amount_minor,
            }
            for one in list_unbilled_lines(session, reseller_named(session, reseller).id)
        ]
    print_rows(rows, as_json=as_json)


def _read_line(typed: str, label: Text) -> tuple[str, int, str]:
    """ORDER/LINE=NET as the order's number, the line's position, and the amount as typed."""
    place, equals, net = typed.partition("=")
    order, slash, position = place.rpartition("/")
    if not (equals and slash and position.isascii() and position.isdecimal()):
        raise BadInput(
            None,
            _('%(field)s: "%(typed)s" cannot be used.', field=label, typed=shown(typed)),
            way_out=_("Write it as O-2026-000001/1=1200.50."),
        )
    return order.strip().upper(), int(position), net


@publisher_invoices.command()
@_number
@_currency
@click.argument("day", type=Read(read_day, _("Day of the invoice")))
@click.option(
    "--line",
    "lines",
    multiple=True,
    required=True,
    metavar="ORDER/LINE=NET",
    type=Read(_read_line, _("Line")),
    help="A line of the paper and its net amount; may be repeated.",
)
@click.option("--tax", default="0", help="The paper's tax.")
@click.option("--net", help="The paper's net total, to be compared with the lines.")
@reseller_option
@with_app
def record(  # noqa: PLR0913 (one argument an option)
    number: str,
    currency: str,
    day: date,
    lines: Sequence[tuple[str, int, str]],
    tax: str,
    net: str | None,
    reseller: str,
) -> None:
    """Record the publisher's invoice NUMBER in CURRENCY of a DAY."""
    amount = read_amount(currency, may_be_negative=True)
    with command_work() as work:
        seller = reseller_named(work.session, reseller)
        billed = [
            BilledLine(_line_id(work.session, order, position), amount(typed, _("Net amount")))
            for order, position, typed in lines
        ]
        total = None if net is None else amount(net, _("Net total of the paper"))
        paper = NewPublisherInvoice(
            number, currency, day, billed, amount(tax, _("Tax of the paper")), total
        )
        record_publisher_invoice(work, seller.id, paper)
    click.echo(f"Invoice {number} is recorded with {len(billed)} lines.")


def _line_id(session: Session, order: str, position: int) -> UUID:
    found = session.scalar(
        select(OrderLine)
        .join(OrderLine.order)
        .where(Order.number == order, OrderLine.position == position)
    )
    if found is None:
        raise NotFound(None, _("There is no such line in this order."))
    return found.id


@publisher_invoices.command()
@_number
@_currency
@click.argument("reason", type=Read(read_text(500), _("Why it is taken out")))
@reseller_option
@with_app
def remove(number: str, currency: str, reason: str, reseller: str) -> None:
    """Take out an invoice that was recorded by mistake, for a REASON."""
    with command_work() as work:
        seller = reseller_named(work.session, reseller)
        found = work.session.scalar(
            select(PublisherInvoice).where(
                PublisherInvoice.reseller_id == seller.id,
                PublisherInvoice.number == number,
                PublisherInvoice.currency == currency,
            )
        )
        if found is None:
            raise NotFound(None, _("There is no such invoice of the publisher."))
        remove_publisher_invoice(work, found.id, reason)
    click.echo(f"Invoice {number} is taken out.")


@publisher_invoices.command()
@click.argument("month", type=Read(read_month, _("Month")))
@reseller_option
@json_option
@with_app
def margins(month: tuple[date, date], reseller: str, as_json: bool) -> None:
    """List what each line of a MONTH (as 2026-03) was bought and sold for."""
    with reading(SCOPE) as session:
        seller = reseller_named(session, reseller)
        rows = [
            {
                "line": f"{one.line.order.number}/{one.line.position}",
                "bought": [str(amount) for amount in one.trade.bought],
                "sold": [str(amount) for amount in one.trade.sold],
                "margin_minor": one.trade.margin and one.trade.margin.minor,
                "currency": one.trade.margin and one.trade.margin.currency,
            }
            for one in list_margins(session, MarginFilter(seller.id, *month))
        ]
    print_rows(rows, as_json=as_json)
