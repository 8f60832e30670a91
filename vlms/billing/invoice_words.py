"""What invoices' kinds, states, columns and acts are called."""

from __future__ import annotations

from vlms.billing.models.invoices import InvoiceKind, InvoiceState
from vlms.core.language import Language
from vlms.core.text import Text, _

KIND_WORDS: dict[InvoiceKind, Text] = {
    InvoiceKind.INVOICE: _("Invoice"),
    InvoiceKind.CREDIT_NOTE: _("Credit note"),
}
STATE_WORDS: dict[InvoiceState, Text] = {
    InvoiceState.DRAFT: _("Draft invoice"),
    InvoiceState.POSTED: _("Posted"),
    InvoiceState.VOID: _("Declared void"),
}
LANGUAGE_WORDS: dict[Language, Text] = {
    Language.ENGLISH: _("English"),
    Language.TRADITIONAL_CHINESE: _("Traditional Chinese"),
}
ACTION_WORDS = {
    "invoice.drafted": _("Invoice drafted"),
    "invoice.edited": _("Draft of an invoice edited"),
    "invoice.discarded": _("Draft of an invoice discarded"),
    "invoice.posted": _("Invoice posted"),
    "invoice.credited": _("Credit note made"),
    "invoice.voided": _("Invoice declared void"),
    "invoice.tax_number_set": _("Tax invoice number noted"),
    "invoice.allowance_number_set": _("Allowance certificate number noted"),
    "seller_profile.saved": _("What papers say of the seller entered"),
    "buyer_profile.saved": _("What papers say of a buyer entered"),
    "selling_price.added": _("Own price added"),
    "selling_price.removed": _("Own price removed"),
}
COLUMN_WORDS = {
    "issued_on": _("Invoice day"),
    "due_on": _("Due on"),
    "net_minor": _("Net, in the smallest unit"),
    "tax_minor": _("Tax, in the smallest unit"),
    "gross_minor": _("Gross, in the smallest unit"),
    "tax_invoice_number": _("Tax invoice number"),
    "allowance_number": _("Allowance certificate number"),
    "void_reason": _("Why it is void"),
    "legal_name": _("Registered name"),
    "latin_name": _("English name"),
    "address": _("Postal address"),
    "tax_number": _("Tax number"),
    "partner_number": _("Partner number"),
    "mpn_number": _("MPN number"),
    "invoice_prefix": _("Beginning of invoice numbers"),
    "payment_days": _("Days to pay"),
    "payment_details": _("How to pay"),
    "customer_number": _("Customer number"),
    "domain_name": _("Domain name"),
    "invoice_email": _("Mail address for invoices"),
    "effective_until": _("Until"),
}
VALUE_WORDS = {"invoice.state": STATE_WORDS}
