"""Finds products, exams and prices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from vlms.catalog.models import Exam, Holiday, Price, PriceLevel, Product
from vlms.core.errors import NotFound
from vlms.core.text import _


def get_product(session: Session, product_id: UUID) -> Product:
    """Raises NotFound."""
    product = session.get(Product, product_id)
    if product is None:
        raise NotFound(None, _("There is no such product."))
    return product


def find_product(session: Session, key: str) -> Product | None:
    return session.scalar(select(Product).where(Product.key == key))


def list_products(session: Session) -> Sequence[Product]:
    return session.scalars(select(Product).order_by(Product.kind, Product.key)).all()


def find_exam(session: Session, number: str) -> Exam | None:
    return session.get(Exam, number)


def list_exams(session: Session, *family_keys: str) -> Sequence[Exam]:
    """The exams of these families, by number; of all when none is named."""
    statement = select(Exam).order_by(Exam.number)
    if family_keys:
        statement = statement.where(Exam.family_key.in_(family_keys))
    return session.scalars(statement).all()


def list_bands(
    session: Session,
    product_id: UUID,
    terms: tuple[str, PriceLevel, str],
    day: date,
) -> Sequence[Price]:
    """The quantity bands of a product's price on a day; `terms`: programme, level, currency.

    Smallest quantity first; of two price lists that cover the day the later one counts.
    """
    programme, level, currency = terms
    statement = (
        select(Price)
        .where(
            Price.product_id == product_id,
            Price.programme == programme,
            Price.level == level,
            Price.currency == currency,
            Price.effective_from <= day,
            or_(Price.effective_to.is_(None), Price.effective_to >= day),
        )
        .order_by(Price.from_quantity, Price.effective_from)
    )
    latest: dict[int, Price] = {price.from_quantity: price for price in session.scalars(statement)}
    return list(latest.values())


def list_holidays(session: Session, country: str) -> frozenset[date]:
    """The days that are no business days in a country (O4), beside weekends."""
    return frozenset(session.scalars(select(Holiday.day).where(Holiday.country == country)))
