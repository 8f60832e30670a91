"""Pages of planning."""

from __future__ import annotations

from flask import Blueprint

PLANNING_BLUEPRINTS: tuple[Blueprint, ...] = ()
