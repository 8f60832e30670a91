"""Tables of planning."""

from vlms.planning.models import closings, openings, order_plans

__all__ = ["closings", "openings", "order_plans"]
