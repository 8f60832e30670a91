"""Pages of billing."""

from __future__ import annotations

from flask import Blueprint

from vlms.billing.views.attachments import attachments
from vlms.billing.views.budgets import budgets
from vlms.billing.views.charge_back import charge_back
from vlms.billing.views.customers import customers
from vlms.billing.views.deadlines import deadlines
from vlms.billing.views.exchange_rates import exchange_rates
from vlms.billing.views.invoice_pages import invoices
from vlms.billing.views.postings import postings
from vlms.billing.views.publisher_invoices import publisher_invoices
from vlms.billing.views.receipts import receipts
from vlms.billing.views.statements import statements
from vlms.billing.views.taxes import taxes

BILLING_BLUEPRINTS: tuple[Blueprint, ...] = (
    attachments,
    budgets,
    charge_back,
    customers,
    deadlines,
    exchange_rates,
    invoices,
    postings,
    publisher_invoices,
    receipts,
    statements,
    taxes,
)
