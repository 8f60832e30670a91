"""What the keys in the journal stand for: products, lines, agreements, codes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from vlms.accounts.names import name_people, name_users
from vlms.agreements.models import Agreement
from vlms.catalog.models import Product
from vlms.codes.exports import number_of
from vlms.codes.models import Code, CodeBatch
from vlms.orders.models import Order, OrderLine
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


def name_orders(session: Session, keys: Collection[UUID]) -> Mapping[UUID, str]:
    found = session.execute(select(Order.id, Order.number).where(Order.id.in_(keys)))
    return {key: number for key, number in found if number}


def name_batches(session: Session, keys: Collection[UUID]) -> Mapping[UUID, str]:
    found = session.execute(select(CodeBatch.id, CodeBatch.number).where(CodeBatch.id.in_(keys)))
    return {key: number for key, number in found}


def name_subjects(session: Session, keys: Collection[UUID]) -> Mapping[UUID, str]:
    """What a one-time link opens: a code, an order, a person or a user."""
    namers = (name_users, name_people, name_orders, name_codes)
    return {key: name for namer in namers for key, name in namer(session, keys).items()}


def name_codes(session: Session, keys: Collection[UUID]) -> Mapping[UUID, str]:
    codes = select(Code).where(Code.id.in_(keys)).options(joinedload(Code.batch))
    return {code.id: number_of(code) for code in session.scalars(codes)}
