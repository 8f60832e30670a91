"""How commands of every domain name products."""

from __future__ import annotations

from sqlalchemy.orm import Session

from vlms.catalog.models import Product
from vlms.catalog.queries import find_product
from vlms.core.errors import NotFound
from vlms.core.reading import shown
from vlms.core.text import _


def product_named(session: Session, key: str) -> Product:
    """Raises NotFound for a key that no product has."""
    product = find_product(session, key)
    if product is None:
        raise NotFound(
            None,
            _('There is no product "%(key)s".', key=shown(key)),
            way_out=_("List them with `vlms catalog list`."),
        )
    return product
