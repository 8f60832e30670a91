"""`vlms billing invoices`: credit notes, declaring void, tax invoice numbers."""

from __future__ import annotations

import sys
from pathlib import Path
from uuid import UUID

import click

from vlms.accounts.cli.values import json_option
from vlms.billing.cli.invoices import invoice_argument, invoices
from vlms.billing.cli.values import reseller_named, reseller_option
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
from vlms.core.commands import (
    SCOPE,
    Read,
    command_work,
    examined_rows,
    print_rows,
    progress,
    with_app,
)
from vlms.core.db import reading
from vlms.core.errors import BadInput
from vlms.core.reading import read_text, read_whole
from vlms.core.text import _
from vlms.exports.reading import read_rows

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
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what each row would do.")
@reseller_option
@json_option
@with_app
def import_tax_numbers(file: Path, dry_run: bool, reseller: str, as_json: bool) -> None:
    """Note the numbers of a FILE (.xlsx or .csv): all of them or none."""
    with progress("Checking", 1) as advance, reading(SCOPE) as session:
        seller_id = reseller_named(session, reseller).id
        with file.open("rb") as stream:
            sheet = read_rows(stream, file.name)
        run = examine_numbers(session, seller_id, sheet)
        advance(1)
    print_rows(examined_rows(run, LABELS), as_json=as_json)
    if dry_run:
        sys.exit(0 if run.is_sound else 1)
    with command_work() as work:
        count = import_numbers(work, seller_id, sheet)
    click.echo(f"{count} numbers noted.", err=True)
