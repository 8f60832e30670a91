"""Chooses where a product's codes come from (C7)."""

from __future__ import annotations

from uuid import UUID

from vlms.catalog.models import CodeSource, Product
from vlms.catalog.queries import get_product
from vlms.codes.errors import ListRefused
from vlms.core.text import _
from vlms.core.work import Work


def choose_source(
    work: Work, product_id: UUID, source: CodeSource, low_stock_count: int
) -> Product:
    """Codes issued from now on come from there; issued ones and stock stay as they are.

    Raises ListRefused for a product that yields no codes.
    """
    product = get_product(work.session, product_id)
    if product.code_source is CodeSource.NONE:
        raise ListRefused(
            "C1",
            _("This product yields no codes of its own."),
            reason="no_codes",
            way_out=_("Choose a product of vouchers, class packs or libraries."),
        )
    work.does("product.source_chosen")
    product.code_source = source
    product.low_stock_count = low_stock_count
    work.flush()
    return product
