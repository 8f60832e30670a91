"""Which products an agreement may order on a day, and why not the others (O1, A1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from vlms.agreements.models import Agreement
from vlms.catalog.models import Product
from vlms.catalog.queries import list_products
from vlms.orders.errors import OrderRefused
from vlms.orders.rules.orderable import why_not_orderable
from vlms.orders.service.pricing import buyer_of, on_sale


def products_for(
    session: Session, agreement: Agreement, day: date
) -> Sequence[tuple[Product, OrderRefused | None]]:
    """Every product with the first reason against it; those that may be ordered come first."""
    buyer = buyer_of(agreement)
    found = [
        (product, next(why_not_orderable(on_sale(session, product), buyer, day), None))
        for product in list_products(session)
    ]
    return sorted(found, key=lambda pair: pair[1] is not None)
