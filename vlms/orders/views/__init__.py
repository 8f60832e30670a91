"""Pages of orders."""

from vlms.orders.views import drafts, lists, show, steps
from vlms.orders.views.blueprint import orders

__all__ = ["drafts", "lists", "orders", "show", "steps"]
