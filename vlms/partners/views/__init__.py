"""Pages of partner organisations."""

from __future__ import annotations

from flask import Blueprint

from vlms.partners.views import (
    competency_figures,
    competency_history,
    competency_what_if,
    home_panel,
    membership_successor,
)
from vlms.partners.views.competencies import competencies
from vlms.partners.views.leavers import leavers
from vlms.partners.views.links import links
from vlms.partners.views.locations import locations
from vlms.partners.views.membership_acts import memberships
from vlms.partners.views.my_profiles import my_links
from vlms.partners.views.report_todos import skills_reports
from vlms.partners.views.skills import skills

__all__ = [
    "competency_figures",
    "competency_history",
    "competency_what_if",
    "home_panel",
    "membership_successor",
]
PARTNER_BLUEPRINTS: tuple[Blueprint, ...] = (
    leavers,
    links,
    my_links,
    competencies,
    memberships,
    skills_reports,
    skills,
    locations,
)
