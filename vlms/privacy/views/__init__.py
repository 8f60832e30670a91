"""Pages of privacy."""

from __future__ import annotations

from flask import Blueprint

from vlms.privacy.views.erasing import privacy
from vlms.privacy.views.telling import my_data

PRIVACY_BLUEPRINTS: tuple[Blueprint, ...] = (privacy, my_data)
