"""Pages of planning."""

from __future__ import annotations

from flask import Blueprint

from vlms.planning.views import order_plan_forms
from vlms.planning.views.order_plans import order_plans
from vlms.planning.views.outlook import outlook

__all__ = ["order_plan_forms"]
PLANNING_BLUEPRINTS: tuple[Blueprint, ...] = (order_plans, outlook)
