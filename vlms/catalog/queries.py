"""Finds products, exams and prices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from vlms.catalog.models import (
    Certification,
    Exam,
    Holiday,
    Price,
    PriceLevel,
    PriceList,
    Product,
    ProductKind,
    RetakeTerm,
)
from vlms.core.errors import NotFound
from vlms.core.paging import Listing, Page, page_of
from vlms.core.text import _


def get_product(session: Session, product_id: UUID) -> Product:
    """Raises NotFound."""
    product = session.get(Product, product_id)
    if product is None:
        raise NotFound(None, _("There is no such product."))
    return product


def find_product(session: Session, key: str) -> Product | None:
    return session.scalar(select(Product).where(Product.key == key))


def list_products(
    session: Session, kind: ProductKind | None = None, words: str | None = None
) -> Sequence[Product]:
    """Products of a kind (or all) whose key or names hold the words, by kind and key."""
    statement = select(Product).order_by(Product.kind, Product.key)
    if kind is not None:
        statement = statement.where(Product.kind == kind)
    if words:
        statement = statement.where(
            or_(
                *(
                    func.lower(column).contains(words.casefold(), autoescape=True)
                    for column in (Product.key, Product.name_en, Product.name_zh)
                )
            )
        )
    return session.scalars(statement).all()


def find_exam(session: Session, number: str) -> Exam | None:
    return session.get(Exam, number)


def find_retake_term(session: Session, family_key: str, day: date) -> RetakeTerm | None:
    """What holds for retakes of a family's exams on a day (A4): its own, else the general."""
    statement = (
        select(RetakeTerm)
        .where(
            or_(RetakeTerm.family_key == family_key, RetakeTerm.family_key.is_(None)),
            RetakeTerm.effective_from <= day,
        )
        .order_by(RetakeTerm.family_key.is_(None), RetakeTerm.effective_from.desc())
    )
    return session.scalars(statement.limit(1)).first()


def list_exams(session: Session, *family_keys: str) -> Sequence[Exam]:
    """The exams of these families, by number; of all when none is named."""
    statement = select(Exam).order_by(Exam.number)
    if family_keys:
        statement = statement.where(Exam.family_key.in_(family_keys))
    return session.scalars(statement).all()


def list_certifications(session: Session) -> Sequence[Certification]:
    """All certifications with their exams, by kind and key."""
    statement = select(Certification).order_by(Certification.kind, Certification.key)
    return session.scalars(statement).all()


def _in_effect(day: date) -> ColumnElement[bool]:
    ends_later = or_(Price.effective_to.is_(None), Price.effective_to >= day)
    return and_(Price.effective_from <= day, ends_later)


def list_bands(
    session: Session,
    product_id: UUID,
    terms: tuple[str, PriceLevel, str],
    day: date,
) -> Sequence[Price]:
    """The quantity bands of a product's price on a day; `terms`: programme, level, currency.

    Smallest quantity first. Where several days of beginning cover the day, the latest counts,
    with all its bands and none of the older ones.
    """
    programme, level, currency = terms
    statement = (
        select(Price)
        .where(
            Price.product_id == product_id,
            Price.programme == programme,
            Price.level == level,
            Price.currency == currency,
            _in_effect(day),
        )
        .order_by(Price.from_quantity)
    )
    return _latest(session.scalars(statement).all())


def _latest(prices: Sequence[Price]) -> list[Price]:
    latest = max((price.effective_from for price in prices), default=None)
    return [price for price in prices if price.effective_from == latest]


def list_current_prices(
    session: Session, product_id: UUID, programme: str, currency: str, day: date
) -> Mapping[PriceLevel, Sequence[Price]]:
    """The bands of each price level on a day; levels without a price are left out."""
    found = {
        level: list_bands(session, product_id, (programme, level, currency), day)
        for level in PriceLevel
    }
    return {level: bands for level, bands in found.items() if bands}


def list_priced_terms(session: Session, product_id: UUID) -> Sequence[tuple[str, str]]:
    """The programmes and currencies in which a product has any price."""
    statement = (
        select(Price.programme, Price.currency)
        .where(Price.product_id == product_id)
        .distinct()
        .order_by(Price.programme, Price.currency)
    )
    return [(programme, currency) for programme, currency in session.execute(statement)]


def list_price_lists(session: Session) -> Sequence[tuple[PriceList, int]]:
    """The price lists, newest first, and how many prices of each still stand."""
    counts: dict[UUID, int] = {
        list_id: count
        for list_id, count in session.execute(
            select(Price.price_list_id, func.count(Price.id)).group_by(Price.price_list_id)
        )
    }
    lists = session.scalars(select(PriceList).order_by(PriceList.imported_at.desc()))
    return [(one, counts.get(one.id, 0)) for one in lists]


def get_price_list(session: Session, price_list_id: UUID) -> PriceList:
    """Raises NotFound."""
    price_list = session.get(PriceList, price_list_id)
    if price_list is None:
        raise NotFound(None, _("There is no such price list."))
    return price_list


PRICE_SORTS = {
    "programme": Price.programme,
    "currency": Price.currency,
    "quantity": Price.from_quantity,
    "from": Price.effective_from,
}


def search_prices(
    session: Session, price_list_id: UUID, product: str | None, listing: Listing
) -> Page[Price]:
    """The prices of a list, of one product (by key) or of all."""
    statement = select(Price).where(Price.price_list_id == price_list_id)
    if product:
        keyed = select(Product.id).where(Product.key == product).scalar_subquery()
        statement = statement.where(Price.product_id == keyed)
    return page_of(session, statement.options(joinedload(Price.product)), PRICE_SORTS, listing)


def list_holiday_countries(session: Session) -> Sequence[str]:
    return session.scalars(select(Holiday.country).distinct().order_by(Holiday.country)).all()


def list_holidays_of(session: Session, country: str, year: int) -> Sequence[Holiday]:
    """The holidays of a country in one year, in order."""
    statement = select(Holiday).where(Holiday.country == country, *_in_year(year))
    return session.scalars(statement.order_by(Holiday.day)).all()


def has_holidays(session: Session, country: str, year: int) -> bool:
    statement = select(Holiday.id).where(Holiday.country == country, *_in_year(year)).limit(1)
    return session.scalar(statement) is not None


def _in_year(year: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Holiday.day >= date(year, 1, 1), Holiday.day <= date(year, 12, 31)


def list_holidays(session: Session, country: str) -> frozenset[date]:
    """The days that are no business days in a country (O4), beside weekends."""
    return frozenset(session.scalars(select(Holiday.day).where(Holiday.country == country)))
