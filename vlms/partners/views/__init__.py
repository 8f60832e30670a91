"""Pages of partner organisations."""

from __future__ import annotations

from flask import Blueprint

from vlms.partners.views.competencies import competencies

PARTNER_BLUEPRINTS: tuple[Blueprint, ...] = (competencies,)
