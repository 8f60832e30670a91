"""Makes products and prices for tests."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import select

from vlms.catalog.models import (
    CodeSource,
    ExamFamily,
    Price,
    PriceLevel,
    PriceList,
    Product,
    ProductKind,
)
from vlms.core.work import Work

_SOURCES = {
    ProductKind.EXAM_VOUCHER: CodeSource.VC1,
    ProductKind.CLASS_PACK: CodeSource.VC1,
    ProductKind.E_REFERENCE: CodeSource.VC1,
}
_ACADEMIC = {ProductKind.CLASS_PACK, ProductKind.SITE_PACK, ProductKind.IMAGINE_ACADEMY}


def make_family(work: Work, key: str, retires_on: date | None = None) -> ExamFamily:
    """An exam family; the one that is there when it was made before."""
    family = work.session.get(ExamFamily, key)
    if family is None:
        family = ExamFamily(key=key, name_en=key, name_zh=key, retires_on=retires_on)
        work.session.add(family)
        work.flush()
    return family


def make_product(
    work: Work, key: str, kind: ProductKind = ProductKind.EXAM_VOUCHER, **facts: object
) -> Product:
    """An orderable product with a 12-month cap (libraries: none)."""
    product = Product(
        **{
            "key": key,
            "kind": kind,
            "name_en": f"Product {key}",
            "name_zh": f"產品 {key}",
            "units": 30 if kind is ProductKind.CLASS_PACK else 1,
            "cap_months": None if kind is ProductKind.E_REFERENCE else 12,
            "points": 75 if kind is ProductKind.CLASS_PACK else 1,
            "is_orderable": True,
            "is_academic_only": kind in _ACADEMIC,
            "code_source": _SOURCES.get(kind, CodeSource.NONE),
            **facts,
        }
    )
    work.session.add(product)
    work.flush()
    return product


def make_price(
    work: Work,
    product: Product,
    unit_price: str | Decimal,
    currency: str = "USD",
    **facts: object,
) -> Price:
    """A price of programme EA, level A, from one unit on, since 2020, unless said otherwise.

    The others: `programme`, `level`, `from_quantity`, `effective_from`, `effective_to`,
    `reference_price`.
    """
    price = Price(
        **{
            "price_list_id": _price_list(work).id,
            "product_id": product.id,
            "programme": "EA",
            "from_quantity": 1,
            "unit_price": Decimal(unit_price),
            "currency": currency,
            "effective_from": date(2020, 1, 1),
            **facts,
            "level": PriceLevel(str(facts.get("level", "A"))),
        }
    )
    work.session.add(price)
    work.flush()
    return price


def _price_list(work: Work) -> PriceList:
    found = work.session.scalar(select(PriceList).limit(1))
    if found is None:
        found = PriceList(name="Test prices", is_sample=False, imported_at=work.now)
        work.session.add(found)
        work.flush()
    return found
