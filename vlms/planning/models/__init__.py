"""Tables of planning."""

from vlms.planning.models import order_plans

__all__ = ["order_plans"]
