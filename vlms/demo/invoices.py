"""The demo reseller's invoices: posted, corrected, void, and a draft."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from vlms.billing.models.invoices import Invoice
from vlms.billing.queries.invoicing import get_invoice, list_open_of_order
from vlms.billing.service.invoicing import create_draft
from vlms.billing.service.invoicing_credit import Part, credit, void
from vlms.billing.service.invoicing_numbers import set_tax_invoice_number
from vlms.billing.service.invoicing_posting import post_invoice
from vlms.billing.service.invoicing_profiles import (
    BuyerFacts,
    SellerFacts,
    save_buyer,
    save_seller,
)
from vlms.core.work import Work
from vlms.demo.cast import CHINESE, ENGLISH
from vlms.demo.orders import RESELLER, Stage

_SELLER = SellerFacts(
    legal_name="Northwind Licensing Inc.",
    latin_name="Northwind Licensing Inc.",
    address="500 Harbor Avenue, Seattle, WA 98101",
    country="US",
    tax_number="91-0000001",
    partner_number="5f1b3c2a-0000-4000-8000-000000000001",
    mpn_number="4100001",
    invoice_prefix="NW",
    payment_details="First Demo Bank, account 000123456789",
)
_BUYERS = {
    "contoso": BuyerFacts(
        legal_name="Contoso Corporation",
        address="1 Contoso Way, Redmond, WA 98052",
        language=ENGLISH,
        customer_number="c0a80001-0000-4000-8000-000000000001",
        domain_name="contoso.example",
        invoice_email="finance@contoso.example",
    ),
    "hongyuan": BuyerFacts(
        legal_name="宏遠科技股份有限公司",
        latin_name="Hongyuan Technology Co., Ltd.",
        address="臺北市信義區示範路 1 號",
        tax_number="99999992",
        language=CHINESE,
        customer_number="c0a80001-0000-4000-8000-000000000002",
        domain_name="hongyuan.example",
        invoice_email="admin@hongyuan.example",
    ),
}


def play_invoices(stage: Stage, orders: Mapping[str, UUID]) -> None:
    """Who sells and buys; five invoices of which one is void, a credit note, and a draft."""
    reseller_id = stage.cast.organisations["northwind"].id
    with stage.act(RESELLER, -180) as work:
        save_seller(work, reseller_id, _SELLER)
        for slug, facts in _BUYERS.items():
            save_buyer(work, reseller_id, stage.cast.organisations[slug].id, facts)
    _post(stage, orders["main"], -165)
    taiwan = _post(stage, orders["taiwan"], -80)
    with stage.act(RESELLER, -79) as work:
        set_tax_invoice_number(work, taiwan, "VL00000017")
    wrong = _post(stage, orders["short"], -45)
    with stage.act(RESELLER, -44.9) as work:
        void(work, wrong, "The purchase-order number was missing.")
    short = _post(stage, orders["short"], -44)
    with stage.act(RESELLER, -40) as work:
        line = get_invoice(work.session, short).lines[0]
        part = Part(line.net_minor * 4 // 10, 4)
        credit(work, short, "Four of ten units were not delivered.", {line.id: part})
    with stage.act(RESELLER, -2) as work:
        _draft(work, orders["invoiced"])


def _post(stage: Stage, order_id: UUID, days: float) -> UUID:
    with stage.act(RESELLER, days) as work:
        draft = _draft(work, order_id)
        return post_invoice(work, draft.id, draft.version).id


def _draft(work: Work, order_id: UUID) -> Invoice:
    lines = list_open_of_order(work.session, order_id)
    assert lines[0].reseller_id is not None
    return create_draft(work, lines[0].reseller_id, [line.id for line in lines])
