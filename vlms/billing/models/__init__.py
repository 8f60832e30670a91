"""Tables of billing."""

from vlms.billing.models import (
    attachments,
    budgets,
    charges,
    invoices,
    posted,
    prices,
    publisher,
    receipts,
)

__all__ = [
    "attachments",
    "budgets",
    "charges",
    "invoices",
    "posted",
    "prices",
    "publisher",
    "receipts",
]
