"""All pages of invoices: each module adds its own to the one blueprint."""

from __future__ import annotations

from vlms.billing.views import invoice_corrections, invoice_drafts, invoice_profiles
from vlms.billing.views.invoices import invoices

__all__ = ["invoice_corrections", "invoice_drafts", "invoice_profiles", "invoices"]
