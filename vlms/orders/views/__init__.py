"""Pages of orders."""

from vlms.orders.views import consent, drafts, lists, show, steps
from vlms.orders.views.blueprint import orders

__all__ = ["consent", "drafts", "lists", "orders", "show", "steps"]
