"""Pages of planning."""

from __future__ import annotations

from flask import Blueprint

from vlms.planning.views.outlook import outlook

PLANNING_BLUEPRINTS: tuple[Blueprint, ...] = (outlook,)
