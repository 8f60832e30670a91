"""Commands of billing: `vlms billing …`."""

from __future__ import annotations

import click

from vlms.billing.cli.attachments import attachments
from vlms.billing.cli.budgets import budgets
from vlms.billing.cli.charge_back import charge_back, savings
from vlms.billing.cli.desk import customers, deadlines, last_characters, message
from vlms.billing.cli.exchange_rates import exchange_rates
from vlms.billing.cli.invoice_corrections import invoices
from vlms.billing.cli.postings import postings
from vlms.billing.cli.profiles import buyers, prices, sellers
from vlms.billing.cli.publisher_invoices import publisher_invoices
from vlms.billing.cli.receipts import receipts
from vlms.billing.cli.statements import statement
from vlms.billing.cli.taxes import taxes


@click.group("billing")
def billing() -> None:
    """Prices, taxes, invoices, receipts, budgets, attachments."""


billing.add_command(attachments)
billing.add_command(budgets)
billing.add_command(buyers)
billing.add_command(charge_back)
billing.add_command(customers)
billing.add_command(deadlines)
billing.add_command(last_characters)
billing.add_command(exchange_rates)
billing.add_command(invoices)
billing.add_command(message)
billing.add_command(postings)
billing.add_command(prices)
billing.add_command(publisher_invoices)
billing.add_command(receipts)
billing.add_command(savings)
billing.add_command(sellers)
billing.add_command(statement)
billing.add_command(taxes)
