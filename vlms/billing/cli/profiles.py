"""`vlms billing sellers`, `buyers` and `prices`: what papers say, and own prices."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import click

from vlms.accounts.cli.values import json_option, organisation_named
from vlms.billing.cli.values import reseller_named, reseller_option
from vlms.billing.forms.profiles import read_prefix
from vlms.billing.invoice_words import COLUMN_WORDS
from vlms.billing.models.prices import BuyerProfile, SellerProfile
from vlms.billing.queries.profiles import (
    find_buyer,
    find_seller,
    list_buyers,
    list_selling_prices,
)
from vlms.billing.service.invoicing_prices import (
    NewSellingPrice,
    add_selling_price,
    remove_selling_price,
)
from vlms.billing.service.invoicing_profiles import (
    BuyerFacts,
    SellerFacts,
    save_buyer,
    save_seller,
)
from vlms.catalog.cli_values import product_named
from vlms.catalog.queries import list_products
from vlms.core.commands import SCOPE, Read, command_work, print_rows, with_app
from vlms.core.db import reading
from vlms.core.language import Language
from vlms.core.reading import (
    read_country,
    read_currency,
    read_day,
    read_email,
    read_text,
    read_unit_price,
    read_whole,
)
from vlms.core.text import _

_SELLER = SellerFacts.__dataclass_fields__
_BUYER = BuyerFacts.__dataclass_fields__


@click.group()
def sellers() -> None:
    """What invoices say of a reseller."""


@sellers.command("show")
@reseller_option
@json_option
@with_app
def show_seller(reseller: str, as_json: bool) -> None:
    """Show it."""
    with reading(SCOPE) as session:
        found = find_seller(session, reseller_named(session, reseller).id)
        rows = [{name: getattr(found, name) for name in _SELLER}] if found else []
    print_rows(rows, as_json=as_json)


@sellers.command("set")
@click.option("--legal-name", type=Read(read_text(200), COLUMN_WORDS["legal_name"]))
@click.option("--latin-name", type=Read(read_text(200), COLUMN_WORDS["latin_name"]))
@click.option("--address", type=Read(read_text(400), COLUMN_WORDS["address"]))
@click.option("--country", type=Read(read_country, _("Country")))
@click.option("--tax-number", type=Read(read_text(40), COLUMN_WORDS["tax_number"]))
@click.option("--partner-number", type=Read(read_text(60), COLUMN_WORDS["partner_number"]))
@click.option("--mpn-number", type=Read(read_text(60), COLUMN_WORDS["mpn_number"]))
@click.option("--invoice-prefix", type=Read(read_prefix, COLUMN_WORDS["invoice_prefix"]))
@click.option("--payment-days", type=Read(read_whole(0, 365), COLUMN_WORDS["payment_days"]))
@click.option("--payment-details", type=Read(read_text(500), COLUMN_WORDS["payment_details"]))
@reseller_option
@with_app
def set_seller(reseller: str, **facts: Any) -> None:
    """Enter what is named; the rest stays."""
    with command_work() as work:
        seller = reseller_named(work.session, reseller)
        held = _held(find_seller(work.session, seller.id), _SELLER)
        start = {"legal_name": seller.name, "address": "–", "country": seller.country, **held}
        save_seller(work, seller.id, replace(SellerFacts(**start), **_given(facts)))
    click.echo("Saved.")


def _held(profile: SellerProfile | BuyerProfile | None, names: Any) -> dict[str, Any]:
    return {} if profile is None else {name: getattr(profile, name) for name in names}


def _given(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if value is not None}


@click.group()
def buyers() -> None:
    """What invoices say of a reseller's customers."""


@buyers.command("list")
@reseller_option
@json_option
@with_app
def list_all_buyers(reseller: str, as_json: bool) -> None:
    """List what was entered."""
    with reading(SCOPE) as session:
        rows = [
            {"customer": one.organisation.name, **_held(one, _BUYER)}
            for one in list_buyers(session, reseller_named(session, reseller).id)
        ]
    print_rows(rows, as_json=as_json)


@buyers.command("set")
@click.argument("customer")
@click.option("--legal-name", type=Read(read_text(200), COLUMN_WORDS["legal_name"]))
@click.option("--latin-name", type=Read(read_text(200), COLUMN_WORDS["latin_name"]))
@click.option("--address", type=Read(read_text(400), COLUMN_WORDS["address"]))
@click.option("--tax-number", type=Read(read_text(40), COLUMN_WORDS["tax_number"]))
@click.option("--customer-number", type=Read(read_text(60), COLUMN_WORDS["customer_number"]))
@click.option("--domain-name", type=Read(read_text(200), COLUMN_WORDS["domain_name"]))
@click.option("--invoice-email", type=Read(read_email, COLUMN_WORDS["invoice_email"]))
@click.option("--language", type=click.Choice([each.value for each in Language]))
@reseller_option
@with_app
def set_buyer(customer: str, reseller: str, language: str | None, **facts: Any) -> None:
    """Enter what is named of a CUSTOMER; the rest stays."""
    with command_work() as work:
        seller_id = reseller_named(work.session, reseller).id
        buyer = organisation_named(work.session, customer)
        held = _held(find_buyer(work.session, seller_id, buyer.id), _BUYER)
        start = BuyerFacts(**{"legal_name": buyer.name, "language": buyer.language, **held})
        if language is not None:
            start = replace(start, language=Language(language))
        save_buyer(work, seller_id, buyer.id, replace(start, **_given(facts)))
    click.echo("Saved.")


@click.group()
def prices() -> None:
    """A reseller's own prices, for 12 months and before tax."""


@prices.command("list")
@reseller_option
@json_option
@with_app
def list_all_prices(reseller: str, as_json: bool) -> None:
    """List them, those that began last first."""
    with reading(SCOPE) as session:
        products = {product.id: product.key for product in list_products(session)}
        rows = [
            {
                "id": one.id,
                "product": products[one.product_id],
                "customer": one.organisation_id,
                "currency": one.currency,
                "unit_price": f"{one.unit_price:f}",
                "from": one.effective_from,
                "until": one.effective_until,
            }
            for one in list_selling_prices(session, reseller_named(session, reseller).id)
        ]
    print_rows(rows, as_json=as_json)


@prices.command("add")
@click.argument("product")
@click.argument("currency", type=Read(read_currency, _("Currency")))
@click.argument("unit_price", type=Read(read_unit_price, _("Unit price for 12 months")))
@click.argument("from_day", metavar="FROM", type=Read(read_day, _("From")))
@click.option("--until", type=Read(read_day, _("Until")))
@click.option("--customer", help="For this customer alone.")
@reseller_option
@with_app
def add_price(  # noqa: PLR0913 (a command's options)
    product: str,
    currency: str,
    unit_price: Decimal,
    from_day: date,
    until: date | None,
    customer: str | None,
    reseller: str,
) -> None:
    """Sell PRODUCT at a price of your own from an order day on; prints its ID."""
    with command_work() as work:
        sold = product_named(work.session, product)
        buyer = organisation_named(work.session, customer).id if customer else None
        new = NewSellingPrice(sold.id, currency, unit_price, from_day, until, buyer)
        click.echo(add_selling_price(work, reseller_named(work.session, reseller).id, new).id)


@prices.command("remove")
@click.argument("price_id", metavar="ID", type=click.UUID)
@with_app
def remove_price(price_id: UUID) -> None:
    """Take a price out; posted invoices keep theirs."""
    with command_work() as work:
        remove_selling_price(work, price_id)
    click.echo("Removed.")
