"""Pages of the academic part."""

from __future__ import annotations

from flask import Blueprint

ACADEMY_BLUEPRINTS: tuple[Blueprint, ...] = ()
