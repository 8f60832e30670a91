"""Pages of planning."""

from __future__ import annotations

from flask import Blueprint

from vlms.planning.views import order_plan_forms
from vlms.planning.views.calendar import calendar
from vlms.planning.views.calendar_feeds import calendar_feed, my_calendar
from vlms.planning.views.closings import closings
from vlms.planning.views.entitlements import entitlements
from vlms.planning.views.moving_in import moving_in
from vlms.planning.views.order_plans import order_plans
from vlms.planning.views.outlook import outlook
from vlms.planning.views.renewals import renewals
from vlms.planning.views.yields import yields

__all__ = ["order_plan_forms"]
PLANNING_BLUEPRINTS: tuple[Blueprint, ...] = (
    calendar,
    calendar_feed,
    entitlements,
    moving_in,
    my_calendar,
    order_plans,
    outlook,
    renewals,
    closings,
    yields,
)
