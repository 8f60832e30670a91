"""`vlms orders`: every job of an order from the command line."""

from vlms.orders.cli import acting, editing, looking
from vlms.orders.cli.group import orders

__all__ = ["acting", "editing", "looking", "orders"]
