"""`vlms billing invoices`: credit notes, declaring void, tax invoice numbers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import click

from vlms.billing.cli.importing import import_options, import_sheet
from vlms.billing.cli.invoices import invoice_argument, invoices
from vlms.billing.invoice_words import COLUMN_WORDS
from vlms.billing.queries.invoicing import get_invoice
from vlms.billing.rules.amounts import read_amount
from vlms.billing.rules.tax_numbers import read_allowance_number, read_tax_invoice_number
from vlms.billing.service import invoicing_credit
from vlms.billing.service.invoicing_numbers import (
    LABELS,
    examine_numbers,
    import_numbers,
    set_allowance_number,
    set_tax_invoice_number,
)
from vlms.core.commands import Read, command_work, with_app
from vlms.core.errors import BadInput
from vlms.core.reading import read_text, read_whole
from vlms.core.text import _

__all__ = ["invoices"]

_reason = click.option("--reason", required=True, type=Read(read_text(500), _("Reason")))


@invoices.command()
@invoice_argument
@click.option(
    "--line",
    "parts",
    multiple=True,
    nargs=3,
    metavar="LINE NET UNITS",
    help="What of a line is given back; without any, all that is left.",
)
@_reason
@with_app
def credit(invoice_id: UUID, parts: tuple[tuple[str, str, str], ...], reason: str) -> None:
    """Make a credit note; prints its number."""
    with command_work() as work:
        invoice = get_invoice(work.session, invoice_id)
        keys = {str(line.position): line.id for line in invoice.lines}
        asked = {}
        for line, net, units in parts:
            if line not in keys:
                raise BadInput(None, _("There is no line %(line)s.", line=line))
            minor = read_amount(invoice.currency)(net, _("Net"))
            asked[keys[line]] = invoicing_credit.Part(
                minor, read_whole(0, 1_000_000)(units, _("Units"))
            )
        click.echo(invoicing_credit.credit(work, invoice_id, reason, asked or None).number)


@invoices.command()
@invoice_argument
@_reason
@with_app
def void(invoice_id: UUID, reason: str) -> None:
    """Declare a posted invoice or credit note void."""
    with command_work() as work:
        invoicing_credit.void(work, invoice_id, reason)
    click.echo("Declared void.")


@invoices.command("tax-number")
@invoice_argument
@click.argument("number", type=Read(read_tax_invoice_number, LABELS["tax_invoice_number"]))
@with_app
def tax_number(invoice_id: UUID, number: str) -> None:
    """Note the NUMBER of the tax invoice (two letters, eight digits)."""
    with command_work() as work:
        set_tax_invoice_number(work, invoice_id, number)
    click.echo(f"Noted: {number}.")


@invoices.command("allowance-number")
@invoice_argument
@click.argument("number", type=Read(read_allowance_number, COLUMN_WORDS["allowance_number"]))
@with_app
def allowance_number(invoice_id: UUID, number: str) -> None:
    """Note the NUMBER of the certificate that was issued for a credit note (Taiwan)."""
    with command_work() as work:
        set_allowance_number(work, invoice_id, number)
    click.echo(f"Noted: {number}.")


@invoices.command("import-tax-numbers")
@import_options
@with_app
def import_tax_numbers(**asked: Any) -> None:
    """Note the numbers of a FILE (.xlsx or .csv): all of them or none."""
    count = import_sheet(examine_numbers, import_numbers, LABELS, asked)
    click.echo(f"{count} numbers noted.", err=True)
