"""Tables of planning."""

from vlms.planning.models import calendar_feeds, closings, openings, order_plans

__all__ = ["calendar_feeds", "closings", "openings", "order_plans"]
