"""Pages of statements and reconciliation."""

from __future__ import annotations

from flask import Blueprint

from vlms.reconciliation.views.files import files

RECONCILIATION_BLUEPRINTS: tuple[Blueprint, ...] = (files,)
