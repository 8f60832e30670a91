"""Whose role is for some agreements sees the invoices and payments of these, and no others'."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_agreements import make_agreement
from tests.support.making_billing import make_posted, make_seller
from tests.support.making_orders import make_placed, make_shop
from vlms.billing.models.invoices import Invoice, InvoiceLine
from vlms.billing.models.receipts import Receipt, ReceiptShare
from vlms.billing.queries.invoices import InvoiceFilter, count_invoices, list_invoices
from vlms.billing.queries.receipts import OpenFilter, list_open
from vlms.billing.service.invoicing import create_draft
from vlms.billing.service.invoicing_posting import post_invoice
from vlms.billing.service.receipts import NewReceipt, record_receipt
from vlms.core.db import reading
from vlms.core.scope import Organisation


@dataclass(frozen=True)
class Ids:
    customer: UUID
    mine: UUID
    other: UUID


@pytest.fixture
def ids(app: Flask, clock: StillClock) -> Ids:
    """An invoice of one agreement, another of it and of a second one; each is paid."""
    with making(clock()) as work:
        shop = make_shop(work)
        make_seller(work, shop.reseller.id)
        agreement = make_agreement(
            work, shop.customer, "A-2", reseller=shop.reseller, time_zone=shop.agreement.time_zone
        )
        other = replace(shop, agreement=agreement)
        alone = make_posted(work, shop)
        lines = [*make_placed(work, shop).lines, *make_placed(work, other).lines]
        draft = create_draft(work, shop.reseller.id, [line.id for line in lines])
        both = post_invoice(work, draft.id, draft.version)
        for number, invoice in enumerate((alone, both)):
            half = {invoice.id: invoice.gross_minor // 2}
            paid = NewReceipt(
                shop.customer.id, f"R-{number}", sum(half.values()), "USD", clock().date(), half
            )
            record_receipt(work, shop.reseller.id, paid)
        return Ids(shop.customer.id, shop.agreement.id, agreement.id)


def seen(ids: Ids, agreement_ids: Sequence[UUID] | None) -> dict[str, int]:
    scope = Organisation(ids.customer, None if agreement_ids is None else frozenset(agreement_ids))
    with reading(scope) as session:
        assert count_invoices(session, InvoiceFilter()) == len(
            list_invoices(session, InvoiceFilter())
        )
        models = (Invoice, InvoiceLine, Receipt, ReceiptShare)
        found = {each.__tablename__: len(session.scalars(select(each)).all()) for each in models}
        opened = list_open(session, OpenFilter())
        assert all(one.open_minor == one.invoice.gross_minor // 2 for one in opened)
        return found


def counts(invoices: int, lines: int, receipts: int) -> dict[str, int]:
    return {
        "invoice": invoices,
        "invoice_line": lines,
        "receipt": receipts,
        "receipt_share": receipts,
    }


def test_of_one_agreement_only_its_own_invoices_are_seen(ids: Ids) -> None:
    assert seen(ids, [ids.mine]) == counts(1, 1, 1)
    assert seen(ids, [ids.other]) == counts(0, 0, 0)


def test_of_both_or_of_all_agreements_all_are_seen(ids: Ids) -> None:
    assert seen(ids, [ids.mine, ids.other]) == seen(ids, None) == counts(2, 3, 2)
