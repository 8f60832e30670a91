"""Pages of statements and reconciliation."""

from __future__ import annotations

from flask import Blueprint

RECONCILIATION_BLUEPRINTS: tuple[Blueprint, ...] = ()
