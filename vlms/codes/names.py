"""What the keys in the journal stand for: products, lines, agreements, codes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from vlms.agreements.models import Agreement
from vlms.catalog.models import Product
from vlms.codes.exports import number_of
from vlms.codes.models import Code
from vlms.orders.models import OrderLine
from vlms.web.locales import name_of


def name_products(session: Session, keys: Collection[UUID]) -> Mapping[UUID, str]:
    found = session.scalars(select(Product).where(Product.id.in_(keys)))
    return {product.id: name_of(product) for product in found}


def name_agreements(session: Session, keys: Collection[UUID]) -> Mapping[UUID, str]:
    found = session.scalars(select(Agreement).where(Agreement.id.in_(keys)))
    return {agreement.id: agreement.number for agreement in found}


def name_lines(session: Session, keys: Collection[UUID]) -> Mapping[UUID, str]:
    """By order and position, as "C-000012/1"."""
    lines = select(OrderLine).where(OrderLine.id.in_(keys)).options(joinedload(OrderLine.order))
    return {line.id: f"{line.order.number}/{line.position}" for line in session.scalars(lines)}


def name_codes(session: Session, keys: Collection[UUID]) -> Mapping[UUID, str]:
    codes = select(Code).where(Code.id.in_(keys)).options(joinedload(Code.batch))
    return {code.id: number_of(code) for code in session.scalars(codes)}
