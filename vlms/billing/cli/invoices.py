"""`vlms billing invoices`: what is to be invoiced, drafts, posting, papers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from flask_babel import force_locale

from vlms.accounts.cli.values import json_option
from vlms.billing.cli.values import reseller_named, reseller_option
from vlms.billing.invoice_papers import invoice_book, invoice_paper, paper_of
from vlms.billing.models.invoices import Invoice
from vlms.billing.queries.invoices import InvoiceFilter, get_whole_lines, list_invoices
from vlms.billing.queries.invoicing import get_invoice, list_open_lines
from vlms.billing.rules.amounts import typed_amount
from vlms.billing.service.invoicing import (
    DraftFacts,
    create_draft,
    discard_draft,
    edit_draft,
    order_lines_of,
)
from vlms.billing.service.invoicing_posting import post_invoice
from vlms.core.clock import system_clock
from vlms.core.commands import SCOPE, Read, command_work, print_rows, with_app, written
from vlms.core.db import reading
from vlms.core.errors import BadInput
from vlms.core.language import Language
from vlms.core.reading import read_country, read_currency, read_day
from vlms.core.text import _
from vlms.exports.pdf import write_pdf
from vlms.exports.xlsx import write_book
from vlms.orders.models import OrderLine

invoice_argument = click.argument("invoice_id", metavar="ID", type=click.UUID)


@click.group()
def invoices() -> None:
    """A reseller's invoices to its customers, and credit notes."""


@invoices.command("list")
@reseller_option
@json_option
@with_app
def list_all(reseller: str, as_json: bool) -> None:
    """List drafts, posted and void ones."""
    with reading(SCOPE) as session:
        seller = reseller_named(session, reseller)
        found = list_invoices(session, InvoiceFilter(reseller_id=seller.id))
        print_rows(map(_row, found), as_json=as_json)


def _row(one: Invoice) -> dict[str, object]:
    return {
        "id": one.id,
        "number": one.number,
        "kind": one.kind.value,
        "state": one.state.value,
        "customer": one.organisation.name,
        "issued_on": one.issued_on,
        "due_on": one.due_on,
        "currency": one.currency,
        "net": typed_amount(one.net_minor, one.currency),
        "tax": typed_amount(one.tax_minor, one.currency),
        "gross": typed_amount(one.gross_minor, one.currency),
        "tax_invoice_number": one.tax_invoice_number,
        "allowance_number": one.allowance_number,
    }


@invoices.command()
@invoice_argument
@json_option
@with_app
def show(invoice_id: UUID, as_json: bool) -> None:
    """The lines of an invoice, each with its key and its formula."""
    with reading(SCOPE) as session:
        invoice = get_invoice(session, invoice_id)
        rows = [
            {
                "line": line.position,
                "id": line.id,
                "order": line.order_number,
                "product": line.product.key,
                "quantity": line.quantity,
                "net": typed_amount(line.net_minor, invoice.currency),
                "tax_percent": f"{line.tax_percent.normalize():f}",
                "tax": typed_amount(line.tax_minor, invoice.currency),
                "reckoned_as": line.trace["formula"],
            }
            for line in get_whole_lines(session, invoice)
        ]
    print_rows(rows, as_json=as_json)


@invoices.command("open")
@reseller_option
@json_option
@with_app
def list_open(reseller: str, as_json: bool) -> None:
    """List order lines that no invoice asks for yet."""
    with reading(SCOPE) as session:
        found = list_open_lines(session, reseller_named(session, reseller).id)
        rows = [
            {
                "order": line.order.number,
                "line": line.position,
                "customer": line.order.organisation.name,
                "product": line.product.key,
                "quantity": line.quantity,
                "net": typed_amount(line.amount_minor or 0, line.order.currency),
                "currency": line.order.currency,
            }
            for line in found
        ]
    print_rows(rows, as_json=as_json)


@invoices.command()
@click.argument("orders", nargs=-1, required=True)
@click.option("--currency", type=Read(read_currency, _("Currency")))
@click.option("--tax-country", type=Read(read_country, _("Country")))
@click.option("--language", type=click.Choice([each.value for each in Language]))
@click.option("--purchase-order")
@click.option("--cost-centre")
@click.option("--due-on", type=Read(read_day, _("Due on")))
@reseller_option
@with_app
def draft(orders: tuple[str, ...], reseller: str, language: str | None, **facts: Any) -> None:
    """Draft an invoice of all open lines of these ORDERS; prints its ID."""
    chosen = Language(language) if language else None
    with command_work() as work:
        seller = reseller_named(work.session, reseller)
        lines = _of_orders(list_open_lines(work.session, seller.id), orders)
        told = DraftFacts(language=chosen, **facts)
        click.echo(create_draft(work, seller.id, [line.id for line in lines], told).id)


def _of_orders(lines: Iterable[OrderLine], numbers: tuple[str, ...]) -> list[OrderLine]:
    wanted = {number.strip().upper() for number in numbers}
    found = [line for line in lines if line.order.number in wanted]
    missing = wanted - {line.order.number for line in found}
    if missing:
        raise BadInput(
            None,
            _("Nothing of order %(number)s is to be invoiced.", number=min(missing)),
            way_out=_("`vlms billing invoices open` lists what is."),
        )
    return found


@invoices.command()
@invoice_argument
@click.option("--currency", type=Read(read_currency, _("Currency")))
@click.option("--tax-country", type=Read(read_country, _("Country")))
@click.option("--purchase-order")
@click.option("--cost-centre")
@click.option("--due-on", type=Read(read_day, _("Due on")))
@with_app
def edit(
    invoice_id: UUID,
    currency: str | None,
    tax_country: str | None,
    purchase_order: str | None,
    cost_centre: str | None,
    due_on: date | None,
) -> None:
    """Change a draft's facts and work it out anew; what is not named stays."""
    with command_work() as work:
        held = get_invoice(work.session, invoice_id)
        facts = DraftFacts(
            currency,
            tax_country,
            None,
            purchase_order or held.purchase_order,
            cost_centre or held.cost_centre,
            due_on or held.due_on,
        )
        keys = [line.id for line in order_lines_of(work.session, held)]
        edit_draft(work, invoice_id, held.version, facts, keys)
    click.echo("The draft is worked out anew.")


@invoices.command()
@invoice_argument
@with_app
def discard(invoice_id: UUID) -> None:
    """Remove a draft; no number is missing."""
    with command_work() as work:
        discard_draft(work, invoice_id)
    click.echo("Discarded.")


@invoices.command()
@invoice_argument
@with_app
def post(invoice_id: UUID) -> None:
    """Post a draft; prints its number. It never changes again."""
    with command_work() as work:
        version = get_invoice(work.session, invoice_id).version
        click.echo(post_invoice(work, invoice_id, version).number)


@invoices.command()
@invoice_argument
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--language",
    type=click.Choice([each.value for each in Language]),
    help="Else the invoice's own.",
)
@with_app
def paper(invoice_id: UUID, file: Path, language: str | None) -> None:
    """Write an invoice to FILE: a workbook where its name ends with .xlsx, else a PDF."""
    with reading(SCOPE) as session:
        invoice = get_invoice(session, invoice_id)
        words = Language(language) if language else invoice.language
        found = paper_of(session, invoice, system_clock())
        with force_locale(words.value), written(file) as out:
            if file.suffix.lower() == ".xlsx":
                write_book(invoice_book(found), out)
            else:
                write_pdf(invoice_paper(found, words), out)
    click.echo(f"Written to {file}.")
