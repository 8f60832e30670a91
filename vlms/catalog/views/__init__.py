"""Pages of the catalogue."""

from vlms.catalog.views import holidays, prices, products
from vlms.catalog.views.blueprint import catalog

__all__ = ["catalog", "holidays", "prices", "products"]
