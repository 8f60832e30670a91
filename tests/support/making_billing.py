"""Makes what invoices need: sellers, buyers, taxes, drafts and posted invoices."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from tests.support.making_orders import Shop, make_placed, make_shop
from vlms.billing.models.invoices import Invoice
from vlms.billing.models.prices import BuyerProfile, SellerProfile, TaxRate
from vlms.billing.service.budgets import BudgetFacts
from vlms.billing.service.invoicing import NO_FACTS, DraftFacts, create_draft
from vlms.billing.service.invoicing_posting import post_invoice
from vlms.billing.service.invoicing_profiles import (
    BuyerFacts,
    SellerFacts,
    save_buyer,
    save_seller,
)
from vlms.billing.service.taxes import NewTaxRate, add_tax_rate
from vlms.core.language import Language
from vlms.core.work import Work
from vlms.orders.models import Order
from vlms.orders.service.drafts import DraftFacts as OrderFacts
from vlms.orders.service.drafts import create_draft as create_order
from vlms.orders.service.drafts import edit_draft
from vlms.orders.service.pricing import LineWish


def make_seller(work: Work, reseller_id: UUID, **facts: object) -> SellerProfile:
    """What the reseller's papers say of it: payable within 30 days."""
    told = {"legal_name": "Litware Ltd.", "address": "1 Main Street", "country": "US", **facts}
    return save_seller(work, reseller_id, SellerFacts(**told))  # type: ignore[arg-type]


def make_buyer(
    work: Work, reseller_id: UUID, organisation_id: UUID, **facts: object
) -> BuyerProfile:
    """What the reseller's papers say of a customer."""
    told = {
        "legal_name": "Contoso Inc.",
        "language": Language.ENGLISH,
        "address": "2 Side Street",
        "invoice_email": "accounts@contoso.example",
        **facts,
    }
    return save_buyer(work, reseller_id, organisation_id, BuyerFacts(**told))  # type: ignore[arg-type]


def make_tax(
    work: Work, percent: str = "5", country: str = "US", day: date = date(2020, 1, 1)
) -> TaxRate:
    """A country's rate for all products, from a day long ago; rounded per invoice."""
    rate = NewTaxRate(country, "", Decimal(percent), f"Tax {percent}", f"稅 {percent}", day)
    return add_tax_rate(work, rate)


def make_invoicing_shop(work: Work) -> Shop:
    """A shop whose reseller may invoice its customer, with a tax of five per cent."""
    made = make_shop(work)
    make_seller(work, made.reseller.id, payment_details="Bank 007, account 42")
    make_buyer(work, made.reseller.id, made.customer.id)
    make_tax(work, "5")
    return made


def make_invoice_draft(
    work: Work, shop: Shop, *wishes: LineWish, facts: DraftFacts = NO_FACTS
) -> Invoice:
    """A draft of all lines of one new order, of ten at 120.00 when none is given."""
    order = make_placed(work, shop, *wishes)
    draft = create_draft(work, shop.reseller.id, [line.id for line in order.lines], facts)
    return _whole(draft)


def make_posted(work: Work, shop: Shop, *wishes: LineWish, facts: DraftFacts = NO_FACTS) -> Invoice:
    """The same, posted; the seller must be there (make_seller)."""
    draft = make_invoice_draft(work, shop, *wishes, facts=facts)
    return _whole(post_invoice(work, draft.id, draft.version))


def _whole(invoice: Invoice) -> Invoice:
    """Lines and all, so that it can be looked at when the work is done."""
    assert invoice.lines
    return invoice


def budget_of(now: datetime) -> BudgetFacts:
    """1,000.00 USD for IT-100, for a year from now on."""
    day = now.date()
    return BudgetFacts("IT-100", "USD", day - timedelta(days=2), day + timedelta(days=365), 100_000)


def make_order_of(work: Work, shop: Shop, cost_centre: str | None, *wishes: LineWish) -> Order:
    """A draft of a cost centre, ten at 120.00 when no line is given."""
    draft = create_order(work, shop.agreement.id)
    lines = wishes or (LineWish(shop.product.id, 10),)
    return edit_draft(work, draft.id, draft.version, OrderFacts(lines, None, cost_centre))
