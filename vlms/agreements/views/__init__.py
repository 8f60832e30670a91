"""Pages of agreements."""

from vlms.agreements.views import importing, pages
from vlms.agreements.views.blueprint import agreements

__all__ = ["agreements", "importing", "pages"]
