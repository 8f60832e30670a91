"""Commands of billing: `vlms billing …`."""

from __future__ import annotations

import click


@click.group("billing")
def billing() -> None:
    """Prices, taxes, invoices, receipts, budgets, attachments."""
