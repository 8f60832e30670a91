"""Pages of agreements."""

from vlms.agreements.views import contacts, deleting, importing, pages, reseller
from vlms.agreements.views.blueprint import agreements

__all__ = ["agreements", "contacts", "deleting", "importing", "pages", "reseller"]
