"""Pages of certifications."""

from __future__ import annotations

from flask import Blueprint

from vlms.certifications.views.importing import certifications
from vlms.certifications.views.my_certifications import my_certifications
from vlms.certifications.views.team_certifications import team_certifications

CERTIFICATION_BLUEPRINTS: tuple[Blueprint, ...] = (
    certifications,
    my_certifications,
    team_certifications,
)
