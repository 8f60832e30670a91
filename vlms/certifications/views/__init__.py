"""Pages of certifications."""

from __future__ import annotations

from flask import Blueprint

from vlms.certifications.views import importing
from vlms.certifications.views.taking_back import certifications, my_certifications
from vlms.certifications.views.team_certifications import team_certifications

# `importing` and `taking_back` add their pages to `certifications`.
__all__ = ["CERTIFICATION_BLUEPRINTS", "importing"]
CERTIFICATION_BLUEPRINTS: tuple[Blueprint, ...] = (
    certifications,
    my_certifications,
    team_certifications,
)
