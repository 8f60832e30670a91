"""Commands of billing: `vlms billing …`."""

from __future__ import annotations

import click

from vlms.billing.cli.attachments import attachments
from vlms.billing.cli.desk import deadlines, message
from vlms.billing.cli.exchange_rates import exchange_rates
from vlms.billing.cli.postings import postings
from vlms.billing.cli.publisher_invoices import publisher_invoices
from vlms.billing.cli.receipts import receipts
from vlms.billing.cli.taxes import taxes


@click.group("billing")
def billing() -> None:
    """Prices, taxes, invoices, receipts, budgets, attachments."""


billing.add_command(attachments)
billing.add_command(deadlines)
billing.add_command(exchange_rates)
billing.add_command(message)
billing.add_command(postings)
billing.add_command(publisher_invoices)
billing.add_command(receipts)
billing.add_command(taxes)
