"""Pages of billing."""

from __future__ import annotations

from flask import Blueprint

BILLING_BLUEPRINTS: tuple[Blueprint, ...] = ()
