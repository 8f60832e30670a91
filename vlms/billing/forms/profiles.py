"""Forms of what papers say of seller and buyer, and of own prices."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from vlms.billing.invoice_words import COLUMN_WORDS, LANGUAGE_WORDS
from vlms.billing.service.invoicing_prices import NewSellingPrice
from vlms.billing.service.invoicing_profiles import BuyerFacts, SellerFacts
from vlms.core.language import Language
from vlms.core.reading import (
    optional,
    read_day,
    read_email,
    read_text,
    read_unit_price,
    read_whole,
    refuse,
)
from vlms.core.text import Text, _
from vlms.web.forms import ChoiceField, DayField, Form, TextField
from vlms.web.place_fields import CountryField, CurrencyField

_PREFIX = re.compile(r"[A-Z0-9]{1,10}")
_WORDS = COLUMN_WORDS


def read_prefix(typed: str, label: Text) -> str:
    """Letters and digits before the year of an invoice's number; empty is none."""
    text = typed.strip().upper()
    if text and (not _PREFIX.fullmatch(text) or text == "CN"):
        raise refuse(typed, label, _("Use up to ten letters and digits; CN marks credit notes."))
    return text


class SellerForm(Form):
    """Who sells."""

    legal_name = TextField(_WORDS["legal_name"], read_text(200))
    latin_name = TextField(_WORDS["latin_name"], optional(read_text(200)))
    address = TextField(_WORDS["address"], read_text(400))
    country = CountryField()
    tax_number = TextField(
        _WORDS["tax_number"], optional(read_text(40)), _("In Taiwan the eight-digit number.")
    )
    partner_number = TextField(
        _WORDS["partner_number"], optional(read_text(60)), _("PartnerId of reconciliation files.")
    )
    mpn_number = TextField(_WORDS["mpn_number"], optional(read_text(60)))
    invoice_prefix = TextField(_WORDS["invoice_prefix"], read_prefix, _("As LW: LW-2026-000001."))
    payment_days = TextField(_WORDS["payment_days"], read_whole(0, 365), default="30")
    payment_details = TextField(
        _WORDS["payment_details"], optional(read_text(500)), _("Bank and account.")
    )

    def facts(self) -> SellerFacts:
        return SellerFacts(**_values(self))


class BuyerForm(Form):
    """Who buys, and where invoices go."""

    legal_name = TextField(_WORDS["legal_name"], read_text(200))
    latin_name = TextField(_WORDS["latin_name"], optional(read_text(200)))
    address = TextField(_WORDS["address"], optional(read_text(400)))
    tax_number = TextField(
        _WORDS["tax_number"], optional(read_text(40)), _("In Taiwan the eight-digit number.")
    )
    customer_number = TextField(
        _WORDS["customer_number"],
        optional(read_text(60)),
        _("CustomerId of reconciliation files."),
    )
    domain_name = TextField(_WORDS["domain_name"], optional(read_text(200)))
    invoice_email = TextField(
        _WORDS["invoice_email"], optional(read_email), _("Told of each invoice, with a link.")
    )
    language = ChoiceField(
        _("Language of papers and mail"),
        [(language.value, word) for language, word in LANGUAGE_WORDS.items()],
    )

    def facts(self) -> BuyerFacts:
        values = _values(self)
        language = Language(values.pop("language"))
        address = values.pop("address") or ""
        return BuyerFacts(**values, address=address, language=language)


def _values(form: Form) -> dict[str, Any]:
    return {field.name: field.value for field in form.shown_fields()}


def fill_profile(form: Form, profile: object | None) -> None:
    """Show what was entered before."""
    if profile is not None:
        for field in form.shown_fields():
            value = getattr(profile, field.name)
            field.data = "" if value is None else str(value)


class SellingPriceForm(Form):
    """A price of the reseller's own."""

    product = ChoiceField(_("Product"))
    customer = ChoiceField(
        _("Customer"), hint=_("A customer's own price goes before that for all.")
    )
    currency = CurrencyField()
    unit_price = TextField(
        _("Unit price for 12 months"), read_unit_price, _("Before tax, as 1200.50.")
    )
    effective_from = DayField(_("From this order day on"), read_day)
    effective_until = DayField(
        _("Until this order day"), optional(read_day), _("Empty: until a later one begins.")
    )

    def offer(
        self, products: Iterable[tuple[str, object]], customers: Iterable[tuple[str, object]]
    ) -> None:
        self.product.offer(products)
        self.customer.offer([("", _("All customers")), *customers])

    def price(self) -> NewSellingPrice:
        return NewSellingPrice(
            UUID(self.product.value),
            self.currency.value,
            self.unit_price.value,
            self.effective_from.value,
            self.effective_until.value,
            UUID(self.customer.value) if self.customer.value else None,
        )
