"""Words of taxes, exchange rates, the publisher's invoices and payments."""

from __future__ import annotations

from decimal import Decimal

from vlms.billing.rules.exchange import LABELS
from vlms.billing.rules.postings import PaperKind
from vlms.billing.rules.tax import TaxMode
from vlms.core.text import Text, _

MODE_WORDS: dict[TaxMode, Text] = {
    TaxMode.PER_LINE: _("per line"),
    TaxMode.PER_INVOICE: _("per invoice"),
}
ACCOUNT_WORDS: dict[str, Text] = {
    "receivable": _("Accounts receivable"),
    "revenue": _("Sales"),
    "tax": _("Tax on sales"),
    "cash": _("Bank"),
    "cost": _("Cost of sales"),
    "input_tax": _("Tax on purchases"),
    "payable": _("Accounts payable"),
}
ACTION_WORDS = {
    "tax_rate.added": _("Tax rate added"),
    "tax_rate.removed": _("Tax rate removed"),
    "tax_rate.sample_loaded": _("Sample tax rates loaded"),
    "tax_rule.added": _("Rounding of tax set"),
    "tax_rule.removed": _("Rounding of tax removed"),
    "publisher_invoice.recorded": _("Publisher's invoice recorded"),
    "publisher_invoice.removed": _("Publisher's invoice taken out"),
    "receipt.recorded": _("Payment recorded"),
    "receipt.shared": _("Payment used"),
    "receipt.taken_back": _("Payment taken back"),
    "invoice.reminded": _("Customer reminded"),
    "accounts.set": _("Numbers of accounts set"),
    "exchange_rate.added": _("Exchange rate added"),
    "exchange_rate.removed": _("Exchange rate removed"),
    "exchange_rate.imported": _("Exchange rates imported"),
}
COLUMN_WORDS = {
    "product_key": _("Product"),
    "percent": _("Percent"),
    "mode": _("Rounded"),
    "effective_from": _("In effect from"),
    "invoiced_on": _("Invoiced"),
    "received_on": _("Received on"),
    **{f"{name}_account": word for name, word in ACCOUNT_WORDS.items()},
    "taken_back_at": _("Taken back"),
    "amount_minor": _("Amount"),
    "from_currency": _("From currency"),
    "to_currency": _("To currency"),
    "effective_on": _("Day"),
    "exchange_rate.source": LABELS["source"],
    "rate_millionths": _("Rate, in millionths"),
}
VALUE_WORDS = {"tax_rule.mode": MODE_WORDS}
PAPER_WORDS: dict[PaperKind, Text] = {
    PaperKind.INVOICE: _("Invoice"),
    PaperKind.CREDIT_NOTE: _("Credit note"),
    PaperKind.RECEIPT: _("Payment"),
    PaperKind.PUBLISHER_INVOICE: _("Publisher's invoice"),
}


def shown_percent(percent: Decimal) -> str:
    """A rate as people write it: `5 %`, `7.5 %`."""
    return f"{percent.normalize():f} %"
