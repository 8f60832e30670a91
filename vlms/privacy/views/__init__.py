"""Pages of privacy."""

from __future__ import annotations

from flask import Blueprint

from vlms.privacy.views.erasing import privacy

PRIVACY_BLUEPRINTS: tuple[Blueprint, ...] = (privacy,)
