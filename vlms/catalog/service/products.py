"""What the operator decides about a product."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from vlms.catalog.models import CodeSource, Product, ProductKind
from vlms.catalog.queries import get_product
from vlms.core.errors import BadInput
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.core.work import Work

YIELD_CODES = frozenset({ProductKind.EXAM_VOUCHER, ProductKind.CLASS_PACK, ProductKind.E_REFERENCE})
ORDERED = YIELD_CODES | {ProductKind.SITE_PACK}

MOST_STOCK = 1_000_000


@dataclass(frozen=True)
class ProductTerms:
    """How a product is sold, where its codes come from (C5, C7), and whose it is."""

    is_orderable: bool
    last_sale_on: date | None
    code_source: CodeSource
    lives_to_agreement_end: bool
    low_stock_count: int
    # Whose product it is, as reconciliation files name them, on charges from now on.
    publisher_name: str | None = None
    publisher_number: str | None = None


def terms_of(product: Product) -> ProductTerms:
    """What holds now."""
    return ProductTerms(
        product.is_orderable,
        product.last_sale_on,
        product.code_source,
        product.lives_to_agreement_end,
        product.low_stock_count,
        product.publisher_name,
        product.publisher_number,
    )


def edit_product(work: Work, product_id: UUID, terms: ProductTerms) -> Product:
    """Raises NotFound, and BadInput where the kind of product does not allow it."""
    work.actor.require(Permission.EDIT_CATALOG)
    product = get_product(work.session, product_id)
    _check(product, terms)
    work.does("product.edited")
    product.is_orderable = terms.is_orderable
    product.last_sale_on = terms.last_sale_on
    product.code_source = terms.code_source
    product.lives_to_agreement_end = terms.lives_to_agreement_end
    product.low_stock_count = terms.low_stock_count
    product.publisher_name = terms.publisher_name
    product.publisher_number = terms.publisher_number
    work.flush()
    return product


def _check(product: Product, terms: ProductTerms) -> None:
    yields_codes = product.kind in YIELD_CODES
    if terms.is_orderable and product.kind not in ORDERED:
        raise BadInput(
            "O1",
            _("Products of this kind are not ordered."),
            reason="kind_not_orderable",
            field="is_orderable",
            way_out=_("Leave the tick away."),
        )
    if yields_codes == (terms.code_source is CodeSource.NONE):
        raise BadInput(
            "C7",
            _("This does not fit the kind of product.")
            if not yields_codes
            else _("The product's codes must come from somewhere."),
            reason="code_source",
            field="code_source",
            way_out=_("Choose the own generator or provider's lists.")
            if yields_codes
            else _("Choose that it has no codes."),
        )
    first = product.first_sale_on
    if first and terms.last_sale_on and terms.last_sale_on < first:
        raise BadInput(
            "O1",
            _("The last sale day is before the first, %(first)s.", first=first),
            reason="reversed",
            field="last_sale_on",
            way_out=_("Choose a later day, or leave it empty."),
        )
