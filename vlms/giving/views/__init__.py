"""Pages of giving."""

from __future__ import annotations

from flask import Blueprint

GIVING_BLUEPRINTS: tuple[Blueprint, ...] = ()
