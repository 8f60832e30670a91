"""Pages of codes and stock."""

from vlms.codes.views import batches, deliveries, giving, lists, stocks
from vlms.codes.views.blueprint import codes, delivery, stock

CODE_BLUEPRINTS = (codes, stock, delivery)

__all__ = ["CODE_BLUEPRINTS", "batches", "deliveries", "giving", "lists", "stocks"]
