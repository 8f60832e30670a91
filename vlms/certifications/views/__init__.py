"""Pages of certifications."""

from __future__ import annotations

from flask import Blueprint

from vlms.certifications.views.my_certifications import my_certifications

CERTIFICATION_BLUEPRINTS: tuple[Blueprint, ...] = (my_certifications,)
